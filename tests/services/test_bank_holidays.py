"""Bank holidays: each nation's own, known far enough ahead, and asked for in words that a school uses."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from bot import clock
from bot.domain.calendar import LOOK_AHEAD_DAYS
from bot.models import Person, School
from bot.services import bank_holidays
from bot.services.desk import Desk, Desks
from tests.cast import AMIRA, Cast

TODAY = date(2026, 9, 13)


@pytest.mark.parametrize(
    ("nation", "day", "name"),
    [
        ("england", "2027-03-29", "Easter Monday"),
        ("england", "2026-11-30", None),
        ("wales", "2026-08-31", "Late Summer Bank Holiday"),
        ("scotland", "2026-11-30", "Saint Andrew's Day"),
        ("scotland", "2027-03-29", None),
        ("northern-ireland", "2027-07-12", "Battle of the Boyne"),
        ("US", "2026-11-26", "Thanksgiving Day"),
        ("NZ", "2027-02-06", "Waitangi Day"),
        ("AU-NSW", "2027-01-26", "Australia Day"),
        ("AU-ACT", "2027-03-08", "Canberra Day"),
        ("DE-BY", "2026-10-03", "Tag der Deutschen Einheit"),
    ],
)
def test_a_nation_has_its_own_bank_holidays(nation: str, day: str, name: str | None) -> None:
    assert bank_holidays.bank_holidays(nation, TODAY).get(day) == name


@given(nation=st.sampled_from(["england", "scotland", "US", "NZ"]), today=st.dates(date(2026, 1, 1)))
def test_they_are_known_from_last_year_to_more_than_a_year_ahead(nation: str, today: date) -> None:
    today = min(today, date(2098, 1, 1))
    known = bank_holidays.bank_holidays(nation, today)
    assert f"{today.year - 1}-01-01" in known
    assert f"{(today + timedelta(days=LOOK_AHEAD_DAYS)).year}-01-01" in known


@pytest.mark.parametrize(
    ("written", "do"),
    [
        ("englnad", "Perhaps 'england' was meant"),
        ("Northern Ireland", "Perhaps 'northern-ireland' was meant"),
        ("New Zealand", "Perhaps 'NZ' was meant"),
        ("us", "Perhaps 'US' was meant"),
        ("au-nsw", "Perhaps 'AU-NSW' was meant"),
        (
            "GB",
            "Write england, wales, scotland, northern-ireland, or a country's code such as NZ or AU-NSW",
        ),
        (
            "Hillside",
            "Write england, wales, scotland, northern-ireland, or a country's code such as NZ or AU-NSW",
        ),
    ],
)
def test_a_nation_nobody_knows_is_answered_with_the_one_that_was_meant(written: str, do: str) -> None:
    assert written not in bank_holidays.nations()
    assert bank_holidays.nation_meant(written) == do


def has_nation(desk: Desk, cast: Cast, nation: str | None) -> None:
    desk.session.get_one(School, cast.school_id).nation = nation


def one(desks: Desks, table: type[Any], row_id: Any) -> Any:
    return desks.look(lambda desk: desk.session.scalars(select(table).where(table.id == row_id)).one())


def test_a_school_that_names_its_nation_knows_its_bank_holidays_and_its_people_are_planned_for(
    desks: Desks, settled: Cast
) -> None:
    desks.do(has_nation, settled, "england")
    assert desks.do(bank_holidays.refresh) == 1
    school: School = one(desks, School, settled.school_id)
    assert school.holidays["2026-12-25"] == "Christmas Day"
    person: Person = one(desks, Person, settled.people[AMIRA])
    assert person.plan_at is not None
    assert person.plan_at <= clock.now()
    assert desks.do(bank_holidays.refresh) == 0


def test_when_the_years_go_by_the_next_ones_are_known(desks: Desks, settled: Cast) -> None:
    desks.do(has_nation, settled, "wales")
    desks.do(bank_holidays.refresh)
    clock.move_to(datetime(2027, 12, 1, 12, tzinfo=UTC))
    assert desks.do(bank_holidays.refresh) == 1
    school: School = one(desks, School, settled.school_id)
    assert "2029-01-01" in school.holidays


def test_a_school_without_a_nation_has_none(desks: Desks, settled: Cast) -> None:
    assert desks.do(bank_holidays.refresh) == 0
    assert one(desks, School, settled.school_id).holidays == {}
