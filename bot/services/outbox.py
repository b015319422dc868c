"""Putting letters into the outbox, in the transaction of whatever sets them off."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import ColumnElement, case, func, select, update
from sqlalchemy.orm import Session

from bot.db import UtcDateTime, insert_into
from bot.models import Account, AccountState, Letter, LetterKind, LetterState, Occurrence, School
from bot.services.desk import Desk

OPEN = (LetterState.PENDING, LetterState.SENDING, LetterState.UNKNOWN)
"""What has neither been sent nor given up."""
LOOKED_FOR = "looked_for"
"""Why a letter that nobody has sent yet is unknown: what we know of it is older than Slack."""
HELD_BY_NOBODY: dict[str, Any] = {
    "attempt": Letter.attempt + 1,
    "lease_until": None,
    "retry_at": None,
    "unsettled_claims": 0,
}
"""Whoever held it holds it no more."""
A_MOMENT = timedelta(seconds=1)
_NAMES = UUID("6d756c6c-0000-4000-8000-000000000002")


@dataclass(frozen=True)
class Address:
    """Whom a letter is for, in which workspace, and which school's hours bind it."""

    person_id: UUID
    workspace_id: UUID
    school_id: UUID


def post(
    desk: Desk,
    kind: LetterKind,
    key: str,
    to: Address,
    *,
    due_at: datetime | None = None,
    subject_id: UUID | None = None,
) -> bool:
    """A letter under this key is in the outbox; whether it is new. A second one under the key is no second letter."""
    values = {
        **_values(kind, key, to, due_at or desk.now),
        "subject_id": subject_id,
    }
    return _is_new(desk, values)


def schedule(desk: Desk, kind: LetterKind, key: str, occurrence: Occurrence, school: School) -> bool:
    """An occurrence's letter is due when it is, unless it has left already. Whether anything changed."""
    to = Address(occurrence.person_id, school.workspace_id, school.id)
    if _is_new(desk, {**_values(kind, key, to, occurrence.due_at), "subject_id": occurrence.id}):
        return True
    waiting = (Letter.key == key) & (Letter.state == LetterState.PENDING) & (Letter.attempt == 0)
    moved = update(Letter).where(waiting).values(due_at=occurrence.due_at, not_before=None)
    return desk.session.execute(moved.returning(Letter.id)).first() is not None


def changed(desk: Desk, person_id: UUID, kind: LetterKind, subject_id: UUID | None = None) -> None:
    """Messages of this kind that a person already has are rewritten with what is true now."""
    which = [Letter.person_id == person_id, Letter.kind == kind]
    if subject_id is not None:
        which.append(Letter.subject_id == subject_id)
    on_its_way = (LetterState.SENDING, LetterState.SENT, LetterState.UNKNOWN)
    for letter in desk.session.scalars(select(Letter).where(*which, Letter.state.in_(on_its_way))):
        if letter.school_id is None:
            continue
        to = Address(person_id, letter.workspace_id, letter.school_id)
        values = {
            **_values(LetterKind.CHANGED, f"changed:{letter.id}", to, desk.now),
            "subject_id": letter.subject_id,
            "changes_letter_id": letter.id,
        }
        _again(desk, values)


def refresh_home(desk: Desk, person_id: UUID) -> None:
    """Every Home this person has is drawn again."""
    rows = desk.session.execute(
        select(Account.workspace_id, School.id)
        .join(School, School.workspace_id == Account.workspace_id)
        .where(Account.person_id == person_id, Account.state == AccountState.ACTIVE)
        .order_by(School.key)
    )
    for workspace_id, school_id in dict(reversed(rows.all())).items():
        to = Address(person_id, workspace_id, school_id)
        _again(desk, _values(LetterKind.HOME, f"home:{person_id}:{workspace_id}", to, desk.now))


