"""A whole term with every flow switched on: nobody gets too much, and nobody anything at a time that is not theirs.

What is checked is written out here once more, by hand, from what stands in the tables at that moment.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot import clock
from bot.db import Database
from bot.domain.outbox import MANNERS, Timing
from bot.domain.verdicts import NO_ANSWER
from bot.errors import MullError
from bot.models import (
    CoachingSession,
    Letter,
    LetterKind,
    LetterState,
    Membership,
    Occurrence,
    Pairing,
    Person,
    Role,
    Schedule,
    ScheduleKind,
    School,
)
from bot.prompts import Prompts
from bot.services import bank_holidays, checkins, coaching, joining, outbox, schedules, searching, settling
from bot.services.delivery import Claim, NotSent, Reply
from bot.services.desk import Desk, Desks
from bot.services.drafts import Draft
from bot.services.people import Known
from bot.services.searching import Search, Seen
from bot.vault import Vault
from tests import mail
from tests.cast import AMIRA, JO, OWEN, PRIYA, Cast, known, settle_in
from tests.services.test_sight import make_step, step_of

BEGINS, ENDS = datetime(2026, 9, 1, 5, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC)
TERMS = [["2026-09-02", "2026-10-23"], ["2026-11-02", "2026-12-18"]]
TRAINING = ["2026-10-29", "2026-11-27"]
ZONES = ["Europe/London", "America/New_York", "Pacific/Auckland", "Australia/Lord_Howe", None]
UNASKED = {kind for kind, manner in MANNERS.items() if manner.unasked}
OFTEN = (LetterKind.CHECK_IN, LetterKind.CHECK_IN_AGAIN, LetterKind.DIGEST, LetterKind.NUDGE)
SLOTS = [{"weekday": day, "from": "08:00", "until": "10:00"} for day in (0, 2)] + [
    {"weekday": 3, "from": "15:00", "until": "16:30"}
]
COMES_ROUND = [
    (ScheduleKind.CHECK_IN, Role.TEACHER, 2, time(8, 30)),
    (ScheduleKind.CHECK_IN, Role.TEACHER, 4, time(15, 40)),
    (ScheduleKind.CHECK_IN, Role.LEADER, 1, time(8)),
    (ScheduleKind.CHECK_IN, Role.LEADER, 3, time(16)),
    (ScheduleKind.DIGEST, Role.COACH, 0, time(9)),
]
OK = Reply("ok", "D1", "1789369800.000100")


class Watch:
    """A calendar clock that stands still until somebody moves it."""

    def __init__(self) -> None:
        self.now = BEGINS

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Stage:
    """A school in its term: who its people are, what they were sent and when, what became of the rest."""

    desks: Desks
    cast: Cast
    chance: Random
    watch: Watch
    steps: list[tuple[str, UUID]] = field(default_factory=list)
    sent: dict[UUID, list[tuple[LetterKind, datetime]]] = field(default_factory=dict)
    seen: Counter[str] = field(default_factory=Counter)

    @property
    def now(self) -> datetime:
        """The moment it is in school."""
        return self.watch.now

    def rows(self, table: type[Any]) -> list[Any]:
        return self.desks.look(lambda desk: list(desk.session.scalars(select(table).order_by(table.id))))

    def change(self, table: type[Any], row_id: UUID, **to: object) -> None:
        """Something is changed, and whoever is concerned is planned for in the same transaction."""

        def apply(desk: Desk) -> None:
            row = desk.session.get_one(table, row_id)
            for name, value in to.items():
                setattr(row, name, value)
            desk.session.flush()
            schedules.plan(desk, [row.id] if table is Person else self.cast.people.values())

        self.desks.do(apply)

    def plan(self) -> None:
        """As the clock does. And nobody has been forgotten: planning for everyone finds nothing more."""
        self.desks.do(bank_holidays.refresh)
        self.desks.do(schedules.plan, self.desks.look(schedules.to_plan))
        if self.chance.random() < 0.3:
            assert self.desks.do(schedules.plan, self.cast.people.values()) == 0

    def deliver(self) -> None:
        """What is due leaves; now and then Slack's answer is lost, and history tells."""
        for letter in mail.letters(self.desks):
            if isinstance(letter, NotSent):
                self.seen[letter.reason] += 1
            else:
                self.settle(*letter)

    def settle(self, claim: Claim, draft: Draft) -> None:
        state = self.desks.do(settling.settle, claim, OK if self.chance.random() < 0.9 else Reply(NO_ANSWER))
        if state == LetterState.UNKNOWN:
            found = Seen("D1", ("1789369800.000100",) if self.chance.random() < 0.5 else ())
            search = Search(
                claim.letter_id,
                claim.attempt,
                claim.workspace_id,
                claim.team_id,
                claim.slack_user_id,
                None,
                "0",
            )
            state = self.desks.do(searching.reconcile, search, found)
        if state == LetterState.SENT and claim.kind != LetterKind.HOME and claim.message_ts is None:
            self.has_come(claim, draft.who)

    def has_come(self, claim: Claim, who: Known) -> None:
        self.seen[claim.kind] += 1
        self.sent.setdefault(who.id, []).append((claim.kind, self.now))
        self.may_come(claim.kind, who.id)
        if claim.kind == LetterKind.CHECK_IN and self.chance.random() < 0.3:
            letter = self.desks.look(lambda desk: desk.session.get_one(Letter, claim.letter_id))
            assert letter.subject_id is not None
            self.desks.do(checkins.later, who, letter.subject_id)

    def may_come(self, kind: LetterKind, person_id: UUID) -> None:
        """What has just come was allowed to, by what the tables say."""
        person, school, mine = self.desks.look(standing, person_id)
        zone = ZoneInfo(person.zone or school.zone)
        local = self.now.astimezone(zone)
        why = f"{kind} at {local:%a %d %b %H:%M} for {person.name}"
        assert not on_leave(person, local.date()), why
        assert not in_quiet_hours(person, school, local), why
        assert local.weekday() < 5, why
        if kind in UNASKED:
            assert person.paused_at is None, why
            assert is_day_of_school(school, mine, local.date()), why
            assert not school.slots or in_a_slot(school, local), why
            assert self.unasked_this_week(person_id, local) <= self.most(person, local), why

    def unasked_this_week(self, person_id: UUID, local: datetime) -> int:
        monday = local.date() - timedelta(days=local.weekday())
        days = [at.astimezone(local.tzinfo).date() for kind, at in self.sent[person_id] if kind in UNASKED]
        return sum(monday <= day for day in days)

    def most(self, person: Person, local: datetime) -> int:
        monday = local.date() - timedelta(days=local.weekday())
        mine = {pair.id for pair in self.rows(Pairing) if person.id in (pair.coach_id, pair.coachee_id)}
        talks = [one.starts_at for one in self.rows(CoachingSession) if one.pairing_id in mine]
        this_week = any(
            monday <= at.astimezone(local.tzinfo).date() < monday + timedelta(days=7) for at in talks
        )
        return person.unasked_per_week + (this_week and person.unasked_per_week > 0)


