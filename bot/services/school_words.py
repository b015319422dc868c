"""The words of a school's file: days, times, zones and nations, each read, or told as a mistake where it stands."""

import re
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from bot.domain import calendar
from bot.prompts.mistakes import nearest
from bot.services import bank_holidays

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Words:
    """Reads single words. What cannot be read is told to `mistake`, and something else stands in for it.

    `all_read`: nothing stands in yet, so that what the words mean together can be looked at.
    """

    def __init__(self, mistake: Callable[..., None]) -> None:
        self._tell = mistake
        self.all_read = True

    def _mistake(self, what: str, do: str, *path: str | int) -> None:
        self.all_read = False
        self._tell(what, do, *path)

    def weekday(self, day: str, *path: str | int) -> int:
        """A day of the week; Monday is 0, and stands in."""
        if day.lower() in WEEKDAYS:
            return WEEKDAYS.index(day.lower())
        self._mistake(f"'{day}' is not a day of the week", nearest(day.lower(), WEEKDAYS), *path)
        return 0

    def weekdays(self, days: list[str], *path: str | int) -> list[int]:
        """Days of the week, each once, in order."""
        return sorted({self.weekday(day, *path, index) for index, day in enumerate(days)})

    def time(self, text: str, *path: str | int) -> time:
        """A time on somebody's wall clock; midnight stands in."""
        if re.fullmatch(r"([01]?\d|2[0-3]):[0-5]\d", text):
            hour, minute = text.split(":")
            return time(int(hour), int(minute))
        self._mistake(f"'{text}' is not a time of day", "Write it like 8:10 or 15:40", *path)
        return time()

    def maybe_day(self, text: str | None, *path: str | int) -> date | None:
        """A day, if one is given."""
        return self.day(text, *path) if text else None

    def day(self, text: Any, *path: str | int) -> date | None:
        """A local date; None stands in."""
        try:
            return date.fromisoformat(text)
        except ValueError:
            self._mistake(f"'{text}' is not a date", "Write it like 2026-09-01", *path)
            return None

    def days(self, texts: list[str], *path: str | int) -> list[str]:
        """Days in ISO form, in order."""
        found = (self.day(text, *path, index) for index, text in enumerate(texts))
        return sorted({day.isoformat() for day in found if day})

    def day_and_time(self, text: str, *path: str | int) -> datetime | None:
        """A wall-clock time of a day, of no zone yet."""
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            found = None
        # A day alone would be midnight, and an offset would say another time than the school's clock does.
        if found is None or found.tzinfo or ":" not in text:
            what = f"'{text}' is not a day and a time"
            self._mistake(what, "Write it like 2026-10-06 14:00, by the school's clock", *path)
            return None
        return found

    def zone(self, zone: str, *path: str | int) -> str:
        """The IANA name of a time zone, as it is written even where there is none."""
        zones = calendar.known_zones()
        if zone not in zones:
            do = nearest(zone, zones)
            do = do if do.startswith("Perhaps") else "Write it like Europe/London"
            self._mistake(f"there is no time zone '{zone}'", do, *path)
        return zone

    def nation(self, nation: str | None, *path: str | int) -> str | None:
        """A nation whose bank holidays are known, as it is written even where they are not; None when none is given."""
        if nation is not None and nation not in bank_holidays.nations():
            what = f"no bank holidays are known for '{nation}'"
            self._mistake(what, bank_holidays.nation_meant(nation), *path)
        return nation
