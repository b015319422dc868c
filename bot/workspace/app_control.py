"""The control API's part about the app: how it is reached, what it is told of, its tokens, sockets and troubles."""

from typing import Any, Literal

from aiohttp import web
from pydantic import Field

from bot.workspace.answering import Order, plain, read
from bot.workspace.faults import FaultKind
from bot.workspace.installation import Installation
from bot.workspace.oauth import AUTHORIZE_PATH, redirect_urls
from bot.workspace.offers import CommandOffer, Offers, ShortcutOffer
from bot.workspace.outage import Outage
from bot.workspace.state import APP_ID
from bot.workspace.subscriptions import Subscriptions

JsonObject = dict[str, Any]


class AppChange(Order):
    request_url: str | None = None
    events: list[str] | None = None
    commands: list[CommandOffer] = Field(default_factory=list)
    shortcuts: list[ShortcutOffer] = Field(default_factory=list)
    redirect_urls: list[str] | None = None


class Uninstall(Order):
    first: Literal["app_uninstalled", "tokens_revoked"] = "app_uninstalled"


class OutageOrder(Order):
    seconds: float = Field(gt=0, le=600)


class FaultOrder(Order):
    method: str
    kind: FaultKind
    times: int = Field(1, ge=1)
    seconds: float = Field(1.0, ge=0, le=600)
    error: str = "internal_error"
    chance: float = Field(1.0, gt=0, le=1)
    seed: int | None = None


class SocketOrder(Order):
    reason: Literal["warning", "refresh_requested", "link_disabled", "too_many_websockets"] = (
        "refresh_requested"
    )
    abort: bool = False
    half_open: bool = False
    socket: int | None = None


class TokenOrder(Order):
    error: str | None = "token_revoked"
    told: bool = False


class AppControl:
    """The routes; docs/workspace.md describes each."""

    def __init__(self, workspace: Installation, outage: Outage) -> None:
        self._workspace = workspace
        self._outage = outage

    def routes(self) -> list[web.RouteDef]:
        root = "/_workspace"
        return [
            web.get(f"{root}/app", plain(self._app)),
            web.post(f"{root}/app", plain(self._change_app)),
            web.post(f"{root}/app/uninstall", plain(self._uninstall)),
            web.post(f"{root}/outage", plain(self._go_down)),
            web.get(f"{root}/faults", plain(self._faults)),
            web.post(f"{root}/faults", plain(self._arrange)),
            web.delete(f"{root}/faults", plain(self._clear_faults)),
            web.get(f"{root}/sockets", plain(self._sockets)),
            web.post(f"{root}/sockets", plain(self._disconnect)),
            web.post(f"{root}/tokens", plain(self._tokens)),
        ]

    async def _app(self, _request: web.Request) -> web.StreamResponse:
        events = self._workspace.events.subscriptions.events
        return web.json_response(
            {
                "app_id": APP_ID,
                "request_url": self._workspace.delivery.request_url,
                "events": None if events is None else sorted(events),
                "scopes": sorted(self._workspace.scopes),
                "client_id": self._workspace.oauth.client_id,
                "client_secret": self._workspace.oauth.client_secret,
                "redirect_urls": self._workspace.oauth.redirect_urls,
                "authorize_url": self._workspace.address + AUTHORIZE_PATH,
            }
            | self._workspace.offers.model_dump()
        )

    async def _change_app(self, request: web.Request) -> web.StreamResponse:
        """Only what is named changes; null brings back Socket Mode, all events, or any address on this machine."""
        change = await read(request, AppChange)
        if "redirect_urls" in change.model_fields_set:
            self._workspace.oauth.redirect_urls = redirect_urls(change.redirect_urls or [])
        if "request_url" in change.model_fields_set:
            await self._workspace.delivery.reach_at(change.request_url)
        if "events" in change.model_fields_set:
            self._workspace.events.subscriptions = Subscriptions(self._workspace.scopes, change.events)
        offered = {name: getattr(change, name) for name in change.model_fields_set & set(Offers.model_fields)}
        self._workspace.offers = self._workspace.offers.model_copy(update=offered)
        self._note("app")
        return await self._app(request)

    async def _uninstall(self, request: web.Request) -> web.StreamResponse:
        order = await read(request, Uninstall)
        self._workspace.uninstall(order.first)
        self._note("app/uninstall")
        return web.json_response({"error": self._workspace.dead_tokens[self._workspace.bot_token]})

    async def _go_down(self, request: web.Request) -> web.StreamResponse:
        order = await read(request, OutageOrder)
        self._note("outage")
        self._outage.begin(order.seconds)
        return web.json_response({"seconds": order.seconds})

    async def _faults(self, _request: web.Request) -> web.StreamResponse:
        return web.json_response([vars(fault) for fault in self._workspace.faults.arranged.values()])

    async def _arrange(self, request: web.Request) -> web.StreamResponse:
        order = await read(request, FaultOrder)
        return web.json_response(vars(self._workspace.faults.arrange(**order.model_dump())))

    async def _clear_faults(self, _request: web.Request) -> web.StreamResponse:
        self._workspace.faults.arranged.clear()
        return web.json_response([])

    async def _sockets(self, _request: web.Request) -> web.StreamResponse:
        return web.json_response({"sockets": self._workspace.sockets.numbers})

    async def _disconnect(self, request: web.Request) -> web.StreamResponse:
        order = await read(request, SocketOrder)
        sockets = self._workspace.sockets
        if order.abort:
            told = sockets.abort(order.socket)
        elif order.half_open:
            told = sockets.half_open(order.socket)
        else:
            told = await sockets.disconnect(order.reason, order.socket)
        return web.json_response({"sockets": told})

    async def _tokens(self, request: web.Request) -> web.StreamResponse:
        order = await read(request, TokenOrder)
        self._workspace.revoked = order.error
        if order.told:
            self._workspace.events.tokens_revoked()
        return web.json_response({"error": order.error})

    def _note(self, what: str) -> None:
        self._workspace.journal.record("control", what)
