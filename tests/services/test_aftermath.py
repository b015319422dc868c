"""What an act left behind, and milestones: found by rows, on both databases."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from bot import clock
from bot.models import ActionStep, StepChange
from bot.services import aftermath, coaching, milestones, runs, steps
from bot.services.aftermath import Act, Aftermath
from bot.services.desk import Desk, Desks
from bot.services.milestones import Milestone
from bot.services.people import Known
from bot.services.runs import Ref
from tests.cast import AMIRA, HELEN, OWEN, PRIYA, TEAM, Cast, known

WORDS = "A line that nobody else reads"
STEP = "Wait three seconds after a question"
NONE: frozenset[str] = frozenset()
A_STEP = {"kind": "teaching", "repeatable": "practice", "draft": STEP, "title": STEP}


def write(desk: Desk, who: Known, flow_id: str, answers: Mapping[str, str | int]) -> None:
    """A run with these answers."""
    ref = Ref(uuid4(), desk.prompts.flow(flow_id).version)
    runs.save(desk, who, ref, answers)


def make_step(desk: Desk, who: Known) -> UUID:
    """A step, made in a run of its own."""
    run = runs.begin(desk, who, Ref(uuid4(), desk.prompts.flow("action-step").version))
    steps.make(desk, who, run, A_STEP)
    desk.session.flush()
    return desk.session.scalars(select(ActionStep.id).where(ActionStep.made_in_run == run.id)).one()


def after(
    desks: Desks, since: datetime, viewer: str, who: str = AMIRA, stamps: frozenset[str] = NONE
) -> Aftermath:
    found = desks.look(aftermath.of, TEAM, Act(who, since, clock.now(), stamps), viewer)
    assert found is not None
    return found


def made_step(desks: Desks) -> UUID:
    """Amira has made a step."""
    return desks.do(make_step, known(desks, AMIRA))


@pytest.fixture
def start(settled: Cast) -> datetime:
    assert settled.people
    return clock.now()


def test_what_was_written_is_there_in_bytes_and_for_its_writer_in_words(
    desks: Desks, start: datetime
) -> None:
    desks.do(write, known(desks, AMIRA), "weekly-reflection", {"energy": 3, "drained_by": WORDS})
    own, others = after(desks, start, AMIRA), after(desks, start, PRIYA)
    assert {(one.question, one.value) for one in own.stored} == {
        ("How full is the tank today?", "Half"),
        ("What took the most out of you?", WORDS),
    }
    assert {one.value for one in others.stored} == {None}
    assert [one.sealed for one in own.stored] == [one.sealed for one in others.stored]
    assert not [one for one in own.stored if WORDS.encode() in one.sealed]


def test_what_was_written_before_or_by_somebody_else_is_not_in_it(desks: Desks, start: datetime) -> None:
    desks.do(write, known(desks, AMIRA), "weekly-reflection", {"energy": 3})
    later = clock.now() + timedelta(seconds=1)
    late = desks.look(aftermath.of, TEAM, Act(AMIRA, later, later), AMIRA)
    assert late == Aftermath(late.writer, (), False, False, (), (), ()) if late else False
    assert after(desks, start, HELEN, who=HELEN).stored == ()


def test_a_draft_is_found_by_slacks_stamp_and_called_one(desks: Desks, start: datetime) -> None:
    who = known(desks, AMIRA)
    ref = Ref(uuid4(), desks.prompts.flow("weekly-reflection").version)
    desks.do(runs.draft, who, ref, "drained_by", WORDS, "1789369800.000001")
    (draft,) = after(desks, start, AMIRA, stamps=frozenset({"1789369800.000001"})).stored
    assert (draft.draft, draft.value) == (True, WORDS)
    assert after(desks, start, AMIRA).stored == ()


def test_those_who_matter_are_asked_of_the_gate_and_no_one_twice(desks: Desks, start: datetime) -> None:
    step_id = made_step(desks)
    sight = {one.part: bool(one.sight) for one in after(desks, start, AMIRA).onlookers}
    assert sight == {"writer": True, "coach": False, "head": False, "lead": False}
    desks.do(steps.share, known(desks, AMIRA), step_id, shared=True)
    sight = {one.part: bool(one.sight) for one in after(desks, start, AMIRA).onlookers}
    assert sight == {"writer": True, "coach": True, "head": False, "lead": False}


def test_a_strangers_act_leaves_nothing_that_is_known(desks: Desks, start: datetime) -> None:
    assert desks.look(aftermath.of, TEAM, Act("U_NOBODY", start, clock.now()), AMIRA) is None


def test_a_step_goes_its_way_milestone_by_milestone(desks: Desks, start: datetime, settled: Cast) -> None:
    def reached(who: str, milestone: Milestone) -> bool:
        return desks.look(milestones.reached, settled.people[who], milestone, start)

    amira, priya = known(desks, AMIRA), known(desks, PRIYA)
    assert not reached(AMIRA, Milestone.MADE_STEP)
    step_id = made_step(desks)
    assert reached(AMIRA, Milestone.MADE_STEP)
    assert not reached(AMIRA, Milestone.SHARED_STEP)
    desks.do(steps.share, amira, step_id, shared=True)
    assert reached(AMIRA, Milestone.SHARED_STEP)
    desks.do(coaching.nudge, priya, step_id, "once")
    desks.do(coaching.followed_up, priya, step_id, "a note", "once")
    assert reached(PRIYA, Milestone.NUDGED)
    assert reached(PRIYA, Milestone.FOLLOWED_UP)
    desks.do(steps.share, amira, step_id, shared=False)
    assert reached(AMIRA, Milestone.TOOK_BACK_STEP)
    assert not [one for one in Milestone if one != Milestone.JOINED and reached(OWEN, one)]


def test_what_was_done_before_does_not_count(desks: Desks, start: datetime, settled: Cast) -> None:
    made_step(desks)
    with desks.database.read() as session:
        at = session.scalars(select(StepChange.at)).one()
    later = at + timedelta(seconds=1)
    assert at >= start
    assert desks.look(milestones.reached, settled.people[AMIRA], Milestone.MADE_STEP, at)
    assert not desks.look(milestones.reached, settled.people[AMIRA], Milestone.MADE_STEP, later)
