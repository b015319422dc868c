"""Deaths at named points of the path: a process that dies exactly there, and then one that finds what it left."""

import asyncio
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from aiohttp import ClientSession, TraceConfig
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import func, select, update

from bot import clock, log
from bot.domain.outbox import Timing
from bot.models import Letter, LetterState
from bot.services import schedules
from bot.services.delivery import NotSent
from bot.services.desk import Desk, Desks
from bot.slack.client import session, web_client
from bot.slack.outbox import Postman
from bot.workspace.visitor import Visitor
from tests.stores import StoreUrls
from tests.torture import replica, school, slack, truth
from tests.torture.processes import PROCESSES, cleanly
from tests.torture.replica import Orders, keep_going, opened
from tests.torture.school import Load
from tests.torture.truth import Count
from tests.torture.warm import PROMPTS

TIMING = Timing(lease=timedelta(seconds=1.5), send_seconds=0.8, reconcile_after=timedelta(seconds=2))
LOAD = Load(workspaces=1, teachers=4, typed=1, newcomers=1, stream_seconds=0)
DEATH_SECONDS = 20.0
"""A point that nobody has died at by then is not on the path any more."""
CALM_SECONDS = 30.0
SLACK_TAKES_SECONDS = 0.6
TELL_NOTHING = ("begin", "keep", "remember_channel")


class When(StrEnum):
    """Where on a service's way its process dies."""

    BEFORE = "before"
    WITHIN = "within"
    AFTER = "after"


class Wire(StrEnum):
    """Where on a message's way its process dies."""

    BEFORE_CALL = "before the call"
    HALF_WRITTEN = "with half the request written"
    WRITTEN = "after the request was written, before Slack has posted it"
    REPLIED = "after the reply"


@dataclass(frozen=True)
class Deed:
    """A service of the path, by its name."""

    when: When
    service: str

    def __str__(self) -> str:
        where = {When.BEFORE: "before", When.WITHIN: "before the commit of", When.AFTER: "after"}
        return f"{where[self.when]} {self.service}"


Point = Deed | Wire
Deaths = tuple[Point, ...]
"""Points at which one process after another dies: what the first leaves unclear is what the second dies over."""

POINTS: tuple[Deaths, ...] = (
    (Deed(When.WITHIN, "plan"),),
    (Deed(When.AFTER, "plan"),),
    (Deed(When.WITHIN, "claim"),),
    (Deed(When.AFTER, "claim"),),
    (Deed(When.AFTER, "begin"),),
    (Deed(When.WITHIN, "keep"),),
    (Deed(When.AFTER, "keep"),),
    (Wire.BEFORE_CALL,),
    (Wire.HALF_WRITTEN,),
    (Wire.WRITTEN,),
    (Wire.REPLIED,),
    (Deed(When.WITHIN, "settle_all"),),
    (Deed(When.AFTER, "settle_all"),),
    (Wire.REPLIED, Deed(When.WITHIN, "expire_leases")),
    (Wire.REPLIED, Deed(When.AFTER, "expire_leases")),
    (Wire.REPLIED, Deed(When.WITHIN, "next_searches")),
    (Wire.REPLIED, Deed(When.AFTER, "next_searches")),
    (Wire.REPLIED, Deed(When.BEFORE, "reconcile")),
    (Wire.REPLIED, Deed(When.WITHIN, "reconcile")),
    (Wire.REPLIED, Deed(When.AFTER, "reconcile")),
    (Wire.BEFORE_CALL, Deed(When.AFTER, "remember_channel")),
    (Wire.BEFORE_CALL, Deed(When.BEFORE, "reconcile")),
    (Wire.BEFORE_CALL, Deed(When.WITHIN, "reconcile")),
    (Wire.BEFORE_CALL, Deed(When.AFTER, "reconcile")),
    (Wire.WRITTEN, Wire.BEFORE_CALL, Wire.REPLIED),
)


def name(deaths: Deaths) -> str:
    """What these deaths are called."""
    return ", then ".join(str(point) for point in deaths)


@dataclass(frozen=True)
class Fate:
    """What came of it: whether a process died at each point, and what was found in the end."""

    died: bool
    settled: bool
    count: Count

    @property
    def well(self) -> bool:
        return self.died and self.settled and self.count.lost == self.count.doubled == 0


async def die_at(deaths: Deaths, stores: StoreUrls, folder: Path) -> Fate:
    """One process after another dies at its point; then one lives, and settles what they left."""
    async with slack.running(LOAD.everyone()) as local, opened(stores, TIMING) as desks:
        begins = clock.now() + timedelta(hours=1)
        school.settle_in(desks, LOAD, begins)
        orders = Orders(stores, local, TIMING, folder / "points.log")
        async with Visitor(local.address) as visitor:
            await school.live(desks, visitor, LOAD, seed=1)
            if not _of_planning(deaths):
                desks.do(schedules.plan, desks.look(schedules.to_plan))
                desks.do(_all_falls_due)
            died = True
            for point in deaths:
                if point == Wire.WRITTEN:
                    await visitor.arrange("chat.postMessage", "slow", seconds=SLACK_TAKES_SECONDS)
                died = died and await _dies(orders, point)
            settled = await _calm(orders, desks)
        counted = await desks.read(truth.count, LOAD.letters, await slack.standing(local))
    return Fate(died, settled, counted)


