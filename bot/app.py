"""The only wiring: from settings to a Mull that listens and keeps time."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import aiohttp
from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot import addresses, clock, log, prompts, schema
from bot.db import Database
from bot.domain.outbox import Timing
from bot.errors import MullError, Unavailable
from bot.machine import this_machine
from bot.prompts import Prompts
from bot.scheduler import Alarm
from bot.services import bank_holidays, checkins, hosts, inbox, runs, schedules, schools
from bot.services.desk import Desks
from bot.services.hosts import BEAT_SECONDS, OtherHost
from bot.services.school_file import read_schools
from bot.services.school_wishes import people_named, wishes
from bot.services.schools import Outcome
from bot.settings import Settings
from bot.slack.bolt import make_app
from bot.slack.client import reply_of, session, web_client
from bot.slack.directory import look_up
from bot.slack.http import Requests, Site
from bot.slack.installing import Credentials, Installing
from bot.slack.outbox import Postman
from bot.slack.resync import compare_next
from bot.slack.socket import Sockets
from bot.slack.surface import Surface
from bot.slack.workspaces import NotAccepted, Workspaces, not_accepted, the_one
from bot.vault import Vault
from bot.watch import Watch

PLAN_SECONDS = 600.0
TICK_SECONDS = 5.0
RESUME_SECONDS = 60.0
COMPARE_SECONDS = 600.0
PEOPLE_AT_ONCE = 50
"""Planning holds the write lock for this many people at a time, so that no click waits long."""


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
    """A running Mull: `start`, and `stop` hands back whatever it holds.

    `over` is set when it cannot go on by itself, and `why_over` is what to tell whoever looks after it.
    """

    def __init__(self, settings: Settings, timing: Timing = Timing()) -> None:  # noqa: B008 - frozen
        self._settings = settings
        self.stores = Stores.open(settings)
        self.desks = make_desks(settings, self.stores, timing)
        self._http: aiohttp.ClientSession | None = None
        self._workspaces: Workspaces | None = None
        self.postman = Postman(self.desks, self.desks.prompts, self._client_of)
        self._alarm = Alarm()
        self.watch = Watch(self.desks)
        self._sockets: Sockets | None = None
        self.site: Site | None = None
        self._rounds: asyncio.Task[None] | None = None
        self._process, self._machine = uuid4().hex, this_machine()
        self.over = asyncio.Event()
        self.why_over: MullError | None = None

    async def start(
        self, *, listen: bool = True, keep_time: bool = True, http: tuple[str, int] | None = None
    ) -> None:
        """Slack knows us, what happens is heard, and what is due is sent. `http`: host and port to be heard at too.

        NotAccepted when Slack says no, NotServed when nothing can be served there, OtherHost when another machine uses
        these SQLite stores.
        """
        if self.stores.database.dialect == "sqlite":
            await self._take_host()
        self._http = session()
        own_token = _secret(self._settings.slack_bot_token)
        self._workspaces = Workspaces(self.desks, self._web_client(), own_token)
        await self._recognise_own()
        await self.desks.write(runs.record_versions)
        if listen:
            await self._listen(http)
        if keep_time:
            self._keep_time()
        self._alarm.every(RESUME_SECONDS, "resume", self.resume)
        self._alarm.start()
        self.watch.ages("mull_job_age_seconds", "Since a job was last done.", self._alarm.ages)
        self.watch.started()
        log.event("mull.started", listens=listen, keeps_time=keep_time)

    async def stop(self) -> None:
        """Nothing new is taken, what is under way is finished, and everything is closed."""
        self.watch.stopping()
        self._alarm.stop()
        self.postman.stop()
        # All at once: whoever sends SIGKILL 20 seconds after SIGTERM finds nothing left to lose.
        ways = [way.close() for way in (self._sockets, self.site) if way is not None]
        await asyncio.gather(*ways, *([self._rounds] if self._rounds is not None else []))
        if self._http is not None:
            await self._http.close()
        await self.watch.close()
        with suppress(Unavailable):
            await self.desks.write(hosts.leave, self._process)
        self.desks.close()
        self.stores.close()
        log.event("mull.stopped")

    async def beat(self) -> None:
        """The other processes know that this one is here. It is over when another machine has taken its place."""
        try:
            await self.desks.write(hosts.beat, self._process, self._machine)
        except OtherHost as error:
            log.alert("host.lost", error=error)
            self.why_over = error
            self.over.set()

    async def plan(self) -> None:
        """The next seven days of everyone who has something in them are in the outbox."""
        await self.desks.write(bank_holidays.refresh)
        people = await self.desks.read(schedules.to_plan)
        for start in range(0, len(people), PEOPLE_AT_ONCE):
            await self._plan_for(people[start : start + PEOPLE_AT_ONCE])

    async def tick(self) -> None:
        """What time brings about by itself: check-ins are over, and what is due then leaves."""
        await self.desks.write(checkins.close_past)
        await self.desks.write(inbox.forget_old)
        self.postman.wake()

    async def resume(self) -> None:
        """A workspace that had refused our token is asked again, and written to again once it accepts one."""
        assert self._workspaces is not None
        if await self._workspaces.resume():
            self.postman.wake()

    async def compare(self) -> None:
        """Everybody is as Slack's own lists say, and every Home as it is now: what an outage swallowed is repaired."""
        while await compare_next(self.desks, self._client_of):
            self.postman.wake()

    async def _plan_for(self, people: Sequence[UUID]) -> None:
        """These are planned for. Somebody who cannot be stands in nobody else's way, and is tried again next time."""
        try:
            await self.desks.write(schedules.plan, people)
        except MullError:
            raise
        except Exception as error:
            if len(people) == 1:
                log.alert("person.not_planned", person=people[0], error=error)
                return
            for one in people:
                await self._plan_for([one])

    async def _recognise_own(self) -> None:
        """The token in the settings is accepted. Where there are others, these do not wait for it."""
        assert self._workspaces is not None
        try:
            await self._workspaces.recognise_own()
        except NotAccepted as error:
            if self._settings.slack_client_id is None:
                raise
            log.alert("workspace.not_recognised", error=error)

    async def _take_host(self) -> None:
        await self.desks.write(hosts.beat, self._process, self._machine)
        self._alarm.every(BEAT_SECONDS, "beat", self.beat)

    async def _listen(self, http: tuple[str, int] | None) -> None:
        app = self._app()
        if http is not None:
            self.site = Site(self._routes(app), *http)
            await self.site.open()
        app_token = _secret(self._settings.slack_app_token)
        if app_token is not None:
            await self._open_sockets(app, app_token)

    async def _open_sockets(self, app: AsyncApp, app_token: str) -> None:
        # The library tries a token that is refused again and again, for ever: better to say so at once.
        reply, _ = await reply_of(self._web_client().apps_connections_open(app_token=app_token))
        if reply.code != "ok":
            raise not_accepted("SLACK_APP_TOKEN", reply.code, self._settings.slack_api_url)
        self._sockets = Sockets(app, app_token, _proxy(self._settings))
        await self._sockets.connect()
        self.watch.listens(self._sockets.pong_ages)
        self._alarm.every(TICK_SECONDS, "watch", self._sockets.watch)

    def _routes(self, app: AsyncApp) -> list[web.RouteDef]:
        """Everything that is served to Slack, and to whoever installs."""
        return [
            *Requests(app, _secret(self._settings.slack_signing_secret) or "").routes(),
            *self._install_page(),
        ]

    def _install_page(self) -> list[web.RouteDef]:
        told = self._settings
        if not (told.slack_client_id and told.slack_client_secret and told.public_url):
            return []
        secret = told.slack_client_secret.get_secret_value()
        who = Credentials(told.slack_client_id, secret, told.public_url)
        return Installing(self.desks, self._web_client(), who, self._has_new_token).routes()

    def _has_new_token(self, team_id: str) -> None:
        assert self._workspaces is not None
        self._workspaces.forget(team_id)
        self.postman.wake()

    def _app(self) -> AsyncApp:
        """What hears people, whichever way Slack reaches it."""
        assert self._workspaces is not None
        surface = Surface(self.desks, self.desks.prompts, self.postman.wake, self._workspaces.forget)
        return make_app(self._web_client(), self._workspaces.authorize(), surface)

    def _keep_time(self) -> None:
        self._alarm.every(PLAN_SECONDS, "plan", self.plan, at_once=True)
        self._alarm.every(TICK_SECONDS, "tick", self.tick)
        self._alarm.every(COMPARE_SECONDS, "compare", self.compare)
        self._rounds = asyncio.create_task(self.postman.run())
        self.watch.keeps_time(self._alarm.since)

    def _web_client(self) -> AsyncWebClient:
        """A client without a token: who speaks, and where, is said with each call."""
        assert self._http is not None
        return client_for(self._settings, self._http)

    def _client_of(self, team_id: str) -> AsyncWebClient:
        assert self._workspaces is not None
        return self._workspaces.client(team_id)


