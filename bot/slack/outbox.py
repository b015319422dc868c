"""The outbox's loop: claim → compose → render → send → settle. Nothing here holds a transaction open over a network."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot import clock, log, meters
from bot.domain.outbox import MANNERS, Reason
from bot.domain.verdicts import NO_ANSWER, NOT_COMPOSED, NOT_RENDERED, verdict
from bot.errors import Unavailable
from bot.models import LetterKind
from bot.prompts import Prompts
from bot.services import delivery, drafts, searching, settling
from bot.services.delivery import Claim, Reply
from bot.services.desk import Desks
from bot.services.drafts import Draft
from bot.services.searching import Search, Seen, Unread
from bot.services.settling import CameBack
from bot.slack import history, sending
from bot.slack.client import reply_of
from bot.slack.hands import CLAIMED_AT_ONCE, Hands

SEARCHES_AT_ONCE = 16
REST_SECONDS = 1.0
BRISK_SECONDS = 0.1
"""How soon to look again while letters are on their way: their workspaces' next may go a fifth of a second later."""
SEARCH_SECONDS = 5.0
SETTLE_AGAIN_SECONDS = (0.1, 0.5, 1, 2, 4, 8, 16)

ClientOf = Callable[[str], AsyncWebClient]


class Postman:
    """Takes letters to Slack. Any number of them, in any number of processes, send each letter once."""

    def __init__(self, desks: Desks, prompts: Prompts, client_of: ClientOf) -> None:
        self._desks = desks
        self._prompts = prompts
        self._client_of = client_of
        self._bell = asyncio.Event()
        self._stopping = asyncio.Event()
        self._stop_by = float("inf")
        self._hands = Hands()
        self._tasks: set[asyncio.Task[None]] = set()
        self._limits: set[asyncio.Timeout] = set()
        self._came_back: list[tuple[Claim, CameBack]] = []
        self._settling = asyncio.Lock()

    def wake(self) -> None:
        """There may be something to send."""
        self._bell.set()

    async def run(self) -> None:
        """Letters leave as they fall due and lost ones are looked for, until `stop`; then all has been handed back."""
        await asyncio.gather(self._claims(), self._searches())
        while self._tasks:
            await asyncio.wait(self._tasks)

    def stop(self) -> None:
        """No letter is claimed or begun any more, and what is under way has a little time left to come back."""
        seconds = self._desks.timing.hand_back_seconds
        self._stop_by = clock.elapsed() + seconds
        self._stopping.set()
        self._bell.set()
        ends = asyncio.get_running_loop().time() + seconds
        for limit in self._limits:
            limit.reschedule(ends)

    async def settled(self) -> None:
        """Whatever was due has been dealt with, by whichever round took it. What is put off is not waited for."""
        done = False
        while not done:
            nothing_hid = not self._hands.letters
            busy = await self.turn()
            await self._hands.idle.wait()
            done = nothing_hid and not busy

    async def turn(self) -> bool:
        """The letters that may leave now, as many as fit, are dealt with; False when there were none."""
        looked_at, tasks = await self._round()
        await asyncio.gather(*tasks)
        return looked_at > 0

    async def search(self) -> bool:
        """Letters that were perhaps sent are looked for in history, one of each workspace; False when there is none."""
        tasks = await self._look()
        await asyncio.gather(*tasks)
        return bool(tasks)

    async def _claims(self) -> None:
        while not self._stopping.is_set():
            # Before looking, so that what is posted while we look rings again.
            self._bell.clear()
            looked_at = 0
            try:
                looked_at, _ = await self._round()
            except Unavailable as error:
                log.warning("outbox.unavailable", error=error)
            except Exception as error:
                log.alert("outbox.failed", error=error)
            if looked_at < CLAIMED_AT_ONCE and not self._stopping.is_set():
                await _rung(self._bell, BRISK_SECONDS if looked_at or self._hands.letters else REST_SECONDS)

    async def _searches(self) -> None:
        while not self._stopping.is_set():
            found: Sequence[object] = ()
            try:
                found = await self._look()
            except Unavailable as error:
                log.warning("outbox.unavailable", error=error)
            except Exception as error:
                log.alert("outbox.failed", error=error)
            await _rung(self._stopping, BRISK_SECONDS if found else SEARCH_SECONDS)

    async def _round(self) -> tuple[int, list[asyncio.Task[None]]]:
        """How many letters were looked at, and the work that those which are to be sent still are."""
        begun = clock.elapsed()
        with self._hands.at_work():
            if not self._hands.room.letters:
                return 0, []
            looked_at = await self._desks.write(delivery.claim, self._hands.room)
            claims = [one for one in looked_at if isinstance(one, Claim)]
            self._hands.letters.update(claim.workspace_id for claim in claims)
            self._hands.alone = any(claim.alone for claim in claims)
            return len(looked_at), [self._begin(self._take_out(claims, begun))] if claims else []

    async def _look(self) -> list[asyncio.Task[None]]:
        await self._desks.write(searching.expire_leases)
        busy = self._hands.searching
        found = await self._desks.write(searching.next_searches, SEARCHES_AT_ONCE - len(busy), list(busy))
        self._hands.searching |= {search.workspace_id for search in found}
        return [self._begin(self._look_up(search)) for search in found]

    def _begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        # Counted from now on and not from when the task first runs: in between we are not idle either.
        self._hands.begin()
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._hands.end()

    async def _look_up(self, search: Search) -> None:
        try:
            await self._desks.write(searching.reconcile, search, await self._find(search))
        except Exception as error:
            # It is looked for again when its turn has passed.
            log.alert("letter.not_looked_up", letter=search.letter_id, error=error)
        finally:
            self._hands.searching.discard(search.workspace_id)
            self.wake()

    async def _find(self, search: Search) -> Seen | Unread:
        return await history.find(self._desks, self._client_of(search.team_id), search, self._ask)

    async def _take_out(self, claims: Sequence[Claim], begun: float) -> None:
        """Letters that were claimed together are composed together, and then each goes its own way."""
        composed = await self._compose(claims)
        await asyncio.gather(
            *(self._deliver(claim, draft, begun) for claim, draft in zip(claims, composed, strict=True))
        )

    async def _compose(self, claims: Sequence[Claim]) -> Sequence[Draft | Reason | Reply]:
        try:
            for claim in filter(drafts.is_recorded, claims):
                await self._desks.write(drafts.begin, claim)
            composed = await self._desks.read(drafts.compose, claims)
            for claim, draft in zip(claims, composed, strict=True):
                if drafts.is_recorded(claim):
                    await self._desks.write(drafts.keep, claim, draft)
        except Exception as error:
            log.warning("outbox.not_composed", letters=len(claims), error=error)
            if len(claims) == 1 or isinstance(error, Unavailable):
                return [Reply(NOT_COMPOSED)] * len(claims)
            return [draft for claim in claims for draft in await self._compose([claim])]
        return composed

    async def _deliver(self, claim: Claim, draft: Draft | Reason | Reply, begun: float) -> None:
        """One letter's trouble stops no other: one that nobody settles keeps its lease and is looked up after it."""
        try:
            came_back = await self._send(claim, draft, begun) if isinstance(draft, Draft) else draft
            await self._settle(claim, came_back)
        except Exception as error:
            log.alert("letter.not_settled", letter=claim.letter_id, error=error)
        finally:
            self._hands.letters[claim.workspace_id] -= 1
            self._hands.letters += Counter()
            self._hands.alone = self._hands.alone and not claim.alone

    async def _send(self, claim: Claim, draft: Draft, begun: float) -> CameBack:
        try:
            drawn = sending.drawn(self._prompts, claim, draft)
            client = self._client_of(claim.team_id)
        except Exception as error:
            log.alert("letter.not_rendered", letter=claim.letter_id, error=error)
            return Reply(NOT_RENDERED)
        # The last thing before the call: if this process was frozen since the claim, somebody else may have the letter.
        if self._stopping.is_set() or not self._may_begin(begun):
            return None
        reply, _ = await self._ask(sending.call(client, claim, drawn))
        meters.replied(verdict(reply.code, MANNERS[LetterKind.CHANGED if claim.message_ts else claim.kind]))
        return reply

    def _may_begin(self, begun: float) -> bool:
        return clock.elapsed() - begun < self._desks.timing.begin_within_seconds

    async def _ask(self, call: Awaitable[Any]) -> tuple[Reply, Any]:
        """What came of a call; no answer, if we had to stop before there was one."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._left()) as limit:
                self._limits.add(limit)
                try:
                    return await reply_of(call)
                finally:
                    self._limits.discard(limit)
        return Reply(NO_ANSWER), None

    def _left(self) -> float | None:
        """The seconds until everything has to be handed back; None while nobody has asked for it."""
        return self._stop_by - clock.elapsed() if self._stopping.is_set() else None

    async def _settle(self, claim: Claim, came_back: CameBack) -> None:
        """What came back is recorded, together with whatever else came back meanwhile."""
        mine = (claim, came_back)
        self._came_back.append(mine)
        async with self._settling:
            while mine in self._came_back:
                batch = self._came_back[:CLAIMED_AT_ONCE]
                try:
                    await self._record(batch)
                finally:
                    del self._came_back[: len(batch)]

    async def _record(self, batch: Sequence[tuple[Claim, CameBack]]) -> None:
        """What came back is in the database. Something about one of them that fails, fails alone."""
        try:
            await self._written(batch)
        except Exception as error:
            if len(batch) == 1:
                log.alert("letter.not_settled", letter=batch[0][0].letter_id, error=error)
                return
            for one in batch:
                await self._record([one])

    async def _written(self, batch: Sequence[tuple[Claim, CameBack]]) -> None:
        """However long the database is away: until the lease ends it is ours to say."""
        for pause_seconds in SETTLE_AGAIN_SECONDS:
            try:
                await self._desks.write(settling.settle_all, batch)
            except Unavailable:
                left = self._left()
                await asyncio.sleep(pause_seconds if left is None else max(0.0, min(pause_seconds, left + 1)))
            else:
                return
        for claim, _ in batch:
            log.alert("letter.not_settled", letter=claim.letter_id)


async def _rung(bell: asyncio.Event, seconds: float) -> None:
    """Until somebody rings, or for a little while: another process may have posted something."""
    try:
        async with asyncio.timeout(seconds):
            await bell.wait()
    except TimeoutError:
        return
