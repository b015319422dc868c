"""The page to install Mull from, in any number of workspaces, and what comes back from Slack.

https://docs.slack.dev/authentication/installing-with-oauth
"""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot import clock, log
from bot.db import deadline
from bot.domain.verdicts import NO_ANSWER, NOT_CONNECTED
from bot.errors import Unavailable
from bot.services import installations
from bot.services.desk import Desks
from bot.services.installations import Granted, Installed
from bot.slack.client import reply_of
from bot.slack.manifest import INSTALL_PATH, REDIRECT_PATH, SCOPES
from bot.slack.pages import Button, page
from bot.slack.socket import ANSWER_SECONDS
from bot.slack.states import STATE_SECONDS, States
from bot.slack.workspaces import NotAccepted, identify

COOKIE = "mull_install"


@dataclass(frozen=True)
class Credentials:
    """Who the app is to Slack, and where it is reached from outside (no slash at its end)."""

    client_id: str
    client_secret: str
    public_url: str

    @property
    def redirect_url(self) -> str:
        """Where Slack sends people back to."""
        return self.public_url + REDIRECT_PATH


class _Stopped(Exception):
    """An installation that came to nothing: the word for it in the sentences, and in the log."""

    def __init__(self, why: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(why)
        self.why = why
        self.status = status


class Installing:
    """Both ends of an installation. `like` is a client without a token; `told` hears which workspace has a new one."""

    def __init__(
        self, desks: Desks, like: AsyncWebClient, app: Credentials, told: Callable[[str], None]
    ) -> None:
        self._desks = desks
        self._like = like
        self._app = app
        self._told = told
        self._states = States(app.client_secret)

    def routes(self) -> list[web.RouteDef]:
        """The page, and where Slack sends people back to."""
        return [web.get(INSTALL_PATH, self._offer), web.get(REDIRECT_PATH, self._come_back)]

    async def _offer(self, _request: web.Request) -> web.Response:
        """The page with the button. Each time it is opened, an installation begins."""
        begun = self._states.begin(clock.wall())
        asked = {
            "client_id": self._app.client_id,
            "scope": ",".join(scope for scope, _ in SCOPES),
            "redirect_uri": self._app.redirect_url,
            "state": begun.state,
        }
        to_slack = f"{urljoin(self._like.base_url, '/oauth/v2/authorize')}?{urlencode(asked)}"
        said = [self._say(name) for name in ("install_what", "install_reads", "install_next")]
        shown = page(self._say("install_title"), said, Button(self._say("install_button"), to_slack))
        self._keep(shown, begun.cookie, STATE_SECONDS)
        return shown

    async def _come_back(self, request: web.Request) -> web.Response:
        try:
            installed = await self._finish(request)
        except _Stopped as stopped:
            log.event("install.stopped", reason=stopped.why)
            again = Button(self._say("install_again"), self._app.public_url + INSTALL_PATH)
            shown = page(self._say("install_stopped"), [self._say(stopped.why)], again, status=stopped.status)
        else:
            name = installed.identity.name
            said = [self._say("installed_next"), self._say("installed_team", team=installed.team_id)]
            shown = page(self._say("installed_title", workspace=name), said)
        self._keep(shown, "", 0)
        return shown

    async def _finish(self, request: web.Request) -> Installed:
        """What was installed, kept. What Slack says is believed only in the browser that asked for it."""
        said = request.query
        if not self._states.is_good(said.get("state", ""), request.cookies.get(COOKIE, ""), clock.wall()):
            raise _Stopped("install_not_yours")
        if "code" not in said:
            denied = said.get("error") == "access_denied"
            raise _Stopped("install_denied" if denied else "install_refused")
        answer = await self._exchange(said["code"])
        if _is_whole_organisation(answer):
            if token := answer.get("access_token"):
                await reply_of(self._like.auth_revoke(token=token))
            raise _Stopped("install_whole_organisation")
        token, granted = _token_in(answer)
        try:
            installed = Installed(await identify(self._like, token), token)
        except NotAccepted:
            raise _Stopped("install_slack_away", HTTPStatus.BAD_GATEWAY) from None
        await self._store(installed, granted)
        self._told(installed.team_id)
        return installed

    async def _store(self, installed: Installed, granted: Granted) -> None:
        """Kept; somebody waits for the page, and so no longer than for an answer to a click."""
        by = deadline.set(clock.elapsed() + ANSWER_SECONDS)
        try:
            await self._desks.write(installations.install, installed, granted)
        except Unavailable as error:
            log.alert("install.not_kept", error=error)
            raise _Stopped("install_not_kept", HTTPStatus.SERVICE_UNAVAILABLE) from None
        finally:
            deadline.reset(by)

    async def _exchange(self, code: str) -> Any:
        """What Slack gives for a code. Not by the library's own method: that warns of how it sends the secret."""
        asked = {
            "client_id": self._app.client_id,
            "client_secret": self._app.client_secret,
            "code": code,
            "redirect_uri": self._app.redirect_url,
        }
        reply, answer = await reply_of(self._like.api_call("oauth.v2.access", data=asked))
        if answer is not None:
            return answer
        log.warning("install.no_token", reason=reply.code)
        if reply.code in (NOT_CONNECTED, NO_ANSWER, "ratelimited") or reply.code.startswith("http_"):
            raise _Stopped("install_slack_away", HTTPStatus.BAD_GATEWAY)
        raise _Stopped("install_refused")

    def _keep(self, shown: web.Response, cookie: str, seconds: int) -> None:
        """The browser holds this for so long; an empty one for no time is forgotten."""
        at = urlsplit(self._app.public_url)
        shown.set_cookie(
            COOKIE,
            cookie,
            max_age=seconds,
            path=f"{at.path}/slack",
            secure=at.scheme == "https",
            httponly=True,
            samesite="Lax",
        )

    def _say(self, key: str, **variables: object) -> str:
        return self._desks.prompts.say(key, **variables)


def _is_whole_organisation(answer: Any) -> bool:
    """Whether an owner put it into all workspaces of an organisation at once, which would share one token."""
    return bool(answer.get("is_enterprise_install") or not answer.get("team"))


def _token_in(answer: Any) -> tuple[str, Granted]:
    token = answer.get("access_token")
    if not token or answer.get("token_type") != "bot":
        raise _Stopped("install_refused")
    return str(token), Granted(str(answer.get("app_id") or ""), str(answer.get("scope") or ""))
