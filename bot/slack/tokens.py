"""Which token speaks for Mull in which workspace: looked up when it is needed, and dropped once it is refused."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot import clock, log
from bot.domain.verdicts import NOT_CONNECTED
from bot.errors import NotFound, Unavailable
from bot.services.installations import Installed
from bot.vault import VaultError

REMEMBER_SECONDS = 20.0
"""So long another process's new installation may stay unknown here; a token that is refused is dropped at once."""
REFUSED = frozenset({"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"})
"""What Slack calls a token that is not, or no longer, good (https://docs.slack.dev/reference/methods/auth.test#errors)."""
NO_TOKEN = "not_authed"

Find = Callable[[str], Awaitable[Installed | None]]


@dataclass(frozen=True)
class _Held:
    installed: Installed
    until: float


class Tokens:
    """What is installed in each workspace, remembered for a little while. `find` looks in the database.

    The one workspace whose token is in the settings is `own`; what was installed there later comes before it.
    """

    def __init__(self, find: Find, remember_seconds: float = REMEMBER_SECONDS) -> None:
        self._find = find
        self._remember_seconds = remember_seconds
        self._held: dict[str, _Held] = {}
        self.own: Installed | None = None

    async def of(self, team_id: str) -> Installed:
        """What is installed there. NotFound when nothing is; Unavailable when that cannot be looked up."""
        held = self._held.get(team_id)
        if held and clock.elapsed() < held.until:
            return held.installed
        if held:  # everybody else goes on with it while one looks
            self._held[team_id] = replace(held, until=clock.elapsed() + self._remember_seconds)
        try:
            found = await self._find(team_id) or self._of_the_settings(team_id)
        except Unavailable:
            if held is None:
                raise
            return held.installed
        if found is None:
            self.forget(team_id)
            raise NotFound("Mull is not installed in this workspace.")
        self._held[team_id] = _Held(found, clock.elapsed() + self._remember_seconds)
        return found

    def forget(self, team_id: str) -> None:
        """The next who asks for this workspace looks it up."""
        self._held.pop(team_id, None)

    def _of_the_settings(self, team_id: str) -> Installed | None:
        return self.own if self.own and self.own.team_id == team_id else None


class TeamClient(AsyncWebClient):
    """A client that speaks for Mull in one workspace, with whatever token is good there at each call."""

    def __init__(self, like: AsyncWebClient, tokens: Tokens, team_id: str) -> None:
        super().__init__(
            base_url=like.base_url,
            session=like.session,
            proxy=like.proxy,
            timeout=like.timeout,
            retry_handlers=[],
        )
        self._tokens = tokens
        self._team_id = team_id

    async def api_call(self, api_method: str, **arguments: Any) -> AsyncSlackResponse:
        """One call; a second one only where the first was refused for a token that has since been replaced."""
        used = await self._take_token()
        try:
            return await super().api_call(api_method, **arguments)
        except SlackApiError as error:
            if _code(error) not in REFUSED:
                raise
            self._tokens.forget(self._team_id)
            if await self._take_token() == used:
                raise
            return await super().api_call(api_method, **arguments)

    async def _take_token(self) -> str:
        """The token that is good now. Where there is none, or none to be had, the call is over before it began."""
        try:
            self.token = (await self._tokens.of(self._team_id)).token
        except NotFound:
            raise _refusal(NO_TOKEN) from None
        except VaultError as error:
            log.alert("workspace.token_not_opened", team=self._team_id, error=error)
            raise _refusal(NO_TOKEN) from None
        except Unavailable:
            raise _refusal(NOT_CONNECTED) from None
        return self.token


def _refusal(code: str) -> SlackApiError:
    """As if Slack had said so: whoever calls knows what to make of that."""
    return SlackApiError("The call was not made.", {"ok": False, "error": code})  # type: ignore[no-untyped-call]


def _code(error: SlackApiError) -> str:
    said = getattr(error.response, "data", error.response)
    return str(said.get("error")) if isinstance(said, dict) else ""
