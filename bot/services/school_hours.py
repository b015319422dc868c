"""A school's hours and days, as its file gives them: quiet hours, terms, days off, the times it sets aside."""

from collections.abc import Callable, Mapping
from datetime import time
from pathlib import Path
from typing import Any
from uuid import uuid4

from bot.domain.calendar import SchoolTime
from bot.domain.schools import Facts
from bot.models import Person, School
from bot.prompts.documents import Path_
from bot.services.school_file import CheckInFile, DigestFile, SchoolFile, SetAsideFile
from bot.services.school_words import WEEKDAYS, Words
from bot.services.term_dates import CalendarRefused, TermDates, read_term_dates


class Hours:
    """What one school's file says of its hours, with what cannot be told to `mistake`."""

    def __init__(
        self, school: SchoolFile, at: Path_, words: Words, mistake: Callable[..., None], folder: Path
    ) -> None:
        self._school, self._at, self._words, self._mistake = school, at, words, mistake
        quiet, path = school.quiet, (*at, "quiet")
        self.facts: Facts = {
            "zone": words.zone(school.zone, *at, "zone"),
            "nation": words.nation(school.nation, *at, "nation"),
            "quiet_from": words.time(quiet.starts, *path, "from"),
            "quiet_until": words.time(quiet.ends, *path, "until"),
            "quiet_days": words.weekdays(quiet.days, *path, "days"),
            "after_school": words.time(school.after_school, *at, "after_school"),
            "calendar": self._calendar(self._from_file(folder)),
        }
        self.facts = {**self.facts, "slots": self._slots(self.facts["quiet_days"])}

    def _calendar(self, given: TermDates) -> dict[str, Any]:
        closed = self._words.days(self._school.closed, *self._at, "closed")
        training = self._words.days(self._school.training, *self._at, "training")
        return {
            "terms": given.terms or self._terms(),
            "closed": sorted({*given.closed, *closed}),
            "training": sorted({*given.training, *training}),
        }

    def _from_file(self, folder: Path) -> TermDates:
        """What the calendar file says that this one names; nothing when it names none."""
        name, path = self._school.term_dates, (*self._at, "term_dates")
        if name is None:
            return TermDates()
        if self._school.terms:
            self._mistake("terms stand here and in a calendar file", "Keep one of the two", *path)
        if "://" in name:
            do = "Save the calendar as a file beside this one, and give the file's name"
            self._mistake("no address is ever asked for a calendar", do, *path)
            return TermDates()
        try:
            return read_term_dates(folder / name)
        except CalendarRefused as refused:
            what, _, do = str(refused).removesuffix(".").partition(". ")
            self._mistake(what, do, *path)
            return TermDates()

    def _terms(self) -> list[list[str]]:
        terms = []
        for index, term in enumerate(self._school.terms):
            path = (*self._at, "terms", index)
            first = self._words.day(term.first, *path, "first")
            last = self._words.day(term.last, *path, "last")
            if first and last and last < first:
                self._mistake("this term ends before it begins", "Swap the two dates", *path)
            terms.append([str(first), str(last)])
        return terms

    def _slots(self, quiet_days: list[int]) -> list[dict[str, Any]]:
        slots = [
            self._slot(written, quiet_days, index) for index, written in enumerate(self._school.set_aside)
        ]
        return sorted(slots, key=lambda slot: (slot["weekday"], slot["from"], slot["until"]))

    def _slot(self, written: SetAsideFile, quiet_days: list[int], index: int) -> dict[str, Any]:
        path = (*self._at, "set_aside", index)
        day = self._words.weekday(written.on, *path, "on")
        first = self._words.time(written.starts, *path, "from")
        last = self._words.time(written.ends, *path, "until")
        if day in quiet_days:
            what = f"{WEEKDAYS[day].capitalize()} is a quiet day here"
            self._mistake(what, "Choose another day, or take it out of the quiet days", *path, "on")
        if last <= first:
            self._mistake("this time ends before it begins", "Swap the two times", *path)
        return {"weekday": day, "from": f"{first:%H:%M}", "until": f"{last:%H:%M}"}

    def check(self, written: DigestFile | CheckInFile, weekday: int, at: time, *path: str | int) -> None:
        """A check-in, which has its hour, can come in it. A digest waits until it may."""
        if not self._words.all_read:
            return
        if weekday in self.facts["quiet_days"]:
            what = f"{WEEKDAYS[weekday].capitalize()} is a quiet day here, and nothing comes on it"
            self._mistake(what, "Choose another day", *path, "on")
        elif isinstance(written, CheckInFile):
            self._in_its_hour(weekday, at, *path)

    def _in_its_hour(self, weekday: int, at: time, *path: str | int) -> None:
        whose = self._somebodys()
        if not whose.is_set_aside(weekday, at):
            what = f"{WEEKDAYS[weekday].capitalize()}, {at:%H:%M} is not in a time that this school has set aside"
            self._mistake(what, f"Set aside are: {said_slots(self.facts['slots'])}", *path, "at")
        elif whose.is_quiet_time(at):
            self._mistake(
                f"{at:%H:%M} is in the quiet hours of this school", "Choose another time", *path, "at"
            )

    def _somebodys(self) -> SchoolTime:
        """The time of anybody there who has no hours of their own."""
        names = ("quiet_from", "quiet_until", "quiet_days", "slots")
        facts = {name: self.facts[name] for name in names}
        # It is only asked about hours, and never stored.
        return SchoolTime(Person(name=""), School(workspace_id=uuid4(), key="", name="", zone="", **facts))


def said_slots(slots: list[dict[str, Any]]) -> str:
    """The times a school sets aside, as its office would say them."""
    return ", ".join(
        f"{WEEKDAYS[slot['weekday']].capitalize()} {slot['from']}–{slot['until']}" for slot in slots
    )


def said_calendar(calendar: Mapping[str, Any]) -> str:
    """Terms and days off, as its office would say them."""
    terms = ", ".join(f"{first} to {last}" for first, last in calendar.get("terms", ()))
    days = ((word, ", ".join(calendar.get(word, ()))) for word in ("closed", "training"))
    return "; ".join([terms or "always open", *(f"{word} {said}" for word, said in days if said)])
