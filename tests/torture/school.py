"""Whom the torture writes to: invented schools in workspaces, what falls due there, and what their people do."""

import asyncio
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from bot import clock
from bot.errors import MullError
from bot.models import (
    Account,
    Letter,
    LetterState,
    Membership,
    Pairing,
    Person,
    Programme,
    Role,
    Schedule,
    ScheduleKind,
    School,
)
from bot.services import joining, people, runs, steps, typed, workspaces
from bot.services.desk import Desk, Desks
from bot.services.people import Known
from bot.services.runs import Ref
from bot.services.workspaces import Identity
from bot.workspace.visitor import Visitor

JsonObject = dict[str, Any]

A_STEP = {
    "kind": "teaching",
    "title": "Count to five before answering",
    "draft": "Count to five before answering",
    "repeatable": "step",
}
CHECK_INS = 2
"""Check-ins for each teacher: as many unasked messages as a week holds."""


@dataclass(frozen=True)
class Load:
    """How much there is to send, and over how many seconds it falls due.

    `workspaces` with `teachers` each, who each write to the bot `typed` times; one coach, whose digest is due, and
    `newcomers` to invite.
    """

    workspaces: int
    teachers: int
    typed: int
    newcomers: int
    stream_seconds: float

    @property
    def letters(self) -> int:
        """How many messages people are to find in Slack."""
        each = self.teachers * (CHECK_INS + self.typed) + self.newcomers + 1
        return self.workspaces * each

    @property
    def planned(self) -> int:
        """How many of them are planned, and not set off by what somebody does."""
        return self.workspaces * (self.teachers * CHECK_INS + 1)

    def teams(self) -> Iterator[str]:
        """The workspaces' ids at Slack. (One local Slack serves them all.)"""
        return (f"T_TORTURE{number:02}" for number in range(self.workspaces))

    def accounts(self, team: str) -> list[str]:
        """Everyone in a workspace: teachers, the coach, newcomers."""
        roles = ["T"] * self.teachers + ["COACH"] + ["NEW"] * self.newcomers
        return [f"U{team[-2:]}{role}{number:03}" for number, role in enumerate(roles)]

    def everyone(self) -> list[JsonObject]:
        """The people of the local Slack."""
        names = [user for team in self.teams() for user in self.accounts(team)]
        return [
            {"id": user, "name": user.lower(), "real_name": f"Invented {user}", "tz": "UTC"} for user in names
        ]


def settle_in(desks: Desks, load: Load, begins: datetime) -> None:
    """Schools, people and schedules are there; nothing is planned. `begins`: when the first check-in falls due."""
    for number, team in enumerate(load.teams()):
        members = desks.do(_school, load, team, number, begins)
        for person_id in members:
            desks.vault.ensure_key(person_id, desks.look(_now))
        desks.do(_show_the_coach_steps, load, team)


def bring_forward(desk: Desk, by: timedelta) -> None:
    """What is planned for today falls due so much earlier: as if that time were over."""
    todays = select(Letter).where(Letter.state == LetterState.PENDING, Letter.due_at > desk.now)
    for letter in desk.session.scalars(todays.where(Letter.due_at < desk.now + timedelta(days=1))):
        letter.due_at -= by


def _now(desk: Desk) -> datetime:
    return desk.now


def _school(desk: Desk, load: Load, team: str, number: int, begins: datetime) -> list[UUID]:
    """The ids of those who have said yes."""
    workspace = workspaces.recognise(desk, Identity(team, "Local", "UMULL", "BMULL"))
    runs.record_versions(desk)
    school = School(
        workspace_id=workspace.id,
        key="school",
        name="Invented School",
        zone="UTC",
        quiet_from=time(0),
        quiet_until=time(0),
        quiet_days=[],
    )
    desk.session.add(school)
    desk.session.flush()
    moments = _moments(load, number, begins)
    kinds = [ScheduleKind.CHECK_IN] * CHECK_INS + [ScheduleKind.DIGEST]
    desk.session.add_all(
        _schedule(school, kind, slot, at) for slot, (kind, at) in enumerate(zip(kinds, moments, strict=True))
    )
    return [_person(desk, school, user) for user in load.accounts(team)]


