"""`mull demo`: a school that does not exist, played on this machine."""

import asyncio
import sys

import typer
from rich.console import Console

from bot import log, settings
from bot.demo.play import play

FORTNIGHT = 14


def demo(
    days: int = typer.Option(
        0, min=0, max=365, help="Play so many days at speed and print the transcript; without it, 14."
    ),
    port: int = typer.Option(0, help="The workspace's port on 127.0.0.1; 0 takes a free one."),
    no_browser: bool = typer.Option(
        False, "--no-browser", help="Open no browser. There is no page yet, so none is ever opened."
    ),
) -> None:
    """Play a small school through its days: workspace, bot and people, all on this machine. Keeps nothing."""
    settings.drop_proxies()
    settings.hide_from_bolt()
    log.set_up("WARNING")
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    asyncio.run(play(days or FORTNIGHT, Console(highlight=False), (port,)))
