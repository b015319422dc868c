"""Whoever watches a Mull learns that it works, and nothing of whom it works for."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import aiohttp
import pytest

from tests import cast
from tests.cast import AMIRA
from tests.conversations.conftest import Stage

MONDAY = datetime(2026, 9, 14, 7, 10, tzinfo=UTC)
CANARY = "zephyr-canary"
AN_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}|\b[UTDCWB][A-Z0-9_]{4,}\b")
MOST_LINES = 200


@pytest.fixture
async def http(stage: Stage) -> AsyncIterator[aiohttp.ClientSession]:
    address = await stage.mull.watch.open("127.0.0.1", 0)
    async with aiohttp.ClientSession(address) as session:
        yield session


async def _read(http: aiohttp.ClientSession, path: str) -> str:
    async with http.get(path) as answer:
        return await answer.text()


async def test_what_is_watched_names_no_person_school_or_word(
    stage: Stage, http: aiohttp.ClientSession
) -> None:
    amira = stage.person(AMIRA)
    await stage.clock_to(MONDAY)
    await amira.wait_for_message("How full is the tank today?")
    await amira.say(f"{CANARY} typed")
    await amira.wait_for_message("Shall I keep what you wrote")
    await amira.click("Keep it")
    await amira.wait_for("If there is a line to add")
    private = [CANARY, "Hillside", "hillside", "coaching", "weekly"]
    private += [part for person in cast.PEOPLE for part in (person["id"], *person["real_name"].split())]
    for path in ("/healthz", "/readyz", "/metrics"):
        told = await _read(http, path)
        assert [word for word in private if word in told] == []
        assert AN_ID.findall(told) == []
        assert len(told.splitlines()) < MOST_LINES


async def test_a_mull_that_runs_is_ready_and_says_how_its_sockets_and_its_clock_are(
    stage: Stage, http: aiohttp.ClientSession
) -> None:
    async def ready() -> bool:
        async with http.get("/readyz") as answer:
            body = await answer.json()
        parts = {"start": "done", "keys": "answer", "sockets": "hear", "clock": "ticks"}
        return answer.status == 200 and parts.items() <= body["parts"].items()

    await stage.visitor.wait_for(ready, seconds=30)


async def test_what_people_do_and_what_leaves_is_counted(stage: Stage, http: aiohttp.ClientSession) -> None:
    before = _numbers(await _read(http, "/metrics"))
    await stage.clock_to(MONDAY)
    await stage.person(AMIRA).wait_for_message("How full is the tank today?")
    await stage.person(AMIRA).click("Low")
    await stage.mull.postman.settled()
    after = _numbers(await _read(http, "/metrics"))
    assert after['mull_letters{kind="check_in",state="sent"}'] >= 1
    assert _grown(before, after, 'mull_replies_total{verdict="sent"}') >= 2
    assert _grown(before, after, "mull_acknowledgement_seconds_count") >= 1


def _numbers(told: str) -> dict[str, float]:
    lines = [line for line in told.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def _grown(before: dict[str, float], after: dict[str, float], name: str) -> float:
    return after[name] - before.get(name, 0.0)
