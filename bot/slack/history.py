"""A letter looked for in its conversation's history, by the id in our messages' metadata."""

from collections.abc import Awaitable, Callable
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.pacing import HISTORY, OPEN
from bot.services import searching
from bot.services.delivery import Reply
from bot.services.desk import Desks
from bot.services.searching import Search, Seen, Unread
from bot.slack.client import reply_of

EVENT_TYPE = "mull_letter"
"""Our messages' metadata: the letter's id and nothing else, because any app in the workspace can read it."""
PAGE = 100
NO_HISTORY = "history_unreadable"
"""Slack says there is more and not where: no complete reading, so no verdict."""

Ask = Callable[[Awaitable[Any]], Awaitable[tuple[Reply, Any]]]


async def find(desks: Desks, client: AsyncWebClient, search: Search, ask: Ask = reply_of) -> Seen | Unread:
    """Every message under the letter's id, of a history that was read to its end; else what stood in the way."""
    channel = search.channel_id or await _opened(desks, client, search, ask)
    if isinstance(channel, Unread):
        return channel
    timestamps: list[str] = []
    cursor = None
    while True:
        reply, page = await ask(_page(client, channel, search.after_ts, cursor))
        if page is None:
            return _as_far_as(channel, timestamps, reply)
        timestamps += [one["ts"] for one in page["messages"] if letter_in(one) == str(search.letter_id)]
        if not page.get("has_more"):
            return Seen(channel, tuple(sorted(timestamps)))
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return _as_far_as(channel, timestamps, Reply(NO_HISTORY))
        if not await desks.write(searching.another_page, search):
            return _as_far_as(channel, timestamps, Reply(NO_HISTORY))


def metadata(letter_id: object) -> dict[str, Any]:
    """What a letter's message carries, for it to be found by."""
    return {"event_type": EVENT_TYPE, "event_payload": {"letter": str(letter_id)}}


def letter_in(message: dict[str, Any]) -> str | None:
    """The id of the letter that a message is; None when it is not one of ours."""
    its = message.get("metadata") or {}
    if its.get("event_type") != EVENT_TYPE:
        return None
    return str((its.get("event_payload") or {}).get("letter"))


def _as_far_as(channel: str, timestamps: list[str], reply: Reply) -> Seen | Unread:
    """What was found is there, however far history could be read; that it is not there takes a reading to the end."""
    if timestamps:
        return Seen(channel, tuple(sorted(timestamps)))
    return Unread(HISTORY, Reply(NO_HISTORY) if reply.code == "ok" else reply)


def _page(client: AsyncWebClient, channel: str, after_ts: str, cursor: str | None) -> Awaitable[Any]:
    return client.conversations_history(
        channel=channel,
        oldest=after_ts,
        inclusive=False,
        include_all_metadata=True,
        limit=PAGE,
        cursor=cursor,
    )


async def _opened(desks: Desks, client: AsyncWebClient, search: Search, ask: Ask) -> str | Unread:
    """The direct-message channel, as Slack says."""
    reply, answer = await ask(client.conversations_open(users=search.slack_user_id))
    if answer is None:
        return Unread(OPEN, reply)
    channel = str(answer["channel"]["id"])
    await desks.write(searching.remember_channel, search, channel)
    return channel
