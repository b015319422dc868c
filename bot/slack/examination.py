"""What is right and what is wrong on the way to Slack: the network, the tokens, the scopes, the socket, the clock."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import SplitResult, urlsplit

import aiohttp
from cryptography import x509
from cryptography.x509.oid import NameOID
from slack_sdk.web.async_client import AsyncWebClient

from bot.services.examination import Finding, fine, hint, wrong
from bot.services.installations import Installed
from bot.slack.client import reply_of, web_client
from bot.slack.manifest import APP_SCOPE, SCOPES

HOSTS = ("slack.com", "*.slack.com", "wss-primary.slack.com", "wss-backup.slack.com", "wss-mobile.slack.com")
"""What a filter has to let through without looking inside: the Web API, and where sockets are opened."""
CLOCK_SECONDS = 30
HELLO_SECONDS = 10.0
NOT_YET_VALID, EXPIRED, OTHER_NAME = 9, 10, (62, 64)
"""OpenSSL's numbers for certificates that are wrong for another reason than who signed them."""

ALLOW = f"Have the filter let {', '.join(HOSTS)} through without inspecting them"

REFUSED = {
    "invalid_auth": "Slack does not know this token",
    "not_authed": "Slack does not know this token",
    "token_revoked": "this token has been revoked",
    "token_expired": "this token has expired",
    "account_inactive": "the app has been removed from the workspace",
    "not_allowed_token_type": "this is another of Slack's tokens",
}


@dataclass(frozen=True)
class Route:
    """How Slack is reached. `proxy` is an address or None; `named` is the setting it comes from."""

    api_url: str
    proxy: str | None
    named: str


@dataclass(frozen=True)
class Tokens:
    """The two tokens, None for one that is missing or malformed."""

    bot: str | None
    app: str | None


async def examine(
    http: aiohttp.ClientSession, route: Route, tokens: Tokens, now: datetime
) -> AsyncIterator[Finding]:
    """Everything about Slack, `now` being this machine's time. What needs a way there waits for one."""
    answer, finding = await _reach(http, route)
    yield finding
    if answer is None:
        return
    yield _clock(answer, now)
    client = web_client(http, token=tokens.bot, api_url=route.api_url, proxy=route.proxy)
    bot_app = None
    if tokens.bot:
        reply, who = await reply_of(client.auth_test())
        for finding in _bot(reply.code, who):
            yield finding
        bot_app = await _app_of(client, who)
    if tokens.app:
        async for finding in app_token(http, client, route, tokens.app, bot_app):
            yield finding


Answer = aiohttp.ClientResponse


async def _reach(http: aiohttp.ClientSession, route: Route) -> tuple[Answer | None, Finding]:
    host = urlsplit(route.api_url).hostname or ""
    try:
        async with http.post(f"{route.api_url}api.test", proxy=route.proxy) as answer:
            said = await answer.read()
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        return None, await _unreachable(error, route, urlsplit(route.api_url))
    if not _is_slacks(said):
        what = f"something answers at {host}, and it is not Slack (HTTP {answer.status})"
        return None, wrong(
            "SLACK_API_URL", what, f"Leave the setting out for slack.com. Behind a filter: {ALLOW}"
        )
    return answer, fine(
        "SLACK_API_URL", f"Slack answers at {host}" + (f", through {route.named}" if route.proxy else "")
    )


def _is_slacks(said: bytes) -> bool:
    try:
        found = json.loads(said)
    except ValueError:
        return False
    return isinstance(found, dict) and "ok" in found and found.get("error") != "unknown_method"


