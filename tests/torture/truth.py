"""What became of every letter: counted in Slack, and held against what our database believes."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Select, func, select

from bot.domain.outbox import MANNERS
from bot.models import Letter, LetterKind, LetterState
from bot.services.desk import Desk

ONCE = [kind for kind, manner in MANNERS.items() if not manner.repeatable]
"""What is sent once: the rest can be repeated, and so cannot be doubled."""
OPEN = (LetterState.PENDING, LetterState.SENDING, LetterState.UNKNOWN)


@dataclass(frozen=True)
class Count:
    """`wanted` letters should have left; `messages` stand in Slack.

    `lost`: not there, and no reason on the row says why. `doubled`: letters with more than one message; `noticed`:
    those of them of which the row says so. `skipped`: reasons. `outlived`: claims whose holder died or froze.
    """

    wanted: int
    messages: int
    lost: int
    doubled: int
    noticed: int
    outlived: int
    skipped: dict[str, int] = field(default_factory=dict)

    @property
    def lost_percent(self) -> float:
        return 100 * self.lost / max(1, self.wanted)

    @property
    def doubled_percent(self) -> float:
        return 100 * self.doubled / max(1, self.wanted)


def open_letters(desk: Desk) -> int:
    """How many are due and not settled."""
    due = select(func.count()).select_from(Letter).where(Letter.due_at <= desk.now, Letter.state.in_(OPEN))
    return desk.session.scalar(due) or 0


def planned(desk: Desk) -> int:
    """How many letters are to leave within the day."""
    today = Letter.due_at < desk.now + timedelta(days=1)
    return (
        desk.session.scalar(select(func.count()).select_from(Letter).where(Letter.kind.in_(ONCE), today)) or 0
    )


def settled(desk: Desk) -> int:
    """How many of those that are sent once are settled."""
    done = select(func.count()).select_from(Letter)
    return desk.session.scalar(done.where(Letter.kind.in_(ONCE), Letter.state.not_in(OPEN))) or 0


def every_once() -> Select[Letter]:
    """Letters that are to be sent once, due or not."""
    return select(Letter).where(Letter.kind.in_(ONCE))


def count(desk: Desk, wanted: int, standing: Counter[str]) -> Count:
    """The books, by what stands in Slack for each letter. What was never even put into the outbox is lost, too."""
    due = desk.session.scalars(every_once().where(Letter.due_at <= desk.now)).all()
    skipped = Counter(str(one.reason) for one in due if one.state == LetterState.SKIPPED)
    here = {str(one.id) for one in due}
    absent = [one for one in due if str(one.id) not in standing and one.state != LetterState.SKIPPED]
    strangers = sum(number for letter, number in standing.items() if letter not in here)
    twice = {UUID(letter) for letter, number in standing.items() if letter in here and number > 1}
    return Count(
        wanted=wanted,
        messages=standing.total(),
        lost=len(absent) + max(0, wanted - len(due)),
        doubled=len(twice) + strangers,
        noticed=sum(1 for one in due if one.id in twice and one.doubled_ts is not None),
        outlived=sum(one.unsettled_claims for one in due),
        skipped=dict(skipped),
    )


def kinds(desk: Desk) -> dict[LetterKind, int]:
    """How many of each kind were sent."""
    sent = select(Letter.kind, func.count()).where(Letter.state == LetterState.SENT).group_by(Letter.kind)
    return {kind: int(number) for kind, number in desk.session.execute(sent)}
