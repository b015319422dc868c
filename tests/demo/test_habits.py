"""The habits of the company: the same at every start, on their own days, in order."""

from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.demo.habits import Customs, Habits, Turn, read_habits
from bot.demo.opening import two_schools
from bot.demo.scene import DATA
from bot.prompts.mistakes import PromptMistakes

LONDON = ZoneInfo("Europe/London")
MONDAY = datetime(2026, 9, 14, 7, 12, tzinfo=UTC)
HABITS = read_habits(DATA / "company.yaml")


def week(habits: Habits = HABITS) -> list[Turn]:
    turns = Customs(habits, LONDON).turns(MONDAY)
    return list(takewhile(lambda turn: turn.at < MONDAY + timedelta(days=7), turns))


def test_everybody_has_habits_but_those_who_have_not_said_yes() -> None:
    accounts = {one.id for one in two_schools().seed.people}
    assert HABITS.people.keys() <= accounts
    assert {one.who for one in HABITS.steps} <= HABITS.people.keys()
    assert {one.habit for one in HABITS.people.values()} == HABITS.habits.keys()
    assert accounts - HABITS.people.keys() == {"U_RUTH", "U_HAL", "U_MINA", "U_SAM"}


def test_turns_come_in_order_and_none_is_over_already() -> None:
    moments = [turn.at for turn in week()]
    assert moments == sorted(moments)
    assert moments[0] > MONDAY


def test_the_same_seed_makes_the_same_week_and_another_seed_another() -> None:
    other = HABITS.model_copy(update={"seed": "another"})
    assert week() == week()
    assert [turn.at for turn in week()] != [turn.at for turn in week(other)]


def test_people_look_on_their_own_days_and_never_at_weekends() -> None:
    days = {turn.at.astimezone(LONDON).weekday() for turn in week() if turn.who == "U_IDRIS"}
    assert days == {0, 1, 2}
    assert {turn.at.weekday() for turn in week()} == {0, 1, 2, 3, 4}


def test_a_look_falls_between_the_times_of_its_habit() -> None:
    looks = [
        turn.at.astimezone(LONDON).strftime("%H:%M")
        for turn in week()
        if turn.who == "U_KOFI" and not turn.step
    ]
    assert len(looks) == 5
    assert all("15:45" <= look <= "17:00" for look in looks)


def test_a_step_is_chosen_on_its_day_at_its_time() -> None:
    turn = next(turn for turn in week() if turn.step and turn.who == "U_TOM")
    assert turn.at == datetime(2026, 9, 14, 11, 35, tzinfo=UTC)


def test_turns_have_no_end() -> None:
    assert len(list(islice(Customs(HABITS, LONDON).turns(MONDAY), 5000))) == 5000


def test_what_is_left_to_chance_does_not_depend_on_when_it_is_asked() -> None:
    customs = Customs(HABITS, LONDON)
    assert customs.chance("a", 1).random() == customs.chance("a", 1).random()
    assert customs.words("U_TOM", "2026-09-14") == customs.words("U_TOM", "2026-09-14")


def test_a_habit_that_cannot_be_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "company.yaml"
    file.write_text(
        'seed: x\nhabits:\n  often: {looks: ["8:00", "9:00"], answers: 1.5}\npeople: {}\nsteps: []\nwords: {}\n'
    )
    with pytest.raises(PromptMistakes, match=r"company\.yaml:3: 'answers'"):
        read_habits(file)
