"""The Bolt app: who may speak to us, what is heard, and what is said when something goes wrong."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot import clock, log
from bot.db import deadline
from bot.errors import MullError, NotFound, Refused, Unavailable, Unsure
from bot.prompts import Prompts
from bot.slack import checkins, conversation, digest, home, my_time, runs, why
from bot.slack.blocks import modal
from bot.slack.client import reply_of
from bot.slack.surface import Surface

TELL_SECONDS = 0.6
"""How long after the deadline somebody may still be told that it was missed: Slack waits for 0.8 more."""
Authorize = Callable[..., Awaitable[AuthorizeResult]]


def make_app(client: AsyncWebClient, authorize: Authorize, surface: Surface) -> AsyncApp:
    """An app that hears every conversation. An acknowledgement leaves only after its listener is done."""
    app = AsyncApp(
        # Bolt gives a logger of its own making the root's level, and prints payloads at DEBUG.
        logger=logging.getLogger("slack_bolt"),
        client=client,
        authorize=authorize,
        process_before_response=True,
        request_verification_enabled=False,
        ignoring_self_events_enabled=True,
    )
    checkins.listen(app, surface)
    runs.listen(app, surface)
    digest.listen(app, surface)
    home.listen(app, surface)
    my_time.listen(app, surface)
    why.listen(app, surface)
    conversation.listen(app, surface)
    _when_it_goes_wrong(app, surface.prompts)
    return app


def _when_it_goes_wrong(app: AsyncApp, prompts: Prompts) -> None:
    """Whoever clicked is told in place, within Slack's three seconds. An event that was not stored is not
    acknowledged: Slack brings it again.
    """

    @app.error
    async def failed(error: Exception, body: dict[str, Any], client: AsyncWebClient) -> BoltResponse:
        if not isinstance(error, MullError) or isinstance(error, Unavailable):
            log.alert("listener.failed", kind=body.get("type"), error=error)
        sentence = _sentence(prompts, error)
        if body.get("type") == "view_submission":
            return _acknowledged(_told_in(prompts, body["view"], sentence))
        if body.get("type") == "block_actions":
            if not _typing(body):
                told = conversation.say_in_modal(prompts, client, body, sentence)
                await reply_of(asyncio.wait_for(told, _seconds_left()))
            return _acknowledged()
        if "command" in body:
            return _acknowledged({"response_type": "ephemeral", "text": sentence})
        if isinstance(error, NotFound | Refused):
            log.event("event.ignored", reason=type(error).__name__)
            return _acknowledged()
        return BoltResponse(status=500)


def _sentence(prompts: Prompts, error: Exception) -> str:
    if isinstance(error, Unsure):
        return prompts.say("perhaps_saved")
    if isinstance(error, Unavailable):
        return prompts.say("not_saved")
    if isinstance(error, NotFound | Refused):
        return str(error)
    return prompts.say("went_wrong")


def _seconds_left() -> float:
    """A Slack that is slow to take what is said must not cost the click its acknowledgement."""
    by = deadline.get()
    return TELL_SECONDS if by is None else max(0.1, by + TELL_SECONDS - clock.elapsed())


def _typing(body: dict[str, Any]) -> bool:
    """A draft that could not be kept: the words still stand in the open field, and nobody is interrupted."""
    return any(action.get("type") == "plain_text_input" for action in body.get("actions", ()))


def _told_in(prompts: Prompts, view: dict[str, Any], sentence: str) -> dict[str, Any]:
    """The error stands under the first field, and everything typed stays; a window without one says it instead."""
    blocks = view.get("blocks") or ()
    field = next((block["block_id"] for block in blocks if block.get("type") == "input"), None)
    if field is None:
        return {"response_action": "update", "view": modal(prompts.view("trouble", sentence=sentence))}
    return {"response_action": "errors", "errors": {field: sentence}}


def _acknowledged(payload: dict[str, Any] | None = None) -> BoltResponse:
    body = json.dumps(payload) if payload else ""
    return BoltResponse(status=200, body=body, headers={"content-type": ["application/json"]})