def look_first(desk: Desk, *which: ColumnElement[bool], since: str | None = None) -> int:
    """Letters like these may be in Slack already: history decides, at once, before any leaves. Their number.

    Only of those that are neither sent nor given up, and that must not be sent twice. `since` (a Slack timestamp) is
    where to look from; None: from where the conversation is known to have got to.
    """
    last_ts = (
        select(Account.last_ts)
        .where(Account.person_id == Letter.person_id, Account.workspace_id == Letter.workspace_id)
        .scalar_subquery()
    )
    found = desk.session.execute(
        update(Letter)
        .where(Letter.state.in_(OPEN), *which)
        .values(
            state=LetterState.UNKNOWN,
            reason=LOOKED_FOR,
            claimed_at=desk.wall - desk.timing.reconcile_after - A_MOMENT,
            after_ts=func.coalesce(Letter.after_ts, last_ts if since is None else since, "0"),
            **HELD_BY_NOBODY,
        )
    )
    return found.rowcount  # type: ignore[attr-defined, no-any-return]


def next_due(desk: Desk, until: datetime) -> datetime | None:
    """The first moment after now and not after `until` at which a letter falls due, or its quiet hours end."""
    at = case((Letter.not_before > Letter.due_at, Letter.not_before), else_=Letter.due_at)
    soonest: datetime | None = desk.session.scalar(
        select(func.min(at, type_=UtcDateTime)).where(
            Letter.state == LetterState.PENDING, at > desk.now, at <= until
        )
    )
    return soonest


def not_sent(desk: Desk) -> list[Letter]:
    """Every letter that was looked at and not sent, each with its reason, in the order they were due."""
    skipped = select(Letter).where(Letter.state == LetterState.SKIPPED).order_by(Letter.due_at, Letter.id)
    return list(desk.session.scalars(skipped))


def hear_ts(session: Session, person_id: UUID, workspace_id: UUID, ts: str) -> None:
    """The channel is known to have got as far as this Slack timestamp."""
    session.execute(
        update(Account)
        .where(Account.person_id == person_id, Account.workspace_id == workspace_id, Account.last_ts < ts)
        .values(last_ts=ts)
    )


def hear(session: Session, person_id: UUID, workspace_id: UUID, channel_id: str, ts: str) -> None:
    """This is the direct-message channel, and it is known to have got as far as this Slack timestamp."""
    session.execute(
        update(Account)
        .where(Account.person_id == person_id, Account.workspace_id == workspace_id)
        .values(channel_id=channel_id, last_ts=case((Account.last_ts < ts, ts), else_=Account.last_ts))
    )


def letter_id(key: str) -> UUID:
    """The same id for the same key, whoever posts it.

    So a database restored from a backup, which plans again what it sent since, looks for it under its own name.
    """
    return uuid5(_NAMES, key)


def _again(desk: Desk, values: dict[str, object]) -> None:
    """A letter that may be sent any number of times is due now. The fence goes up: one already under way is void."""
    if _is_new(desk, values):
        return
    fresh = {
        "due_at": desk.now,
        "state": LetterState.PENDING,
        "retry_at": None,
        "not_before": None,
        "reason": None,
        "tries": 0,
        "unsettled_claims": 0,
    }
    again = update(Letter).where(Letter.key == values["key"])
    desk.session.execute(again.values({**fresh, "attempt": Letter.attempt + 1}))


def _is_new(desk: Desk, values: dict[str, object]) -> bool:
    """Whether the letter was not there yet. Now it is.

    No column is named to conflict on: id and key are both unique and go together, and of two processes that post at
    once PostgreSQL may notice either first.
    """
    statement = insert_into(desk.session, Letter).values(values).on_conflict_do_nothing()
    return desk.session.execute(statement.returning(Letter.id)).first() is not None


def _values(kind: LetterKind, key: str, to: Address, due_at: datetime) -> dict[str, object]:
    return {
        "id": letter_id(key),
        "key": key,
        "kind": kind,
        "workspace_id": to.workspace_id,
        "person_id": to.person_id,
        "school_id": to.school_id,
        "due_at": due_at,
        "state": LetterState.PENDING,
        "attempt": 0,
        "tries": 0,
        "unsettled_claims": 0,
    }
