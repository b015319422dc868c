"""`mull run`, `mull listen`, `mull clock`: until somebody says stop."""

import asyncio
import signal

from bot import log, settings
from bot.app import Mull, is_local
from bot.settings import Settings
from bot.watch import NoPort


def run() -> None:
    """Listen and keep time, against Slack or any address in SLACK_API_URL, until stopped."""
    _serve(listen=True, keep_time=True)


def listen() -> None:
    """Only listen: hear what people do. Another process keeps time."""
    _serve(listen=True, keep_time=False)


def keep_time() -> None:
    """Only keep time: send what is due. Another process listens."""
    _serve(listen=False, keep_time=True)


def _serve(*, listen: bool, keep_time: bool) -> None:
    config = settings.load(*settings.SLACK, *settings.KEYS)
    log.set_up(config.log_level)
    settings.hide_from_bolt()
    if is_local(config.slack_api_url):
        settings.drop_proxies()
    asyncio.run(_until_stopped(config, listen=listen, keep_time=keep_time))


async def _until_stopped(config: Settings, *, listen: bool, keep_time: bool) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    mull = Mull(config)
    told = asyncio.create_task(stopped.wait())
    starting = asyncio.create_task(_start(mull, config, listen=listen, keep_time=keep_time))
    try:
        await asyncio.wait({starting, told}, return_when=asyncio.FIRST_COMPLETED)
        if not told.done():
            await starting
            await told
    finally:
        told.cancel()
        starting.cancel()
        await mull.stop()


async def _start(mull: Mull, config: Settings, *, listen: bool, keep_time: bool) -> None:
    await _be_watched(mull, config)
    await mull.start(listen=listen, keep_time=keep_time)


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
