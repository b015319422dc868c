"""Told four times at once by Slack, at two replicas: everything leaves exactly what it leaves when it is told once."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import UUID, uuid5

import pytest

from bot import clock
from bot.domain.checkins import run_id
from bot.services.runs import Ref
from bot.workspace.server import Workspace
from tests.cast import PRIYA
from tests.conftest import StoreUrls
from tests.conversations import payloads as slack
from tests.conversations.conftest import SUNDAY
from tests.conversations.replicas import Replicas, given, replicas, rows, whole

MONDAY = SUNDAY.replace(day=14, hour=7, minute=10)
EACH = 22
"""So many people go each of the ways below."""
AT_ONCE = 6

Way = Callable[[Replicas, str], Awaitable[None]]


def ts(number: int) -> str:
    """Slack's clock, on that Monday."""
    return f"17893698{number:02}.000100"


async def taps_and_adds_a_line(mull: Replicas, user: str) -> None:
    occurrence = mull.occurrence(user)
    ref = slack.answers_to(occurrence, mull.flow("weekly-reflection").version, ts(3))
    await mull.tell(
        slack.tap(user, occurrence, 4, ts(1)),
        slack.tap(user, occurrence, 5, ts(2)),
        slack.draft(user, ref, "drained_by", "The prin", ts(4)),
        slack.draft(user, ref, "drained_by", "The printer", ts(5)),
        slack.submission(user, ref, whole(mull.flow("weekly-reflection"))),
    )
    await mull.tell(
        slack.click(user, "run.share", str(run_id(occurrence)), ts(7)),
        slack.click(PRIYA, "coach.read", str(run_id(occurrence)), ts(8)),
        slack.click(user, "run.take_back", str(run_id(occurrence)), ts(9)),
        slack.command(user),
    )


async def types_and_keeps_it(mull: Replicas, user: str) -> None:
    occurrence = str(mull.occurrence(user))
    await mull.tell(
        slack.said(user, "A long day.", ts(1)),
        slack.said(user, "And a good one.", ts(2)),
        slack.click(user, "typed.keep", occurrence, ts(3)),
        slack.said(user, "Thank you.", ts(4)),
    )


async def types_leaves_it_out_and_declines(mull: Replicas, user: str) -> None:
    occurrence = str(mull.occurrence(user))
    await mull.tell(
        slack.said(user, "Never mind.", ts(1)),
        slack.click(user, "typed.discard", occurrence, ts(2)),
        slack.click(user, "check_in.later", occurrence, ts(3)),
        slack.click(user, "check_in.decline", occurrence, ts(4)),
        slack.home_opened(user, ts(5)),
        slack.changed(user, ts(6), zone="Europe/Paris"),
    )


async def makes_a_step_and_is_coached(mull: Replicas, user: str) -> None:
    flow = mull.flow("action-step")
    await mull.tell(slack.submission(user, Ref(uuid5(UUID(int=1), user), flow.version), whole(flow)))
    step = mull.step(user)
    await mull.tell(
        slack.click(user, "step.share", str(step), ts(1)),
        slack.click(PRIYA, "coach.nudge", str(step), ts(2)),
        slack.window(PRIYA, "coach.nudge", step, f"VN{user}", {}),
        slack.click(PRIYA, "coach.followed_up", str(step), ts(3)),
        slack.window(PRIYA, "coach.followed_up", step, f"VF{user}", {"note": {"note": {"value": "Ask."}}}),
    )
    follow_up = mull.flow("step-follow-up")
    ref = Ref(uuid5(UUID(int=2), user), follow_up.version, step_id=step)
    await mull.tell(
        slack.submission(user, ref, whole(follow_up)),
        slack.click(user, "step.take_back", str(step), ts(4)),
    )


async def says_no_and_then_yes(mull: Replicas, user: str) -> None:
    await mull.tell(
        slack.home_opened(user, ts(1)),
        slack.click(user, "join.no", "-", ts(2)),
        slack.click(user, "join.yes", "-", ts(3)),
        slack.changed(user, ts(4), zone="America/New_York"),
    )


WAYS: list[Way] = [
    taps_and_adds_a_line,
    types_and_keeps_it,
    types_leaves_it_out_and_declines,
    makes_a_step_and_is_coached,
    says_no_and_then_yes,
]
WALKED = {f"U_W{way}N{number:02}": WAYS[way] for way in range(len(WAYS)) for number in range(EACH)}
PEOPLE = [{"id": user, "name": user, "real_name": user, "tz": "Europe/London"} for user in (PRIYA, *WALKED)]
UNDECIDED = [user for user, way in WALKED.items() if way is says_no_and_then_yes]
PAIRS = [(PRIYA, user) for user in WALKED if user not in UNDECIDED]


@pytest.mark.timeout(400)
async def test_five_hundred_things_told_four_times_at_once_to_two_replicas_leave_one_row_each(
    store_urls: StoreUrls, sqlite_template: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shutil.copytree(sqlite_template, tmp_path / "once")
    once = StoreUrls(*(f"sqlite:///{tmp_path}/once/{part}.db" for part in ("mull", "keys")))
    expected = await everybody(once, copies=1, number=1)
    left = await everybody(store_urls, copies=4, number=2)
    assert left == expected
    assert not [record for record in caplog.records if record.message == "listener.failed"]


async def everybody(stores: StoreUrls, *, copies: int, number: int) -> tuple[object, ...]:
    """All of them go their ways; what that leaves."""
    clock.move_to(SUNDAY)
    workspace = Workspace(PEOPLE, movable_clock=True)
    await workspace.start()
    async with replicas(workspace, stores, PEOPLE, PAIRS, number=number, undecided=UNDECIDED) as mull:
        clock.move_to(MONDAY)
        mull.copies = copies
        await walk(mull)
        assert mull.told >= 500
        assert mull.wrong == []
        left = mull.desks.look(rows), mull.desks.look(given, mull.cast.people)
        opened = len(workspace.journal.entries(kind="call", method="views.*")) / copies
    await workspace.stop()
    return *left, opened


async def walk(mull: Replicas) -> None:
    """A few at a time: four copies of each thing are under way for each of them."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(user: str, way: Way) -> None:
        async with gate:
            await way(mull, user)

    await asyncio.gather(*(one(user, way) for user, way in WALKED.items()))
