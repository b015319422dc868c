"""The Web API over HTTP: GET, POST form and POST JSON to /api/<method>, answered as Slack answers."""

import asyncio
import base64
import email.utils
import json
from typing import Any

from aiohttp import web

from bot import clock
from bot.workspace.faults import Fault
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
    **chat.METHODS,
    **files.METHODS,
    **views.METHODS,
}
# Arguments that are JSON inside a form; the journal shows them read.
_STRUCTURED = ("blocks", "view", "metadata", "attachments", "files")


class WebApi:
    """Answers /api/; one instance per workspace."""

    def __init__(self, workspace: Installation) -> None:
        self._workspace = workspace

    async def handle(self, request: web.Request) -> web.Response:
        """HTTP 200 with ok true or false, unless an arranged fault says otherwise."""
        method = request.match_info["method"]
        started = clock.elapsed()
        args = await _arguments(request)
        fault = self._workspace.faults.take(method)
        if fault and fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
        response = self._spoilt(fault, request) or self._answered(method, args, request)
        if fault and fault.kind == "drop_after":
            _abort(request)
        self._workspace.journal.record(
            "call",
            method,
            args=_readable(args),
            response=json.loads(response.text) if response.text else None,
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
                retry = {"Retry-After": str(max(1, round(fault.seconds)))}
                return _json({"ok": False, "error": "ratelimited"}, status=429, headers=retry)
            case "error500":
                return web.Response(status=500, text="")
            case "error":
                assert fault is not None
                return _json({"ok": False, "error": fault.error})
            case "drop_before":
                _abort(request)
                return web.Response()
        return None

    def _answered(self, method: str, args: JsonObject, request: web.Request) -> web.Response:
        token = _token(request, args)
        try:
            answer = {"ok": True} | self._run(method, args, token)
        except CallFailed as failed:
            answer = failed.answer
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
        if known.scope:
            call.need(known.scope)
        return known.run(call)

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


async def _arguments(request: web.Request) -> JsonObject:
    """Query, form or JSON; what cannot be read is told by the method as missing arguments."""
    args: JsonObject = dict(request.query) | _client(request)
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.text() or "{}")
        except ValueError:
            body = None
        args |= body if isinstance(body, dict) else {}
    elif request.method == "POST":
        args |= {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    return args


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
                shown[name] = json.loads(shown[name])
            except ValueError:
                continue
    return shown


def _json(answer: JsonObject, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """`Date` is the calendar's: a client can see whether its own clock agrees with the workspace's."""
    date = {"Date": email.utils.format_datetime(clock.now(), usegmt=True)}
    return web.json_response(answer, status=status, headers=date | (headers or {}))


def _abort(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()
