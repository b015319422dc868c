"""`mull run`, `mull listen`, `mull clock`: until somebody says stop."""

import asyncio
import signal

from bot import log, settings
from bot.app import Mull, is_local
from bot.settings import Settings


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
    starting = asyncio.create_task(mull.start(listen=listen, keep_time=keep_time))
    told = asyncio.create_task(stopped.wait())
    try:
        await asyncio.wait({starting, told}, return_when=asyncio.FIRST_COMPLETED)
        if not told.done():
            await starting
            await told
    finally:
        told.cancel()
        starting.cancel()
        await mull.stop()
