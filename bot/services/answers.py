"""Answers: sealed one by one, drafts until they are given."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import case, delete, func, select

from bot.db import insert_into
from bot.domain.flows import Value
from bot.domain.privacy import Item, Viewer
from bot.models import Answer, Run
from bot.services import sight
from bot.services.desk import Desk
from bot.vault import Place


@dataclass(frozen=True)
class Kept:
    """What is kept of one person, from outside: how many answers and how many sealed bytes, and no word of them."""

    answers: int
    sealed_bytes: int


@dataclass(frozen=True)
class Answered:
    """A run's answers, opened. `values` are given and drafted ones; `given` the ids passed, answered or left empty."""

    values: dict[str, Value]
    given: frozenset[str]


def opened(desk: Desk, viewer: Viewer, run: Run, *, drafts: bool) -> Answered:
    """The answers of a run for somebody who may see them. Drafts are nobody's but their writer's."""
    with_drafts = drafts and viewer.person_id == run.person_id
    rows = desk.session.scalars(select(Answer).where(Answer.run_id == run.id)).all()
    values: dict[str, Value] = {}
    for row in rows:
        if row.given_at is None and not with_drafts:
            continue
        item = Item("answer", row.id, run.person_id, run.shared_with)
        value = sight.open_for(desk, viewer, item, "answer", "sealed_value", row.sealed_value)
        if value is not None:
            values[row.question_id] = value  # type: ignore[assignment]
    return Answered(values, frozenset(row.question_id for row in rows if row.given_at is not None))


def kept(desk: Desk, person_id: UUID) -> Kept:
    """How much is kept of this person's answers, given and drafted."""
    count, sealed_bytes = desk.session.execute(
        select(func.count(), func.coalesce(func.sum(func.length(Answer.sealed_value)), 0))
        .select_from(Answer)
        .join(Run, Run.id == Answer.run_id)
        .where(Run.person_id == person_id)
    ).one()
    return Kept(count, sealed_bytes)


def give(desk: Desk, run: Run, values: Mapping[str, Value | None], opened_ts: str = "") -> None:
    """These answers are given, whatever was drafted; None is a question passed and left empty.

    `opened_ts`: when the window they were given in was opened, on Slack's clock. It says nothing of when that was
    submitted, but a tap from before it has surely been thought better of, and never comes after.
    """
    for question_id, value in values.items():
        _upsert(desk, run, question_id, value, given_at=desk.now, opened_ts=opened_ts)


def tap(desk: Desk, run: Run, question_id: str, value: Value, action_ts: str) -> None:
    """An answer is given by a tap. Of two taps the later one on Slack's clock counts, in whichever order they come."""
    _upsert(desk, run, question_id, value, given_at=desk.now, action_ts=action_ts)


def draft(desk: Desk, run: Run, question_id: str, value: Value | None, action_ts: str) -> None:
    """What is being typed is kept, unless something newer was, or the answer has been given since."""
    _upsert(desk, run, question_id, value, given_at=None, action_ts=action_ts)


def forget(desk: Desk, run: Run, question_ids: list[str]) -> None:
    """These answers are gone."""
    desk.session.execute(delete(Answer).where(Answer.run_id == run.id, Answer.question_id.in_(question_ids)))


def answer_id(run_id: UUID, question_id: str) -> UUID:
    """Known before the insert, because a sealed value is bound to its row."""
    return uuid5(run_id, question_id)


def _upsert(
    desk: Desk,
    run: Run,
    question_id: str,
    value: Value | None,
    *,
    given_at: datetime | None,
    action_ts: str = "",
    opened_ts: str = "",
) -> None:
    row_id = answer_id(run.id, question_id)
    sealed = desk.vault.seal(Place(run.person_id, "answer", "sealed_value", row_id), value)
    values = {"sealed_value": sealed, "given_at": given_at, "action_ts": action_ts or opened_ts}
    statement = insert_into(desk.session, Answer).values(
        {"id": row_id, "run_id": run.id, "question_id": question_id, **values}
    )
    guard = None
    changes: dict[str, object] = dict(values)
    if action_ts:
        guard = Answer.action_ts < action_ts
        if given_at is None:
            guard &= Answer.given_at.is_(None)
    else:
        changes["action_ts"] = case((Answer.action_ts < opened_ts, opened_ts), else_=Answer.action_ts)
    desk.session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=changes, where=guard))
