"""Term dates from a school's own calendar: an iCalendar file, read from disk. No address is ever asked.

What an event is follows from its title, in the words that schools in Britain use. All of it is shown before anything
changes, and what no rule knows is shown as left aside.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import recurring_ical_events
from icalendar import Calendar, Event

from bot.errors import MullError

LARGEST_BYTES = 2 * 1024 * 1024
MOST_DAYS = 1_000
"""How many events, each time one comes round counted, a calendar may have within its years."""
LONGEST_TERM_DAYS = 200
YEARS = 3
"""So many years from the first event on are read: a weekly event without an end goes on for ever."""


class CalendarRefused(MullError):
    """A calendar file cannot be used, and why."""


@dataclass
class TermDates:
    """What was understood of a calendar: local dates in ISO form, and the titles of what was left aside."""

    terms: list[list[str]] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    training: list[str] = field(default_factory=list)
    left_aside: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Entry:
    """One event on the days it covers, `last` included."""

    title: str
    first: date
    last: date

    @property
    def days(self) -> list[str]:
        """Each of its days."""
        count = (self.last - self.first).days + 1
        return [(self.first + timedelta(days=day)).isoformat() for day in range(count)]


TRAINING = re.compile(
    r"\b(inset|training day|staff training|baker day|non[- ]?pupil day|professional development)", re.I
)
OFF = re.compile(
    r"\b(half[- ]?terms?|holidays?|closed|closure|vacation|occasional day|"
    r"(autumn|christmas|winter|spring|easter|summer) break)\b",
    re.I,
)
TERM_BEGINS = re.compile(
    r"\b(term (starts|begins)|(start|first day|beginning) of .*\bterm|school (re)?opens)\b", re.I
)
TERM_ENDS = re.compile(r"\b(term (ends|finishes)|(end|last day) of .*\bterm)\b", re.I)
TERM = re.compile(r"\b(term|half[- ]?term) ?\d?\b", re.I)
"""In this order: 'INSET day, school closed to pupils' is a training day, 'Half term holiday' is no term."""


def read_term_dates(path: Path) -> TermDates:
    """What a calendar file says of a school's year. CalendarRefused, with the reason, when it says nothing usable."""
    entries = sorted(_entries(_parsed(path)), key=lambda one: (one.first, one.last, one.title))
    found, begun = TermDates(), None
    closed: set[str] = set()
    training: set[str] = set()
    for entry in entries:
        if TRAINING.search(entry.title):
            training.update(entry.days)
        elif TERM_BEGINS.search(entry.title):
            begun = entry.first
        elif TERM_ENDS.search(entry.title):
            found.terms.append(_term(begun, entry))
            begun = None
        elif OFF.search(entry.title):
            closed.update(entry.days)
        elif TERM.search(entry.title) and entry.first < entry.last:
            found.terms.append(_term(entry.first, entry))
        else:
            found.left_aside.append(f"{entry.first} {entry.title}")
    if begun is not None:
        raise CalendarRefused(f"A term begins on {begun} and never ends. Add its last day to the calendar.")
    if not found.terms:
        raise CalendarRefused(
            "There is no term in this calendar. "
            "Mull knows 'Autumn term' over its days, or 'Term starts' and 'Term ends'."
        )
    found.closed, found.training = sorted(closed), sorted(training)
    return found


def _term(first: date | None, last: Entry) -> list[str]:
    """A term's first and last day, both days of school."""
    if first is None:
        raise CalendarRefused(
            f"A term ends on {last.last} and never began. Add its first day to the calendar."
        )
    if not 0 <= (last.last - first).days <= LONGEST_TERM_DAYS:
        raise CalendarRefused(
            f"A term from {first} to {last.last} cannot be. Correct its dates in the calendar."
        )
    return [first.isoformat(), last.last.isoformat()]


def _parsed(path: Path) -> Calendar:
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise CalendarRefused(f"{path.name} is larger than 2 MB. Export the term dates alone.")
        parsed = Calendar.from_ical(path.read_bytes())
    except OSError:
        raise CalendarRefused(
            f"{path.name} cannot be read. Check where it lies, and that you may read it."
        ) from None
    except (ValueError, IndexError, KeyError):
        raise CalendarRefused(
            f"{path.name} is not an iCalendar file. Export the calendar again, as .ics."
        ) from None
    if not isinstance(parsed, Calendar):
        raise CalendarRefused(f"{path.name} is not an iCalendar file. Export the calendar again, as .ics.")
    return parsed


def _entries(calendar: Calendar) -> Iterator[Entry]:
    """Every event, each time it comes round, on local dates: a time of day and its zone say no more than the day."""
    try:
        starts = [_day(event.start) for event in calendar.events]
        if not starts:
            raise CalendarRefused("There are no events in this calendar. Export it again, with its events.")
        if len(starts) > MOST_DAYS:
            raise CalendarRefused(f"There are more than {MOST_DAYS} events. Export the term dates alone.")
        if any(_within_a_day(event) for event in calendar.events):
            raise CalendarRefused("An event comes round more than once a day. Export the term dates alone.")
        first = max(min(starts), max(starts) - timedelta(days=365 * YEARS))
        found = recurring_ical_events.of(calendar).between(first, first + timedelta(days=366 * YEARS))
        if len(found) > MOST_DAYS:
            raise CalendarRefused(f"There are more than {MOST_DAYS} events. Export the term dates alone.")
        yield from (_entry(event) for event in found)
    except CalendarRefused:
        raise
    except Exception:
        # The libraries raise what their parsers raise: none of it would help whoever exported the file.
        raise CalendarRefused(
            "An event in this calendar has no dates that can be read. Export it again."
        ) from None


def _within_a_day(event: Event) -> bool:
    """Whether an event comes round more often than daily: no school's year does, and reading it would take for ever."""
    rule = event.get("RRULE") or {}
    often = {str(word).upper() for word in rule.get("FREQ", ())} & {"SECONDLY", "MINUTELY", "HOURLY"}
    return bool(often) or any(part in rule for part in ("BYHOUR", "BYMINUTE", "BYSECOND"))


def _entry(event: Event) -> Entry:
    first, end = _day(event.start), event.end
    # The end of a whole day is the day after it (RFC 5545); so is midnight.
    whole = not isinstance(end, datetime) or (end.hour, end.minute) == (0, 0)
    last = _day(end) - timedelta(days=1) if whole and _day(end) > first else _day(end)
    if (last - first).days > 366:
        raise CalendarRefused(f"An event lasts from {first} to {last}. Correct its dates in the calendar.")
    return Entry(" ".join(str(event.get("SUMMARY", "")).split())[:200], first, max(first, last))


def _day(moment: date | datetime) -> date:
    return moment.date() if isinstance(moment, datetime) else moment
