"""Who sees what: nothing sealed opens but by the one gate, and every look of a coach's is noted."""

import ast
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

import bot
from bot import clock
from bot.errors import NotFound
from bot.models import ActionStep, Look, Pairing, PairingState, Programme, School, StepState
from bot.services import answers, coaching, home, runs, sharing, steps
from bot.services.desk import Desk, Desks
from bot.services.home import Figures, HomeContent
from bot.services.runs import Ref
from tests.cast import AMIRA, HELEN, JO, LENA, OWEN, PEOPLE, PRIYA, Cast, known
from tests.services.conftest import SUNDAY

WORDS = "Wait three seconds after a question"


def test_nothing_but_the_gate_opens_the_vault() -> None:
    rooms = Path(bot.__file__).parent
    opening = {str(file.relative_to(rooms)) for file in rooms.rglob("*.py") if opens_the_vault(file)}
    assert opening == {"services/sight.py"}


def opens_the_vault(file: Path) -> bool:
    """Whether a module speaks of anything's `open` whose name ends in vault: called, handed on or renamed."""
    if file.name == "vault.py":
        return False
    tree = ast.parse(file.read_text(encoding="utf-8"))
    spoken = [
        node.value for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "open"
    ]
    return any(ast.unparse(one).lower().endswith("vault") for one in spoken)


def make_step(desks: Desks, account: str, *, shared: bool) -> UUID:
    """Somebody has made a step, and perhaps shares it; the id of the run that made it."""
    who, run_id = known(desks, account), uuid4()

    def make(desk: Desk) -> None:
        run = runs.begin(desk, who, Ref(run_id, desk.prompts.flow("action-step").version))
        answers.give(desk, run, {"title": WORDS})
        steps.make(desk, who, run, {"kind": "teaching", "title": WORDS, "where": "In the classroom"})
        run.completed_at = desk.now
        desk.session.flush()
        if shared:
            runs.share(desk, who, run_id, shared=True)

    desks.do(make)
    return run_id


def seen_by(desks: Desks, account: str) -> list[str]:
    """The words of others that somebody's Home shows."""
    found = desks.do(coaching.coachees, known(desks, account))
    return [step.title for coachee in found for step in coachee.steps]


def looks(desks: Desks) -> list[tuple[UUID, UUID, str]]:
    """Who has looked at whose what."""
    everything = select(Look.viewer_id, Look.owner_id, Look.item_kind).order_by(Look.at)
    return [
        (row[0], row[1], row[2]) for row in desks.look(lambda desk: desk.session.execute(everything).all())
    ]


def step_of(desks: Desks, run_id: UUID) -> UUID:
    made = select(ActionStep.id).where(ActionStep.made_in_run == run_id)
    return desks.look(lambda desk: desk.session.scalars(made).one())


@pytest.mark.usefixtures("settled")
def test_what_is_shared_is_seen_by_its_coach_and_by_nobody_else(desks: Desks) -> None:
    run_id = make_step(desks, AMIRA, shared=True)
    assert seen_by(desks, PRIYA) == [WORDS]
    with pytest.raises(NotFound):  # the step is shared, and not what it was chosen from
        desks.do(sharing.read, known(desks, PRIYA), run_id)
    for account in (JO, OWEN, HELEN, LENA):
        assert seen_by(desks, account) == []
        with pytest.raises(NotFound):
            desks.do(sharing.read, known(desks, account), run_id)
        with pytest.raises(NotFound):
            desks.do(coaching.step, known(desks, account), step_of(desks, run_id))


@pytest.mark.usefixtures("settled")
def test_what_is_not_shared_is_seen_by_no_coach(desks: Desks) -> None:
    run_id = make_step(desks, AMIRA, shared=False)
    assert hidden_from(desks, PRIYA, run_id)


@pytest.mark.usefixtures("settled")
def test_what_is_taken_back_is_seen_no_more(desks: Desks) -> None:
    run_id = make_step(desks, AMIRA, shared=True)
    desks.do(runs.share, known(desks, AMIRA), run_id, shared=False)
    assert hidden_from(desks, PRIYA, run_id)


@pytest.mark.usefixtures("settled")
@pytest.mark.parametrize("state", [PairingState.PAUSED, PairingState.ENDED])
def test_when_the_coaching_stops_so_does_the_seeing(desks: Desks, state: PairingState) -> None:
    run_id = make_step(desks, AMIRA, shared=True)
    desks.do(lambda desk: desk.session.execute(update(Pairing).values(state=state)))
    assert hidden_from(desks, PRIYA, run_id)


def hidden_from(desks: Desks, account: str, run_id: UUID) -> bool:
    who = known(desks, account)
    with pytest.raises(NotFound):
        desks.do(sharing.read, who, run_id)
    with pytest.raises(NotFound):
        desks.do(coaching.step, who, step_of(desks, run_id))
    return seen_by(desks, account) == [] and looks(desks) == []


def test_a_coachs_look_is_noted_once_in_half_a_day(desks: Desks, settled: Cast) -> None:
    make_step(desks, AMIRA, shared=True)
    one_look = (settled.people[PRIYA], settled.people[AMIRA], "action_step")
    for hours, times in ((0, 1), (11, 1), (13, 2)):
        clock.move_to(SUNDAY + timedelta(hours=hours))
        seen_by(desks, PRIYA)
        assert looks(desks) == [one_look] * times


@pytest.mark.usefixtures("settled")
def test_looking_at_what_is_ones_own_is_nobodys_business(desks: Desks) -> None:
    make_step(desks, AMIRA, shared=True)
    assert [step.title for step in home_of(desks, AMIRA).steps] == [WORDS]
    assert looks(desks) == []


def home_of(desks: Desks, account: str) -> HomeContent:
    return desks.do(home.waiting_for, known(desks, account))


def more_pairs(desk: Desk, cast: Cast) -> None:
    """Three pairs: as many as it takes for figures to be shown."""
    programme = desk.session.scalars(select(Programme.id)).one()
    helen, lena = cast.people[HELEN], cast.people[LENA]
    desk.session.add(Pairing(programme_id=programme, coach_id=helen, coachee_id=lena, started_at=desk.now))


def test_a_lead_sees_counts_of_groups_that_are_large_enough_and_no_words(desks: Desks, settled: Cast) -> None:
    everyone = [AMIRA, JO, HELEN, PRIYA, OWEN]
    for account in everyone[:4]:
        make_step(desks, account, shared=True)
    assert home_of(desks, LENA).figures == Figures(None, None, None)
    desks.do(more_pairs, settled)
    assert home_of(desks, LENA).figures == Figures(3, None, None)
    make_step(desks, everyone[4], shared=True)
    desks.do(lambda desk: desk.session.execute(update(ActionStep).values(state=StepState.OPEN)))
    lenas = home_of(desks, LENA)
    assert lenas.figures == Figures(3, 5, None)
    assert (lenas.steps, lenas.coachees, lenas.shared_runs) == ((), (), ())
    assert looks(desks) == []


def test_the_school_sets_how_large_is_large_enough(desks: Desks, settled: Cast) -> None:
    desks.do(more_pairs, settled)
    make_step(desks, AMIRA, shared=False)
    desks.do(lambda desk: desk.session.execute(update(School).values(minimum_group=1)))
    assert home_of(desks, LENA).figures == Figures(3, 1, None)


@pytest.mark.usefixtures("settled")
def test_only_a_lead_is_shown_figures(desks: Desks) -> None:
    assert [account["id"] for account in PEOPLE if home_of(desks, account["id"]).figures] == [LENA]
