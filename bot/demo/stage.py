"""The stage: a workspace, a Mull in it and stores of their own, all gone again afterwards."""

import base64
import secrets
import socket
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from bot import clock, schema, settings
from bot.app import Mull, Stores
from bot.demo.cast import FORTNIGHT
from bot.demo.clockwork import Clockwork
from bot.demo.scene import Scene, Settled, settle_in
from bot.domain.outbox import Timing
from bot.errors import MullError
from bot.models import Letter
from bot.services import answers, joining, outbox, people
from bot.services.answers import Kept
from bot.services.desk import Desk
from bot.settings import Settings
from bot.slack.manifest import NAME, SCOPES, manifest
from bot.workspace.offers import from_manifest
from bot.workspace.server import Workspace
from bot.workspace.state import TEAM_ID
from bot.workspace.visitor import Message, Visitor

PATIENCE_SECONDS = 30.0


class WentWrong(MullError):
    """Something in the demo did not work as it should, which is a mistake of ours."""


@dataclass(frozen=True)
class News:
    """A message that is new on these people's screens, or (`changed`) reads otherwise than before."""

    who: tuple[str, ...]
    message: Message
    changed: bool


@dataclass
class Stage:
    """Everything that runs. `people` are the cast, known to the database."""

    mull: Mull
    workspace: Workspace
    visitor: Visitor
    people: Settled
    clockwork: Clockwork
    _heard: int = 0
    _seen: dict[tuple[str, str], str] = field(default_factory=dict)
    _not_sent: set[UUID] = field(default_factory=set)

    async def invite(self) -> None:
        """Everybody's one invitation is on its way."""
        await self.mull.desks.write(_invite, self.people.ids)
        self.mull.postman.wake()

    async def calm(self) -> None:
        """Mull has heard everything that happened, and whatever that set off has left. WentWrong if it never does."""
        mark = -1
        while mark != self.workspace.journal.last:
            mark = self.workspace.journal.last
            await self._acknowledged()
            await self.mull.postman.settled()

    async def news(self) -> list[News]:
        """What has come to people's screens since this was asked last, oldest first; one item for the same words."""
        found: dict[tuple[str, bool], list[tuple[str, Message]]] = {}
        for account in self.people.ids:
            for message in await self.visitor.person(account).messages():
                words = f"{message.text}\n{message.shown}"
                before = self._seen.get((account, message.ts))
                if message.from_bot and words != before:
                    self._seen[account, message.ts] = words
                    found.setdefault((words, before is not None), []).append((account, message))
        news = [
            News(tuple(who for who, _ in each), each[0][1], changed) for (_, changed), each in found.items()
        ]
        return sorted(news, key=lambda one: float(one.message.ts))

    async def not_sent(self) -> list[tuple[str, Letter]]:
        """Letters that turned out not to be sent since this was asked last, and whom each would have been for."""
        accounts = self.people.accounts
        letters = await self.mull.desks.read(outbox.not_sent)
        fresh = [one for one in letters if one.id not in self._not_sent]
        self._not_sent |= {one.id for one in fresh}
        return [(accounts[one.person_id], one) for one in fresh]

    def refused(self) -> list[str]:
        """What the workspace said no to, as Slack would have: each call with its error."""
        calls = self.workspace.journal.entries(kind="call")
        return [f"{one['method']}: {one['response']['error']}" for one in calls if not one["response"]["ok"]]

    async def kept(self, who: str) -> Kept:
        """How much is kept of somebody's answers."""
        return await self.mull.desks.read(answers.kept, self.people.ids[who])

    async def _acknowledged(self) -> None:
        """Every envelope has come back. Acts wait for theirs; events are only told."""
        journal, until = self.workspace.journal, clock.elapsed() + PATIENCE_SECONDS
        while self._unanswered():
            left = until - clock.elapsed()
            if left <= 0:
                raise WentWrong(f"Mull did not acknowledge an event within {PATIENCE_SECONDS:g} s.")
            await journal.wait(left, after=journal.last, kind="ack")
        self._heard = journal.last

    def _unanswered(self) -> set[str]:
        journal = self.workspace.journal
        # One without an id went nowhere, because no socket was open; it comes again with one.
        sent = [one for one in journal.entries(self._heard, kind="envelope") if "envelope_id" in one]
        answered = journal.entries(self._heard, kind="ack")
        return {one["envelope_id"] for one in sent} - {one["envelope_id"] for one in answered}


@asynccontextmanager
async def open_stage(
    at: datetime, ports: Sequence[int] = (0,), scene: Scene = FORTNIGHT
) -> AsyncIterator[Stage]:
    """A stage on which it is `at` (aware): the people are there, and nobody has been written to yet.

    The workspace is on 127.0.0.1, at the first of the ports that is free (0 is any); MullError when none is.
    Nothing of it is left afterwards, and the clock is right.
    """
    clock.move_to(at)
    seed = scene.seed
    workspace = Workspace(
        seed.people,
        seed.channels,
        name=seed.name,
        domain=seed.domain,
        app_name=NAME,
        scopes=[scope for scope, _ in SCOPES],
        offers=from_manifest(manifest()),
        movable_clock=True,
    )
    try:
        with TemporaryDirectory(prefix="mull-demo-") as folder:
            await _serve(workspace, ports)
            config = _settings(workspace, Path(folder))
            async with _running(config) as mull, Visitor(workspace.address) as visitor:
                people = await settle_in(mull, config, scene)
                yield Stage(mull, workspace, visitor, people, Clockwork(mull, workspace.move_clock))
    finally:
        await workspace.stop()
        clock.reset()


async def _serve(workspace: Workspace, ports: Sequence[int]) -> None:
    port = next((one for one in ports if _is_free(one)), ports[0])
    try:
        await workspace.start(port)
    except OSError as error:
        raise MullError(f"Port {port} on 127.0.0.1 cannot be used: {error.strerror}") from error


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As servers do: a port whose last connections are only just closed can be had.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@asynccontextmanager
async def _running(config: Settings) -> AsyncIterator[Mull]:
    stores = Stores.open(config)
    schema.upgrade(stores.database, stores.keys)
    stores.close()
    mull = Mull(config, Timing(paced=False))
    try:
        await mull.start()
        yield mull
    finally:
        await mull.stop()


def _settings(workspace: Workspace, folder: Path) -> Settings:
    """Stores in a folder that goes away, a master key for this once, and nothing from the environment."""
    return settings.given(
        SLACK_BOT_TOKEN=workspace.bot_token,
        SLACK_APP_TOKEN=workspace.app_token,
        SLACK_API_URL=workspace.api_url,
        DATABASE_URL=f"sqlite:///{folder / 'mull.db'}",
        MULL_KEYS_URL=f"sqlite:///{folder / 'keys.db'}",
        MULL_MASTER_KEYS=base64.b64encode(secrets.token_bytes(32)).decode(),
        MULL_ERASURES=folder / "erasures.log",
    )


def _invite(desk: Desk, accounts: Iterable[str]) -> None:
    for account in accounts:
        joining.invite(desk, people.speaking(desk, TEAM_ID, account))
