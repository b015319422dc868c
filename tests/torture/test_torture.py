"""A short torture: what `make torture` does for twenty minutes, as long as a test may take. And whether it bites."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import clock
from bot.models import Letter, LetterState
from bot.services import schedules
from bot.services.desk import Desk, Desks
from tests.conftest import StoreUrls
from tests.torture import promises, school, storm, trial, truth
from tests.torture.designs import Design
from tests.torture.school import Load
from tests.torture.storm import Outcome, Plan
from tests.torture.trial import SHORT
from tests.torture.truth import Count

FEW = Load(workspaces=1, teachers=2, typed=0, newcomers=0, stream_seconds=0)


async def test_killed_again_and_again_nothing_is_lost_and_nothing_doubled(
    store_urls: StoreUrls, tmp_path: Path
) -> None:
    outcome = await storm.weather(SHORT, store_urls, tmp_path, print)
    assert promises.broken(outcome, to_fail=False) == [], outcome


@pytest.mark.parametrize("design", [Design.RESEND, Design.RECORD_FIRST])
async def test_the_torture_finds_the_wrong_designs_out(
    design: Design, sqlite_urls: StoreUrls, tmp_path: Path
) -> None:
    outcome = await storm.weather(replace(SHORT, design=design), sqlite_urls, tmp_path, print)
    assert promises.broken(outcome, to_fail=True) == [], outcome
    assert promises.broken(outcome, to_fail=False), "judged as ours is, it has to fail"


@pytest.fixture
def letters(desks: Desks) -> list[Letter]:
    """Check-ins of two teachers, and a digest that had nothing to say: all fell due a minute ago."""
    begins = clock.now() + timedelta(hours=1)
    school.settle_in(desks, FEW, begins)
    desks.do(schedules.plan, desks.look(schedules.to_plan))
    return desks.do(_a_minute_ago)


def test_what_is_there_once_is_neither_lost_nor_doubled(desks: Desks, letters: list[Letter]) -> None:
    count = desks.look(truth.count, FEW.letters, Counter(str(one.id) for one in letters))
    assert (count.lost, count.doubled, count.messages) == (0, 0, FEW.letters)


def test_what_our_books_call_sent_and_nobody_finds_is_lost(desks: Desks, letters: list[Letter]) -> None:
    desks.do(_as_it_were, LetterState.SENT)
    count = desks.look(truth.count, FEW.letters, Counter(str(one.id) for one in letters[1:]))
    assert count.lost == 1


def test_what_was_skipped_has_its_reason_and_is_not_lost(desks: Desks, letters: list[Letter]) -> None:
    desks.do(_as_it_were, LetterState.SKIPPED)
    count = desks.look(truth.count, FEW.letters, Counter())
    assert count.lost == 0
    assert sum(count.skipped.values()) == len(letters)


def test_what_was_never_even_planned_is_lost(desks: Desks, letters: list[Letter]) -> None:
    count = desks.look(truth.count, FEW.letters + 3, Counter(str(one.id) for one in letters))
    assert count.lost == 3


def test_two_messages_of_one_letter_are_one_doubled_and_a_message_of_none_is_too(
    desks: Desks, letters: list[Letter]
) -> None:
    twice = Counter([*(str(one.id) for one in letters), str(letters[0].id), ""])
    count = desks.look(truth.count, FEW.letters, twice)
    assert (count.doubled, count.noticed) == (2, 0)
    desks.do(_noticed, letters[0])
    assert desks.look(truth.count, FEW.letters, twice).noticed == 1


def outcome(plan: Plan = SHORT, **found: Any) -> Outcome:
    """A storm in which all went well, but for what is said."""
    wanted = plan.load.letters
    count = Count(wanted=wanted, messages=wanted, lost=0, doubled=0, noticed=0, outlived=0)
    killed = plan.planning_kills + plan.kills
    return Outcome(plan, 1.0, killed, plan.freezes, fallen=0, settled=True, count=replace(count, **found))


def test_one_lost_or_doubled_breaks_a_promise() -> None:
    assert promises.broken(outcome(), to_fail=False) == []
    assert promises.broken(outcome(lost=1), to_fail=False)
    assert promises.broken(outcome(doubled=1, noticed=1), to_fail=False)


def test_frozen_one_in_a_thousand_may_be_doubled_if_it_was_noticed() -> None:
    frozen = replace(trial.FREEZES, load=replace(trial.FREEZES.load, typed=10))
    assert frozen.load.letters >= 1000
    assert promises.broken(outcome(frozen, doubled=1, noticed=1), to_fail=False) == []
    assert promises.broken(outcome(frozen, doubled=1, noticed=0), to_fail=False)
    assert promises.broken(outcome(frozen, doubled=90, noticed=90), to_fail=False)


def test_a_storm_that_hardly_blew_proves_nothing() -> None:
    calm = replace(outcome(), killed=3)
    assert promises.broken(calm, to_fail=False)
    assert promises.broken(replace(outcome(), fallen=1), to_fail=False)
    assert promises.broken(replace(outcome(), settled=False), to_fail=False)


def test_a_wrong_design_that_is_not_found_out_breaks_a_promise() -> None:
    for design in (Design.RESEND, Design.RECORD_FIRST):
        assert promises.broken(outcome(replace(SHORT, design=design)), to_fail=True)


def test_the_whole_of_it_is_as_much_as_is_promised() -> None:
    assert trial.STORM.kills >= 300
    assert trial.STORM.load.letters >= 5000
    assert trial.FREEZES.load.letters >= 1000
    assert storm.FREEZE_SECONDS[0] > storm.TIMING.lease.total_seconds()


def _a_minute_ago(desk: Desk) -> list[Letter]:
    todays = truth.every_once().where(Letter.due_at < desk.now + timedelta(days=1))
    found = list(desk.session.scalars(todays))
    for letter in found:
        letter.due_at = desk.now - timedelta(minutes=1)
    return found


def _as_it_were(desk: Desk, state: LetterState) -> None:
    for letter in desk.session.scalars(truth.every_once()):
        letter.state = state


def _noticed(desk: Desk, letter: Letter) -> None:
    desk.session.get_one(Letter, letter.id).doubled_ts = "2.0"
