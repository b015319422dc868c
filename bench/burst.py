"""A staff meeting: 200 people press *Reflect now* within two seconds. How long until each is acknowledged?

Printed beside a baseline in the same run: the same clicks on a Bolt app that opens a fixed modal and knows nothing.
These machines are noisy; what counts is the ratio, and that every modal opened.
"""

import asyncio
import base64
import statistics
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot import clock, schema, settings
from bot.app import Mull, Stores
from bot.domain.outbox import Timing
from bot.slack.client import session, web_client
from bot.slack.socket import Sockets
from bot.workspace.server import Workspace
from bot.workspace.state import TEAM_ID
from bot.workspace.visitor import Outcome, Visitor
from tests import cast

PEOPLE = 200
SECONDS = 2.0
MONDAY = datetime(2026, 9, 14, 7, 10, tzinfo=UTC)


def crowd() -> list[dict[str, Any]]:
    """Two hundred teachers of a school that does not exist."""
    return [
        {
            "id": f"U_T{number:03}",
            "name": f"t{number:03}",
            "real_name": f"Teacher {number:03}",
            "tz": "Europe/London",
        }
        for number in range(PEOPLE)
    ]


async def main() -> None:
    settings.drop_proxies()
    settings.hide_from_bolt()
    ours, theirs = await _ours(), await _baseline()
    print(f"{PEOPLE} clicks within {SECONDS:g} s, acknowledged after (seconds of real time):")
    for name, outcomes in (("Mull", ours), ("a Bolt app that opens a fixed modal", theirs)):
        seconds = sorted(outcome.seconds for outcome in outcomes)
        opened = sum(outcome.acknowledged and outcome.trouble is None for outcome in outcomes)
        print(
            f"  {name}: median {statistics.median(seconds):.3f}, p95 {seconds[int(0.95 * len(seconds))]:.3f}, "
            f"slowest {seconds[-1]:.3f}; {opened} of {len(outcomes)} acknowledged"
        )
    ratio = max(o.seconds for o in ours) / max(o.seconds for o in theirs)
    print(f"  slowest, Mull to baseline: {ratio:.2f}")


async def _ours() -> list[Outcome]:
    async with _mull() as (mull, visitor):
        clock.move_to(MONDAY)
        await mull.plan()
        await mull.tick()
        await mull.postman.settled()
        outcomes = await _press(visitor, "Reflect now")
        modals = [await visitor.person(person["id"]).modal() for person in crowd()]
        assert all(modal is not None for modal in modals), "a modal did not open"
        return outcomes


async def _baseline() -> list[Outcome]:
    workspace = Workspace(crowd())
    await workspace.start()
    http = session()
    app = AsyncApp(client=web_client(http, token=workspace.bot_token, api_url=workspace.api_url))
    view = {"type": "modal", "title": {"type": "plain_text", "text": "Hello"}, "blocks": []}
    button = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Reflect now"}}

    @app.action("go")
    async def go(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=view)
        await ack()

    sockets = Sockets(app, workspace.app_token)
    await sockets.connect()
    for person in crowd():
        await app.client.chat_postMessage(
            channel=person["id"], text="Hello", blocks=[{"type": "actions", "elements": [button]}]
        )
    async with Visitor(workspace.address) as visitor:
        outcomes = await _press(visitor, "Reflect now")
    await sockets.close()
    await http.close()
    await workspace.stop()
    return outcomes


async def _press(visitor: Visitor, text: str) -> list[Outcome]:
    """Everybody presses, spread evenly over the two seconds."""

    async def one(number: int, user: str) -> Outcome:
        await asyncio.sleep(number * SECONDS / PEOPLE)
        return await visitor.person(user).click(text)

    return await asyncio.gather(*(one(number, person["id"]) for number, person in enumerate(crowd())))


@asynccontextmanager
async def _mull() -> AsyncIterator[tuple[Mull, Visitor]]:
    clock.move_to(MONDAY - timedelta(days=1))
    workspace = Workspace(crowd(), movable_clock=True)
    await workspace.start()
    with tempfile.TemporaryDirectory() as folder:
        config = settings.given(
            SLACK_BOT_TOKEN=workspace.bot_token,
            SLACK_APP_TOKEN=workspace.app_token,
            SLACK_API_URL=workspace.api_url,
            DATABASE_URL=f"sqlite:///{Path(folder) / 'mull.db'}",
            MULL_KEYS_URL=f"sqlite:///{Path(folder) / 'keys.db'}",
            MULL_MASTER_KEYS=base64.b64encode(bytes(32)).decode(),
        )
        stores = Stores.open(config)
        schema.upgrade(stores.database, stores.keys)
        stores.close()
        mull = Mull(config, Timing(paced=False))
        await mull.start()
        cast.settle_in(mull.desks, team=TEAM_ID, people=crowd(), pairs=[])
        async with Visitor(workspace.address) as visitor:
            yield mull, visitor
        await mull.stop()
    await workspace.stop()
    clock.reset()


if __name__ == "__main__":
    asyncio.run(main())
