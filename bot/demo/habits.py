"""How people live when nobody plays them: when they look at their phones, how likely they answer, in which words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Annotated, ClassVar, Literal
from zoneinfo import ZoneInfo

from pydantic import Field

from bot.domain import calendar
from bot.prompts.documents import read
from bot.prompts.shapes import Shape, shaped
from bot.services.school_words import WEEKDAYS

SCHOOL_DAYS = list(WEEKDAYS[:5])
Likelihood = Annotated[float, Field(ge=0, le=1)]


class Habit(Shape):
    """When somebody looks, and how likely they are to answer, to do it in words, or to say not this time."""

    looks: Annotated[list[str], Field(min_length=2, max_length=2)]
    answers: Likelihood
    writes: Likelihood = 0.0
    declines: Likelihood = 0.0


class Somebody(Shape):
    """One of the people: what they are like, and on which days they are in school."""

    habit: str
    days: Annotated[list[str], Field(default_factory=lambda: SCHOOL_DAYS)]


class StepMade(Shape):
    """An action step somebody comes to by themselves. `first` is the day they mean to try it on."""

    who: str
    on: str
    at: str
    words: str
    kind: Literal["teaching", "leading"] = "teaching"
    where: str | None = None
    first: str | None = None
    shares: bool = False


class Habits(Shape):
    """The whole file."""

    PARTS: ClassVar = {"habits": Habit, "people": Somebody, "steps": StepMade}

    seed: str
    habits: dict[str, Habit]
    people: dict[str, Somebody]
    steps: list[StepMade]
    words: dict[str, Annotated[list[str], Field(min_length=1)]]


@dataclass(frozen=True)
class Turn:
    """Somebody looks at their phone, or (`step`) sits down to choose one. `at` is aware."""

    at: datetime
    who: str
    step: StepMade | None = None


@dataclass(frozen=True)
class Customs:
    """The habits of everybody, and all that is left to chance in them. The same every time."""

    habits: Habits
    zone: ZoneInfo

    def turns(self, after: datetime) -> Iterator[Turn]:
        """Everybody's turns after a moment (aware), in order, without end."""
        day = after.astimezone(self.zone).date()
        while True:
            yield from (turn for turn in self._on(day) if turn.at > after)
            day += timedelta(days=1)

    def of(self, who: str) -> Habit:
        """What somebody is like."""
        return self.habits.habits[self.habits.people[who].habit]

    def chance(self, *of: object) -> Random:
        """A die that falls the same way whenever the same thing is asked about."""
        return Random(" ".join(map(str, (self.habits.seed, *of))))

    def words(self, *of: object) -> Mapping[str, str]:
        """A line for every question that somebody might be asked in words."""
        chance = self.chance("words", *of)
        return {question: chance.choice(lines) for question, lines in self.habits.words.items()}

    def _on(self, day: date) -> list[Turn]:
        looks = [turn for who in self.habits.people for turn in self._looks(who, day)]
        steps = [Turn(self._at(day, _time(one.at)), one.who, one) for one in self._steps.get(day, ())]
        return sorted([*looks, *steps], key=lambda turn: (turn.at, turn.who))

    def _looks(self, who: str, day: date) -> Iterator[Turn]:
        if WEEKDAYS[day.weekday()] in self.habits.people[who].days:
            first, last = (self._at(day, _time(text)) for text in self.of(who).looks)
            yield Turn(first + (last - first) * self.chance("look", who, day).random(), who)

    @cached_property
    def _steps(self) -> dict[date, list[StepMade]]:
        found: dict[date, list[StepMade]] = {}
        for step in self.habits.steps:
            found.setdefault(date.fromisoformat(step.on), []).append(step)
        return found

    def _at(self, day: date, at: time) -> datetime:
        return calendar.moment(day, at, self.zone)


def read_habits(path: Path) -> Habits:
    """The habits in a file. PromptMistakes when it is not YAML, or has other fields than these."""
    return shaped(read(path), Habits)


def _time(text: str) -> time:
    hour, minute = text.split(":")
    return time(int(hour), int(minute))
