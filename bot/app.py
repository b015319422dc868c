"""The only wiring: from settings to a Mull that listens and keeps time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot import clock, log, prompts, schema, settings
from bot.db import Database
from bot.domain.outbox import NO_ANSWER, NOT_CONNECTED, Timing
from bot.errors import MullError
from bot.prompts import Prompts
from bot.scheduler import Alarm
from bot.services import checkins, inbox, runs, schedules, schools, workspaces
from bot.services.desk import Desks
from bot.services.school_file import read_schools
from bot.services.school_wishes import people_named, wishes
from bot.services.schools import Outcome
from bot.services.workspaces import Identity
from bot.settings import Settings
from bot.slack.bolt import Authorize, make_app
from bot.slack.client import reply_of, session, web_client
from bot.slack.directory import look_up
from bot.slack.outbox import Postman
from bot.slack.socket import Sockets
from bot.slack.surface import Surface
from bot.vault import Vault

PLAN_SECONDS = 600.0
TICK_SECONDS = 5.0
RESUME_SECONDS = 60.0
PEOPLE_AT_ONCE = 50
"""Planning holds the write lock for this many people at a time, so that no click waits long."""


class NotAccepted(MullError):
    """Slack did not accept our token, or could not be reached."""


@dataclass(frozen=True)
class Stores:
    """Both databases, opened."""

    database: Database
    keys: Database

    @classmethod
    def open(cls, settings: Settings) -> "Stores":
        """Both stores as the settings name them."""
        return cls(
            Database(settings.database_url.get_secret_value()),
            Database(settings.keys_url.get_secret_value(), erase_deleted=True),
        )

    def close(self) -> None:
        """Every connection is closed."""
        self.database.dispose()
        self.keys.dispose()


def load_prompts(folder: Path | None) -> Prompts:
    """Our prompts, with a school's own folder laid over them."""
    return prompts.load(prompts.OURS, *([folder] if folder else []))


def make_desks(settings: Settings, stores: Stores, timing: Timing = Timing()) -> Desks:  # noqa: B008 - frozen
    """Desks on stores that are up to date and whose keys open. OldSchema or WrongMasterKey otherwise."""
    schema.require_current(stores.database, stores.keys)
    vault = Vault(stores.keys, settings.master_key_list)
    vault.check()
    return Desks(stores.database, vault, load_prompts(settings.prompts), clock.now, clock.wall, timing)


