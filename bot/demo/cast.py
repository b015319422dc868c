"""The people of the demo and their school. All of them are invented."""

from dataclasses import dataclass, field
from datetime import date, time
from typing import Any
from uuid import UUID

from sqlalchemy import select

from bot.models import (
    Account,
    Membership,
    Pairing,
    Person,
    Programme,
    Role,
    Schedule,
    ScheduleKind,
    School,
    Workspace,
)
from bot.services.desk import Desk

ZONE = "Europe/London"
BEGINS_ON = date(2026, 9, 14)
"""A Monday in term: the first day of the demo, whatever day it is."""


@dataclass(frozen=True)
class Character:
    """Somebody of the cast. `part` is what they are, as prompts/sentences.yaml words it (demo_part_…)."""

    id: str
    name: str
    part: str
    roles: tuple[Role, ...]
    coach: str | None = None
    guest: bool = False
    away: tuple[date, date] | None = None

    @property
    def first_name(self) -> str:
        """What a colleague would say."""
        return self.name.split()[0]


AMIRA, PRIYA, TOM, JO, OWEN = "U_AMIRA", "U_PRIYA", "U_TOM", "U_JO", "U_OWEN"
HELEN, LENA, RUTH = "U_HELEN", "U_LENA", "U_RUTH"

CAST = (
    Character(AMIRA, "Amira Shah", "teacher", (Role.TEACHER,), coach=PRIYA),
    Character(PRIYA, "Priya Nair", "coach", (Role.COACH,)),
    Character(
        TOM,
        "Tom Reyes",
        "teacher",
        (Role.TEACHER,),
        coach=PRIYA,
        away=(date(2026, 9, 21), date(2026, 9, 25)),
    ),
    Character(JO, "Jo Lund", "teacher", (Role.TEACHER,), coach=OWEN),
    Character(OWEN, "Owen Hart", "outside_coach", (Role.COACH,), guest=True),
    Character(HELEN, "Helen Ward", "head", (Role.LEADER,), coach=OWEN),
    Character(LENA, "Lena Fox", "lead", (Role.LEAD,)),
    Character(RUTH, "Ruth Abell", "teacher", (Role.TEACHER,)),
)
BY_ID = {one.id: one for one in CAST}


def accounts() -> list[dict[str, Any]]:
    """The cast as the workspace takes its people."""
    return [
        {
            "id": one.id,
            "name": one.first_name.lower(),
            "real_name": one.name,
            "tz": ZONE,
            "is_restricted": one.guest,
        }
        for one in CAST
    ]


@dataclass(frozen=True)
class Settled:
    """The cast once the database knows them: each one's id there, by their account."""

    school: School
    ids: dict[str, UUID] = field(default_factory=dict)


def settle_in(desk: Desk, team_id: str) -> Settled:
    """The school, its people, pairs and schedules are there. Nobody has been written to."""
    workspace = desk.session.scalars(select(Workspace).where(Workspace.team_id == team_id)).one()
    school = School(
        workspace_id=workspace.id,
        key="thistledown",
        name="Thistledown Primary",
        zone=ZONE,
        calendar={"terms": [["2026-09-02", "2026-10-23"]]},
        safeguarding_lead="Nadia Cole",
    )
    desk.session.add(school)
    desk.session.flush()
    desk.session.add_all(_schedules(school))
    settled = Settled(school)
    for one in CAST:
        settled.ids[one.id] = _person(desk, school, one)
    _pairs(desk, settled)
    return settled


def _schedules(school: School) -> list[Schedule]:
    """A check-in on Tuesdays for those who teach, on Wednesdays for those who lead; a digest on Thursdays."""
    check_in = {"kind": ScheduleKind.CHECK_IN, "flow_id": "weekly-reflection"}
    rows: list[dict[str, Any]] = [
        {"key": "teachers", "role": Role.TEACHER, "weekday": 1, "at": time(8, 10), **check_in},
        {"key": "leaders", "role": Role.LEADER, "weekday": 2, "at": time(7, 50), **check_in},
        {
            "key": "digest",
            "role": Role.COACH,
            "weekday": 3,
            "at": time(15, 30),
            "kind": ScheduleKind.DIGEST,
        },
    ]
    return [Schedule(school_id=school.id, **row) for row in rows]


def _person(desk: Desk, school: School, one: Character) -> UUID:
    away_from, away_until = one.away or (None, None)
    person = Person(name=one.name, zone=ZONE, away_from=away_from, away_until=away_until)
    desk.session.add(person)
    desk.session.flush()
    desk.session.add_all(
        [
            Account(person_id=person.id, workspace_id=school.workspace_id, slack_user_id=one.id),
            Membership(person_id=person.id, school_id=school.id, roles=list(one.roles)),
        ]
    )
    return person.id


def _pairs(desk: Desk, settled: Settled) -> None:
    programme = Programme(school_id=settled.school.id, key="coaching", name="Coaching", starts_on=BEGINS_ON)
    desk.session.add(programme)
    desk.session.flush()
    for one in CAST:
        if one.coach is not None:
            pairing = Pairing(
                programme_id=programme.id,
                coach_id=settled.ids[one.coach],
                coachee_id=settled.ids[one.id],
                started_at=desk.now,
            )
            desk.session.add(pairing)
