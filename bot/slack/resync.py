"""A workspace's people, page by page as Slack lists them, compared with what we know."""

import asyncio
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot import log
from bot.services import resync
from bot.services.delivery import Reply
from bot.services.desk import Desks
from bot.services.resync import Listed, Resync
from bot.slack.client import reply_of
from bot.slack.outbox import ClientOf

PAGE = 200
AT_ONCE = 10
"""How many people one transaction compares, so that no click waits long."""
WAIT_SECONDS = 5.0


async def compare_next(desks: Desks, client_of: ClientOf) -> bool:
    """One workspace that was not compared for a day is as Slack says; False when there is none."""
    mine = await desks.write(resync.begin)
    if mine is None:
        return False
    reply = await _compare(desks, client_of(mine.team_id), mine)
    if reply is not None:
        await desks.write(resync.failed, mine, reply)
    return True


async def _compare(desks: Desks, client: AsyncWebClient, mine: Resync) -> Reply | None:
    """None when the list was read to its end; else the reply that stood in the way."""
    cursor, known = None, 0
    while True:
        while not await desks.write(resync.may_read_on, mine):  # noqa: ASYNC110 - time is what is waited for
            await asyncio.sleep(WAIT_SECONDS)
        reply, page = await reply_of(client.users_list(limit=PAGE, cursor=cursor))
        if page is None:
            return reply
        listed = [_listed(user) for user in page["members"]]
        for start in range(0, len(listed), AT_ONCE):
            known += await desks.write(resync.compare, mine, listed[start : start + AT_ONCE])
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            log.event("workspace.compared", workspace=mine.workspace_id, people=known)
            return None


def _listed(user: dict[str, Any]) -> Listed:
    return Listed(user["id"], user.get("tz"), bool(user.get("deleted")))
