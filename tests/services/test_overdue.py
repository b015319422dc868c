"""A store that hangs holds up nobody who waits for it: they are told in time, and told the truth."""

import asyncio
import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import event, update

from bot import clock
from bot.db import deadline
from bot.errors import Unavailable, Unsure
from bot.models import School
from bot.services.desk import WORKERS, Desk, Desks

SOON_SECONDS = 1.0


class Hanging:
    """A service that does not come back until it is let go; `begun` counts who has started it."""

    def __init__(self) -> None:
        self.begun = 0
        self.let_go = threading.Event()
        self.all_begun = threading.Semaphore(0)

    def __call__(self, _desk: Desk) -> str:
        self.begun += 1
        self.all_begun.release()
        self.let_go.wait(60)
        return "done"


def soon() -> None:
    """Whatever is asked from here on must be answered by then."""
    deadline.set(clock.elapsed() + SOON_SECONDS)


@pytest.fixture
def hanging() -> Iterator[Hanging]:
    service = Hanging()
    yield service
    service.let_go.set()


async def test_what_is_still_being_stored_is_not_certain(
    desks: Desks, hanging: Hanging, caplog: pytest.LogCaptureFixture
) -> None:
    event.listen(desks.database.writer, "commit", lambda _connection: hanging.let_go.wait(60))
    soon()
    with pytest.raises(Unsure):
        await desks.write(changes_something)
    hanging.let_go.set()
    deadline.set(None)
    assert await desks.write(hanging) == "done"
    assert "desk.answered_late" in [record.message for record in caplog.records]


def changes_something(desk: Desk) -> None:
    desk.session.execute(update(School).values(name="Elsewhere"))


async def test_what_no_commit_has_begun_for_is_certainly_not_stored(desks: Desks, hanging: Hanging) -> None:
    for use in (desks.read, desks.write):
        soon()
        with pytest.raises(Unavailable) as told:
            await use(hanging)
        assert not isinstance(told.value, Unsure)


async def test_what_no_thread_was_free_for_never_begins(desks: Desks, hanging: Hanging) -> None:
    deadline.set(None)
    holding = [asyncio.create_task(desks.read(hanging)) for _ in range(WORKERS)]
    for _ in range(WORKERS):
        await asyncio.to_thread(hanging.all_begun.acquire)
    soon()
    with pytest.raises(Unavailable) as told:
        await desks.write(hanging)
    assert not isinstance(told.value, Unsure)
    hanging.let_go.set()
    assert await asyncio.gather(*holding) == ["done"] * WORKERS
    assert hanging.begun == WORKERS
