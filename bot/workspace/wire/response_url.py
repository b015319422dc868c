"""response_url: answering an interaction without a token, five times within half an hour."""

import asyncio
from typing import Any

from aiohttp import web

from bot import clock
from bot.workspace.bodies import read_json, text_of
from bot.workspace.checks import check_message
from bot.workspace.faults import Fault
from bot.workspace.grants import GrantRefused, ResponseUrl
from bot.workspace.installation import Installation
from bot.workspace.posting import Draft

JsonObject = dict[str, Any]


class ResponseUrls:
    """Answers POST /response/<secret> as Slack's hooks do: `ok`, or an error code with HTTP 404 or 400."""

    def __init__(self, workspace: Installation) -> None:
        self._workspace = workspace

    async def handle(self, request: web.Request) -> web.Response:
        started = clock.elapsed()
        try:
            body = read_json(await text_of(request))
        except ValueError:
            body = None
        fault = self._workspace.faults.take("response_url")
        if fault and fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
        spoilt = _spoilt(fault, request)
        secret = request.match_info["secret"]
        lent = self._workspace.grants.response_urls.get(secret)
        status, text = spoilt or self._answer(secret, body)
        if fault and fault.kind == "drop_after":
            _abort(request)
        elif fault and fault.kind == "error500_after":
            status, text = 500, ""
        self._workspace.journal.record(
            "response_url",
            "response_url",
            user=lent.user if lent else None,
            args=body,
            response=text,
            status=status,
            fault=fault.kind if fault else None,
            ms=round((clock.elapsed() - started) * 1000, 1),
        )
        return web.Response(status=status, text=text)

    def _answer(self, secret: str, body: Any) -> tuple[int, str]:
        if not isinstance(body, dict):
            return 400, "invalid_payload"
        problems = [] if body.get("delete_original") else check_message(body)
        problems = [problem for problem in problems if problem.code != "msg_too_long"]
        if problems:
            return 400, problems[0].code
        try:
            lent = self._workspace.grants.use(secret)
        except GrantRefused as refused:
            return 404, str(refused)
        self._carry_out(lent, body)
        return 200, "ok"

    def _carry_out(self, lent: ResponseUrl, body: JsonObject) -> None:
        channel = self._workspace.world.channels[lent.channel]
        original = channel.messages.get(lent.message_ts or "")
        posting = self._workspace.posting
        if body.get("delete_original"):
            if original:
                posting.delete(channel, original)
            return
        draft = Draft(
            text=body.get("text") or "",
            blocks=body.get("blocks") or [],
            attachments=body.get("attachments") or [],
            metadata=body.get("metadata"),
            thread_ts=body.get("thread_ts"),
        )
        if body.get("replace_original") and original:
            posting.change(channel, original, draft)
        else:
            in_channel = body.get("response_type") == "in_channel"
            posting.by_app(channel, draft, only_for=None if in_channel else lent.user)


def _spoilt(fault: Fault | None, request: web.Request) -> tuple[int, str] | None:
    """Status and text in place of the answer, where the fault is one that keeps it from being carried out."""
    match fault.kind if fault else None:
        case "ratelimited":
            return 429, "rate_limited"
        case "error500":
            return 500, ""
        case "error503":
            return 503, "service_unavailable"
        case "error":
            assert fault is not None
            return 404, fault.error
        case "drop_before":
            _abort(request)
            return 500, ""
    return None


def _abort(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()
