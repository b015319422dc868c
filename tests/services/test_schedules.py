"""Schedules: the next one is always at the time that holds now, and there is only one."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta
from threading import Barrier
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, func, select, text

from bot import clock
from bot.db import Database
from bot.domain.calendar import moment
from bot.domain.outbox import Reason
from bot.models import Account, Letter, LetterKind, LetterState, Occurrence, Person, Schedule, School
from bot.prompts import Prompts
from bot.services import checkins, delivery, joining, runs, schedules, settling
from bot.services.delivery import Claim, Reply
from bot.services.desk import Desk, Desks
from bot.vault import Vault
from tests.cast import AMIRA, HELEN, JO, OWEN, PRIYA, Cast, join, known, replan, settle_in
from tests.conftest import MASTER_KEY, StoreUrls

LONDON = ZoneInfo("Europe/London")


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


def due(desks: Desks, person_id: UUID, state: LetterState = LetterState.PENDING) -> list[str]:
    """When a person's check-ins that wait to be sent are due, by London's clock."""

    def find(desk: Desk) -> list[datetime]:
        mine = (Letter.person_id == person_id, Letter.kind == LetterKind.CHECK_IN)
        waiting = select(Letter.due_at).where(*mine, Letter.state == state)
        return list(desk.session.scalars(waiting.order_by(Letter.due_at)))

    return [at.astimezone(LONDON).strftime("%d.%m. %H:%M") for at in desks.look(find)]


def occurrences(desks: Desks, person_id: UUID) -> int | None:
    mine = select(func.count()).select_from(Occurrence).where(Occurrence.person_id == person_id)
    return desks.look(lambda desk: desk.session.scalar(mine))


def change(desks: Desks, table: type[Any], row_id: UUID, **to: object) -> None:
    """The school applies a change, and everyone's next seven days follow."""

    def apply(desk: Desk) -> None:
        row = desk.session.get_one(table, row_id)
        for name, value in to.items():
            setattr(row, name, value)

    desks.do(apply)
    replan(desks)


def send(desks: Desks) -> Claim:
    """Everything that is due has left, up to the next check-in."""
    while looked_at := desks.do(delivery.claim):
        for claim in looked_at:
            if isinstance(claim, Claim):
                desks.do(settling.settle, claim, Reply("ok", "D1", "1789369800.000100"))
                if claim.kind == LetterKind.CHECK_IN:
                    return claim
    raise AssertionError("no check-in is due")


@pytest.fixture
def amira(settled: Cast) -> UUID:
    return settled.people[AMIRA]


def test_a_school_that_moves_its_check_in_gets_the_next_one_then(
    desks: Desks, settled: Cast, amira: UUID
) -> None:
    assert due(desks, amira) == ["14.09. 08:10"]
    change(desks, Schedule, settled.check_in_id, at=time(15, 40))
    assert due(desks, amira) == ["14.09. 15:40"]
    assert occurrences(desks, amira) == 1


def test_moved_on_the_day_after_it_was_sent_it_is_not_sent_again(
    desks: Desks, settled: Cast, amira: UUID
) -> None:
    clock.move_to(london("2026-09-14T08:10"))
    sent = {send(desks).person_id for _ in range(2)}
    assert amira in sent
    change(desks, Schedule, settled.check_in_id, at=time(15, 40))
    assert due(desks, amira) == ["21.09. 15:40"]
    assert due(desks, amira, LetterState.SENT) == ["14.09. 08:10"]


def test_moved_to_an_earlier_time_that_is_past_the_next_one_is_next_weeks(
    desks: Desks, settled: Cast, amira: UUID
) -> None:
    change(desks, Schedule, settled.check_in_id, at=time(15, 40))
    clock.move_to(london("2026-09-14T12:00"))
    change(desks, Schedule, settled.check_in_id, at=time(8, 10))
    assert due(desks, amira) == ["21.09. 08:10"]


def test_a_person_who_changes_zone_gets_the_next_one_at_their_own_ten_past_eight(
    desks: Desks, amira: UUID
) -> None:
    who = known(desks, AMIRA)
    desks.do(joining.account_changed, who, zone="America/New_York", deleted=False)
    assert due(desks, amira) == ["14.09. 13:10"]
    replan(desks)
    assert due(desks, amira) == ["14.09. 13:10"]
    assert occurrences(desks, amira) == 1


def test_another_weekday_takes_the_old_one_away(desks: Desks, settled: Cast, amira: UUID) -> None:
    change(desks, Schedule, settled.check_in_id, weekday=2)
    assert due(desks, amira) == ["16.09. 08:10"]
    change(desks, Schedule, settled.check_in_id, active=False)
    assert due(desks, amira) == []
    assert occurrences(desks, amira) == 0


def test_joining_at_ten_does_not_bring_this_mornings(desks: Desks) -> None:
    clock.move_to(london("2026-09-14T10:00"))
    cast = settle_in(desks, joined=False)
    join(desks, AMIRA)
    assert due(desks, cast.people[AMIRA]) == ["21.09. 08:10"]
    assert due(desks, cast.people[JO]) == []


