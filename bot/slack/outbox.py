"""The outbox's loop: claim → render → send → settle. One turn is one letter; nothing here holds a transaction open."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot import log, meters
from bot.domain.outbox import MANNERS, NOT_CONNECTED, NOT_RENDERED, Verdict, verdict
from bot.errors import Unavailable
from bot.models import LetterKind
from bot.prompts import Prompts
from bot.services import delivery
from bot.services.delivery import Claim, NotSent, Reply, Search
from bot.services.desk import Desks
from bot.services.home import HomeContent
from bot.slack import render
from bot.slack.client import reply_of

EVENT_TYPE = "mull_letter"
"""Our messages' metadata: the letter's id and nothing else, because any app in the workspace can read it."""
AT_ONCE = 4
"""How many letters are on their way at the same time."""
REST_SECONDS = 1.0
PAGE = 100
NO_HISTORY = "history_unreadable"
"""Slack says there is more and not where: no complete reading, so no verdict."""

ClientOf = Callable[[str], AsyncWebClient]


class Postman:
    """Takes letters to Slack. Any number of them, in any number of processes, send each letter once."""

    def __init__(self, desks: Desks, prompts: Prompts, client_of: ClientOf) -> None:
        self._desks = desks
        self._prompts = prompts
        self._client_of = client_of
        self._bell = asyncio.Event()
        self._stopping = False
        self._under_way = 0
        self._idle = asyncio.Event()
        self._idle.set()

    def wake(self) -> None:
        """There may be something to send."""
        self._bell.set()

    async def run(self) -> None:
        """Letters leave as they fall due, until `stop`. Whatever is under way then is settled first."""
        await asyncio.gather(*(self._rounds() for _ in range(AT_ONCE)))

    def stop(self) -> None:
        """No letter is claimed any more."""
        self._stopping = True
        self._bell.set()

    async def settled(self) -> None:
        """Whatever was due has been dealt with, by whichever round took it. What is put off is not waited for."""
        busy = True
        while busy:
            busy = await self.turn()
            await self._idle.wait()

    async def turn(self) -> bool:
        """One letter is dealt with; False when none is due."""
        self._under_way += 1
        self._idle.clear()
        try:
            return await self._turn()
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._idle.set()

    async def _turn(self) -> bool:
        claim = await self._desks.write(delivery.claim)
        if claim is None:
            return False
        if isinstance(claim, NotSent):
            return True
        reply = await self._send(claim)
        kind = claim.kind if claim.message_ts is None else LetterKind.CHANGED
        meters.replied(verdict(reply.code, MANNERS[kind]))
        await self._settle(claim, reply)
        return True

    async def search(self) -> bool:
        """One letter that was perhaps sent is looked for in its channel's history; False when there is none."""
        await self._desks.write(delivery.expire_leases)
        search = await self._desks.write(delivery.next_search)
        if search is None:
            return False
        await self._desks.write(delivery.reconcile, search, await self._find(search))
        self.wake()
        return True

    async def _rounds(self) -> None:
        while not self._stopping:
            # Before looking, so that what is posted while we look rings again.
            self._bell.clear()
            try:
                busy = await self.turn()
            except Unavailable as error:
                log.warning("outbox.unavailable", error=error)
                busy = False
            except Exception as error:
                # One letter's trouble stops no other: it keeps its lease and is looked up when that ends.
                log.alert("outbox.failed", error=error)
                busy = False
            if not busy and not self._stopping:
                await _rung(self._bell)

    async def _settle(self, claim: Claim, reply: Reply) -> None:
        """What came back is recorded, however long the database is away: until the lease ends it is ours to say."""
        for pause_seconds in (0.1, 0.5, 1, 2, 4, 8, 16):
            try:
                await self._desks.write(delivery.settle, claim, reply)
            except Unavailable:
                await asyncio.sleep(pause_seconds)
            else:
                return
        log.alert("letter.not_settled", letter=claim.letter_id, reply=reply.code)

    async def _send(self, claim: Claim) -> Reply:
        try:
            call = await self._call(claim)
        except Exception as error:
            log.alert("letter.not_rendered", letter=claim.letter_id, error=error)
            return Reply(NOT_RENDERED)
        if isinstance(call, Reply):
            return call
        reply, _ = await reply_of(call)
        return reply

    async def _call(self, claim: Claim) -> Awaitable[Any] | Reply:
        """The call that sends a letter, not yet awaited; or why it cannot be made."""
        client = self._client_of(claim.team_id)
        if isinstance(claim.content, HomeContent):
            view = render.home_view(self._prompts, claim.content)
            return client.views_publish(user_id=claim.slack_user_id, view=view)
        message = render.message(self._prompts, claim.kind, claim.content, claim.who)
        if claim.message_ts is not None and claim.channel_id is not None:
            return client.chat_update(
                channel=claim.channel_id, ts=claim.message_ts, text=message.text, blocks=message.blocks
            )
        channel = await self._channel(claim)
        if isinstance(channel, Reply):
            return channel
        return client.chat_postMessage(
            channel=channel,
            text=message.text,
            blocks=message.blocks,
            metadata={"event_type": EVENT_TYPE, "event_payload": {"letter": str(claim.letter_id)}},
            unfurl_links=False,
            unfurl_media=False,
        )

    async def _channel(self, of: Claim | Search) -> str | Reply:
        """The direct-message channel, from what we know or from Slack; or the reply that stood in the way."""
        if of.channel_id is not None:
            return of.channel_id
        reply, answer = await reply_of(self._client_of(of.team_id).conversations_open(users=of.slack_user_id))
        if answer is None:
            # Opening a conversation sends nothing: whatever went wrong, the letter surely did not leave.
            unclear = verdict(reply.code, MANNERS[LetterKind.CHECK_IN]) == Verdict.PERHAPS_SENT
            return Reply(NOT_CONNECTED) if unclear else reply
        channel = str(answer["channel"]["id"])
        await self._desks.write(delivery.remember_channel, of, channel)
        return channel

    async def _find(self, search: Search) -> Reply | None:
        """`ok` with the message; None when history is read to its end and it is not there; else what went wrong."""
        channel = await self._channel(search)
        if isinstance(channel, Reply):
            return channel
        client, cursor = self._client_of(search.team_id), None
        while True:
            reply, page = await reply_of(
                client.conversations_history(
                    channel=channel,
                    oldest=search.after_ts,
                    inclusive=False,
                    include_all_metadata=True,
                    limit=PAGE,
                    cursor=cursor,
                )
            )
            if page is None:
                return Reply(NO_HISTORY) if reply.code == "ok" else reply
            found = next((one for one in page["messages"] if _letter_in(one) == str(search.letter_id)), None)
            if found is not None:
                return Reply("ok", channel, found["ts"])
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not page.get("has_more"):
                return None
            if not cursor:
                return Reply(NO_HISTORY)


def _letter_in(message: dict[str, Any]) -> str | None:
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != EVENT_TYPE:
        return None
    return str((metadata.get("event_payload") or {}).get("letter"))


async def _rung(bell: asyncio.Event) -> None:
    """Until somebody rings, or for a little while: another process may have posted something."""
    try:
        async with asyncio.timeout(REST_SECONDS):
            await bell.wait()
    except TimeoutError:
        return
