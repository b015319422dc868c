"""What whoever serves the page may add to it: doors to come in by, panels that explain, a clock that plays.

The page knows no app. Served with a plain Host it is a Slack with people to play.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from bot.workspace.installation import Installation

JsonObject = dict[str, Any]
LineKind = Literal["text", "bytes", "yes", "no"]


@dataclass(frozen=True)
class Line:
    """One line of a panel. `bytes` is shown as hexadecimal digits, `yes` and `no` with a mark that has a name."""

    label: str
    value: str
    kind: LineKind = "text"


@dataclass(frozen=True)
class Panel:
    """A part of “what just happened”: what was stored, or who may see it and why."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Step:
    """One thing to try. `person` is the account to be at that moment; `place` where to look first."""

    id: str
    text: str
    person: str
    place: Literal["messages", "home", "clock", "export"] = "messages"


@dataclass(frozen=True)
class Door:
    """A way in: who comes (“I teach”), whom they step into, and their first three minutes."""

    id: str
    title: str
    line: str
    person: str
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Group:
    """People who belong together, such as a school. `people` are (account, what they are here)."""

    name: str
    people: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Moment:
    """A time to move the clock to; `at` is aware."""

    id: str
    label: str
    at: datetime


@dataclass
class Host:
    """The plain one: no doors, nothing to explain, a clock that jumps where it may be moved at all."""

    workspace: Installation
    title: str = ""
    intro: str = ""
    doors: Sequence[Door] = ()
    groups: Sequence[Group] = field(default_factory=tuple)

    def moments(self, now: datetime) -> list[Moment]:
        """Where the clock may go from `now`, soonest first."""
        monday = (now + timedelta(days=7 - now.weekday())).replace(hour=8, minute=0, second=0, microsecond=0)
        return [
            Moment("day", "A day on", now + timedelta(days=1)),
            Moment("monday", "Next Monday morning", monday),
            Moment("week", "A week on", now + timedelta(weeks=1)),
        ]

    async def pass_time(self, until: datetime) -> None:
        """It has become `until`, and everything due on the way has happened."""
        self.workspace.move_clock(until)

    async def done(self, door: Door) -> frozenset[str]:
        """The ids of this door's steps that have been taken."""
        return frozenset()

    async def explain(self, entry: JsonObject, viewer: str) -> list[Panel]:
        """Panels on what an entry of the journal set off, as far as `viewer` (an account) may know it."""
        return []

    def stepped_into(self, person: str) -> None:
        """A visitor plays this person from now on."""