async def _unreachable(error: Exception, route: Route, address: SplitResult) -> Finding:
    """Why nothing came back, as far as the error tells."""
    host = address.hostname or ""
    match error:
        case aiohttp.ClientConnectorCertificateError():
            return await _distrusted(error, route, address)
        case aiohttp.ClientProxyConnectionError():
            return wrong(route.named, "the proxy does not answer", "Check its address and port")
        case aiohttp.ClientHttpProxyError():
            do = "Ask whoever runs it to let this machine through to Slack"
            return wrong(route.named, f"the proxy refuses to connect to {host} (HTTP {error.status})", do)
        case aiohttp.ClientConnectorDNSError():
            do = "Check the spelling and this machine's DNS; behind a proxy, set MULL_PROXY"
            return wrong("SLACK_API_URL", f"the name {host} cannot be looked up", do)
        case TimeoutError():
            what = f"{host} does not answer in time: something on the way drops it"
            return wrong("SLACK_API_URL", what, f"{ALLOW}; behind a proxy, set MULL_PROXY")
    do = "Check the address, and that nothing on the way blocks it; behind a proxy, set MULL_PROXY"
    return wrong("SLACK_API_URL", f"{host} cannot be connected to ({type(error).__name__})", do)


async def _distrusted(
    error: aiohttp.ClientConnectorCertificateError, route: Route, address: SplitResult
) -> Finding:
    host = address.hostname or ""
    code = getattr(error.certificate_error, "verify_code", 0)
    if code in (NOT_YET_VALID, EXPIRED):
        return wrong(
            "clock", f"the certificate of {host} is not valid at this machine's time", "Set the clock"
        )
    issuer = await issuer_of(address, route.proxy) or "somebody unknown"
    if code in OTHER_NAME:
        what = f"what answers at {host} has a certificate for another name, from {issuer}"
        return wrong("SLACK_API_URL", what, ALLOW)
    what = (
        f"the certificate of {host} was issued by {issuer}, whom this machine does not trust: a filter between "
        "here and Slack opens the traffic and signs it anew"
    )
    do = (
        f"{ALLOW}, or set SSL_CERT_FILE to a file with that issuer's root certificate besides the public ones"
    )
    return wrong("network", what, do)


async def issuer_of(address: SplitResult, proxy: str | None) -> str | None:
    """Who signed the certificate that is shown for a host, trusted or not; None when it cannot be had."""
    look = ssl.create_default_context()
    look.check_hostname, look.verify_mode = False, ssl.CERT_NONE  # nothing is sent: this only reads the name
    host, port = address.hostname or "", address.port or 443
    try:
        async with asyncio.timeout(HELLO_SECONDS):
            writer = await _tls(host, port, proxy, look)
            shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
            writer.transport.abort()
    except (OSError, TimeoutError):
        return None
    return _called(x509.load_der_x509_certificate(shown).issuer)


async def _tls(host: str, port: int, proxy: str | None, look: ssl.SSLContext) -> asyncio.StreamWriter:
    if proxy is None:
        _, writer = await asyncio.open_connection(host, port, ssl=look)
        return writer
    way = urlsplit(proxy)
    reader, writer = await asyncio.open_connection(way.hostname, way.port or 3128)
    writer.write(f"CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
    await reader.readuntil(b"\r\n\r\n")
    await writer.start_tls(look, server_hostname=host)
    return writer


def _called(name: x509.Name) -> str:
    parts = [
        str(found[0].value)
        for kind in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME)
        if (found := name.get_attributes_for_oid(kind))
    ]
    return " of ".join(f"“{part}”" for part in parts) or "somebody without a name"


def _clock(answer: Answer, now: datetime) -> Finding:
    date = answer.headers.get("Date")
    if not date:
        return hint(
            "clock", "Slack did not say what time it is", "Make sure that this machine's clock is set"
        )
    ahead = round((now - parsedate_to_datetime(date)).total_seconds())
    if abs(ahead) <= CLOCK_SECONDS:
        return fine("clock", "agrees with Slack's")
    what = f"is {abs(ahead)} seconds {'ahead of' if ahead > 0 else 'behind'} Slack's"
    return wrong("clock", what, "Have it set from the network: timedatectl set-ntp true")


