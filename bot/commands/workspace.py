"""`mull workspace`: a Slack on one's own machine, until it is stopped."""

import asyncio
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from pydantic import ValidationError
from ruamel.yaml.error import YAMLError

from bot.errors import MullError
from bot.workspace.offers import read_manifest
from bot.workspace.seed import Seed, read_seed
from bot.workspace.server import Workspace

T = TypeVar("T")


def workspace(
    port: Annotated[int, typer.Option(help="The port on 127.0.0.1; 0 takes a free one.")] = 0,
    people: Annotated[
        Path | None, typer.Option(help="People and channels to begin with: YAML or JSON.")
    ] = None,
    manifest: Annotated[
        Path | None,
        typer.Option(help="The app's manifest: its slash commands and shortcuts are offered on the page."),
    ] = None,
    movable_clock: Annotated[
        bool, typer.Option(help="Let the page and the control API move this workspace's clock.")
    ] = False,
    journal: Annotated[
        Path | None, typer.Option(help="Write every call and envelope here, as JSON lines.")
    ] = None,
    rate_limits: Annotated[
        bool, typer.Option("--rate-limits", help="Answer with 429 beyond the limits that Slack publishes.")
    ] = False,
) -> None:
    """Serve a Slack on this machine; prints its address and tokens as lines for .env, and where its page is."""
    seed = _read(read_seed, people, "people") if people else Seed()
    offers = _read(read_manifest, manifest, "manifest") if manifest else seed.offers
    local = Workspace(
        seed.people,
        seed.channels,
        name=seed.name,
        domain=seed.domain,
        offers=offers,
        movable_clock=movable_clock,
        journal_file=journal,
        groups=seed.groups,
        rate_limits=rate_limits,
    )
    asyncio.run(_serve(local, port))


def _read(read: Callable[[Path], T], file: Path, what: str) -> T:
    try:
        return read(file)
    except (OSError, YAMLError, ValidationError) as error:
        raise MullError(f"The {what} in {file} cannot be read: {error}") from error


async def _serve(local: Workspace, port: int) -> None:
    try:
        await local.start(port)
    except OSError as error:
        raise MullError(f"Port {port} on 127.0.0.1 cannot be used: {error.strerror}") from error
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    for line in local.env_lines():
        print(line, flush=True)  # noqa: T201 - for a .env file: no wrapping, no colour
    print(f"# page: {local.address}/", flush=True)  # noqa: T201 - a comment, should it end up in .env
    await stop.wait()
    await local.stop()
