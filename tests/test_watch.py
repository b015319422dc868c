"""What can be seen of a running Mull over HTTP: whether it lives, whether it is ready, and its numbers."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest
from sqlalchemy import text

from bot import clock, meters
from bot.db import Database
from bot.errors import Unavailable
from bot.services.desk import Desks
from bot.watch import NoPort, Watch


@pytest.fixture
async def watch(desks: Desks) -> AsyncIterator[Watch]:
    one = Watch(desks)
    one.started()
    yield one
    await one.close()


@pytest.fixture
async def address(watch: Watch) -> str:
    return await watch.open("127.0.0.1", 0)


async def read(address: str, path: str) -> tuple[int, Any]:
    async with aiohttp.ClientSession() as http, http.get(address + path) as answer:
        return answer.status, await (answer.text() if path == "/metrics" else answer.json())


async def parts(address: str) -> tuple[int, dict[str, str]]:
    status, body = await read(address, "/readyz")
    assert body["ready"] == (status == 200)
    return status, body["parts"]


async def test_all_is_well_when_both_stores_answer(address: str) -> None:
    status, seen = await parts(address)
    assert (status, seen["start"], seen["keys"]) == (200, "done", "answer")
    assert seen["database"].startswith("answers, at version")


async def test_it_lives_before_it_is_ready(desks: Desks) -> None:
    watch = Watch(desks)
    address = await watch.open("127.0.0.1", 0)
    assert (await read(address, "/healthz"))[0] == 200
    assert (await parts(address))[0] == 503
    watch.started()
    assert (await parts(address))[0] == 200
    watch.stopping()
    assert (await parts(address))[1]["start"] == "is stopping"
    await watch.close()


async def test_an_old_schema_is_not_ready(address: str, database: Database) -> None:
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    status, seen = await parts(address)
    assert (status, seen["database"][:18]) == (503, "is at version 0001")


async def test_a_store_of_keys_that_is_gone_is_not_ready(address: str, keys: Database) -> None:
    with keys.write() as session:
        session.execute(text("DROP TABLE person_key"))
    assert (await parts(address))[0] == 503
    assert (await parts(address))[1]["database"].startswith("answers")


@pytest.mark.parametrize(
    ("pongs", "status"), [([1.0, 2.0], 200), ([None, 2.0], 200), ([None, None], 503), ([], 503)]
)
async def test_one_socket_that_hears_is_enough(
    watch: Watch, address: str, pongs: list[float | None], status: int
) -> None:
    watch.listens(lambda: pongs)
    assert (await parts(address))[0] == status
    _, numbers = await read(address, "/metrics")
    assert ('mull_socket_pong_age_seconds{socket="1"} 2.0' in numbers) == (2.0 in pongs)


@pytest.mark.parametrize(("ago", "status"), [(0.0, 200), (29.0, 200), (31.0, 503), (None, 503)])
async def test_a_clock_that_has_not_ticked_for_half_a_minute_is_not_ready(
    watch: Watch, address: str, ago: float | None, status: int
) -> None:
    watch.keeps_time(lambda job: ago if job == "tick" else 0.0)
    assert (await parts(address))[0] == status


async def test_a_check_that_fails_in_a_way_nobody_thought_of_is_not_ready(watch: Watch, address: str) -> None:
    async def broken() -> str:
        raise KeyError("Amira")

    watch.part("broken", broken)
    status, seen = await parts(address)
    assert (status, seen["broken"]) == (503, "the check failed")


async def test_a_database_that_is_gone_leaves_the_numbers_of_the_process(desks: Desks) -> None:
    gone = Database("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    without = Desks(gone, desks.vault, desks.prompts, clock.now, clock.wall)
    watch = Watch(without)
    address = await watch.open("127.0.0.1", 0)
    status, numbers = await read(address, "/metrics")
    assert status == 200
    assert 'mull_ready{part="database"} 0.0' in numbers
    assert 'mull_ready{part="keys"} 1.0' in numbers
    assert "mull_letters{" not in numbers
    assert (await parts(address))[1]["database"] == "no answer"
    await watch.close()
    without.close()
    gone.dispose()


def test_a_transaction_that_could_not_be_done_is_counted_once(database: Database) -> None:
    before = meters.DATABASE_UNAVAILABLE._value.get()
    with pytest.raises(Unavailable), database.write(by=0.0):
        pass
    assert meters.DATABASE_UNAVAILABLE._value.get() == before + 1


@pytest.mark.parametrize(("within_seconds", "missed"), [(-1.0, 1), (60.0, 0)])
def test_an_acknowledgement_later_than_it_may_be_is_counted(within_seconds: float, missed: int) -> None:
    before, late = _acknowledged(), meters.DEADLINES_MISSED._value.get()
    with meters.acknowledging(within_seconds):
        pass
    assert (_acknowledged() - before, meters.DEADLINES_MISSED._value.get() - late) == (1, missed)


async def test_a_port_that_is_taken_is_named_with_the_way_out(desks: Desks, address: str) -> None:
    port = int(address.rpartition(":")[2])
    with pytest.raises(NoPort, match=f"127.0.0.1:{port} .MULL_WATCH. is taken") as refused:
        await Watch(desks).open("127.0.0.1", port)
    assert "MULL_WATCH=off" in str(refused.value)


def _acknowledged() -> float:
    told: Callable[[], Any] = meters.ACKNOWLEDGED.collect
    return float(next(one.value for one in next(iter(told())).samples if one.name.endswith("_count")))