def _bot(code: str, who: Any) -> Iterator[Finding]:
    """What auth.test said of the bot token; `who` is None when Slack refused it."""
    if who is None:
        do = "Copy the Bot User OAuth Token from “OAuth & Permissions” of the app"
        yield wrong("SLACK_BOT_TOKEN", REFUSED.get(code, f"Slack says {code}"), do)
        return
    yield fine("SLACK_BOT_TOKEN", f"is accepted in the workspace “{who.get('team')}”")
    missing, more = _scopes(who)
    if missing:
        do = "Paste what `mull manifest` prints into “App Manifest” of the app, and install it again"
        yield wrong("scopes", f"the app is not allowed {', '.join(missing)}", do)
    elif more:
        do = "Take them away under “OAuth & Permissions”, unless you know why they are there"
        yield hint("scopes", f"the app may do more than Mull needs: {', '.join(more)}", do)
    else:
        yield fine("scopes", "are what Mull needs and no more")


def _scopes(who: Any) -> tuple[list[str], list[str]]:
    """Which scopes a token lacks, and which it has beside those that Mull needs."""
    granted = {scope.strip() for scope in who.headers.get("X-OAuth-Scopes", "").split(",")} - {""}
    needed = {scope for scope, _ in SCOPES}
    return sorted(needed - granted), sorted(granted - needed)


async def examine_workspace(client: AsyncWebClient, installed: Installed) -> Finding:
    """What Slack says of the token that a workspace was installed with."""
    about, again = f"workspace {installed.team_id}", "Open the page (/slack/install) and put Mull in again"
    reply, who = await reply_of(client.auth_test(token=installed.token))
    if who is None:
        return wrong(about, REFUSED.get(reply.code, f"Slack says {reply.code}"), again)
    missing, _ = _scopes(who)
    if missing:
        return wrong(about, f"Mull is not allowed {', '.join(missing)}", again)
    return fine(about, f"“{who.get('team')}” accepts its token")


async def _app_of(client: AsyncWebClient, who: Any) -> str | None:
    """The id of the app that the bot token belongs to; None when Slack will not say."""
    if who is None or not who.get("bot_id"):
        return None
    _, answer = await reply_of(client.bots_info(bot=who["bot_id"]))
    return answer["bot"].get("app_id") if answer else None


async def app_token(
    http: aiohttp.ClientSession, client: AsyncWebClient, route: Route, token: str, bot_app: str | None
) -> AsyncIterator[Finding]:
    """What Slack says of the app-level token, whether a socket opens, and whether it is the app `bot_app`."""
    reply, answer = await reply_of(client.apps_connections_open(app_token=token))
    if answer is None:
        scope, _ = APP_SCOPE
        do = f"Under “Basic Information” of the app, make an app-level token with {scope}, and copy it"
        said = REFUSED.get(reply.code, f"Slack says {reply.code}")
        yield wrong("SLACK_APP_TOKEN", said if reply.code != "missing_scope" else f"it lacks {scope}", do)
        return
    yield fine("SLACK_APP_TOKEN", "is accepted")
    hello, finding = await _hello(http, route, str(answer["url"]))
    yield finding
    app_id = ((hello or {}).get("connection_info") or {}).get("app_id")
    if app_id and bot_app and app_id != bot_app:
        what = f"belongs to the app {app_id}, and SLACK_BOT_TOKEN to {bot_app}"
        yield wrong("SLACK_APP_TOKEN", what, "Copy both tokens from the same app")


async def _hello(
    http: aiohttp.ClientSession, route: Route, url: str
) -> tuple[dict[str, Any] | None, Finding]:
    """The first thing said on a socket. It is closed at once: what Slack sends on it would be lost."""
    address = urlsplit(url)
    try:
        async with asyncio.timeout(HELLO_SECONDS), http.ws_connect(url, proxy=route.proxy) as socket:
            said = await socket.receive_json()
    except aiohttp.ClientConnectorCertificateError as error:
        return None, await _distrusted(error, route, address)
    except (aiohttp.ClientError, TimeoutError, OSError, TypeError, ValueError) as error:
        what = f"a socket to {address.hostname} does not open ({type(error).__name__})"
        return None, wrong("socket", what, f"{ALLOW}, and let web sockets stay open")
    if said.get("type") != "hello":
        return None, wrong("socket", "opens, and Slack says no hello", "Switch on Socket Mode for the app")
    return said, fine("socket", "opens, and Slack says hello")
