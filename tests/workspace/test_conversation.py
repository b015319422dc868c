"""A whole conversation: an unmodified Bolt app in the workspace, over Socket Mode."""

from collections.abc import Callable
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond, AsyncSay
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace.visitor import Person, Visitor
from tests.workspace.builders import actions, button, field, home, modal, section

Serve = Callable[..., Any]


def example(app: AsyncApp) -> AsyncApp:
    """A small app: greets, asks in a modal, answers in the conversation and in Home."""

    @app.event("message")
    async def greet(event: dict[str, Any], say: AsyncSay) -> None:
        if event["text"] == "hello":
            await say(text="Hello.", blocks=[section("Hello."), actions(button("Reflect now", "reflect"))])

    @app.action("reflect")
    async def ask(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        view = modal(field("What happened?", "line", "b1"), title="Reflect", callback_id="reflection")
        await client.views_open(trigger_id=body["trigger_id"], view=view)
        await ack()

    @app.view("reflection")
    async def keep(ack: AsyncAck, view: dict[str, Any], body: dict[str, Any], client: AsyncWebClient) -> None:
        line = view["state"]["values"]["b1"]["line"]["value"]
        if line == "nothing":
            await ack(response_action="errors", errors={"b1": "A little more."})
            return
        await ack()
        await client.chat_postMessage(channel=body["user"]["id"], text=f"Kept {len(line)} characters.")

    @app.event("app_home_opened")
    async def show(event: dict[str, Any], client: AsyncWebClient) -> None:
        await client.views_publish(user_id=event["user"], view=home(section("*Nothing* waits.")))

    @app.command("/mull")
    async def command(ack: AsyncAck, respond: AsyncRespond, command: dict[str, Any]) -> None:
        await ack(f"You asked: {command['text']}")
        await respond("And later this.")

    return app


async def test_a_person_is_asked_and_answers(app: AsyncApp, serve: Serve, ann: Person) -> None:
    await serve(example(app))
    await ann.say("hello")
    await ann.wait_for_message("Hello.")
    outcome = await ann.click("Reflect now")
    assert outcome.acknowledged
    screen = await ann.wait_for_modal("What happened?")
    assert screen.labels == ["What happened?"]
    await ann.type("What happened?", "the printer")
    outcome = await ann.submit()
    assert outcome.acknowledged
    assert await ann.modal() is None
    await ann.wait_for("Kept 11 characters.")


async def test_errors_stay_in_the_modal_with_what_was_typed(app: AsyncApp, serve: Serve, ann: Person) -> None:
    await serve(example(app))
    await ann.say("hello")
    await ann.wait_for_message("Hello.")
    await ann.click("Reflect now")
    await ann.type("line", "nothing")
    outcome = await ann.submit()
    assert outcome.errors == {"b1": "A little more."}
    screen = await ann.modal()
    assert screen is not None
    assert screen.errors == {"b1": "A little more."}
    assert screen.values == {"line": "nothing"}


async def test_home_is_published_when_it_is_opened(app: AsyncApp, serve: Serve, ann: Person) -> None:
    await serve(example(app))
    await ann.open_home()
    screen = await ann.wait_for_home("Nothing waits.")
    assert screen.type == "home"


async def test_a_command_is_answered_for_its_writer_alone(
    app: AsyncApp, serve: Serve, ann: Person, ben: Person, visitor: Visitor
) -> None:
    await serve(example(app))
    channel = await visitor.add_channel("staff", ["U_ANN", "U_BEN"], kind="public")
    await ann.command("/mull", "what is waiting", channel=channel)
    await ann.wait_for("And later this.")
    assert await ann.sees("You asked: what is waiting")
    assert not await ben.sees("You asked")
    assert not await ben.sees("And later this.")
