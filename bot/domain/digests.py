"""A coach's digest: what is worth a coach's minute, and nothing else (FS6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from bot.domain.steps import OpenStep, Standing

WORTH_SAYING = tuple(standing for standing in Standing if standing != Standing.GOING_ON)


@dataclass(frozen=True)
class Line:
    """One step of one coachee, in the digest."""

    coachee_id: UUID
    first_name: str
    step: OpenStep


@dataclass(frozen=True)
class RoundUp:
    """A digest's content: its lines, most pressing first, and how many coachees there are, with one or without."""

    lines: tuple[Line, ...]
    coachees: int


def round_up(steps: Sequence[tuple[UUID, str, OpenStep]], coachees: int) -> RoundUp:
    """What is worth saying of (coachee id, first name, step), for every open step the coach may see."""
    return listing([one for one in steps if one[2].standing in WORTH_SAYING], coachees)


def listing(steps: Sequence[tuple[UUID, str, OpenStep]], coachees: int) -> RoundUp:
    """All of these as lines, most pressing first."""
    order = list(Standing)
    lines = [Line(*one) for one in steps]
    lines.sort(key=lambda line: (order.index(line.step.standing), line.first_name, str(line.step.id)))
    return RoundUp(tuple(lines), coachees)
