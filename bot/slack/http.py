"""Slack's requests over HTTP, beside Socket Mode: signed by Slack, answered before the same deadline.

https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

import asyncio
from collections.abc import Iterable
from http import HTTPStatus

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier

from bot import clock, log, meters
from bot.db import deadline
from bot.errors import MullError
from bot.slack.manifest import EVENTS_PATH
from bot.slack.socket import ANSWER_SECONDS, DRAIN_SECONDS

BODY_BYTES = 3 * 1024 * 1024
"""A window with every field full, in JSON, in a form, is half of this."""


class NotServed(MullError):
    """Nothing can be served at this address."""


class _Refused(Exception):
    """A request that is none of Slack's, or that nobody can read. Its text is a reason, and quotes nothing."""

    def __init__(self, status: HTTPStatus, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class Requests:
    """Everything that Slack posts to us. Whatever else is posted is refused, and harms nobody."""

    def __init__(self, app: AsyncApp, signing_secret: str) -> None:
        self._app = app
        self._verifier = SignatureVerifier(signing_secret)

    def routes(self) -> list[web.RouteDef]:
        """What Slack has to be told of as the request URL."""
        return [web.post(EVENTS_PATH, self._handle)]

    async def _handle(self, request: web.Request) -> web.Response:
        by = deadline.set(clock.elapsed() + ANSWER_SECONDS)
        try:
            asked = await self._read(request)
            with meters.acknowledging(ANSWER_SECONDS):
                return await to_aiohttp_response(await self._app.async_dispatch(asked))
        except _Refused as refused:
            log.warning("request.refused", status=int(refused.status), reason=refused.reason)
            return web.Response(status=refused.status)
        except Exception as error:
            log.alert("request.failed", error=error)
            return web.Response(status=HTTPStatus.INTERNAL_SERVER_ERROR)
        finally:
            deadline.reset(by)  # the connection stays, and what comes next on it has another

    async def _read(self, request: web.Request) -> AsyncBoltRequest:
        body = await _body(request)
        if not self._is_signed(body, request):
            raise _Refused(HTTPStatus.UNAUTHORIZED, "not signed by Slack, or too long ago")
        try:
            read = AsyncBoltRequest(body=body, query=request.query_string, headers=dict(request.headers))
        except (ValueError, LookupError, AttributeError, TypeError, RecursionError):
            read = None
        if read is None or not isinstance(read.body, dict):
            raise _Refused(HTTPStatus.BAD_REQUEST, "signed, and not of Slack's form")
        return read

    def _is_signed(self, body: str, request: web.Request) -> bool:
        """Whether the signature is Slack's and not five minutes old. A header of another form is no signature."""
        try:
            return self._verifier.is_valid_request(body, request.headers)
        except (ValueError, TypeError, OverflowError):
            return False


async def _body(request: web.Request) -> str:
    """The body as text. Whoever sends it slowly is not waited for longer than an answer may take."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            return (await request.read()).decode()
    except web.HTTPRequestEntityTooLarge:
        raise _Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too large") from None
    except TimeoutError:
        raise _Refused(HTTPStatus.REQUEST_TIMEOUT, "too slow") from None
    except UnicodeDecodeError:
        raise _Refused(HTTPStatus.BAD_REQUEST, "not text") from None


class Site:
    """What is served over HTTP at one address, until it is closed."""

    def __init__(self, routes: Iterable[web.RouteDef], host: str, port: int) -> None:
        app = web.Application(client_max_size=BODY_BYTES)
        app.router.add_routes(routes)
        # Paths of ours hold codes and states: no log of requests.
        self._runner = web.AppRunner(
            app, access_log=None, handle_signals=False, shutdown_timeout=DRAIN_SECONDS
        )
        self._host, self._port = host, port

    async def open(self) -> None:
        """It is served. NotServed, with what to do, when the address is taken or is not this machine's."""
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except (OSError, OverflowError) as error:
            await self._runner.cleanup()
            raise NotServed(
                f"Nothing can be served at {self._host}:{self._port} ({_why(error)}). Choose another port or host."
            ) from error
        log.event("site.opened", host=self._host, port=self.port)

    @property
    def port(self) -> int:
        """The port that it is served at, once it is: another than asked for when that was 0."""
        return int(self._runner.addresses[0][1])

    async def close(self) -> None:
        """Nothing new is taken, and what was taken has been answered, or has had ten seconds."""
        await self._runner.cleanup()


def _why(error: Exception) -> str:
    return error.strerror or type(error).__name__ if isinstance(error, OSError) else "there is no such port"
