"""A small world to draw: two people, a channel for all, one that Ann is not in; an app that listens, and a browser."""

import re
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import ClientSession
from markupsafe import Markup
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace.filling import complete, initial_values
from bot.workspace.page.drawing import Drawing, Surface
from bot.workspace.server import Workspace
from bot.workspace.state import User, World
from tests.workspace.builders import JsonObject, field, modal, plain
from tests.workspace.page.gallery import DAY, option
from tests.workspace.page.hand import STRANDS, Hand, Serve
from tests.workspace.page.surfing import Surfer

Draw = Callable[..., Markup]


@pytest.fixture
def world() -> World:
    world = World("Hillside", "hillside", "App")
    world.add_user(User("U_ANN", "ann", "Ann Archer"))
    world.add_user(User("U_BEN", "ben", "Ben Baker", tz="America/New_York"))
    world.add_user(User("U_OLD", "old", "Olive Old", deleted=True))
    world.add_channel("public", "staff", ["U_ANN", "U_BEN"], "U_ANN")
    world.add_channel("private", "heads", ["U_BEN"], "U_BEN")
    return world


@pytest.fixture
def viewer(world: World) -> User:
    return world.users["U_ANN"]


@pytest.fixture
def drawing(world: World, viewer: User) -> Drawing:
    return Drawing(world, viewer, datetime.fromtimestamp(DAY, UTC))


@pytest.fixture
def draw(drawing: Drawing) -> Draw:
    """Blocks as an app gives them, drawn on a surface."""

    def drawn(
        *blocks: JsonObject,
        kind: str = "message",
        errors: dict[str, str] | None = None,
        part: str = "",
        entered: dict[str, JsonObject] | None = None,
    ) -> Markup:
        filled = complete(list(blocks))
        values = initial_values(filled) | (entered or {})
        surface = Surface(kind, "1795000000.000100", "C1", values, errors or {}, part)  # type: ignore[arg-type]
        return drawing.blocks(filled, surface)

    return drawn


@pytest.fixture
async def surfer(workspace: Workspace) -> AsyncIterator[Surfer]:
    workspace.world.add_channel("public", "staff", ["U_ANN", "U_BEN"], "U_ANN")
    async with ClientSession() as session:
        yield Surfer(workspace, session)


@pytest.fixture
async def hand(workspace: Workspace, app: AsyncApp, serve: Serve) -> Hand:
    """An app that acknowledges everything, suggests strands, and opens a modal of two fields for `open`."""
    heard: list[JsonObject] = []

    @app.middleware
    async def keep(body: JsonObject, next: Any) -> None:
        heard.append(body)
        await next()

    @app.action("open")
    async def open_modal(ack: AsyncAck, body: JsonObject, client: AsyncWebClient) -> None:
        blocks = [
            field("Name", "a", "name"),
            field("Mail", "a", "mail", element={"type": "email_text_input"}),
        ]
        day = {"type": "input", "block_id": "day", "optional": True, "label": plain("Day")}
        picker = {"element": {"type": "datepicker", "action_id": "a"}}
        await client.views_open(trigger_id=body["trigger_id"], view=modal(*blocks, day | picker))
        await ack()

    @app.options(re.compile("act_(multi_)?external_select"))
    async def strands(ack: AsyncAck, payload: JsonObject) -> None:
        await ack(options=[option(text) for text in STRANDS if payload["value"].lower() in text.lower()])

    @app.action(re.compile(".*"))
    async def act(ack: AsyncAck) -> None:
        await ack()

    @app.view(re.compile(".*"))
    async def view(ack: AsyncAck) -> None:
        await ack()

    await serve(app)
    return Hand(workspace, heard)
