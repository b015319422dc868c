"""`mull demo`: schools that do not exist, on this machine: to be played by people, or played to them."""

import asyncio
import sys

import typer
from rich.console import Console

from bot import log, settings
from bot.demo.play import play
from bot.demo.serving import serve

PORTS = tuple(range(8765, 8785))
"""Without a wish, the demo is at the first of these that is free, so that its address is the same every time."""


def demo(
    days: int = typer.Option(
        0, min=0, max=365, help="Play so many days at speed, print the transcript and end, with no page."
    ),
    port: int | None = typer.Option(
        None,
        min=0,
        max=65535,
        help="The port on 127.0.0.1; 0 takes a free one. Without it, 8765 or the next.",
    ),
    no_browser: bool = typer.Option(False, "--no-browser", help="Open no browser."),
) -> None:
    """Try Mull in a browser: a Slack with two small schools in it, on this machine alone. Keeps nothing."""
    settings.drop_proxies()
    settings.hide_from_bolt()
    log.set_up("WARNING")
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    console = Console(highlight=False)
    if days:
        asyncio.run(play(days, console, (port or 0,)))
    else:
        asyncio.run(serve(console, PORTS if port is None else (port,), browser=not no_browser))
