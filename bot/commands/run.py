"""`mull run`, `mull listen`, `mull clock`: until somebody says stop."""

import asyncio
import signal
from typing import Annotated

import typer

from bot import log, settings
from bot.app import Mull, is_local
from bot.settings import Settings
from bot.watch import NoPort

Http = Annotated[
    int | None,
    typer.Option(
        "--http",
        metavar="PORT",
        min=1,
        max=65535,
        help="Be heard over HTTP too: Slack's requests, and the page to install Mull from, at this port.",
    ),
]
Host = Annotated[str, typer.Option("--host", help="With --http: the address of this machine to serve at.")]


def run(http: Http = None, host: Host = "127.0.0.1") -> None:
    """Listen and keep time, against Slack or any address in SLACK_API_URL, until stopped."""
    _serve(listen=True, keep_time=True, http=http, host=host)


def listen(http: Http = None, host: Host = "127.0.0.1") -> None:
    """Only listen: hear what people do. Another process keeps time."""
    _serve(listen=True, keep_time=False, http=http, host=host)


def keep_time() -> None:
    """Only keep time: send what is due. Another process listens."""
    _serve(listen=False, keep_time=True)


def _serve(*, listen: bool, keep_time: bool, http: int | None = None, host: str = "") -> None:
    config = settings.load(*settings.needed(sockets=listen and http is None, http=http is not None))
    log.set_up(config.log_level)
    settings.hide_from_bolt()
    if is_local(config.slack_api_url):
        settings.drop_proxies()
    at = (host, http) if http is not None else None
    asyncio.run(_until_stopped(config, listen=listen, keep_time=keep_time, http=at))


async def _until_stopped(
    config: Settings, *, listen: bool, keep_time: bool, http: tuple[str, int] | None
) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    mull = Mull(config)
    starting = asyncio.create_task(_start(mull, config, listen=listen, keep_time=keep_time, http=http))
    told, over = (asyncio.create_task(event.wait()) for event in (stopped, mull.over))
    try:
        await asyncio.wait({starting, told}, return_when=asyncio.FIRST_COMPLETED)
        if not told.done():
            await starting
            await asyncio.wait({told, over}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (starting, told, over):
            task.cancel()
        await mull.stop()
    if mull.why_over is not None:
        raise mull.why_over


async def _start(
    mull: Mull, config: Settings, *, listen: bool, keep_time: bool, http: tuple[str, int] | None
) -> None:
    await _be_watched(mull, config)
    await mull.start(listen=listen, keep_time=keep_time, http=http)


async def _be_watched(mull: Mull, config: Settings) -> None:
    """Mull can be watched while it starts. Where nobody chose the port, a second process goes without."""
    if config.watch_address is None:
        return
    try:
        address = await mull.watch.open(*config.watch_address)
        log.event("watch.opened", address=address)
    except NoPort:
        if config.watch_is_said:
            raise
        log.warning("watch.no_port", address=config.watch)
