"""The control API under /_workspace/: play people, move the clock, read the journal."""

from datetime import UTC, datetime
from typing import Any

from aiohttp import web
from pydantic import AwareDatetime

from bot import clock
from bot.workspace import acts
from bot.workspace.answering import Handler, Order, plain, read
from bot.workspace.export import export
from bot.workspace.installation import Installation
from bot.workspace.members import Members
from bot.workspace.screen import Screens
from bot.workspace.seed import ChannelSeed, PersonSeed
from bot.workspace.targets import NotThere

JsonObject = dict[str, Any]
LONGEST_WAIT_SECONDS = 60.0
YEARS = range(1971, 9001)


class PersonChange(Order):
    tz: str | None = None
    name: str | None = None
    real_name: str | None = None
    email: str | None = None
    deleted: bool | None = None
    is_restricted: bool | None = None
    is_ultra_restricted: bool | None = None
    is_stranger: bool | None = None


class Membership(Order):
    user: str
    leave: bool = False


class ClockMove(Order):
    to: AwareDatetime | None = None
    seconds: float | None = None


class LimitsOrder(Order):
    on: bool


class ControlApi:
    """The routes; docs/workspace.md describes each."""

    def __init__(self, workspace: Installation, members: Members) -> None:
        self._workspace = workspace
        self._members = members
        self._screens = Screens(workspace.world)

    def routes(self) -> list[web.RouteDef]:
        root = "/_workspace"
        found = [
            web.get(f"{root}/people", plain(self._people)),
            web.post(f"{root}/people", plain(self._add_person)),
            web.post(f"{root}/people/{{user}}", plain(self._change_person)),
            web.get(f"{root}/people/{{user}}/screen", plain(self._screen)),
            web.get(f"{root}/channels", plain(self._channels)),
            web.post(f"{root}/channels", plain(self._add_channel)),
            web.post(f"{root}/channels/{{channel}}/members", plain(self._membership)),
            web.get(f"{root}/clock", plain(self._clock)),
            web.post(f"{root}/clock", plain(self._move_clock)),
            web.get(f"{root}/limits", plain(self._limits)),
            web.post(f"{root}/limits", plain(self._set_limits)),
            web.get(f"{root}/journal", plain(self._journal)),
            web.get(f"{root}/export", plain(self._export)),
        ]
        for_acts = [web.post(f"{root}/people/{{user}}/{name}", plain(self._act(name))) for name in acts.ACTS]
        return found + for_acts

    def _act(self, name: str) -> Handler:
        act = acts.ACTS[name]

        async def handle(request: web.Request) -> web.StreamResponse:
            order = await read(request, act.order)
            user = self._members.person(request.match_info["user"])
            answer = await act.run(self._members, user, order)
            self._workspace.journal.record("person", name, user=user.id)
            return web.json_response(answer)

        return handle

    async def _people(self, _request: web.Request) -> web.StreamResponse:
        return web.json_response([user.as_json() for user in self._workspace.world.users.values()])

    async def _add_person(self, request: web.Request) -> web.StreamResponse:
        newcomer = (await read(request, PersonSeed)).as_user()
        if newcomer.id in self._workspace.world.users:
            raise ValueError(f"There is somebody with the id {newcomer.id} already.")
        user = self._workspace.world.add_user(newcomer)
        self._workspace.events.user("team_join", user)
        self._note("people")
        return web.json_response(user.as_json())

    async def _change_person(self, request: web.Request) -> web.StreamResponse:
        user = self._workspace.world.users.get(request.match_info["user"])
        if user is None:
            raise NotThere(f"There is nobody with the id {request.match_info['user']} here.")
        change = (await read(request, PersonChange)).model_dump(exclude_none=True)
        PersonSeed.model_validate({"id": user.id, "name": user.name} | change)
        self._workspace.change_user(user, **change)
        self._note("people")
        return web.json_response(user.as_json())

    async def _screen(self, request: web.Request) -> web.StreamResponse:
        user = self._members.person(request.match_info["user"])
        return web.json_response(self._screens.of(user))

    async def _channels(self, _request: web.Request) -> web.StreamResponse:
        channels = self._workspace.world.channels.values()
        return web.json_response(
            [{"id": one.id, "kind": one.kind, "name": one.name, "members": one.members} for one in channels]
        )

    async def _add_channel(self, request: web.Request) -> web.StreamResponse:
        seed = await read(request, ChannelSeed)
        for member in seed.members:
            self._members.person(member)
        channel = self._workspace.rooms.create(seed.kind, seed.name, seed.members[0])
        for member in seed.members[1:]:
            self._workspace.rooms.join(channel, member, inviter=seed.members[0])
        self._note("channels")
        return web.json_response({"id": channel.id})

    async def _membership(self, request: web.Request) -> web.StreamResponse:
        order = await read(request, Membership)
        channel = self._workspace.world.channels.get(request.match_info["channel"])
        if channel is None or channel.is_direct:
            raise NotThere(f"There is no channel {request.match_info['channel']} to join or leave.")
        user = self._members.person(order.user)
        if order.leave and user.id in channel.members:
            self._workspace.rooms.leave(channel, user.id)
        elif not order.leave and user.id not in channel.members:
            self._workspace.rooms.join(channel, user.id)
        self._note("channels")
        return web.json_response({"members": channel.members})

    async def _clock(self, _request: web.Request) -> web.StreamResponse:
        return web.json_response({"now": clock.now().isoformat(), "movable": self._workspace.movable_clock})

    async def _move_clock(self, request: web.Request) -> web.StreamResponse:
        order = await read(request, ClockMove)
        if not self._workspace.movable_clock:
            raise web.HTTPForbidden(text="This workspace runs on real time: its clock cannot be moved.")
        self._workspace.move_clock(_moment(order))
        self._note("clock")
        return await self._clock(request)

    async def _limits(self, _request: web.Request) -> web.StreamResponse:
        return web.json_response({"on": self._workspace.limits.on})

    async def _set_limits(self, request: web.Request) -> web.StreamResponse:
        self._workspace.limits.on = (await read(request, LimitsOrder)).on
        self._note("limits")
        return await self._limits(request)

    async def _journal(self, request: web.Request) -> web.StreamResponse:
        query = request.query
        entries = await self._workspace.journal.wait(
            min(float(query.get("wait", 0)), LONGEST_WAIT_SECONDS),
            after=int(query.get("after", 0)),
            method=query.get("method", "*"),
            kind=query.get("kind", "*"),
        )
        return web.json_response({"entries": entries, "last": self._workspace.journal.last})

    async def _export(self, request: web.Request) -> web.StreamResponse:
        user = self._members.person(request.query.get("user", ""))
        if not user.is_owner:
            raise web.HTTPForbidden(text="Only an owner of the workspace can export it.")
        self._note("export")
        return web.Response(
            body=export(self._workspace.world),
            content_type="application/zip",
            headers={"Content-Disposition": 'attachment; filename="export.zip"'},
        )

    def _note(self, what: str) -> None:
        self._workspace.journal.record("control", what)


def _moment(order: ClockMove) -> datetime:
    """ValueError beyond the years in which a week more is still a date, in whatever zone."""
    to: datetime = order.to or clock.now()
    try:
        moment = datetime.fromtimestamp(to.timestamp() + (order.seconds or 0), tz=UTC)
    except OverflowError:
        raise ValueError("That moment is in no calendar.") from None
    if moment.year not in YEARS:
        raise ValueError(f"This clock runs from {YEARS[0]} to {YEARS[-1]}.")
    return moment