def test_an_outage_of_ten_minutes_loses_nothing(desks: Desks, settled: Cast, amira: UUID) -> None:
    clock.move_to(london("2026-09-14T08:20"))
    replan(desks)
    assert due(desks, amira) == ["14.09. 08:10", "21.09. 08:10"]
    assert {send(desks).person_id, send(desks).person_id} == {amira, settled.people[JO]}


def test_what_an_outage_of_weeks_made_too_late_is_skipped_and_not_forgotten(
    desks: Desks, settled: Cast, amira: UUID
) -> None:
    clock.move_to(london("2026-10-01T12:00"))
    replan(desks)
    assert due(desks, amira) == ["14.09. 08:10", "05.10. 08:10"]
    while desks.do(delivery.claim):
        pass
    mine = select(Letter.reason).where(Letter.person_id == amira, Letter.kind == LetterKind.CHECK_IN)
    skipped = mine.where(Letter.state == LetterState.SKIPPED)
    assert desks.look(lambda desk: desk.session.scalars(skipped).all()) == [Reason.TOO_LATE]


def test_a_closed_day_in_term_has_none(desks: Desks, settled: Cast, amira: UUID) -> None:
    change(desks, School, settled.school_id, calendar={"closed": ["2026-09-14"]})
    assert due(desks, amira) == []


def test_it_stays_at_ten_past_eight_when_the_clocks_change(desks: Desks, amira: UUID) -> None:
    clock.move_to(london("2026-10-18T12:00"))
    replan(desks)
    clock.move_to(london("2026-10-25T12:00"))
    replan(desks)
    assert due(desks, amira) == ["14.09. 08:10", "19.10. 08:10", "26.10. 08:10"]


def test_planning_again_changes_nothing(desks: Desks, amira: UUID) -> None:
    assert desks.do(schedules.plan, [amira]) == 0


def test_a_check_in_answered_before_it_was_sent_outlives_its_schedule(
    desks: Desks, settled: Cast, amira: UUID
) -> None:
    clock.move_to(london("2026-09-14T08:20"))
    who = known(desks, AMIRA)
    mine = select(Occurrence.id).where(Occurrence.person_id == amira)
    occurrence_id = desks.look(lambda desk: desk.session.scalars(mine).one())
    desks.do(runs.tap, who, occurrence_id, "2", "1789369800.000100")
    change(desks, Schedule, settled.check_in_id, at=time(15, 40))
    change(desks, Schedule, settled.check_in_id, weekday=2)
    assert due(desks, amira) == ["16.09. 15:40"]
    assert occurrences(desks, amira) == 2


@pytest.fixture
def other_desks(desks: Desks, store_urls: StoreUrls, our_prompts: Prompts) -> Iterator[Desks]:
    """Another process's, on the same stores."""
    stores = Database(store_urls.database), Database(store_urls.keys)
    made = Desks(stores[0], Vault(stores[1], [MASTER_KEY]), our_prompts, clock.now, clock.wall)
    yield made
    made.close()
    for store in stores:
        store.dispose()


def test_two_who_plan_at_once_make_one_of_each(desks: Desks, other_desks: Desks, settled: Cast) -> None:
    everyone = list(settled.people.values())
    rounds, together = 10, Barrier(2)

    def plan(mine: Desks, ids: list[UUID]) -> None:
        together.wait()
        mine.do(schedules.plan, ids)

    for _ in range(rounds):
        desks.do(forget_plans)
        with ThreadPoolExecutor(2) as threads:
            for one in [
                threads.submit(plan, desks, everyone),
                threads.submit(plan, other_desks, everyone[::-1]),
            ]:
                one.result()
        assert due(desks, settled.people[AMIRA]) == due(desks, settled.people[JO]) == ["14.09. 08:10"]


def forget_plans(desk: Desk) -> None:
    desk.session.execute(delete(Letter))
    desk.session.execute(delete(Occurrence))


@pytest.mark.parametrize("store_urls", ["postgresql"], indirect=True)  # SQLite has one writer at a time
def test_who_plans_with_what_they_read_before_a_move_plans_the_move(
    desks: Desks, other_desks: Desks, settled: Cast, amira: UUID
) -> None:
    who = known(desks, AMIRA)

    def plan_after_a_move(desk: Desk) -> None:
        person = desk.session.get_one(Person, amira)
        desk.session.get_one(Schedule, settled.check_in_id)
        other_desks.do(joining.account_changed, who, zone="America/New_York", deleted=False)
        change(other_desks, Schedule, settled.check_in_id, at=time(9, 0))
        schedules.plan_person(desk, person)

    desks.do(plan_after_a_move)
    assert due(desks, amira) == ["14.09. 14:00"]


