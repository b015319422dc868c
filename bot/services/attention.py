"""What in the outbox wants somebody's attention: by ids and kinds, never by what anyone wrote or how they answered."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from bot.db import UtcDateTime
from bot.domain.pacing import POST
from bot.domain.why import kind_for_anybody
from bot.models import Account, Letter, LetterKind, LetterState, Pace, Workspace, WorkspaceState
from bot.services.desk import Desk

LATE = timedelta(minutes=5)
"""What is due leaves within seconds; a workspace full of people takes minutes."""
OVERDUE = timedelta(minutes=15)
"""By then somebody should look: at what is late, and at what nobody could find out about."""
OUR_OWN_PACE = timedelta(seconds=5)
REMEMBERED = timedelta(days=7)
"""How long what is dead, or was sent twice, is told of. It stays in the database."""
_due = case((Letter.not_before > Letter.due_at, Letter.not_before), else_=Letter.due_at)


class Trouble(StrEnum):
    """What is the matter with a letter."""

    DEAD = "dead"
    TWICE = "sent twice"
    UNKNOWN = "unknown"
    LATE = "late"


@dataclass(frozen=True)
class Held:
    """A letter that is in trouble, since when, and whose it is at Slack. `reason`: Slack's code or a word of ours.

    `kind` is `other` for what would tell of its owner's doings.
    """

    trouble: Trouble
    letter_id: UUID
    kind: str
    team_id: str
    slack_user_id: str | None
    since: datetime
    reason: str | None
    wants_somebody: bool


@dataclass(frozen=True)
class Stopped:
    """A workspace to which nothing is sent now, and how many letters are due there.

    `reason`: why Slack refuses our token; None when it only asked us to wait `until` (real time).
    """

    team_id: str
    reason: str | None
    until: datetime | None
    due: int


def stopped(desk: Desk) -> list[Stopped]:
    """Workspaces that hold everything up: suspended, or asked to slow down."""
    due = (
        select(func.count())
        .where(Letter.workspace_id == Workspace.id, Letter.state == LetterState.PENDING, _due <= desk.now)
        .scalar_subquery()
    )
    rows = desk.session.execute(
        select(Workspace, Pace.free_at, due)
        .outerjoin(Pace, _slowed(desk))
        .where(or_(Workspace.state == WorkspaceState.SUSPENDED, Pace.free_at.is_not(None)))
        .order_by(Workspace.team_id)
    )
    return [
        Stopped(one.team_id, one.state_reason or "", None, count)
        if one.state == WorkspaceState.SUSPENDED
        else Stopped(one.team_id, None, until, count)
        for one, until, count in rows
    ]


def held(desk: Desk, trouble: Trouble, most: int) -> tuple[int, list[Held]]:
    """How many letters are in this trouble, and the `most` that have been so longest.

    What a stopped workspace holds up is told with the workspace, not letter by letter.
    """
    which, since, urgent_before = _which(desk, trouble)
    every = (
        select(Letter, Workspace.team_id, Account.slack_user_id, since)
        .join(Workspace, Workspace.id == Letter.workspace_id)
        .outerjoin(
            Account, and_(Account.person_id == Letter.person_id, Account.workspace_id == Letter.workspace_id)
        )
        .where(which)
    )
    count = desk.session.scalar(select(func.count()).select_from(every.subquery())) or 0
    return count, [
        Held(
            trouble,
            letter.id,
            kind_for_anybody(letter.kind),
            team_id,
            account,
            at,
            letter.reason,
            urgent_before is None or at < urgent_before,
        )
        for letter, team_id, account, at in desk.session.execute(every.order_by(since).limit(most))
    ]


def counts(desk: Desk) -> dict[tuple[str, str], int]:
    """(state, kind) → how many letters there have ever been. In a small school a kind may tell of somebody: `other`."""
    rows = desk.session.execute(
        select(Letter.state, Letter.kind, func.count())
        .group_by(Letter.state, Letter.kind)
        .order_by(Letter.state, Letter.kind)
    )
    return folded((state, kind, count) for state, kind, count in rows)


def folded(rows: Iterable[tuple[LetterState, LetterKind, int]]) -> dict[tuple[str, str], int]:
    """(state, kind) → number, from rows of state, kind and number, with the kinds that anybody may know of."""
    numbers: Counter[tuple[str, str]] = Counter()
    for state, kind, count in rows:
        numbers[str(state), kind_for_anybody(kind)] += count
    return dict(sorted(numbers.items()))


def _which(
    desk: Desk, trouble: Trouble
) -> tuple[ColumnElement[bool], ColumnElement[datetime], datetime | None]:
    """Which letters are in this trouble, since when, and since before when it is urgent (None: at once)."""
    lately = Letter.due_at > desk.now - REMEMBERED
    due = func.coalesce(_due, Letter.due_at, type_=UtcDateTime)
    claimed = func.coalesce(Letter.claimed_at, Letter.due_at, type_=UtcDateTime)
    slowed = select(Pace.method).where(_slowed(desk)).exists()
    moving = and_(Workspace.state == WorkspaceState.ACTIVE, ~slowed)
    late = and_(Letter.state == LetterState.PENDING, _due <= desk.now - LATE, moving)
    stuck = and_(
        Letter.state == LetterState.SENDING, Letter.claimed_at <= desk.wall - desk.timing.lease - LATE
    )
    table: dict[Trouble, tuple[ColumnElement[bool], ColumnElement[datetime], datetime | None]] = {
        Trouble.DEAD: (and_(Letter.state == LetterState.DEAD, lately), due, None),
        Trouble.TWICE: (and_(Letter.doubled_ts.is_not(None), lately), due, None),
        Trouble.UNKNOWN: (Letter.state == LetterState.UNKNOWN, claimed, desk.wall - OVERDUE),
        Trouble.LATE: (or_(late, stuck), due, desk.now - OVERDUE),
    }
    return table[trouble]


def _slowed(desk: Desk) -> ColumnElement[bool]:
    """That Slack asked to post no more in the workspace for a while: our own pace is never so far ahead."""
    return and_(
        Pace.workspace_id == Workspace.id, Pace.method == POST, Pace.free_at > desk.wall + OUR_OWN_PACE
    )
