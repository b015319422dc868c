"""How Mull stands, in numbers that name nobody: for whoever watches over it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from alembic.runtime.migration import MigrationContext
from sqlalchemy import case, func, select

from bot.db import UtcDateTime
from bot.models import Backup, Letter, LetterState, Workspace, WorkspaceState
from bot.services import outbox
from bot.services.attention import folded
from bot.services.desk import Desk

ENDED_BADLY = (LetterState.FAILED, LetterState.DEAD)
ENDED = (LetterState.SENT, LetterState.SKIPPED)
LATELY = timedelta(days=1)
"""What ended as it should is counted for a day: counting all of it would cost more with every year."""


@dataclass(frozen=True)
class Standing:
    """How things stand. Seconds are calendar time for `late_seconds`, real time for the backup's age.

    `letters`: (state, kind) → number; of those that were sent or skipped, the ones due within the last day.
    A kind that would tell of somebody in a small school is `other`.
    `late_seconds`: how long the letter has been due that waits longest; 0 when none does.
    `backup_age_seconds`: of the newest backup that was read back whole; None when none ever was.
    """

    letters: dict[tuple[str, str], int]
    late_seconds: float
    suspended: int
    backup_age_seconds: float | None


def standing(desk: Desk) -> Standing:
    """How things stand now, by a handful of looks into indexes."""
    return Standing(_letters(desk), _late_seconds(desk), _suspended(desk), _backup_age_seconds(desk))


def schema_version(desk: Desk) -> str | None:
    """The version the database is at; None when it is empty."""
    return MigrationContext.configure(desk.session.connection()).get_current_revision()


def last_verified(desk: Desk) -> datetime | None:
    """When the newest backup was made that was read back whole; None when none ever was."""
    whole = select(func.max(Backup.made_at, type_=UtcDateTime)).where(Backup.verified_at.is_not(None))
    return desk.session.scalar(whole)


def _letters(desk: Desk) -> dict[tuple[str, str], int]:
    counted = select(Letter.state, Letter.kind, func.count()).group_by(Letter.state, Letter.kind)
    whole = counted.where(Letter.state.in_(outbox.OPEN + ENDED_BADLY))
    lately = counted.where(Letter.state.in_(ENDED), Letter.due_at > desk.now - LATELY)
    rows = [*desk.session.execute(whole), *desk.session.execute(lately)]
    return folded((state, kind, count) for state, kind, count in rows)


def _late_seconds(desk: Desk) -> float:
    """Quiet hours make a letter due anew when they end; a workspace that is suspended makes it late like any other."""
    at = case((Letter.not_before > Letter.due_at, Letter.not_before), else_=Letter.due_at)
    oldest = desk.session.scalar(
        select(func.min(at, type_=UtcDateTime)).where(
            Letter.state.in_(outbox.OPEN), Letter.due_at <= desk.now, at <= desk.now
        )
    )
    return (desk.now - oldest).total_seconds() if oldest else 0.0


def _suspended(desk: Desk) -> int:
    which = select(func.count()).select_from(Workspace).where(Workspace.state == WorkspaceState.SUSPENDED)
    return desk.session.scalar(which) or 0


def _backup_age_seconds(desk: Desk) -> float | None:
    at = last_verified(desk)
    return (desk.wall - at).total_seconds() if at else None
