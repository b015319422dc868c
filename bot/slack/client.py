"""Slack's Web API: one session, no retries of the library's own, and what each reply is called."""

from collections.abc import Awaitable
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.outbox import SEND_SECONDS
from bot.domain.verdicts import NO_ANSWER, NOT_CONNECTED
from bot.services.delivery import Reply


def session(timeout_seconds: float = SEND_SECONDS) -> aiohttp.ClientSession:
    """One session for everything. Shared between clients it would cap at 100 connections and ignore their timeouts."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0),
        timeout=aiohttp.ClientTimeout(total=timeout_seconds, connect=min(10, timeout_seconds)),
    )


def web_client(
    session: aiohttp.ClientSession, *, token: str | None, api_url: str, proxy: str | None = None
) -> AsyncWebClient:
    """A client that never sends anything twice: the library's default posts again when a connection drops."""
    return AsyncWebClient(
        token=token,
        base_url=api_url,
        session=session,
        retry_handlers=[],
        proxy=proxy,
        timeout=int(SEND_SECONDS),
    )


async def reply_of(call: Awaitable[Any]) -> tuple[Reply, Any]:
    """What came of a call: the reply, and Slack's answer (None when there was none, or not of its kind)."""
    try:
        response = await call
    except SlackApiError as error:
        return _refused(error), None
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
        return Reply(NOT_CONNECTED), None
    except (TimeoutError, aiohttp.ClientError, SlackClientError, OSError):
        # It may have arrived: the connection broke, or the answer was not to be read.
        return Reply(NO_ANSWER), None
    return Reply("ok", response.get("channel"), response.get("ts")), response


def _refused(error: SlackApiError) -> Reply:
    response = error.response
    status = getattr(response, "status_code", 200)
    headers = getattr(response, "headers", {}) or {}
    if status == 429:
        return Reply("ratelimited", retry_after_seconds=_seconds(headers))
    if status >= 500:
        return Reply(f"http_{status}")
    code = response.get("error") if hasattr(response, "get") else None
    return Reply(str(code or NO_ANSWER), retry_after_seconds=_seconds(headers))


def _seconds(headers: Any) -> float | None:
    value = headers.get("Retry-After") or headers.get("retry-after")
    return float(value) if value and str(value).isdigit() else None
