"""Slack's own list of people: who somebody is, where their clock stands, and whether they can be written to."""

import asyncio
from collections.abc import Iterable
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.domain import calendar
from bot.domain.schools import Asked, Listed, NotListed
from bot.errors import MullError, Unavailable
from bot.slack.client import reply_of

WAIT_SECONDS = 10.0
"""How long to wait when Slack asks for patience and does not say how much."""

UNKNOWN = {
    "slack": NotListed(
        "has an id that Slack does not know in this workspace",
        "Copy the member id from their Slack profile, under the three dots",
    ),
    "email": NotListed(
        "has an e-mail that Slack knows no active account for in this workspace",
        "Correct it, or write 'slack:' with the member id from their Slack profile",
    ),
}


class ScopeMissing(MullError):
    """The app is not allowed to look people up."""


async def look_up(client: AsyncWebClient, asked: Iterable[Asked]) -> dict[Asked, Listed | NotListed]:
    """What Slack says of each. Unavailable or ScopeMissing when it will not; when it asks for patience, we wait."""
    return {one: await _look_up(client, one) for one in asked}


async def _look_up(client: AsyncWebClient, asked: Asked) -> Listed | NotListed:
    while True:
        by_email = asked.by == "email"
        call = (
            client.users_lookupByEmail(email=asked.value) if by_email else client.users_info(user=asked.value)
        )
        reply, answer = await reply_of(call)
        if answer is not None:
            return _listed(answer["user"])
        if reply.code == "ratelimited":
            await asyncio.sleep(reply.retry_after_seconds or WAIT_SECONDS)
            continue
        if reply.code in ("users_not_found", "user_not_found", "user_not_visible"):
            return UNKNOWN[asked.by]
        if reply.code == "missing_scope":
            scope = "users:read.email" if by_email else "users:read"
            raise ScopeMissing(f"The Slack app lacks the scope {scope}. Type: mull doctor")
        raise Unavailable(f"Slack could not be asked about people ({reply.code}). Type: mull doctor")


def _listed(user: dict[str, Any]) -> Listed | NotListed:
    if user.get("deleted"):
        return NotListed("has a deactivated account", "Ask for it to be activated in Slack, or take them out")
    if user.get("is_bot") or user["id"] == "USLACKBOT":
        return NotListed("is an app and not a person", "Take it out, or correct the account")
    if user.get("is_stranger"):
        do = "Invite them to your own Slack as a guest, and write that account"
        return NotListed("has an account of another organisation's Slack", do)
    profile = user.get("profile") or {}
    name = user.get("real_name") or profile.get("real_name") or user.get("name") or user["id"]
    zone = user.get("tz")
    return Listed(user["id"], str(name), zone if zone in calendar.known_zones() else None)
