"""A workspace on a free port, a real Bolt app in it, and a visitor who plays its people."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import clock
from bot.workspace.server import Workspace
from bot.workspace.visitor import Person, Visitor

PEOPLE: list[dict[str, Any]] = [
    {"id": "U_ANN", "name": "ann", "real_name": "Ann Archer", "email": "ann@school.example"},
    {"id": "U_BEN", "name": "ben", "real_name": "Ben Baker", "tz": "America/New_York"},
]


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def _real_time() -> Any:
    yield
    clock.reset()


@pytest.fixture
async def workspace() -> AsyncIterator[Workspace]:
    local = Workspace(PEOPLE, movable_clock=True)
    await local.start()
    yield local
    await local.stop()


@pytest.fixture
async def visitor(workspace: Workspace) -> AsyncIterator[Visitor]:
    async with Visitor(workspace.address) as one:
        yield one


@pytest.fixture
def ann(visitor: Visitor) -> Person:
    return visitor.person("U_ANN")


@pytest.fixture
def ben(visitor: Visitor) -> Person:
    return visitor.person("U_BEN")


@pytest.fixture
def client(workspace: Workspace) -> AsyncWebClient:
    return AsyncWebClient(token=workspace.bot_token, base_url=workspace.api_url, retry_handlers=[])


@asynccontextmanager
async def running(app: AsyncApp, workspace: Workspace, sockets: int = 1) -> AsyncIterator[None]:
    """The app, connected over Socket Mode."""
    app_client = AsyncWebClient(token=workspace.app_token, base_url=workspace.api_url)
    async with AsyncExitStack() as stack:
        for _ in range(sockets):
            handler = AsyncSocketModeHandler(app, workspace.app_token, web_client=app_client, ping_interval=1)
            stack.push_async_callback(handler.close_async)
            await handler.connect_async()  # type: ignore[no-untyped-call]
        yield


@pytest.fixture
async def serve(workspace: Workspace) -> AsyncIterator[Callable[..., Any]]:
    """`await serve(app)` connects an app until the test ends."""
    async with AsyncExitStack() as stack:

        async def connect(app: AsyncApp, sockets: int = 1) -> None:
            await stack.enter_async_context(running(app, workspace, sockets))

        yield connect


@pytest.fixture
def app(client: AsyncWebClient, workspace: Workspace) -> AsyncApp:
    """An empty Bolt app whose listeners are done before Slack hears of it."""
    return AsyncApp(client=client, token=workspace.bot_token, process_before_response=True)


@pytest.fixture
def open_eared(client: AsyncWebClient) -> AsyncApp:
    """An app that hears of its own acts too, which Bolt else keeps from it."""
    return AsyncApp(client=client, process_before_response=True, ignoring_self_events_enabled=False)


async def error_of(call: Any) -> str:
    """The error code that a call ends in."""
    with pytest.raises(SlackApiError) as raised:
        await call
    return str(raised.value.response["error"])


def hearing(app: AsyncApp, *kinds: str) -> "asyncio.Queue[dict[str, Any]]":
    """The events of these kinds, as the app hears them; to be asked for before the app is served."""
    heard: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def hear(event: dict[str, Any]) -> None:
        await heard.put(event)

    for kind in kinds:
        app.event(kind)(hear)
    return heard
