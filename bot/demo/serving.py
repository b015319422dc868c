"""The demo that people play, from its first second to Ctrl-C."""

import asyncio
import signal
import webbrowser
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

from rich.console import Console

from bot import clock
from bot.app import load_prompts
from bot.demo.company import Company
from bot.demo.guide import our_guide
from bot.demo.habits import Customs, read_habits
from bot.demo.host import DemoHost
from bot.demo.opening import INVITED_AT, ZONE, groups, open_curtain, two_schools
from bot.demo.scene import DATA
from bot.demo.stage import open_stage


async def serve(console: Console, ports: Sequence[int], *, browser: bool) -> None:
    """It has been there to be played, at the first of these ports that is free, until somebody said stop."""
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    playing = asyncio.create_task(_play(console, ports, browser))
    told = asyncio.create_task(stopped.wait())
    await asyncio.wait({playing, told}, return_when=asyncio.FIRST_COMPLETED)
    told.cancel()
    playing.cancel()
    with suppress(asyncio.CancelledError):
        await playing


async def _play(console: Console, ports: Sequence[int], browser: bool) -> None:
    """Until cancelled."""
    # To settle two schools in takes seconds, on a slow machine many: whoever waits is told for what.
    console.print(load_prompts(None).say("demo_sets_up"))
    async with open_demo(ports) as host:
        stage = host.company.stage
        address = f"{stage.workspace.address}/"
        console.print(stage.mull.desks.prompts.say("demo_ready", address=address), soft_wrap=True)
        if browser:
            await asyncio.to_thread(_open, address)
        await asyncio.Event().wait()


@asynccontextmanager
async def open_demo(ports: Sequence[int] = (0,)) -> AsyncIterator[DemoHost]:
    """It is Monday, 8:12, in two schools, and the page shows them. The company lives by itself."""
    scene = two_schools()
    guide = our_guide({one.id for one in scene.seed.people})
    customs = Customs(read_habits(DATA / "company.yaml"), ZONE)
    async with open_stage(INVITED_AT, ports, scene) as stage:
        await open_curtain(stage)
        host = DemoHost(Company(stage, customs, clock.now()), guide, groups(scene, guide))
        stage.workspace.host = host
        living = asyncio.create_task(host.live())
        try:
            yield host
        finally:
            living.cancel()
            await asyncio.gather(living, return_exceptions=True)


def _open(address: str) -> None:
    """A browser shows it, where there is one with a window of its own: one in a terminal would take ours away."""
    with suppress(webbrowser.Error, OSError):
        controller = webbrowser.get()
        if type(controller) is not webbrowser.GenericBrowser:
            controller.open(address)
