"""Home: what each person finds when they open Mull. Everyone's front door, different for each role."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from bot.domain.privacy import Viewer
from bot.domain.steps import OpenStep
from bot.models import (
    ActionStep,
    Letter,
    Membership,
    Pairing,
    PairingState,
    Person,
    Programme,
    Role,
    Run,
    StepKind,
    StepState,
)
from bot.services import checkins, coaching, digests, my_time, people, sight, steps
from bot.services.checkins import CheckIn
from bot.services.coaching import Coachee
from bot.services.desk import Desk
from bot.services.my_time import NOT_AWAY, Absence
from bot.services.people import Known

PAIRS_FOR_FIGURES = 3
"""Diary facts are shown from this many pairs on (LL7a)."""


@dataclass(frozen=True)
class Figures:
    """What a coaching lead sees of a school: counts, never words. None where the school is too small for one."""

    pairs: int | None
    steps_open: int | None
    steps_embedded: int | None


@dataclass(frozen=True)
class OwnShared:
    """Something this person shares: when it was written, and who has opened it since, last when."""

    run: Run
    openings: tuple[tuple[Person, datetime], ...]


@dataclass(frozen=True)
class HomeContent:
    """Everything one person's Home shows. `coach` is who coaches them, `shared_runs` what they share now.

    `wonderings`: which coach has asked about which step. `round_up_waits`: one of theirs did not come as a message.
    """

    who: Known
    joined: bool
    waiting: tuple[CheckIn, ...]
    steps: tuple[OpenStep, ...]
    coach: Person | None
    coachees: tuple[Coachee, ...]
    figures: Figures | None
    shared_runs: tuple[OwnShared, ...]
    absence: Absence = NOT_AWAY
    wonderings: Mapping[UUID, str] = field(default_factory=dict)
    round_up_waits: bool = False


def compose(desk: Desk, _letter: Letter | None, who: Known) -> HomeContent:
    """Home as it is now."""
    if who.person.joined_at is None:
        return HomeContent(who, False, (), (), None, (), None, ())
    return HomeContent(
        who,
        True,
        tuple(checkins.waiting(desk, who)),
        tuple(steps.open_steps(desk, Viewer(who.id), who.person)),
        people.coach_of(desk, who.id),
        tuple(coaching.coachees(desk, who)),
        _figures(desk, who) if Role.LEAD in who.roles else None,
        tuple(_shared_runs(desk, who)),
        my_time.absence(desk, who),
        coaching.wonderings(desk, who),
        digests.waits(desk, who),
    )


def waiting_for(desk: Desk, who: Known) -> HomeContent:
    """The same, for somebody who asks what is waiting."""
    return compose(desk, None, who)


def _shared_runs(desk: Desk, who: Known) -> list[OwnShared]:
    """What this person shares now, newest first: so that it can be taken back, and they know who has looked."""
    found = desk.session.scalars(
        select(Run)
        .where(Run.person_id == who.id, Run.shared_at.is_not(None), Run.completed_at.is_not(None))
        .order_by(Run.completed_at.desc(), Run.id)
        .limit(coaching.SHARED_SHOWN)
    )
    return [OwnShared(run, tuple(sight.openings(desk, run.id))) for run in found]


def _figures(desk: Desk, who: Known) -> Figures:
    """The whole school's diary, by one fixed page: no parts, so that no two of them can be subtracted."""
    pairs = desk.session.scalar(
        select(func.count())
        .select_from(Pairing)
        .join(Programme, Programme.id == Pairing.programme_id)
        .where(Programme.school_id == who.school.id, Pairing.state == PairingState.ACTIVE)
    )
    if not pairs or pairs < PAIRS_FOR_FIGURES:
        return Figures(None, None, None)
    counts = {state: _steps_in(desk, who, state) for state in (StepState.OPEN, StepState.EMBEDDED)}
    return Figures(pairs, counts[StepState.OPEN], counts[StepState.EMBEDDED])


def _steps_in(desk: Desk, who: Known, state: StepState) -> int | None:
    """How many steps are in a state; None when fewer people than the school's minimum group hold them."""
    steps_of, owners = desk.session.execute(
        select(func.count(ActionStep.id), func.count(func.distinct(ActionStep.person_id)))
        .join(Membership, Membership.person_id == ActionStep.person_id)
        .where(
            Membership.school_id == who.school.id,
            ActionStep.state == state,
            ActionStep.kind != StepKind.TASK,
        )
    ).one()
    return steps_of if owners >= who.school.minimum_group else None