@pytest.mark.parametrize("store_urls", ["postgresql"], indirect=True)  # SQLite has one writer at a time
def test_who_plans_during_a_move_waits_for_it(desks: Desks, other_desks: Desks, amira: UUID) -> None:
    who = known(desks, AMIRA)

    def move_slowly(desk: Desk, threads: ThreadPoolExecutor) -> Future[int]:
        joining.account_changed(desk, who, zone="America/New_York", deleted=False)
        planning = threads.submit(other_desks.do, schedules.plan, [amira])
        while not desk.session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
            assert not planning.done()
        return planning

    with ThreadPoolExecutor(1) as threads:
        desks.do(move_slowly, threads).result()
    assert due(desks, amira) == ["14.09. 13:10"]


def plan_at(desks: Desks, account: str) -> datetime | None:
    who = select(Person.plan_at).join(Account, Account.person_id == Person.id)
    return desks.look(lambda desk: desk.session.scalar(who.where(Account.slack_user_id == account)))


@pytest.mark.parametrize(
    ("zone", "night"),
    [
        ("Europe/London", "2026-10-25"),
        ("America/New_York", "2027-03-14"),
        ("Pacific/Auckland", "2026-09-27"),
        ("Australia/Lord_Howe", "2027-04-04"),
    ],
)
def test_a_night_in_which_clocks_change_has_one_row_for_each_person_however_often_it_is_planned(
    desks: Desks, zone: str, night: str
) -> None:
    day = datetime.fromisoformat(night).date()
    clock.move_to(moment(day, time(0), ZoneInfo(zone)) - timedelta(days=2))
    cast = settle_in(desks)
    change(desks, School, cast.school_id, zone=zone, quiet_days=[], quiet_from=time(0), quiet_until=time(0))
    desks.do(joining.account_changed, known(desks, AMIRA), zone=zone, deleted=False)
    for minute in (0, 59, 61, 119, 121, 179, 210):
        at = time(minute // 60, minute % 60)
        change(desks, Schedule, cast.check_in_id, weekday=6, at=at)
        for hours in (0, 24, 47, 48, 49, 50, 51, 52, 72):
            clock.move_to(moment(day, time(0), ZoneInfo(zone)) + timedelta(hours=hours - 48))
            replan(desks)
        rows = select(Occurrence.local_date).where(Occurrence.person_id == cast.people[AMIRA])
        with desks.database.read() as session:
            assert list(session.scalars(rows)).count(day) == 1
        clock.move_to(moment(day, time(0), ZoneInfo(zone)) - timedelta(days=2))
        desks.do(forget_plans)


def test_over_the_summer_nobody_is_planned_for_until_term_comes_near(desks: Desks, settled: Cast) -> None:
    terms = [["2026-04-13", "2026-07-17"], ["2026-09-01", "2026-12-18"]]
    clock.move_to(london("2026-07-18T12:00"))
    change(desks, School, settled.school_id, calendar={"terms": terms})
    assert plan_at(desks, AMIRA) == london("2026-08-31T00:00")  # a week before Monday 7 September
    assert plan_at(desks, PRIYA) == london("2026-08-27T00:00")  # a week before Thursday 3 September
    assert plan_at(desks, HELEN) is None  # nothing comes round for a leader here
    clock.move_to(london("2026-08-30T12:00"))
    assert desks.look(schedules.to_plan) == sorted(settled.people[one] for one in (PRIYA, OWEN))
    clock.move_to(london("2026-08-31T00:00"))
    desks.do(schedules.plan, desks.look(schedules.to_plan))
    assert due(desks, settled.people[AMIRA])[-1] == "07.09. 08:10"
    assert desks.look(schedules.to_plan) == []


def test_whoever_has_not_said_yes_is_never_planned_for(desks: Desks) -> None:
    clock.move_to(london("2026-09-13T12:00"))
    settle_in(desks, joined=False)
    assert desks.look(schedules.to_plan) == []
    join(desks, AMIRA)
    assert plan_at(desks, AMIRA) == london("2026-09-14T00:00")


def test_what_brings_something_nearer_is_planned_at_once(desks: Desks, settled: Cast, amira: UUID) -> None:
    clock.move_to(london("2026-07-18T12:00"))
    change(desks, School, settled.school_id, calendar={"terms": [["2026-09-01", "2026-12-18"]]})
    change(
        desks,
        School,
        settled.school_id,
        calendar={"training": ["2026-07-20"], "terms": [["2026-09-01", "2026-12-18"]]},
    )
    assert "20.07. 08:10" in due(desks, amira)


def test_what_came_round_is_over_in_a_week_digests_too(desks: Desks, settled: Cast) -> None:
    """Or every tick would look through more of them each year."""
    for week in range(3):
        clock.move_to(london("2026-09-18T12:00") + timedelta(weeks=week))
        replan(desks)
        desks.do(checkins.close_past)
    open_ones = select(func.min(Occurrence.due_at)).where(Occurrence.outcome.is_(None))
    oldest = desks.look(lambda desk: desk.session.scalar(open_ones))
    assert oldest is not None
    assert oldest > clock.now() - timedelta(days=7)
    assert desks.do(checkins.close_past) == 0