async def _dies(orders: Orders, point: Point) -> bool:
    process = PROCESSES.Process(target=_serve, args=(orders, point), daemon=True)
    process.start()
    await asyncio.to_thread(process.join, DEATH_SECONDS)
    died = process.exitcode == -signal.SIGKILL
    process.kill()
    return died


async def _calm(orders: Orders, desks: Desks) -> bool:
    survivor = replica.start(orders)
    try:
        async with asyncio.timeout(CALM_SECONDS):
            while not await desks.read(_all_settled):
                await desks.write(_all_falls_due)
                await asyncio.sleep(0.1)
    except TimeoutError:
        return False
    finally:
        survivor.process.kill()
        survivor.process.join()
    return True


def _of_planning(deaths: Deaths) -> bool:
    return isinstance(deaths[0], Deed) and deaths[0].service == "plan"


def _all_falls_due(desk: Desk) -> None:
    """What is planned for today is due now: as if an hour had passed, once it is all there."""
    todays = [Letter.kind.in_(truth.ONCE), Letter.due_at < desk.now + timedelta(hours=2)]
    if desk.session.scalar(select(func.count()).select_from(Letter).where(*todays)) == LOAD.letters:
        desk.session.execute(
            update(Letter)
            .where(*todays, Letter.state == LetterState.PENDING, Letter.due_at > desk.now)
            .values(due_at=desk.now)
        )


def _all_settled(desk: Desk) -> bool:
    return truth.settled(desk) >= LOAD.letters and truth.open_letters(desk) == 0


def _serve(orders: Orders, point: Point) -> None:
    cleanly()
    with orders.log.open("a", encoding="utf-8") as file:
        log.set_up("WARNING", file)
        asyncio.run(_until_death(orders, point))


async def _until_death(orders: Orders, point: Point) -> None:
    def mortal(*args: Any) -> Desks:
        return MortalDesks(point, *args) if isinstance(point, Deed) else Desks(*args)

    async with opened(orders.stores, orders.timing, mortal) as desks, session(TIMING.send_seconds) as http:
        client = web_client(http, token=orders.slack.bot_token, api_url=orders.slack.api_url)
        if isinstance(point, Wire):
            client = _mortal(client, http, point)
        postman = Postman(desks, PROMPTS, lambda _: client)
        await keep_going(desks, postman)


class MortalDesks(Desks):
    """Desks at which the process dies over one service, the first time that this has anything to do."""

    def __init__(self, deed: Deed, *args: Any) -> None:
        super().__init__(*args)
        self._deed = deed

    def _do(self, service: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if service.__name__ != self._deed.service:
            return super()._do(service, *args, **kwargs)

        def fatal(desk: Desk, *args: Any, **kwargs: Any) -> Any:
            result = service(desk, *args, **kwargs)
            if _did_something(service, result):
                desk.session.flush()
                _die()
            return result

        if self._deed.when == When.BEFORE:
            _die()
        result = super()._do(fatal if self._deed.when == When.WITHIN else service, *args, **kwargs)
        if self._deed.when == When.AFTER and _did_something(service, result):
            _die()
        return result


def _did_something(service: Callable[..., Any], result: Any) -> bool:
    """Whether there is anything to die over: a number of rows, or what was found. Some tell nothing."""
    found = [one for one in result if not isinstance(one, NotSent)] if isinstance(result, list) else result
    return service.__name__ in TELL_NOTHING or bool(found)


def _mortal(client: AsyncWebClient, http: ClientSession, wire: Wire) -> AsyncWebClient:
    """This client, whose process dies over the first message that it posts."""
    if wire in (Wire.HALF_WRITTEN, Wire.WRITTEN):
        http.trace_configs.append(_trace(wire))
    return cast(AsyncWebClient, _MortalClient(client, wire))


class _MortalClient:
    def __init__(self, client: AsyncWebClient, wire: Wire) -> None:
        self._client, self._wire = client, wire

    def __getattr__(self, method: str) -> Any:
        return getattr(self._client, method)

    async def chat_postMessage(self, **message: Any) -> Any:  # noqa: N802 - Slack's name
        if self._wire == Wire.BEFORE_CALL:
            _die()
        response = await self._client.chat_postMessage(**message)
        if self._wire == Wire.REPLIED:
            _die()
        return response


def _trace(wire: Wire) -> TraceConfig:
    trace = TraceConfig()

    async def headers_sent(_session: ClientSession, _context: SimpleNamespace, sent: Any) -> None:
        if not str(sent.url).endswith("chat.postMessage"):
            return
        if wire == Wire.HALF_WRITTEN:
            _die()
        # The body follows at once, and Slack takes longer than this to do what it says.
        asyncio.get_running_loop().call_later(SLACK_TAKES_SECONDS / 2, _die)

    trace.on_request_headers_sent.append(headers_sent)
    trace.freeze()
    return trace


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
