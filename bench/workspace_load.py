"""A thousand people write to an app, two hundred messages a second for a minute, over ten sockets.

    python -m bench.workspace_load [--seconds 60]

Counts what got lost or came twice, and watches the memory of the workspace, which runs as a process of its own.
Latencies (from a person's pressing Enter to the app's having it) stand beside those of the same workspace
with next to nothing to do, in the same run: what counts is the ratio. It stops by itself.
"""

import argparse
import asyncio
import contextlib
import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
from ruamel.yaml import YAML
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot import clock, settings

PEOPLE, SOCKETS, A_SECOND = 1000, 10, 200
QUIET_A_SECOND, QUIET_SECONDS = 5, 5
PATIENCE_SECONDS = 30.0
RING = 20_000
"""Entries of the journal; each message makes three. Memory is compared once the ring has gone round."""


@dataclass
class Heard:
    """What the app got: how often each message, and after how many seconds; `all_here` once `sent` have come."""

    sent: int = 0
    times: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    all_here: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        await client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))
        number, _, said_at = request.payload["event"].get("text", "").partition(" ")
        if said_at:
            self.times[number] += 1
            self.seconds.append(clock.elapsed() - float(said_at))
        if len(self.times) >= self.sent:
            self.all_here.set()


async def main(seconds: int) -> None:
    settings.drop_proxies()
    async with _workspace() as (process, told), _app(told) as heard, _people(told) as http:
        root = told["SLACK_API_URL"].removesuffix("/api/")
        await _write(http, root, 0, QUIET_SECONDS * QUIET_A_SECOND, QUIET_A_SECOND)
        quiet, heard.seconds[:] = await _all_of(heard, QUIET_SECONDS * QUIET_A_SECOND), []
        print(f"{PEOPLE} people, {SOCKETS} sockets; {A_SECOND} messages a second for {seconds} s")
        sent, memory = QUIET_SECONDS * QUIET_A_SECOND, [_resident(process.pid)]
        for tenth in range(10):
            count = A_SECOND * seconds // 10
            await _write(http, root, sent, count, A_SECOND)
            sent += count
            memory.append(_resident(process.pid))
            print(f"  after {(tenth + 1) * seconds / 10:g} s: workspace {memory[-1]:.0f} MB")
        await _all_of(heard, sent)
        _report(heard, quiet, sent, memory)


async def _write(http: aiohttp.ClientSession, root: str, first: int, count: int, a_second: int) -> None:
    """So many messages, evenly spread, each by the next person."""

    async def one(number: int) -> None:
        await asyncio.sleep((number - first) / a_second)
        said = {"text": f"{number} {clock.elapsed()}"}
        async with http.post(f"{root}/_workspace/people/U{number % PEOPLE:04}/say", json=said) as answer:
            answer.raise_for_status()

    await asyncio.gather(*(one(number) for number in range(first, first + count)))


async def _all_of(heard: Heard, sent: int) -> list[float]:
    """The seconds of everything heard, once all is there or patience ends."""
    heard.sent = sent
    heard.all_here.clear()
    if len(heard.times) < sent:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(heard.all_here.wait(), PATIENCE_SECONDS)
    return list(heard.seconds)


def _report(heard: Heard, quiet: list[float], sent: int, memory: list[float]) -> None:
    lost = sent - len(heard.times)
    twice = sum(times > 1 for times in heard.times.values())
    print(f"  {sent} sent, {lost} lost, {twice} came twice")
    for name, seconds in (("quiet", quiet), ("loaded", heard.seconds)):
        p50, p99 = statistics.median(seconds), statistics.quantiles(seconds, n=100)[98]
        print(f"  {name}: median {p50 * 1000:.1f} ms, p99 {p99 * 1000:.1f} ms")
    print(f"  median, loaded to quiet: {statistics.median(heard.seconds) / statistics.median(quiet):.2f}")
    full = next((n for n in range(10) if sent * n / 10 * 3 > RING), None)
    if full is not None:
        print(f"  memory from the ring's being full to the end: {memory[-1] - memory[full]:+.1f} MB")
    if lost or twice:
        sys.exit(1)


@asynccontextmanager
async def _workspace() -> AsyncIterator[tuple[asyncio.subprocess.Process, dict[str, str]]]:
    """A workspace with a thousand people as a process of its own, and the lines it prints for .env."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "people.yaml"
        people = [{"id": f"U{number:04}", "name": f"p{number:04}"} for number in range(PEOPLE)]
        with file.open("w", encoding="utf-8") as out:
            YAML(typ="safe").dump({"people": people}, out)
        command = ("-m", "bot", "workspace", "--people", str(file))
        process = await asyncio.create_subprocess_exec(
            sys.executable, *command, stdout=asyncio.subprocess.PIPE
        )
        assert process.stdout is not None
        lines = [(await process.stdout.readline()).decode().strip() for _ in range(4)]
        try:
            yield process, dict(line.split("=", 1) for line in lines)
        finally:
            process.terminate()
            await process.wait()


@asynccontextmanager
async def _app(told: dict[str, str]) -> AsyncIterator[Heard]:
    """Ten of Slack's own clients that acknowledge whatever comes."""
    heard = Heard()
    clients = [
        SocketModeClient(
            app_token=told["SLACK_APP_TOKEN"], web_client=AsyncWebClient(base_url=told["SLACK_API_URL"])
        )
        for _ in range(SOCKETS)
    ]
    for client in clients:
        client.socket_mode_request_listeners.append(heard.take)
        await client.connect()  # type: ignore[no-untyped-call]
    try:
        yield heard
    finally:
        for client in clients:
            await client.close()  # type: ignore[no-untyped-call]


@asynccontextmanager
async def _people(told: dict[str, str]) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        yield http


def _resident(pid: int) -> float:
    """Resident memory in MB, as Linux counts it; 0 where it does not say."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return 0.0
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A thousand people write to an app.")
    parser.add_argument("--seconds", type=int, default=60)
    asyncio.run(main(parser.parse_args().seconds))