@asynccontextmanager
async def slack_client(settings: Settings) -> AsyncIterator[AsyncWebClient]:
    """A client of Slack's Web API for as long as one command takes, without a token yet."""
    async with session() as http:
        yield client_for(settings, http)


def client_for(settings: Settings, http: aiohttp.ClientSession) -> AsyncWebClient:
    """A client on the way to Slack that the settings say, without a token."""
    return web_client(http, token=None, api_url=settings.slack_api_url, proxy=_proxy(settings))


async def apply_schools(
    settings: Settings,
    desks: Desks,
    file: Path,
    *,
    invite: bool,
    dry_run: bool = False,
    workspace: str | None = None,
) -> Outcome:
    """The workspace's schools are as the file says; with `dry_run`, only what would change is found out.

    `workspace` is Slack's id of the one that is meant; it may be None where there is one. PromptMistakes, with all of
    them, when anything in the file is wrong.
    """
    document, written = read_schools(file)
    async with slack_client(settings) as client:
        here = await the_one(desks, client, _secret(settings.slack_bot_token), workspace)
        client.token = here.token
        listed = await look_up(client, people_named(written).values())
    wished = wishes(document, written, listed, desks.prompts)
    if dry_run:
        return await desks.read(schools.compare, here.team_id, wished)
    return await desks.write(schools.apply, here.identity, wished, invite=invite)


def is_local(api_url: str) -> bool:
    """Whether the Slack we talk to is on this machine: then no proxy may come between."""
    return urlsplit(api_url).hostname in addresses.LOOPBACK


def _proxy(settings: Settings) -> str | None:
    return None if is_local(settings.slack_api_url) else settings.slack_proxy


def _secret(value: Any) -> str | None:
    return value.get_secret_value() if value is not None else None