def raised(desk: Desk, cast: Cast, chance: Random, *, slots: bool) -> None:
    """The school has everything switched on, and its people their own ways."""
    school = desk.session.get_one(School, cast.school_id)
    school.calendar = {"terms": TERMS, "closed": ["2026-10-05"], "training": TRAINING}
    school.nation, school.slots = "scotland", SLOTS if slots else []
    for index, (kind, role, weekday, at) in enumerate(COMES_ROUND):
        flow = "weekly-reflection" if kind == ScheduleKind.CHECK_IN else None
        more = Schedule(
            school_id=school.id,
            key=f"more-{index}",
            kind=kind,
            flow_id=flow,
            role=role,
            weekday=weekday,
            at=at,
        )
        desk.session.add(more)
    for member in desk.session.scalars(select(Membership).order_by(Membership.id)):
        member.roles = [*member.roles, Role.TEACHER]
        member.working_days = chance.choice([None, None, [0, 1, 2], [1, 3], [4]])
    for pairing in desk.session.scalars(select(Pairing).order_by(Pairing.id)):
        for week in range(1, 15, 2):
            day = BEGINS.date() + timedelta(weeks=week, days=chance.randrange(5))
            desk.session.add(
                CoachingSession(pairing_id=pairing.id, starts_at=datetime.combine(day, time(14), UTC))
            )
    desk.session.flush()
    for person in desk.session.scalars(select(Person).order_by(Person.id)):
        person.zone, person.unasked_per_week = chance.choice(ZONES), chance.choice([2, 2, 2, 1, 3])
        person.reminders = chance.choice([True, False])
        schedules.plan_person(desk, person)


@pytest.fixture
def stage(
    database: Database, vault: Vault, our_prompts: Prompts, request: pytest.FixtureRequest
) -> Iterator[Stage]:
    """Everybody has said yes, two people share a step with their coach, and term begins tomorrow."""
    slots, seed = request.param
    chance, watch = Random(seed), Watch()
    desks = Desks(database, vault, our_prompts, watch, clock.wall, Timing(paced=False))
    stage = Stage(desks, settle_in(desks), chance, watch)
    for owner, coach in ((AMIRA, PRIYA), (JO, OWEN)):
        stage.steps.append((coach, step_of(desks, make_step(desks, owner, shared=True))))
    desks.do(raised, stage.cast, chance, slots=slots)
    yield stage
    desks.close()


