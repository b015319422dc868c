"""What somebody shared, read by their coach."""

from dataclasses import dataclass
from uuid import UUID

from bot.domain import flows
from bot.domain.flows import Flow, Question, Value
from bot.models import Person
from bot.services import outbox, people, runs
from bot.services.desk import Desk
from bot.services.people import Known


@dataclass(frozen=True)
class SharedAnswers:
    """A finished flow with the answers its owner shared."""

    owner: Person
    flow: Flow
    answers: tuple[tuple[Question, Value], ...]


def read(desk: Desk, who: Known, run_id: UUID) -> SharedAnswers:
    """The answers, for a coach they were shared with; that they looked is noted for the owner. NotFound otherwise."""
    run, flow, values = runs.shared_with(desk, people.viewer(desk, who.id), run_id)
    owner = desk.session.get_one(Person, run.person_id)
    outbox.refresh_home(desk, owner.id)
    asked = flows.asked(flow, values)
    return SharedAnswers(owner, flow, tuple((one, values[one.id]) for one in asked if one.id in values))
