"""The Web API over HTTP: GET, POST form and POST JSON to /api/<method>, answered as Slack answers."""

import asyncio
import base64
import email.utils
import json
import math
from typing import Any

from aiohttp import web

from bot import clock
from bot.workspace.bodies import Unreadable, form_of, read_json, text_of
from bot.workspace.faults import Fault
from bot.workspace.ids import BOT_USER_ID
from bot.workspace.installation import Installation
from bot.workspace.wire import (
    account,
    channels,
    chat,
    conversations,
    files,
    history,
    oauth,
    reactions,
    scheduled,
    usergroups,
    users,
    views,
)
from bot.workspace.wire.call import Call, CallFailed, Method

JsonObject = dict[str, Any]

METHODS: dict[str, Method] = {
    **account.METHODS,
    **oauth.METHODS,
    **users.METHODS,
    **conversations.METHODS,
    **channels.METHODS,
    **history.METHODS,
    **reactions.METHODS,
    **scheduled.METHODS,
    **usergroups.METHODS,
    **chat.METHODS,
    **files.METHODS,
    **views.METHODS,
}
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data", "text/plain")
# Arguments that are JSON inside a form; the journal shows them read.
_STRUCTURED = ("blocks", "view", "metadata", "attachments", "files")


class _TooMany(Exception):
    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class WebApi:
    """Answers /api/; one instance per workspace."""

    def __init__(self, workspace: Installation) -> None:
        self._workspace = workspace

    async def handle(self, request: web.Request) -> web.Response:
        """HTTP 200 with ok true or false, unless an arranged fault says otherwise."""
        method = request.match_info["method"]
        started = clock.elapsed()
        args, unreadable = await _tried(request)
        fault = self._workspace.faults.take(method)
        if fault and fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
        answer = self._spoilt(fault, request) or self._answered(method, args, request, unreadable)
        response = answer
        if fault and fault.kind == "drop_after":
            _abort(request)
        elif fault and fault.kind == "error500_after":
            response = web.Response(status=500)
        self._workspace.journal.record(
            "call",
            method,
            args=_readable(args),
            response=json.loads(answer.text) if answer.text else None,
            status=response.status,
            fault=fault.kind if fault else None,
            ms=round((clock.elapsed() - started) * 1000, 1),
        )
        return response

    def _spoilt(self, fault: Fault | None, request: web.Request) -> web.Response | None:
        """The answer in place of the method's, where the fault is one that keeps it from being done."""
        match fault.kind if fault else None:
            case "ratelimited":
                assert fault is not None
                return _too_many(fault.seconds)
            case "error500":
                return web.Response(status=500, text="")
            case "error503":
                return _json({"ok": False, "error": "service_unavailable"}, status=503)
            case "error":
                assert fault is not None
                return _json({"ok": False, "error": fault.error})
            case "drop_before":
                _abort(request)
                return web.Response()
        return None

    def _answered(
        self, method: str, args: JsonObject, request: web.Request, unreadable: CallFailed | None
    ) -> web.Response:
        token = _token(request, args)
        try:
            if unreadable:
                raise unreadable
            answer = {"ok": True} | self._run(method, args, token)
        except CallFailed as failed:
            answer = failed.answer
        except _TooMany as wait:
            return _too_many(wait.seconds)
        headers = {}
        if token == self._workspace.bot_token:
            headers["X-OAuth-Scopes"] = ",".join(sorted(self._workspace.scopes))
        return _json(answer, headers=headers)

    def _run(self, method: str, args: JsonObject, token: str) -> JsonObject:
        if method not in METHODS:
            raise CallFailed("unknown_method", req_method=method)
        known = METHODS[method]
        call = Call(self._workspace, method, {name: value for name, value in args.items() if name != "token"})
        if known.token != "none":
            self._authenticate(known, token)
        self._count(call)
        if known.scope:
            call.need(known.scope)
        return known.run(call)

    def _count(self, call: Call) -> None:
        """Raises _TooMany when Slack's limits hold here and this call is over one."""
        room = call.text("channel", "")
        direct = self._workspace.world.found_direct(room, BOT_USER_ID)
        wait = self._workspace.limits.take(call.method, direct.id if direct else room, clock.elapsed())
        if wait:
            raise _TooMany(wait)

    def _authenticate(self, method: Method, token: str) -> None:
        tokens = {self._workspace.bot_token: "bot", self._workspace.app_token: "app"}
        if not token:
            raise CallFailed("not_authed")
        if dead := self._workspace.dead_tokens.get(token):
            raise CallFailed(dead)
        if token not in tokens:
            raise CallFailed("invalid_auth")
        if self._workspace.revoked:
            raise CallFailed(self._workspace.revoked)
        if tokens[token] != method.token:
            raise CallFailed("not_allowed_token_type")


async def _tried(request: web.Request) -> tuple[JsonObject, CallFailed | None]:
    """The arguments, or why there are none."""
    try:
        return await _arguments(request), None
    except CallFailed as unreadable:
        return {}, unreadable


async def _arguments(request: web.Request) -> JsonObject:
    """Query, form or JSON. Raises CallFailed: invalid_json, json_not_object, invalid_form_data, invalid_post_type.

    A body that is too large ends in HTTP 413, which aiohttp sees to.
    """
    args: JsonObject = dict(request.query) | _client(request)
    if request.method != "POST" or not request.can_read_body:
        return args
    if request.content_type == "application/json":
        return args | await _read_object(request)
    if request.content_type not in _FORMS:
        raise CallFailed("invalid_post_type")
    try:
        return args | await form_of(request)
    except Unreadable:
        raise CallFailed("invalid_form_data") from None


async def _read_object(request: web.Request) -> JsonObject:
    try:
        text = await text_of(request)
        body = read_json(text) if text.strip() else {}
    except ValueError:
        raise CallFailed("invalid_json") from None
    if not isinstance(body, dict):
        raise CallFailed("json_not_object")
    return body


def _client(request: web.Request) -> JsonObject:
    """Client id and secret where an app sends them as RFC 6749 has it: by HTTP Basic authentication."""
    scheme, _, login = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return {}
    try:
        client_id, _, client_secret = base64.b64decode(login, validate=True).decode().partition(":")
    except ValueError:
        return {}
    return {"client_id": client_id, "client_secret": client_secret}


def _token(request: web.Request, args: JsonObject) -> str:
    _scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() or str(args.get("token") or "")


def _readable(args: JsonObject) -> JsonObject:
    shown = dict(args)
    for name in _STRUCTURED:
        if isinstance(shown.get(name), str):
            try:
                shown[name] = read_json(shown[name])
            except ValueError:
                continue
    return shown


def _too_many(seconds: float) -> web.Response:
    retry = {"Retry-After": str(max(1, math.ceil(seconds)))}
    return _json({"ok": False, "error": "ratelimited"}, status=429, headers=retry)


def _json(answer: JsonObject, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """`Date` is the calendar's: a client can see whether its own clock agrees with the workspace's."""
    date = {"Date": email.utils.format_datetime(clock.now(), usegmt=True)}
    return web.json_response(answer, status=status, headers=date | (headers or {}))


def _abort(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()
