"""Slack's date tokens, such as {date_long} and {ago}, in a person's own zone."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

_TOKEN = re.compile(r"\{(\w+)\}")
_LENGTHS = (("year", 365 * 86_400), ("month", 30 * 86_400), ("day", 86_400), ("hour", 3600), ("minute", 60))


def shown(unix: float, template: str, zone: str, now: datetime) -> str:
    """The template with its tokens filled in; a token that Slack does not know stays as it is.

    `zone` is an IANA zone, `now` is aware. Days and times are written as in Britain. Raises ValueError for a
    moment that no calendar has.
    """
    moment = moment_of(unix, zone)
    local_now = now.astimezone(ZoneInfo(zone))

    def fill(found: re.Match[str]) -> str:
        write = _WRITERS.get(found.group(1))
        return write(moment, local_now) if write else found.group()

    return _TOKEN.sub(fill, template)


def moment_of(unix: float, zone: str) -> datetime:
    """The moment on the clocks of `zone`. Raises ValueError for one that no calendar has."""
    try:
        return datetime.fromtimestamp(unix, tz=ZoneInfo(zone))
    except (OverflowError, OSError) as unknown:
        raise ValueError(f"{unix} is no moment that a calendar has") from unknown


def _day_and_month(moment: datetime, _now: datetime) -> str:
    return f"{moment.day} {moment:%B}"


def _long_full(moment: datetime, _now: datetime) -> str:
    return f"{moment.day} {moment:%B} {moment.year}"


def _long(moment: datetime, now: datetime) -> str:
    return f"{moment:%A}, {_long_full(moment, now)}"


def _short(moment: datetime, _now: datetime) -> str:
    return f"{moment.day} {moment:%b} {moment.year}"


def _day_divider(moment: datetime, now: datetime) -> str:
    return f"{moment:%A}, {_day_and_month(moment, now)}" if moment.year == now.year else _long(moment, now)


Writer = Callable[[datetime, datetime], str]


def _pretty(otherwise: Writer) -> Writer:
    """Today, yesterday and tomorrow by their names; any other day as `otherwise` writes it."""

    def write(moment: datetime, now: datetime) -> str:
        for name, days in (("today", 0), ("yesterday", -1), ("tomorrow", 1)):
            if moment.date() == (now + timedelta(days=days)).date():
                return name
        return otherwise(moment, now)

    return write


def _ago(moment: datetime, now: datetime) -> str:
    seconds = (now - moment).total_seconds()
    size = abs(seconds)
    if size < 60:
        return "just now" if seconds >= 0 else "in a moment"
    count, name = next((int(size // length), name) for name, length in _LENGTHS if size >= length)
    words = f"{count} {name}{'' if count == 1 else 's'}"
    return f"{words} ago" if seconds >= 0 else f"in {words}"


_WRITERS: dict[str, Writer] = {
    "date_num": lambda moment, _now: f"{moment:%Y-%m-%d}",
    "date_slash": lambda moment, _now: f"{moment:%d/%m/%Y}",
    "date": _day_and_month,
    "date_pretty": _pretty(_day_and_month),
    "date_short": _short,
    "date_short_pretty": _pretty(_short),
    "date_long": _long,
    "date_long_full": _long_full,
    "date_long_pretty": _pretty(_long),
    "day_divider_pretty": _pretty(_day_divider),
    "time": lambda moment, _now: f"{moment:%H:%M}",
    "time_secs": lambda moment, _now: f"{moment:%H:%M:%S}",
    "ago": _ago,
}
