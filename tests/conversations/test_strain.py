"""Strain: a staff meeting's worth of clicks, and a database that is busy or gone while people press and type."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from uuid import UUID

import psycopg

from bot import clock
from bot.db import Database
from bot.services import outbox
from bot.services.desk import Desk
from bot.workspace.server import Workspace
from bot.workspace.state import TEAM_ID
from bot.workspace.visitor import Outcome, Person, Visitor
from tests import cast
from tests.cast import AMIRA
from tests.conftest import StoreUrls
from tests.conversations.conftest import SUNDAY, Stage, running_mull

MONDAY = datetime(2026, 9, 14, 7, 10, tzinfo=UTC)
QUESTION = "How full is the tank today?"
LINE = "If there is a line to add"
MOMENT = "Which ten minutes of this week would you gladly teach again?"
CROWD = [
    {"id": f"U_T{n:03}", "name": f"t{n}", "real_name": f"Teacher {n}", "tz": "Europe/London"}
    for n in range(200)
]


async def test_two_hundred_people_press_at_once_and_each_gets_a_modal(sqlite_urls: StoreUrls) -> None:
    clock.move_to(SUNDAY)
    workspace = Workspace(CROWD, movable_clock=True)
    await workspace.start()
    async with running_mull(workspace, sqlite_urls) as mull, Visitor(workspace.address) as visitor:
        settled = cast.settle_in(mull.desks, team=TEAM_ID, people=CROWD, pairs=[])
        clock.move_to(MONDAY)
        await mull.plan()
        await mull.tick()
        await mull.postman.settled()
        # And the outbox beside it has as much to do.
        mull.desks.do(_drawn_anew, settled.people.values())
        mull.postman.wake()
        people = [visitor.person(one["id"]) for one in CROWD]
        outcomes = await asyncio.gather(*(_pressed(number, person) for number, person in enumerate(people)))
        assert all(outcome.acknowledged and outcome.trouble is None for outcome in outcomes)
        modals = await asyncio.gather(*(person.modal() for person in people))
        assert all(modal is not None and QUESTION in modal.text for modal in modals)
    await workspace.stop()


async def test_what_cannot_be_stored_stays_in_the_modal_and_is_told_there(stage: Stage) -> None:
    amira = stage.person(AMIRA)
    await _at_the_line(stage, amira)
    await amira.type(MOMENT, "Nobody moved when the bell went.")
    async with _held(stage.mull.stores.database):
        outcome = await amira.submit()
        assert outcome.acknowledged
        assert "could not be kept just now" in " ".join(outcome.errors.values())
        modal = await amira.modal()
        assert modal is not None
        assert modal.values["answer.moment_taught"] == "Nobody moved when the bell went."
    assert not (await amira.submit()).errors
    await amira.wait_for_modal("Kept.")


async def test_a_tap_that_cannot_be_stored_says_so_and_can_be_pressed_again(stage: Stage) -> None:
    amira = stage.person(AMIRA)
    await stage.clock_to(MONDAY)
    await amira.wait_for_message(QUESTION)
    await stage.mull.postman.settled()
    async with _held(stage.mull.stores.database):
        assert (await amira.click("Good")).acknowledged
        await amira.wait_for_modal("could not be kept just now")
        await amira.close()
    await amira.click("Good")
    await amira.wait_for("Done for this week.")


async def test_an_event_that_cannot_be_stored_is_not_acknowledged_and_comes_again(stage: Stage) -> None:
    amira = stage.person(AMIRA)
    await stage.clock_to(MONDAY)
    await amira.wait_for_message(QUESTION)
    await stage.mull.postman.settled()
    async with _held(stage.mull.stores.database):
        mark = await stage.visitor.mark()
        await amira.say("A long day.")
        await stage.visitor.wait_for(lambda: _delivered_twice(stage, mark), what="two deliveries", seconds=20)
    clock.move_to(clock.now().replace(minute=15))
    await amira.wait_for_message("Shall I keep what you wrote", seconds=20)
    offers = [one for one in await amira.messages() if "Shall I keep" in one.shown]
    assert len(offers) == 1


def _drawn_anew(desk: Desk, people: Iterable[UUID]) -> None:
    for person_id in people:
        outbox.refresh_home(desk, person_id)


async def _pressed(number: int, person: Person) -> Outcome:
    """Everybody within the same two seconds, as when somebody says "let us all do it now"."""
    await asyncio.sleep(2 * number / len(CROWD))
    return await person.click("Reflect now")


async def _delivered_twice(stage: Stage, mark: int) -> bool:
    envelopes = await stage.visitor.journal(kind="envelope", after=mark)
    return len([one for one in envelopes if one.get("method") == "message"]) >= 2


async def _at_the_line(stage: Stage, person: Person) -> None:
    """One tap given, and the screen with the questions for words open."""
    await stage.clock_to(MONDAY)
    await person.wait_for_message(QUESTION)
    await person.click("Good")
    await person.wait_for(LINE)
    await person.click(LINE)
    await person.wait_for_modal(MOMENT)
    await stage.mull.postman.settled()


@asynccontextmanager
async def _held(database: Database) -> AsyncIterator[None]:
    """Another process holds the database so that nothing can be written."""
    holding = _sqlite_held if database.dialect == "sqlite" else _postgres_held
    with holding(database):
        yield


@contextmanager
def _sqlite_held(database: Database) -> Iterator[None]:
    connection = sqlite3.connect(str(database.url.database), isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    yield
    connection.rollback()
    connection.close()


@contextmanager
def _postgres_held(database: Database) -> Iterator[None]:
    address = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as connection:
        connection.execute("LOCK TABLE run, answer, inbox, occurrence IN ACCESS EXCLUSIVE MODE")
        yield
        connection.rollback()
