"""A school's file gives its time: nations, training days, time set aside, part-time days and agreed talks."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot import clock
from bot.db import Database
from bot.models import CoachingSession, Letter, LetterKind, Membership, Person, School
from bot.prompts import PromptMistakes
from bot.services.desk import Desks
from tests.services.school_files import OAKFIELD, Office
from tests.services.test_schools import SUNDAY, due, joins, one

WEEKLY = "    check_ins:\n      weekly: {flow: weekly-reflection, for: teacher, on: monday, at: 8:00}\n"


@pytest.fixture
def office(desks: Desks, tmp_path: Path) -> Office:
    clock.move_to(SUNDAY)
    return Office(desks, tmp_path)


def also(*lines: str, instead_of: str = "") -> str:
    """The file with more lines about the school."""
    return OAKFIELD.replace(
        instead_of or "    people:\n", "".join(f"    {line}\n" for line in lines) + "    people:\n"
    )


def said(office: Office, text: str) -> list[str]:
    """What a file is refused for."""
    with pytest.raises(PromptMistakes) as caught:
        office.apply(text)
    return [str(mistake).replace(f"{office.folder}/", "") for mistake in caught.value.mistakes]


def members(database: Database) -> dict[str, Any]:
    with database.read() as session:
        rows = session.execute(
            select(Person.name, Membership.working_days).join(Membership, Membership.person_id == Person.id)
        )
        return {name: days for name, days in rows}  # noqa: C416 - rows, typed


def talks(database: Database) -> list[str]:
    with database.read() as session:
        found = session.scalars(select(CoachingSession.starts_at).order_by(CoachingSession.starts_at))
        return [f"{at:%d.%m. %H:%M}" for at in found]


def test_a_school_says_its_nation_and_has_its_bank_holidays(office: Office) -> None:
    office.apply(also("nation: scotland"))
    school: School = one(office.desks, School, key="oakfield")
    assert school.holidays["2026-11-30"] == "Saint Andrew's Day"
    assert office.apply(also("nation: scotland")).changes == ()
    office.apply(OAKFIELD)
    assert one(office.desks, School, key="oakfield").holidays == {}


def test_a_nation_nobody_knows_is_refused_with_the_nearest(office: Office) -> None:
    wrong = "school.yaml:5: no bank holidays are known for 'Scotland'. Perhaps 'scotland' was meant."
    assert said(office, also("nation: Scotland")) == [wrong]


def test_a_bank_holiday_takes_its_check_in_with_it(office: Office) -> None:
    clock.move_to(datetime(2026, 8, 30, 12, tzinfo=UTC))
    office.apply(OAKFIELD)
    joins(office.desks, "U_SAM")
    assert [f"{at:%d.%m.}" for at in due(office.desks, LetterKind.CHECK_IN)] == ["31.08."]
    office.apply(also("nation: england"))
    assert due(office.desks, LetterKind.CHECK_IN) == []
    # The school has a training day on it.
    office.apply(also("nation: england", "training: [2026-08-31]"))
    assert [f"{at:%d.%m.}" for at in due(office.desks, LetterKind.CHECK_IN)] == ["31.08."]


def test_whoever_works_part_time_has_it_on_a_day_of_theirs(office: Office) -> None:
    office.apply(OAKFIELD)
    joins(office.desks, "U_SAM")
    assert [f"{at:%d.%m.}" for at in due(office.desks, LetterKind.CHECK_IN)] == ["14.09."]
    part_time = OAKFIELD.replace(
        "roles: [teacher], manager: hana", "roles: [teacher], days: [tuesday, Thursday]", 1
    )
    office.apply(part_time)
    assert members(office.desks.database)["Sam Ray"] == [1, 3]
    assert [f"{at:%d.%m.}" for at in due(office.desks, LetterKind.CHECK_IN)] == ["15.09."]
    office.apply(OAKFIELD)
    assert members(office.desks.database)["Sam Ray"] is None
    assert [f"{at:%d.%m.}" for at in due(office.desks, LetterKind.CHECK_IN)] == ["14.09."]


def test_a_school_sets_time_aside_in_which_its_check_ins_are(office: Office) -> None:
    aside = (
        "set_aside:",
        '  - {on: monday, from: "8:00", until: "8:30"}',
        '  - {on: wednesday, from: "15:30", until: "16:30"}',
    )
    office.apply(also(*aside))
    assert one(office.desks, School, key="oakfield").slots == [
        {"weekday": 0, "from": "08:00", "until": "08:30"},
        {"weekday": 2, "from": "15:30", "until": "16:30"},
    ]
    wrong = also(*aside).replace("on: monday, at: 8:00", "on: wednesday, at: 8:00")
    assert said(office, wrong) == [
        "school.yaml:20: Wednesday, 08:00 is not in a time that this school has set aside. "
        "Set aside are: Monday 08:00–08:30, Wednesday 15:30–16:30."
    ]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('set_aside: [{on: saturday, from: "8:00", until: "9:00"}]', "Saturday is a quiet day here"),
        ('set_aside: [{on: monday, from: "9:00", until: "8:00"}]', "this time ends before it begins"),
        ('set_aside: [{on: mnday, from: "8:00", until: "9:00"}]', "'mnday' is not a day of the week"),
        ("training: [soon]", "'soon' is not a date"),
    ],
)
def test_time_that_cannot_be_set_aside_is_told(office: Office, line: str, why: str) -> None:
    assert any(mistake.startswith(f"school.yaml:5: {why}.") for mistake in said(office, also(line)))


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("on: sunday, at: 8:00", "Sunday is a quiet day here, and nothing comes on it. Choose another day."),
        ("on: monday, at: 7:00", "07:00 is in the quiet hours of this school. Choose another time."),
        ("on: monday, at: 18:00", "18:00 is in the quiet hours of this school. Choose another time."),
    ],
)
def test_a_check_in_that_would_never_come_is_refused(office: Office, written: str, why: str) -> None:
    assert said(office, OAKFIELD.replace("on: monday, at: 8:00", written)) == [f"school.yaml:17: {why}"]


PAIR = "          - {coach: priya, coachee: sam}\n"


def with_talks(*talks: str) -> str:
    return OAKFIELD.replace(PAIR, PAIR.replace("}", f", talks: [{', '.join(talks)}]}}"))


def test_talks_are_by_the_schools_clock_and_past_ones_stay(office: Office) -> None:
    office.apply(with_talks('"2026-09-15 14:00"', '"2026-11-03 14:00"'))
    assert talks(office.desks.database) == ["15.09. 13:00", "03.11. 14:00"]
    assert office.apply(with_talks('"2026-09-15 14:00"', '"2026-11-03 14:00"')).changes == ()
    clock.move_to(datetime(2026, 9, 16, 12, tzinfo=UTC))
    office.apply(with_talks('"2026-11-10 14:00"'))
    assert talks(office.desks.database) == ["15.09. 13:00", "10.11. 14:00"]
    assert office.apply(with_talks('"2026-11-10 14:00"')).changes == ()
    assert office.apply(with_talks('"2026-09-15 14:00"', '"2026-11-10 14:00"')).changes == ()
    office.apply(OAKFIELD)
    assert talks(office.desks.database) == ["15.09. 13:00"]


@pytest.mark.parametrize("talk", ['"2026-09-15"', "soon", '"14:00"', '"2026-09-15 14:00+01:00"'])
def test_a_talk_is_a_day_and_a_time(office: Office, talk: str) -> None:
    word = talk.strip('"')
    assert said(office, with_talks(talk)) == [
        f"school.yaml:14: '{word}' is not a day and a time. Write it like 2026-10-06 14:00, by the school's clock."
    ]


def test_nothing_of_it_writes_to_anybody(office: Office) -> None:
    office.apply(with_talks('"2026-09-15 14:00"'))
    with office.desks.database.read() as session:
        assert session.scalars(select(Letter)).all() == []
