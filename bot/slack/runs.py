"""Going through a flow in a modal: the next screen, drafts while typing, and the choice of who sees it."""

import re
from uuid import UUID

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.services import runs
from bot.services.people import Known
from bot.services.runs import Saved
from bot.slack.blocks import Block
from bot.slack.client import reply_of
from bot.slack.screens import ANSWER, finished_view, ref_from, screen_view, value_of, values_in
from bot.slack.surface import Body, Surface

FIELD = re.compile(re.escape(ANSWER) + ".+")
NEXT = re.compile(r"run\.next\..+")


def listen(app: AsyncApp, surface: Surface) -> None:
    """Hear what people do in a flow's modal."""

    @app.view("run.screen")
    async def submitted(ack: AsyncAck, body: Body, view: Body) -> None:
        who = await surface.who(body)
        saved = await surface.write(body, runs.save, ref_from(view["private_metadata"]), values_in(view))
        await ack(**_answer(surface, saved, who))

    @app.action({"type": "block_actions", "action_id": FIELD})
    async def typed(ack: AsyncAck, body: Body, action: Body) -> None:
        value = value_of(action)
        metadata = body.get("view", {}).get("private_metadata")
        if metadata and (value is None or isinstance(value, str)):
            await surface.write(
                body, runs.draft, ref_from(metadata), action["block_id"], value, action["action_ts"]
            )
        await ack()

    @app.action({"type": "block_actions", "action_id": "run.share"})
    async def share(ack: AsyncAck, body: Body, action: Body, client: AsyncWebClient) -> None:
        await _share(surface, body, action, client, shared=True)
        await ack()

    @app.action({"type": "block_actions", "action_id": "run.take_back"})
    async def take_back(ack: AsyncAck, body: Body, action: Body, client: AsyncWebClient) -> None:
        await _share(surface, body, action, client, shared=False)
        await ack()

    @app.action({"type": "block_actions", "action_id": NEXT})
    async def begin(ack: AsyncAck, body: Body, action: Body, client: AsyncWebClient) -> None:
        who = await surface.who(body)
        screen = await surface.read(body, runs.start, action["value"])
        view = screen_view(surface.prompts, screen, who)
        if body.get("view", {}).get("type") == "modal":
            await client.views_update(view_id=body["view"]["id"], view=view)
        else:
            await client.views_open(trigger_id=body["trigger_id"], view=view)
        await ack()


def _answer(surface: Surface, saved: Saved, who: Known) -> Block:
    """What a submitted screen is answered with: complaints in place, the next screen, or the end."""
    if saved.complaints:
        errors = {question.id: surface.prompts.complaint(key, question) for question, key in saved.complaints}
        return {"response_action": "errors", "errors": errors}
    if saved.screen is not None:
        return {"response_action": "update", "view": screen_view(surface.prompts, saved.screen, who)}
    assert saved.finished is not None
    return {"response_action": "update", "view": finished_view(surface.prompts, saved.finished, who)}


async def _share(surface: Surface, body: Body, action: Body, client: AsyncWebClient, *, shared: bool) -> None:
    """The choice is stored; where it was made in a modal, the modal says so."""
    who = await surface.who(body)
    finished = await surface.write(body, runs.share, UUID(action["value"]), shared=shared)
    view = body.get("view", {})
    if view.get("type") == "modal":
        # The choice is stored: a window that cannot be drawn again is no reason to say that it was not.
        await reply_of(
            client.views_update(view_id=view["id"], view=finished_view(surface.prompts, finished, who))
        )
