"""The alarm clock: a job's trouble is its own, and stopping is none."""

import asyncio
import logging

import pytest

from bot.errors import Unavailable
from bot.scheduler import Alarm

LIBRARY = "apscheduler.executors.default"


async def test_a_job_that_runs_when_the_alarms_stop_ends_without_a_word(
    caplog: pytest.LogCaptureFixture,
) -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def long() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    alarm = Alarm()
    alarm.every(600, "long", long, at_once=True)
    alarm.start()
    await begun.wait()
    with caplog.at_level(logging.WARNING):
        alarm.stop()
        await ended.wait()
        await asyncio.sleep(0)
    assert [one.name for one in caplog.records if one.name == LIBRARY] == []


async def test_a_job_that_fails_is_told_and_done_again(caplog: pytest.LogCaptureFixture) -> None:
    times = asyncio.Queue[int]()

    async def fails() -> None:
        times.put_nowait(1)
        raise Unavailable("away")

    alarm = Alarm()
    alarm.every(0.01, "fails", fails)
    alarm.start()
    for _ in range(3):
        await times.get()
    alarm.stop()
    assert {one.getMessage() for one in caplog.records if one.name == "mull"} == {"job.put_off"}