@pytest.mark.timeout(600)
@pytest.mark.parametrize("stage", [(False, 1), (True, 2)], indirect=True, ids=["any time", "time set aside"])
def test_a_term_with_everything_switched_on_gives_nobody_too_much_or_at_a_time_that_is_not_theirs(
    stage: Stage,
) -> None:
    while stage.now < ENDS:
        tomorrow = stage.now + timedelta(days=1)
        if stage.chance.random() < 0.5:
            a_change(stage)
        if stage.now.weekday() == 1:
            ask_kindly(stage)
        stage.plan()
        stage.deliver()
        while due := stage.desks.look(outbox.next_due, tomorrow):
            stage.watch.now = due
            stage.deliver()
        stage.watch.now = tomorrow
    # Everything has had its turn: what comes, and what stands against it.
    assert min(stage.seen[kind] for kind in OFTEN) > 0
    assert {"enough_this_week", "quiet_hours"} <= set(stage.seen)
    once = [(one.schedule_id, one.person_id, one.local_date) for one in stage.rows(Occurrence)]
    assert len(once) == len(set(once))


def standing(desk: Desk, person_id: UUID) -> tuple[Person, School, Membership]:
    """Somebody as the tables have them, in their school."""
    rows = (
        select(Person, School, Membership)
        .join(Membership, Membership.person_id == Person.id)
        .join(School, School.id == Membership.school_id)
    )
    person, school, mine = desk.session.execute(rows.where(Person.id == person_id)).one()
    return person, school, mine


def on_leave(person: Person, day: date) -> bool:
    return person.away_until is not None and (person.away_from or day) <= day <= person.away_until


def in_quiet_hours(person: Person, school: School, local: datetime) -> bool:
    own = person.quiet_from is not None
    starts, ends = (person.quiet_from, person.quiet_until) if own else (school.quiet_from, school.quiet_until)
    assert starts is not None
    assert ends is not None
    # Every school here is quiet over midnight.
    return local.time() >= starts or local.time() < ends


def in_a_slot(school: School, local: datetime) -> bool:
    today = [slot for slot in school.slots if slot["weekday"] == local.weekday()]
    return any(slot["from"] <= f"{local:%H:%M}" < slot["until"] for slot in today)


def is_day_of_school(school: School, mine: Membership, day: date) -> bool:
    if mine.working_days is not None and day.weekday() not in mine.working_days:
        return False
    if str(day) in TRAINING:
        return True
    in_term = any(first <= str(day) <= last for first, last in school.calendar["terms"])
    return in_term and str(day) not in school.calendar["closed"] and str(day) not in school.holidays


def ask_kindly(stage: Stage) -> None:
    """A coach asks how a step goes. Once in seven days is enough."""
    coach, step_id = stage.chance.choice(stage.steps)
    try:
        stage.desks.do(coaching.nudge, known(stage.desks, coach), step_id, str(uuid4()))
    except MullError:
        stage.seen["nudged already"] += 1


def a_change(stage: Stage) -> None:
    """Something that happens in a school, or to somebody's settings."""
    chance, people = stage.chance, list(stage.cast.people.values())
    someone, today = chance.choice(people), stage.now.date()
    _, school, member = stage.desks.look(standing, someone)
    account = next(slack for slack, person_id in stage.cast.people.items() if person_id == someone)

    def moves() -> None:
        who, zone = known(stage.desks, account), chance.choice(ZONES[:-1])
        stage.desks.do(joining.account_changed, who, zone=zone, deleted=False)

    def closes() -> None:
        closed = [*school.calendar["closed"], str(today + timedelta(days=chance.randrange(4)))]
        stage.change(School, school.id, calendar={**school.calendar, "closed": closed})

    def sets_hours() -> None:
        hours = chance.choice(
            [(None, None), (time(16), time(9)), (time(21), time(6)), (time(14), time(8, 45))]
        )
        stage.change(Person, someone, quiet_from=hours[0], quiet_until=hours[1])

    def works_other_days() -> None:
        days = sorted(chance.sample(range(5), chance.randint(1, 5)))
        stage.change(Membership, member.id, working_days=chance.choice([None, days]))

    def goes_on_leave() -> None:
        first = today + timedelta(days=chance.randrange(5))
        stage.change(
            Person, someone, away_from=first, away_until=first + timedelta(days=chance.randrange(12))
        )

    def sets_a_limit() -> None:
        stage.change(Person, someone, unasked_per_week=chance.randrange(4))

    def pauses() -> None:
        stage.change(Person, someone, paused_at=chance.choice([None, None, stage.now]))

    changes: list[Callable[[], None]] = [moves, closes, sets_hours, works_other_days, goes_on_leave, pauses]
    chance.choice([*changes, sets_a_limit, sets_a_limit])()