def _moments(load: Load, number: int, begins: datetime) -> list[datetime]:
    """When a workspace's check-ins and its digest fall due: everybody's one after another, over the whole stream."""
    slots = CHECK_INS + 1
    step = load.stream_seconds / (slots * load.workspaces)
    return [begins + timedelta(seconds=step * (slot * load.workspaces + number)) for slot in range(slots)]


def _schedule(school: School, kind: ScheduleKind, slot: int, at: datetime) -> Schedule:
    check_in = kind == ScheduleKind.CHECK_IN
    return Schedule(
        school_id=school.id,
        key=f"{kind}-{slot}",
        kind=kind,
        flow_id="weekly-reflection" if check_in else None,
        role=Role.TEACHER if check_in else Role.COACH,
        weekday=at.weekday(),
        at=at.time().replace(microsecond=0),
        starts_on=at.date() if check_in else None,
    )


def _person(desk: Desk, school: School, user: str) -> UUID:
    person = Person(name=f"Invented {user}", zone="UTC")
    if "NEW" not in user:
        person.joined_at = person.plan_at = desk.now
    desk.session.add(person)
    desk.session.flush()
    role = Role.COACH if "COACH" in user else Role.TEACHER
    desk.session.add_all(
        [
            Account(person_id=person.id, workspace_id=school.workspace_id, slack_user_id=user),
            Membership(person_id=person.id, school_id=school.id, roles=[role]),
        ]
    )
    return person.id


def _show_the_coach_steps(desk: Desk, load: Load, team: str) -> None:
    """Two teachers have shown their coach a step, so that there is something for a digest to say."""
    users = load.accounts(team)
    coach = people.speaking(desk, team, users[load.teachers])
    programme = Programme(school_id=coach.school.id, key="coaching", name="Coaching")
    desk.session.add(programme)
    desk.session.flush()
    for user in users[:2]:
        teacher = people.speaking(desk, team, user)
        desk.session.add(
            Pairing(programme_id=programme.id, coach_id=coach.id, coachee_id=teacher.id, started_at=desk.now)
        )
        desk.session.flush()
        run = runs.begin(desk, teacher, Ref(uuid4(), desk.prompts.flow("action-step").version))
        # To be done this week, which is worth saying to a coach.
        steps.make(desk, teacher, run, A_STEP | {"on": desk.now.date().isoformat()})
        step = next(one for one in steps.open_steps(desk, people.viewer(desk, teacher.id), teacher.person))
        steps.share(desk, teacher, step.id, shared=True)


async def live(desks: Desks, visitor: Visitor, load: Load, seed: int) -> int:
    """Everybody does what they do, spread over the whole time; how many letters that sets off.

    What Slack tells us of is stored before it is acknowledged, else told again: so each of these happens once.
    """
    dice = random.Random(seed)
    acts = [
        (team, user, number)
        for team in load.teams()
        for user in load.accounts(team)
        for number in range(1 if "NEW" in user else 0 if "COACH" in user else load.typed)
    ]
    dice.shuffle(acts)
    begun, lasts = clock.elapsed(), load.stream_seconds
    for number, act in enumerate(acts):
        await asyncio.sleep(max(0.0, begun + lasts * number / len(acts) - clock.elapsed()))
        await _do(desks, visitor, *act)
    return len(acts)


async def _do(desks: Desks, visitor: Visitor, team: str, user: str, number: int) -> None:
    who = await desks.read(people.speaking, team, user)
    if "NEW" in user:
        await _until_stored(desks, joining.invite, who)
        return
    ts = await visitor.person(user).say("Something to say")
    await _until_stored(desks, typed.hear, who, "Something to say", ts, f"{user}-{number}")
    if number == 0:
        await _until_stored(desks, joining.home_opened, who, None, ts)


async def _until_stored(desks: Desks, service: Any, who: Known, *args: object) -> None:
    while True:
        try:
            await desks.write(service, who, *args)
        except MullError:
            await asyncio.sleep(0.2)
        else:
            return
