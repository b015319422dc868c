"""Replicas of Mull on one database that only listen, told by hand what Slack would tell them."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update

from bot import clock
from bot.app import Mull
from bot.domain import flows
from bot.domain.flows import Flow, Question, Value
from bot.domain.privacy import Viewer
from bot.models import ActionStep, Base, Letter, LetterKind, LetterState, Occurrence, Run
from bot.services import answers
from bot.services.desk import Desk, Desks
from bot.workspace.server import Workspace
from bot.workspace.state import TEAM_ID
from tests import cast
from tests.cast import Cast
from tests.conftest import StoreUrls
from tests.conversations.conftest import running_mull
from tests.conversations.payloads import Payload

JsonObject = dict[str, Any]
COPIES = 4
PATIENCE_SECONDS = 60.0
"""What is tried with replicas is what is left, not how soon: a busy machine must not decide it."""


@dataclass
class Replicas:
    """Two or more Mulls on one database. `tell` hands a payload to the sockets, as many copies as `copies`, at once.

    `told` counts payloads, `wrong` lists every answer that a person would have taken for an error.
    """

    workspace: Workspace
    mulls: Sequence[Mull]
    cast: Cast
    copies: int = COPIES
    told: int = 0
    wrong: list[JsonObject] = field(default_factory=list)

    @property
    def desks(self) -> Desks:
        return self.mulls[0].desks

    async def tell(self, *payloads: Payload) -> None:
        """One thing after the other; all copies of each at once."""
        for payload in payloads:
            self.told += 1
            answered = await asyncio.gather(*(self._deliver(payload) for _ in range(self.copies)))
            if len(set(answered)) > 1:
                self.wrong.append(payload.body)

    async def _deliver(self, payload: Payload) -> str:
        """How it was answered: every copy must be answered as the first is."""
        body = dict(payload.body)
        if "trigger_id" in body:
            body["trigger_id"] = self.workspace.grants.trigger((body.get("user") or {}).get("id", "U"))
        acknowledged, answer = await self.workspace.sockets.deliver(payload.kind, body)
        if not acknowledged or "errors" in (answer or {}):
            self.wrong.append(body)
        return str((answer or {}).get("response_action"))

    def occurrence(self, user: str) -> UUID:
        """This person's open check-in."""
        return self.desks.look(_occurrence, self.cast.people[user])

    def step(self, user: str) -> UUID:
        """The step this person made."""
        return self.desks.look(_step, self.cast.people[user])

    def flow(self, flow_id: str) -> Flow:
        return self.desks.prompts.flow(flow_id)


@asynccontextmanager
async def replicas(
    workspace: Workspace,
    stores: StoreUrls,
    people: Sequence[Mapping[str, str]],
    pairs: Sequence[tuple[str, str]] = (),
    *,
    number: int = 2,
    undecided: Collection[str] = (),
) -> AsyncIterator[Replicas]:
    """So many replicas, with these people in a school of theirs; all but the undecided have said yes, and been asked.

    Nothing is sent: nobody keeps time.
    """
    workspace.sockets.ack_seconds = PATIENCE_SECONDS
    async with AsyncExitStack() as stack:
        mulls = [
            await stack.enter_async_context(running_mull(workspace, stores, keeps_time=False))
            for _ in range(number)
        ]
        for mull in mulls:
            assert mull._sockets is not None
            for handler in mull._sockets.handlers:
                handler.answer_seconds = PATIENCE_SECONDS
        desks = mulls[0].desks
        settled = cast.settle_in(
            desks, team=TEAM_ID, people=[dict(one) for one in people], pairs=pairs, joined=False
        )
        for one in people:
            if one["id"] not in undecided:
                cast.join(desks, one["id"], TEAM_ID)
        desks.do(_sent)
        yield Replicas(workspace, mulls, settled)


def rows(desk: Desk) -> dict[str, int]:
    """How many rows there are in each table, but for the one that says which processes there are."""
    counted = {}
    for table in Base.metadata.sorted_tables:
        if table.name == "host":
            continue
        counted[table.name] = desk.session.scalar(select(func.count()).select_from(table)) or 0
    return counted


def given(desk: Desk, people: Mapping[str, UUID]) -> dict[str, list[tuple[str, str, object]]]:
    """What each person has given as answers, by flow and question, and whether their flow is complete."""
    return {user: list(_given(desk, person_id)) for user, person_id in people.items()}


def _given(desk: Desk, person_id: UUID) -> list[tuple[str, str, object]]:
    found: list[tuple[str, str, object]] = []
    for run in desk.session.scalars(select(Run).where(Run.person_id == person_id)):
        opened = answers.opened(desk, Viewer(person_id), run, drafts=False)
        flow = "at a check-in" if run.occurrence_id else "by oneself"
        found += [(flow, question, opened.values.get(question)) for question in sorted(opened.given)]
        found.append((flow, "complete", run.completed_at is not None))
    return sorted(found, key=str)


def _occurrence(desk: Desk, person_id: UUID) -> UUID:
    return desk.session.scalars(
        select(Occurrence.id).where(Occurrence.person_id == person_id).order_by(Occurrence.due_at)
    ).first() or UUID(int=0)


def _step(desk: Desk, person_id: UUID) -> UUID:
    return desk.session.scalars(select(ActionStep.id).where(ActionStep.person_id == person_id)).one()


def _sent(desk: Desk) -> None:
    """Everybody's check-in has been sent, and can be answered."""
    sent = {"state": LetterState.SENT, "sent_at": clock.now()}
    desk.session.execute(update(Letter).where(Letter.kind == LetterKind.CHECK_IN).values(sent))


def whole(flow: Flow, *, role: str = "teacher") -> dict[str, str | int]:
    """An answer to every question that this one is asked: the first of those offered, words, a middling number."""
    values: dict[str, str | int] = {}
    chosen: dict[str, Value] = {}
    while missing := [one for one in flows.asked(flow, chosen, role=role) if one.id not in chosen]:
        question = missing[0]
        chosen[question.id], values[question.id] = _answer(question)
    return values


def _answer(question: Question) -> tuple[Value, str | int]:
    """As the engine knows it, and as it is written in a payload here."""
    if question.kind == "scale":
        return 3, 3
    if question.kind == "choice":
        first = question.options[0].value
        return first, f"choice:{first}"
    if question.kind == "date":
        return "2026-09-16", "date:2026-09-16"
    return (words := f"words for {question.id}"), words
