"""Every step of every door can be taken, is marked when it was and not before, and shows what it promises."""

import json
from collections.abc import AsyncIterator

import pytest

from bot.demo.host import DemoHost
from bot.demo.serving import open_demo
from bot.workspace.export import files
from bot.workspace.page.host import Door
from tests.demo.journeys import (
    AMIRA,
    DAVIT,
    HELEN,
    JOURNEYS,
    LENA,
    LINE,
    PRIYA,
    RUTH,
    STEP,
    TYPED,
    open_home,
    somebody,
)


@pytest.fixture
async def host() -> AsyncIterator[DemoHost]:
    async with open_demo() as opened:
        yield opened


def door(host: DemoHost, door_id: str) -> Door:
    return next(one for one in host.doors if one.id == door_id)


async def go_through(host: DemoHost, door_id: str) -> None:
    """All of a door's steps, each as its person: done afterwards and, if it is somebody's deed, not before."""
    journey, taken = JOURNEYS[door_id], set[str]()
    for step in door(host, door_id).steps:
        assert step.id not in await host.done(door(host, door_id)), step.id
        host.stepped_into(step.person)
        await journey[step.id](host)
        taken.add(step.id)
        assert taken <= await host.done(door(host, door_id)), step.id


async def test_a_teacher_goes_through_the_whole_thread_with_her_coach(host: DemoHost) -> None:
    await go_through(host, "teach")
    (round_up,) = [one for one in await somebody(host, PRIYA).messages() if "round-up" in one.text]
    assert STEP in round_up.shown
    assert LINE not in round_up.shown + await open_home(host, PRIYA) + await open_home(host, HELEN)


async def test_a_coach_reads_asks_and_sees_taken_back_what_was_shared(host: DemoHost) -> None:
    await go_through(host, "coach")
    (round_up,) = [one for one in await somebody(host, PRIYA).messages() if "round-up" in one.text]
    assert "Say the question first" not in round_up.shown + await open_home(host, PRIYA)


async def test_a_head_finds_what_she_typed_in_the_export_and_not_what_she_wrote(host: DemoHost) -> None:
    await go_through(host, "lead")
    exported = json.dumps(files(host.workspace.world))
    assert TYPED in exported
    assert LINE not in exported


async def test_whoever_answers_for_it_sees_counts_and_none_for_so_few(host: DemoHost) -> None:
    await go_through(host, "answer")
    large, small = await open_home(host, LENA), await open_home(host, DAVIT)
    assert "11 pairs at work. 8 steps under way." in large
    assert "too few pairs" in small
    assert "at work" not in small


async def test_whoever_says_no_hears_nothing_more_and_stands_on_no_list(host: DemoHost) -> None:
    await go_through(host, "doubt")
    (only,) = [one for one in await somebody(host, RUTH).messages() if one.from_bot]
    assert "I will not ask again" in only.shown
    assert "Ruth" not in await open_home(host, LENA)


async def test_what_the_company_does_takes_no_step_for_the_visitor(host: DemoHost) -> None:
    host.stepped_into(PRIYA)
    before = {one.id: await host.done(one) for one in host.doors}
    await JOURNEYS["teach"]["thursday"](host)
    done = {one.id: await host.done(one) - before[one.id] for one in host.doors}
    assert done == {
        "teach": {"thursday", "coach"},
        "coach": {"round_up"},
        "lead": set(),
        "answer": {"thursday"},
        "doubt": set(),
    }
    assert AMIRA not in host.company.played
