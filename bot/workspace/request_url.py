"""HTTP mode: payloads posted to an app's request URL, signed as Slack signs them.

https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

import hashlib
import hmac
import json
import secrets
import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import aiohttp
from aiohttp import ClientError, ClientResponse, ClientTimeout

from bot import clock
from bot.workspace.bodies import read_json
from bot.workspace.journal import Journal, journal_name, person_in

JsonObject = dict[str, Any]
_REDIRECTS = 2
# A charset that nobody knows, or bytes that are none of it.
_NO_TEXT = (LookupError, UnicodeDecodeError)


class NotVerified(ValueError):
    """The address did not answer Slack's challenge; the sentence says how."""


@dataclass(frozen=True)
class Answer:
    """What came back: `reason` (Slack's word for the retry's header) when it was no acknowledgement."""

    body: JsonObject | None = None
    reason: str = ""
    try_again: bool = True


class RequestUrl:
    """One address at which the app hears everything. Signatures run on real time, as whoever checks them does."""

    def __init__(self, url: str, signing_secret: str, journal: Journal) -> None:
        if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
            raise NotVerified(
                f"{url} is not the address of an app, such as http://127.0.0.1:3000/slack/events."
            )
        self.url = url
        self._secret = signing_secret
        self._journal = journal
        self._http: aiohttp.ClientSession | None = None

    async def verify(self, seconds: float) -> None:
        """The app at this address answers the challenge that Slack sends it first. NotVerified otherwise."""
        challenge = secrets.token_hex(20)
        asked = {"type": "url_verification", "challenge": challenge}
        try:
            async with self._post(json.dumps(asked), "application/json", seconds, {}) as response:
                text = await response.text()
        except (ClientError, TimeoutError, *_NO_TEXT) as error:
            raise NotVerified(f"{self.url} cannot be reached: {type(error).__name__}.") from error
        if response.status != 200 or challenge not in text:
            raise NotVerified(f"{self.url} did not answer the challenge (HTTP {response.status}).")

    async def deliver(self, kind: str, payload: JsonObject, seconds: float, **retry: Any) -> Answer:
        """What the app answered within so many real seconds. `retry`: retry_attempt, retry_reason."""
        number = str(uuid.uuid4())
        name = journal_name(kind, payload)
        user = person_in(payload)
        self._journal.record(
            "envelope", name, user=user, args=payload, envelope_id=number, url=self.url, **retry
        )
        body, content_type = _encoded(kind, payload)
        try:
            async with self._post(body, content_type, seconds, _retry_headers(retry)) as response:
                answer = _read(response, await response.text())
        except aiohttp.TooManyRedirects:
            return Answer(reason="too_many_redirects")
        except aiohttp.ClientConnectorError:
            return Answer(reason="connection_failed")
        except TimeoutError:
            return Answer(reason="http_timeout")
        except (ClientError, *_NO_TEXT):
            return Answer(reason="http_error")
        if not answer.reason:
            self._journal.record("ack", number, envelope_id=number, response=answer.body)
        return answer

    def _post(
        self, body: str, content_type: str, seconds: float, headers: dict[str, str]
    ) -> "aiohttp.client._RequestContextManager":
        if self._http is None:
            self._http = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        timestamp = str(int(clock.wall().timestamp()))
        signed = {
            "Content-Type": content_type,
            "User-Agent": "local-workspace",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature(self._secret, timestamp, body),
        }
        return self._http.post(
            self.url,
            data=body.encode(),
            headers=signed | headers,
            timeout=ClientTimeout(seconds),
            max_redirects=_REDIRECTS,
        )

    async def close(self) -> None:
        if self._http is not None:
            await self._http.close()


def signature(secret: str, timestamp: str, body: str) -> str:
    """Slack's `v0` signature of a body sent at a Unix time."""
    digest = hmac.new(secret.encode(), f"v0:{timestamp}:{body}".encode(), hashlib.sha256)
    return f"v0={digest.hexdigest()}"


def _encoded(kind: str, payload: JsonObject) -> tuple[str, str]:
    """Events are JSON, interactions JSON within a form, commands a form."""
    if kind == "events_api":
        return json.dumps(payload), "application/json"
    form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return urlencode(form), "application/x-www-form-urlencoded"


def _retry_headers(retry: JsonObject) -> dict[str, str]:
    if not retry.get("retry_attempt"):
        return {}
    return {
        "X-Slack-Retry-Num": str(retry["retry_attempt"]),
        "X-Slack-Retry-Reason": str(retry["retry_reason"]),
    }


def _read(response: ClientResponse, text: str) -> Answer:
    """A body that is no JSON object is what a command is answered with: plain text."""
    if not 200 <= response.status < 300:
        return Answer(reason="http_error", try_again=response.headers.get("X-Slack-No-Retry") != "1")
    try:
        body = read_json(text) if text else None
    except ValueError:
        body = text
    return Answer(body if isinstance(body, dict) else {"text": text} if text else None)
