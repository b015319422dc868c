"""Watching it: `/healthz`, `/readyz` and `/metrics` over HTTP, on this machine unless the settings say otherwise.

Every part of a Mull is registered by name, with a check that says in words how it is. Nothing here names a person, a
school or a word: whoever may see that Mull works need not see whom it works for.
"""

import asyncio
import errno
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from bot import clock, log, meters, schema
from bot.db import deadline
from bot.errors import MullError, Unavailable
from bot.services import watching
from bot.services.desk import Desks
from bot.services.watching import Standing

LOOK_SECONDS = 2.0
"""A check that has found nothing out by then has found something wrong."""
TICKED_WITHIN_SECONDS = 30.0

Check = Callable[[], Awaitable[str]]
"""Says how a part is; raises NotRight, or Unavailable, when it is not as it should be."""
Ages = Callable[[], dict[str, float]]
"""Seconds since something last went well, by a name of ours."""


class NotRight(MullError):
    """A part of Mull is not as it should be; the text says how it is."""


class NoPort(MullError):
    """The address to be watched at cannot be had."""


@dataclass(frozen=True)
class Seen:
    """What a check found of one part."""

    part: str
    right: bool
    how: str


class Watch:
    """What there is to be seen of one process. `open` shows it; parts may be added at any time."""

    def __init__(self, desks: Desks) -> None:
        self._desks = desks
        self._needed = schema.newest()
        self._checks: dict[str, Check] = {}
        self._ages: dict[str, tuple[str, Ages]] = {}
        self._runner: web.AppRunner | None = None
        self.part("start", _starting)
        self.part("database", self._database)
        self.part("keys", self._keys)

    def part(self, name: str, check: Check) -> None:
        """From now on Mull is ready only while this check finds nothing wrong. One of the same name is replaced."""
        self._checks[name] = check

    def ages(self, name: str, about: str, ages: Ages) -> None:
        """From now on the gauge of this name tells these ages; `about` is its description."""
        self._ages[name] = (about, ages)

    def started(self) -> None:
        """What had to be done first is done."""
        self.part("start", _started)

    def stopping(self) -> None:
        """Nothing new is taken any more."""
        self.part("start", _stopping)

    def keeps_time(self, since: Callable[[str], float | None]) -> None:
        """This process keeps time: `since` says how many seconds ago a job was last done, None if never."""

        async def ticks() -> str:
            age = since("tick")
            if age is None or age > TICKED_WITHIN_SECONDS:
                raise NotRight("has not ticked" if age is None else f"last ticked {age:.0f} s ago")
            return "ticks"

        self.part("clock", ticks)

    def listens(self, pong_ages: Callable[[], list[float | None]]) -> None:
        """This process hears Slack over sockets: for each, how many seconds ago it answered; None for a deaf one."""

        async def hears() -> str:
            if all(age is None for age in pong_ages()):
                raise NotRight("no socket hears")
            return "hear"

        self.part("sockets", hears)
        self.ages(
            "mull_socket_pong_age_seconds",
            "Since Slack last answered on a socket that hears.",
            lambda: {str(number): age for number, age in enumerate(pong_ages()) if age is not None},
        )

    async def look(self) -> list[Seen]:
        """How each part is, all of them looked at together."""
        deadline.set(clock.elapsed() + LOOK_SECONDS)
        return list(await asyncio.gather(*(_seen(name, check) for name, check in self._checks.items())))

    async def open(self, host: str, port: int) -> str:
        """It can be seen at the address that is returned, until `close`. NoPort when that is taken or not ours."""
        app = web.Application()
        app.add_routes(
            [
                web.get("/healthz", self._health),
                web.get("/readyz", self._readiness),
                web.get("/metrics", self._metrics),
            ]
        )
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            await runner.cleanup()
            raise NoPort(_no_port(host, port, error)) from error
        self._runner = runner
        return f"http://{host}:{runner.addresses[0][1]}"

    async def close(self) -> None:
        """It can no longer be seen."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _health(self, _request: web.Request) -> web.Response:
        """Whoever reads this knows it: the process lives, and its loop turns."""
        return web.json_response({"lives": True, "parts": {"loop": "turns"}})

    async def _readiness(self, _request: web.Request) -> web.Response:
        seen = await self.look()
        ready = all(one.right for one in seen)
        body = {"ready": ready, "parts": {one.part: one.how for one in seen}}
        return web.json_response(body, status=200 if ready else 503)

    async def _metrics(self, _request: web.Request) -> web.Response:
        seen = await self.look()
        try:
            standing = await self._desks.read(watching.standing)
        except Unavailable:
            standing = None
        text = generate_latest(meters.registry) + generate_latest(_Told(seen, standing, self._ages))
        return web.Response(body=text, headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def _database(self) -> str:
        at = await self._desks.read(watching.schema_version)
        if at != self._needed:
            raise NotRight(f"is at version {at or 'none'}, and this Mull needs {self._needed}")
        return f"answers, at version {at}"

    async def _keys(self) -> str:
        await self._desks.keys_answer()
        return "answer"


class _Told(Collector):
    """What was found out for this one answer, as Prometheus wants it."""

    def __init__(
        self, seen: list[Seen], standing: Standing | None, ages: dict[str, tuple[str, Ages]]
    ) -> None:
        self._seen, self._standing, self._ages = seen, standing, ages

    def collect(self) -> Iterator[Metric]:
        ready = {one.part: float(one.right) for one in self._seen}
        yield _labelled("mull_ready", "Whether a part is as it should be (1) or not (0).", "part", ready)
        for name, (about, ages) in self._ages.items():
            yield _labelled(name, about, name.split("_")[1], ages())
        if self._standing is not None:
            yield from _standing(self._standing)


def _standing(standing: Standing) -> Iterator[Metric]:
    about = "Letters by state and kind; of those sent or skipped, the ones due within the last day."
    letters = GaugeMetricFamily("mull_letters", about, labels=["state", "kind"])
    for (state, kind), count in sorted(standing.letters.items()):
        letters.add_metric([state, kind], count)
    yield letters
    about = "How long the letter has been due that waits longest."
    yield GaugeMetricFamily("mull_letter_late_seconds", about, value=standing.late_seconds)
    about = "Workspaces whose token Slack refuses."
    yield GaugeMetricFamily("mull_workspaces_suspended", about, value=standing.suspended)
    if standing.backup_age_seconds is not None:
        about = "Age of the newest backup that was read back whole; absent when none ever was."
        yield GaugeMetricFamily("mull_backup_age_seconds", about, value=standing.backup_age_seconds)


def _labelled(name: str, about: str, label: str, values: dict[str, float]) -> Metric:
    family = GaugeMetricFamily(name, about, labels=[label])
    for one, value in values.items():
        family.add_metric([one], value)
    return family


async def _seen(name: str, check: Check) -> Seen:
    try:
        async with asyncio.timeout(LOOK_SECONDS * 2):
            return Seen(name, True, await check())
    except NotRight as error:
        return Seen(name, False, str(error))
    except (MullError, TimeoutError):
        return Seen(name, False, "no answer")
    except Exception as error:
        log.alert("watch.failed", part=name, error=error)
        return Seen(name, False, "the check failed")


async def _starting() -> str:
    raise NotRight("is still starting")


async def _started() -> str:
    return "done"


async def _stopping() -> str:
    raise NotRight("is stopping")


def _no_port(host: str, port: int, error: OSError) -> str:
    why = (
        "is taken by another program"
        if error.errno == errno.EADDRINUSE
        else "is not an address of this machine's"
    )
    return f"{host}:{port} (MULL_WATCH) {why}. Choose another, or switch it off: MULL_WATCH=off"
