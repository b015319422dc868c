"""The standing cast: a teacher, her coach, a teacher coached by someone else who must see nothing, a head, a coaching
lead, an outside coach. Invented, like their school."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

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
from bot.services import joining, people, runs, schedules, workspaces
from bot.services.desk import Desk, Desks
from bot.services.people import Known
from bot.services.workspaces import Identity

TEAM = "T0MULL"
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
ZONE = ZoneInfo("Europe/London")

AMIRA, PRIYA, JO, OWEN, HELEN, LENA = "U_AMIRA", "U_PRIYA", "U_JO", "U_OWEN", "U_HELEN", "U_LENA"

PEOPLE: list[dict[str, Any]] = [
    {"id": AMIRA, "name": "amira", "real_name": "Amira Shah", "tz": "Europe/London"},
    {"id": PRIYA, "name": "priya", "real_name": "Priya Nair", "tz": "Europe/London"},
    {"id": JO, "name": "jo", "real_name": "Jo Lund", "tz": "Europe/London"},
    {"id": OWEN, "name": "owen", "real_name": "Owen Hart", "tz": "Europe/London", "is_restricted": True},
    {"id": HELEN, "name": "helen", "real_name": "Helen Ward", "tz": "Europe/London"},
    {"id": LENA, "name": "lena", "real_name": "Lena Fox", "tz": "Europe/London"},
]

ROLES: dict[str, list[str]] = {
    AMIRA: [Role.TEACHER],
    PRIYA: [Role.COACH],
    JO: [Role.TEACHER],
    OWEN: [Role.COACH],
    HELEN: [Role.LEADER],
    LENA: [Role.LEAD],
}

PAIRS = [(PRIYA, AMIRA), (OWEN, JO)]


@dataclass
class Cast:
    """Ids of the people, by account, and of their school and schedules."""

    school_id: UUID
    check_in_id: UUID
    digest_id: UUID
    people: dict[str, UUID] = field(default_factory=dict)


def settle_in(
    desks: Desks,
    *,
    joined: bool = True,
    check_in_at: time = time(8, 10),
    team: str = TEAM,
    people: Sequence[dict[str, Any]] = PEOPLE,
    pairs: Sequence[tuple[str, str]] = PAIRS,
) -> Cast:
    """The cast (or others) is in the database; a check-in on Mondays at 8:10, a digest on Thursdays at 15:30."""
    cast = desks.do(_people, check_in_at, team, people, pairs)
    if joined:
        for person_id in cast.people.values():
            desks.vault.ensure_key(person_id, LONG_AGO)
        desks.do(_join_all, team, [account["id"] for account in people])
    return cast


def join(desks: Desks, slack_user_id: str, team: str = TEAM) -> None:
    """This person has said yes."""
    who = desks.look(people.speaking, team, slack_user_id)
    desks.vault.ensure_key(who.id, LONG_AGO)
    desks.do(_join, team, slack_user_id)


def known(desks: Desks, slack_user_id: str, team: str = TEAM) -> Known:
    """This person, as services know them."""
    return desks.look(people.speaking, team, slack_user_id)


def suspend(desks: Desks, reason: str, team: str = TEAM) -> None:
    """Slack refuses us in this workspace."""
    desks.do(_suspend, reason, team)


def _suspend(desk: Desk, reason: str, team: str) -> None:
    workspace_id = desk.session.scalars(select(Workspace.id).where(Workspace.team_id == team)).one()
    workspaces.suspend(desk, workspace_id, reason)


def _join_all(desk: Desk, team: str, slack_user_ids: Sequence[str]) -> None:
    for slack_user_id in slack_user_ids:
        _join(desk, team, slack_user_id)


def _join(desk: Desk, team: str, slack_user_id: str) -> None:
    joining.join(desk, people.speaking(desk, team, slack_user_id))


def _people(
    desk: Desk,
    check_in_at: time,
    team: str,
    accounts: Sequence[dict[str, Any]],
    pairs: Sequence[tuple[str, str]],
) -> Cast:
    workspace = workspaces.recognise(desk, Identity(team, "Local", "UMULL", "BMULL"))
    runs.record_versions(desk)
    school = School(workspace_id=workspace.id, key="hillside", name="Hillside Primary", zone="Europe/London")
    desk.session.add(school)
    desk.session.flush()
    check_in, digest = _schedules(desk, school, check_in_at)
    cast = Cast(school.id, check_in.id, digest.id)
    for account in accounts:
        cast.people[account["id"]] = _person(desk, school, account)
    programme = Programme(school_id=school.id, key="coaching", name="Coaching")
    desk.session.add(programme)
    desk.session.flush()
    for coach, coachee in pairs:
        pair = (cast.people[coach], cast.people[coachee])
        pairing = Pairing(
            programme_id=programme.id, coach_id=pair[0], coachee_id=pair[1], started_at=desk.now
        )
        desk.session.add(pairing)
    return cast


def _schedules(desk: Desk, school: School, check_in_at: time) -> tuple[Schedule, Schedule]:
    check_in = Schedule(
        school_id=school.id,
        key="weekly",
        kind=ScheduleKind.CHECK_IN,
        flow_id="weekly-reflection",
        role=Role.TEACHER,
        weekday=0,
        at=check_in_at,
        starts_on=date(2026, 1, 1),
    )
    digest = Schedule(
        school_id=school.id,
        key="digest",
        kind=ScheduleKind.DIGEST,
        role=Role.COACH,
        weekday=3,
        at=time(15, 30),
    )
    desk.session.add_all([check_in, digest])
    desk.session.flush()
    return check_in, digest


def _person(desk: Desk, school: School, account: dict[str, Any]) -> UUID:
    person = Person(name=account["real_name"], zone=account["tz"])
    desk.session.add(person)
    desk.session.flush()
    desk.session.add_all(
        [
            Account(person_id=person.id, workspace_id=school.workspace_id, slack_user_id=account["id"]),
            Membership(
                person_id=person.id, school_id=school.id, roles=ROLES.get(account["id"], [Role.TEACHER])
            ),
        ]
    )
    return person.id


def replan(desks: Desks) -> None:
    """Everyone's next seven days are in the outbox."""
    desks.do(schedules.plan, desks.look(everyone))


def everyone(desk: Desk) -> list[UUID]:
    """Everyone who has said yes."""
    return list(
        desk.session.scalars(select(Person.id).where(Person.joined_at.is_not(None)).order_by(Person.id))
    )
