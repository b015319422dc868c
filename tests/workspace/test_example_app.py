"""An app that is not Mull runs in the workspace as it is, with Slack's own synchronous libraries."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.workspace.server import Workspace
from bot.workspace.visitor import Person, Visitor

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True, params=["socket", "http"])
async def app(request: pytest.FixtureRequest, workspace: Workspace, visitor: Visitor) -> AsyncIterator[None]:
    """The example, as a process of its own, listening in Socket Mode or at a request URL."""
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.workspace.example_app", request.param, str(port)),
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]} | dict(line.split("=", 1) for line in workspace.env_lines()),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"listening\n"
    if request.param == "http":
        await visitor.reach_app_at(f"http://127.0.0.1:{port}/slack/events")
    yield
    process.kill()
    await process.communicate()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


async def test_a_message_is_answered_in_its_thread(ann: Person) -> None:
    said = await ann.say("I am hungry")
    answer = await ann.wait_for_message("to propose one")
    assert answer.thread_ts == said


async def test_a_slash_command_is_answered_at_once_and_to_its_sender_alone(ann: Person, ben: Person) -> None:
    outcome = await ann.command("/lunch", "help")
    assert outcome.acknowledged
    assert (await ann.wait_for_message("fill in where")).ephemeral
    assert not await ben.sees("fill in where")


async def test_a_lunch_is_proposed_in_a_window_and_voted_for(ann: Person) -> None:
    await ann.command("/lunch")
    await ann.wait_for_modal("Where?")
    await ann.choose("Where?", "Garden")
    await ann.choose("On which day?", "2026-09-18")
    outcome = await ann.submit()
    assert outcome.response == {"response_action": "clear"}
    await ann.wait_for_message("Garden, 2026-09-18")
    await ann.click("I am coming")
    await ann.wait_for("Coming: 1")
    assert (await ann.wait_for_message("You are on the list.")).ephemeral


async def test_an_error_stands_at_its_field_and_what_was_typed_stays(ann: Person) -> None:
    await ann.command("/lunch")
    await ann.wait_for_modal("Where?")
    await ann.choose("Where?", "Garden")
    await ann.type("Anything to leave out?", "Everything")
    outcome = await ann.submit()
    assert outcome.errors == {"avoid": "Then there would be no lunch."}
    modal = await ann.wait_for_modal()
    assert modal.values["avoid"] == "Everything"


async def test_a_second_window_goes_on_top_of_the_first(ann: Person) -> None:
    await ann.shortcut("new_lunch")
    assert (await ann.wait_for_modal("Where?")).title == "A new lunch"
    await ann.choose("Where?", "Elsewhere")
    await ann.submit()
    await ann.wait_for_modal("Where is that?")
    await ann.type("Where is that?", "The pond")
    await ann.submit()
    await ann.wait_for_message("The pond")
    assert await ann.modal() is None


async def test_a_window_can_become_another(ann: Person) -> None:
    await ann.command("/lunch")
    await ann.wait_for_modal("Where?")
    await ann.choose("Where?", "You choose")
    await ann.submit()
    assert "if it is dry" in (await ann.wait_for_modal("The garden")).text


async def test_a_window_that_is_closed_is_told(ann: Person) -> None:
    await ann.command("/lunch")
    await ann.wait_for_modal("Where?")
    await ann.close()
    await ann.wait_for_message("Another day, perhaps.")


async def test_a_shortcut_on_a_message_reacts_and_replies(ann: Person) -> None:
    said = await ann.say("Somebody should make soup")
    await ann.shortcut("lunch_of_this", said)
    answer = await ann.wait_for_message("A good idea for a lunch.")
    assert answer.thread_ts == said
    (own,) = [message for message in await ann.messages() if message.ts == said]
    assert own.reactions == ["stew"]


async def test_home_is_published_when_it_is_opened(ann: Person) -> None:
    await ann.open_home()
    await ann.wait_for_home("Lunches near you")