class Mull:
    """A running Mull: `start`, and `stop` hands back whatever it holds."""

    def __init__(self, settings: Settings, timing: Timing = Timing()) -> None:  # noqa: B008 - frozen
        self._settings = settings
        self.stores = Stores.open(settings)
        self.desks = make_desks(settings, self.stores, timing)
        self._clients: dict[str, AsyncWebClient] = {}
        self._identity: Identity | None = None
        self.postman = Postman(self.desks, self.desks.prompts, self._client_of)
        self._alarm = Alarm()
        self._http: aiohttp.ClientSession | None = None
        self._sockets: Sockets | None = None
        self._rounds: asyncio.Task[None] | None = None

    async def start(self, *, listen: bool = True, keep_time: bool = True) -> None:
        """Slack knows us, what happens is heard, and what is due is sent. NotAccepted when Slack says no."""
        self._http = session()
        client = self._web_client(_secret(self._settings.slack_bot_token))
        self._identity = await identify(client)
        self._clients[self._identity.team_id] = client
        await self.desks.write(workspaces.recognise, self._identity)
        await self.desks.write(runs.record_versions)
        if listen:
            await self._listen()
        if keep_time:
            self._keep_time()
        self._alarm.start()
        log.event("mull.started", team=self._identity.team_id, listens=listen, keeps_time=keep_time)

    async def stop(self) -> None:
        """Nothing new is taken, what is under way is finished, and everything is closed."""
        self._alarm.stop()
        self.postman.stop()
        # Both at once: whoever sends SIGKILL 20 seconds after SIGTERM finds nothing left to lose.
        closing = [self._sockets.close()] if self._sockets is not None else []
        await asyncio.gather(*closing, *([self._rounds] if self._rounds is not None else []))
        if self._http is not None:
            await self._http.close()
        self.desks.close()
        self.stores.close()
        log.event("mull.stopped")

    async def plan(self) -> None:
        """Everyone's next seven days are in the outbox."""
        people = await self.desks.read(schedules.joined)
        for start in range(0, len(people), PEOPLE_AT_ONCE):
            await self.desks.write(schedules.plan, people[start : start + PEOPLE_AT_ONCE])

    async def tick(self) -> None:
        """What time brings about by itself: check-ins are over, and what is due then leaves."""
        await self.desks.write(checkins.close_past)
        await self.desks.write(inbox.forget_old)
        self.postman.wake()

    async def resume(self) -> None:
        """A workspace that had refused our token is asked again, and written to again once it accepts one."""
        for team_id in await self.desks.read(workspaces.suspended):
            if team_id in self._clients:
                await self.desks.write(workspaces.recognise, await identify(self._clients[team_id]))
                self.postman.wake()

    async def _listen(self) -> None:
        app_token = _secret(self._settings.slack_app_token) or ""
        surface = Surface(self.desks, self.desks.prompts, self.postman.wake)
        # Without a token of its own: each request's comes from authorize.
        app = make_app(self._web_client(None), self._authorize(), surface)
        # The library tries a token that is refused again and again, for ever: better to say so at once.
        reply, _ = await reply_of(self._web_client(None).apps_connections_open(app_token=app_token))
        if reply.code != "ok":
            raise not_accepted("SLACK_APP_TOKEN", reply.code, self._settings.slack_api_url)
        self._sockets = Sockets(app, app_token, self._proxy())
        await self._sockets.connect()
        self._alarm.every(TICK_SECONDS, "watch", self._sockets.watch)

    def _keep_time(self) -> None:
        self._alarm.every(PLAN_SECONDS, "plan", self.plan, at_once=True)
        self._alarm.every(TICK_SECONDS, "tick", self.tick)
        self._alarm.every(RESUME_SECONDS, "resume", self.resume)
        self._rounds = asyncio.create_task(self.postman.run())

    def _web_client(self, token: str | None) -> AsyncWebClient:
        assert self._http is not None
        return web_client(self._http, token=token, api_url=self._settings.slack_api_url, proxy=self._proxy())

    def _client_of(self, team_id: str) -> AsyncWebClient:
        return self._clients[team_id]

    def _authorize(self) -> Authorize:
        """Bolt's own authorize calls auth.test on every request; ours knows the answer."""

        async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
            identity = self._identity
            if identity is None or team_id not in self._clients:
                raise NotAccepted("This workspace is not one Mull is installed in.")
            return AuthorizeResult(
                enterprise_id=enterprise_id,
                team_id=team_id,
                bot_token=_secret(self._settings.slack_bot_token),
                bot_id=identity.bot_id,
                bot_user_id=identity.bot_user_id,
            )

        return authorize

    def _proxy(self) -> str | None:
        return None if is_local(self._settings.slack_api_url) else self._settings.slack_proxy


def not_accepted(name: str, code: str, api_url: str) -> NotAccepted:
    """What to tell an operator when Slack did not take a token: it said no to it, or it said nothing."""
    if code in (NOT_CONNECTED, NO_ANSWER):
        return NotAccepted(f"Slack cannot be reached at {api_url} (SLACK_API_URL). Type: mull doctor")
    return NotAccepted(f"Slack did not accept {name} ({code}). Type: mull doctor")


async def identify(client: AsyncWebClient) -> Identity:
    """Who Slack says we are. NotAccepted, with what to do, when it does not say."""
    reply, answer = await reply_of(client.auth_test())
    if answer is None:
        raise not_accepted("SLACK_BOT_TOKEN", reply.code, client.base_url)
    return Identity(
        answer["team_id"],
        answer.get("team") or "",
        answer["user_id"],
        answer.get("bot_id") or "",
        answer.get("enterprise_id"),
    )


@asynccontextmanager
async def slack_client(settings: Settings) -> AsyncIterator[AsyncWebClient]:
    """A client of Slack's Web API with the bot token, for as long as one command takes."""
    proxy = None if is_local(settings.slack_api_url) else settings.slack_proxy
    async with session() as http:
        token = _secret(settings.slack_bot_token)
        yield web_client(http, token=token, api_url=settings.slack_api_url, proxy=proxy)


async def apply_schools(
    settings: Settings, desks: Desks, file: Path, *, invite: bool, dry_run: bool = False
) -> Outcome:
    """The workspace's schools are as the file says; with `dry_run`, only what would change is found out.

    PromptMistakes, with all of them, when anything in the file is wrong.
    """
    document, written = read_schools(file)
    async with slack_client(settings) as client:
        identity = await identify(client)
        listed = await look_up(client, people_named(written).values())
    wished = wishes(document, written, listed, desks.prompts)
    if dry_run:
        return await desks.read(schools.compare, identity.team_id, wished)
    return await desks.write(schools.apply, identity, wished, invite=invite)


def is_local(api_url: str) -> bool:
    """Whether the Slack we talk to is on this machine: then no proxy may come between."""
    return urlsplit(api_url).hostname in settings.LOOPBACK


def _secret(value: Any) -> str | None:
    return value.get_secret_value() if value is not None else None
