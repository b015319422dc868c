"""`mull workspace`: a Slack on one's own machine, until it is stopped."""

import asyncio
import signal
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from ruamel.yaml.error import YAMLError

from bot.errors import MullError
from bot.workspace.seed import Seed, read_seed
from bot.workspace.server import Workspace


def workspace(
    port: Annotated[int, typer.Option(help="The port on 127.0.0.1; 0 takes a free one.")] = 0,
    people: Annotated[
        Path | None, typer.Option(help="People and channels to begin with: YAML or JSON.")
    ] = None,
    journal: Annotated[
        Path | None, typer.Option(help="Write every call and envelope here, as JSON lines.")
    ] = None,
    rate_limits: Annotated[
        bool, typer.Option("--rate-limits", help="Answer with 429 beyond the limits that Slack publishes.")
    ] = False,
) -> None:
    """Serve a Slack on this machine; prints its address and tokens as lines for .env."""
    seed = _seed(people) if people else Seed()
    asyncio.run(_serve(seed, port, journal, rate_limits))


def _seed(file: Path) -> Seed:
    try:
        return read_seed(file)
    except (OSError, YAMLError, ValidationError) as error:
        raise MullError(f"The people in {file} cannot be read: {error}") from error


async def _serve(seed: Seed, port: int, journal: Path | None, rate_limits: bool) -> None:
    local = Workspace(
        seed.people,
        seed.channels,
        groups=seed.groups,
        name=seed.name,
        domain=seed.domain,
        journal_file=journal,
        rate_limits=rate_limits,
    )
    try:
        await local.start(port)
    except OSError as error:
        raise MullError(f"Port {port} on 127.0.0.1 cannot be used: {error.strerror}") from error
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    for line in local.env_lines():
        print(line, flush=True)  # noqa: T201 - for a .env file: no wrapping, no colour
    await stop.wait()
    await local.stop()
