"""Every workspace that Mull speaks in: its client, who it is there, and asking again one that refused us."""

from contextlib import suppress

from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.verdicts import NO_ANSWER, NOT_CONNECTED
from bot.errors import MullError, NotFound
from bot.services import installations, workspaces
from bot.services.desk import Desks
from bot.services.installations import Installed
from bot.services.workspaces import Identity
from bot.slack.bolt import Authorize
from bot.slack.client import reply_of
from bot.slack.tokens import TeamClient, Tokens


class NotAccepted(MullError):
    """Slack did not accept our token, or could not be reached."""


class Workspaces:
    """The workspaces that hold a token, by what was installed there or by the settings.

    `like` is a client without a token, and `own_token` that of the settings.
    """

    def __init__(self, desks: Desks, like: AsyncWebClient, own_token: str | None) -> None:
        self._desks = desks
        self._like = like
        self._own_token = own_token
        self._tokens = Tokens(self._find)
        self._clients: dict[str, AsyncWebClient] = {}

    def client(self, team_id: str) -> AsyncWebClient:
        """A client for this workspace. A call is answered `not_authed` where nothing is installed."""
        if team_id not in self._clients:
            self._clients[team_id] = TeamClient(self._like, self._tokens, team_id)
        return self._clients[team_id]

    def forget(self, team_id: str) -> None:
        """What was known of this workspace's token is looked up anew."""
        self._tokens.forget(team_id)

    async def recognise_own(self) -> None:
        """Slack accepts the token in the settings, if there is one, and its workspace is there. NotAccepted if not."""
        if self._own_token is None or self._tokens.own is not None:
            return
        identity = await identify(self._like, self._own_token)
        self._tokens.own = Installed(identity, self._own_token)
        await self._desks.write(workspaces.recognise, identity)

    def authorize(self) -> Authorize:
        """What Bolt calls, by these very names, to know who Mull is where a request comes from."""

        async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
            return await self._mull_in(enterprise_id, team_id)

        return authorize

    async def _mull_in(self, enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        """Bolt's own would ask Slack at every request; ours knows the answer.

        NotFound, with a sentence for people, when nothing is installed there.
        """
        try:
            here = await self._tokens.of(team_id or "")
        except NotFound:
            raise NotFound(self._desks.prompts.say("not_installed")) from None
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_token=here.token,
            bot_id=here.identity.bot_id,
            bot_user_id=here.identity.bot_user_id,
        )

    async def resume(self) -> bool:
        """Every workspace that had refused our token was asked again; whether one of them accepts it now."""
        resumed = False
        with suppress(NotAccepted):
            await self.recognise_own()
        for team_id in await self._desks.read(workspaces.suspended):
            resumed |= await self._resumed(team_id)
        return resumed

    async def _resumed(self, team_id: str) -> bool:
        self.forget(team_id)
        try:
            identity = await identify(self.client(team_id))
        except NotAccepted:
            return False
        await self._desks.write(workspaces.recognise, identity)
        return True

    async def _find(self, team_id: str) -> Installed | None:
        return await self._desks.read(installations.installed, team_id)


async def the_one(
    desks: Desks, like: AsyncWebClient, own_token: str | None, team_id: str | None
) -> Installed:
    """Mull in the workspace that is meant: the one of this team id, or the only one there is; Slack has just said so.

    NotFound, naming those there are, when that is none or several; NotAccepted when Slack takes its token no longer.
    """
    teams = await desks.read(installations.all_installed)
    here = None
    if team_id in teams or (team_id is None and own_token is None and len(teams) == 1):
        here = await desks.read(installations.installed, team_id or teams[0])
    elif own_token is not None:
        here = Installed(await identify(like, own_token), own_token)
        teams = sorted({*teams, here.team_id})
    if here is None or (team_id not in (None, here.team_id)) or (team_id is None and len(teams) > 1):
        raise NotFound(_which(team_id, teams))
    return Installed(await identify(like, here.token), here.token)


def _which(team_id: str | None, teams: list[str]) -> str:
    if not teams:
        return (
            "Mull is in no workspace yet. Set SLACK_BOT_TOKEN, or put Mull in from its page (/slack/install)."
        )
    there = ", ".join(teams)
    if team_id is None:
        return f"Mull is in several workspaces ({there}). Say which one is meant: --workspace {teams[0]}"
    return f"Mull is not in the workspace {team_id}. It is in {there}."


def not_accepted(name: str, code: str, api_url: str) -> NotAccepted:
    """What to tell an operator when Slack did not take a token: it said no to it, or it said nothing."""
    if code in (NOT_CONNECTED, NO_ANSWER):
        return NotAccepted(f"Slack cannot be reached at {api_url} (SLACK_API_URL). Type: mull doctor")
    return NotAccepted(f"Slack did not accept {name} ({code}). Type: mull doctor")


async def identify(client: AsyncWebClient, token: str | None = None) -> Identity:
    """Who Slack says we are with this token (None: the client's own). NotAccepted when it does not say."""
    reply, answer = await reply_of(client.auth_test(token=token) if token else client.auth_test())
    if answer is None:
        raise not_accepted("SLACK_BOT_TOKEN", reply.code, client.base_url)
    return Identity(
        answer["team_id"],
        answer.get("team") or "",
        answer["user_id"],
        answer.get("bot_id") or "",
        answer.get("enterprise_id"),
    )
