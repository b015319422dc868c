"""The others live by themselves: over two weeks without a visitor, and not once somebody is played."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from bot import clock, settings
from bot.demo.host import DemoHost, TimeIsPassing
from bot.demo.opening import END_OF_TERM
from bot.demo.serving import open_demo
from bot.models import ActionStep, ChangeKind, Occurrence, Outcome, StepChange
from bot.services.desk import Desk
from bot.workspace.visitor import Message
from tests.demo.journeys import AMIRA, PRIYA, THURSDAY, TOM

A_FORTNIGHT_ON = datetime(2026, 9, 28, 7, 0, tzinfo=UTC)
MONDAY_EVENING = datetime(2026, 9, 14, 17, 0, tzinfo=UTC)
CHECK_IN = datetime(2026, 9, 21, 7, 10, tzinfo=UTC)

alone = pytest.mark.xdist_group("company")


@dataclass(frozen=True)
class Fortnight:
    """What two weeks without a visitor leave behind."""

    moments: list[datetime]
    outcomes: Counter[Outcome | None]
    changes: Counter[ChangeKind]
    shared_steps: int
    troubles: list[str]
    refused: list[str]
    round_ups: list[Message]
    answered_at: list[datetime]


@pytest.fixture(scope="module")
def fortnight() -> Iterator[Fortnight]:
    settings.drop_proxies()
    yield asyncio.run(_fortnight())
    clock.reset()


async def _fortnight() -> Fortnight:
    async with open_demo() as host:
        moments = [moment async for moment in _passing(host, A_FORTNIGHT_ON)]
        stage = host.company.stage
        outcomes, changes, shared, answered_at = await stage.mull.desks.read(_left)
        messages = await stage.visitor.person(PRIYA).messages()
        return Fortnight(
            moments,
            outcomes,
            changes,
            shared,
            host.company.troubles,
            stage.refused(),
            [one for one in messages if "round-up" in one.text],
            answered_at,
        )


async def _passing(host: DemoHost, until: datetime) -> AsyncIterator[datetime]:
    """Every moment that is shown on the way."""
    passing = asyncio.create_task(host.pass_time(until))
    mark = clock.now()
    while not passing.done():
        await asyncio.wait({passing}, timeout=0.02)
        if clock.now() - mark > timedelta(minutes=1):
            mark = clock.now()
            yield mark
    await passing


def _left(desk: Desk) -> tuple[Counter[Outcome | None], Counter[ChangeKind], int, list[datetime]]:
    now = Occurrence.due_at <= desk.now
    outcomes = Counter(desk.session.scalars(select(Occurrence.outcome).where(now)))
    changes = Counter(desk.session.scalars(select(StepChange.kind)))
    shared = desk.session.scalar(select(func.count()).where(ActionStep.shared_with.is_not(None)))
    in_week_two = (Occurrence.due_at == CHECK_IN) & (Occurrence.outcome == Outcome.ANSWERED)
    answered_at = desk.session.scalars(select(Occurrence.closed_at).where(in_week_two))
    return outcomes, changes, shared or 0, [at for at in answered_at if at is not None]


@alone
def test_some_answer_some_say_not_this_time_and_some_never_do(fortnight: Fortnight) -> None:
    assert fortnight.outcomes[Outcome.ANSWERED] > 25
    assert fortnight.outcomes[Outcome.DECLINED] > 0
    assert fortnight.outcomes[Outcome.PAST] + fortnight.outcomes[None] > 5


@alone
def test_answers_come_minutes_and_hours_after_the_question_and_not_all_at_once(fortnight: Fortnight) -> None:
    waits = [at - CHECK_IN for at in fortnight.answered_at]
    assert timedelta(minutes=4) <= min(waits) < timedelta(hours=1)
    assert max(waits) > timedelta(hours=4)
    assert len(set(waits)) == len(waits)


@alone
def test_steps_are_made_shared_asked_about_and_spoken_of(fortnight: Fortnight) -> None:
    assert fortnight.changes[ChangeKind.MADE] == 10
    assert fortnight.shared_steps == 9
    assert fortnight.changes[ChangeKind.COACH_FOLLOWED_UP] > 0
    assert fortnight.changes[ChangeKind.NUDGED] > 0
    assert fortnight.changes[ChangeKind.OWNER_FOLLOWED_UP] > 0


@alone
def test_the_coach_has_a_round_up_each_thursday(fortnight: Fortnight) -> None:
    sent = [datetime.fromtimestamp(int(float(one.ts)), UTC) for one in fortnight.round_ups]
    assert [f"{at:%A %H:%M}" for at in sent] == ["Thursday 14:30"] * 2


@alone
def test_nobody_came_into_trouble_and_nothing_was_refused(fortnight: Fortnight) -> None:
    assert fortnight.troubles == []
    assert fortnight.refused == []


@alone
def test_time_passes_through_moments_that_can_be_watched(fortnight: Fortnight) -> None:
    assert len(fortnight.moments) > 20
    assert fortnight.moments == sorted(fortnight.moments)


@pytest.fixture
async def host() -> AsyncIterator[DemoHost]:
    async with open_demo() as opened:
        yield opened


@pytest.mark.parametrize("played", [AMIRA, TOM, "U_BEA"])
async def test_whoever_is_played_does_nothing_by_themselves_and_the_coach_still_has_something(
    host: DemoHost, played: str
) -> None:
    host.stepped_into(played)
    await host.pass_time(THURSDAY)
    stage = host.company.stage
    assert not await stage.visitor.person(played).sees("Done for this week.")
    assert await stage.visitor.person("U_GREG").sees("Done for this week.")
    (round_up,) = [one for one in await stage.visitor.person(PRIYA).messages() if "round-up" in one.text]
    assert [one for one in round_up.buttons if one.text == "Nudge"]


async def test_time_that_passes_cannot_be_sent_off_a_second_time(host: DemoHost) -> None:
    first = asyncio.create_task(host.pass_time(THURSDAY))
    await asyncio.sleep(0)  # it has begun
    with pytest.raises(TimeIsPassing, match="Wait until it has arrived"):
        await host.pass_time(END_OF_TERM)
    await first
    assert timedelta(0) <= clock.now() - THURSDAY < timedelta(minutes=1)


async def test_somebody_who_can_do_nothing_gives_up_and_time_goes_on_for_the_others(host: DemoHost) -> None:
    await host.company.stage.visitor.person(TOM).change(deleted=True)
    await host.pass_time(MONDAY_EVENING)
    assert [trouble.partition(":")[0] for trouble in host.company.troubles] == [TOM, TOM]
    assert await host.company.stage.visitor.person("U_GREG").sees("Done for this week.")


async def test_while_time_passes_by_itself_the_company_has_its_turns_too(host: DemoHost) -> None:
    host.workspace.move_clock(datetime(2026, 9, 14, 7, 55, tzinfo=UTC))
    await host.company.stage.visitor.person("U_GREG").wait_for("Done for this week.")
