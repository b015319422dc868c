"""What every conversation stands on: who is speaking, and services in transactions."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar

from bot.prompts import Prompts
from bot.services import people
from bot.services.desk import Desk, Desks
from bot.services.people import Known

Given = ParamSpec("Given")
Result = TypeVar("Result")
Service = Callable[Concatenate[Desk, Known, Given], Result]
Body = dict[str, Any]


@dataclass(frozen=True)
class Speaker:
    """Whoever did something in Slack: their account, in their workspace."""

    team_id: str
    user_id: str

    @classmethod
    def of(cls, body: Body) -> "Speaker":
        """The one behind an interaction, a slash command or an event."""
        event = body.get("event") or {}
        user = body.get("user") or event.get("user") or body.get("user_id") or ""
        user_id = user.get("id", "") if isinstance(user, dict) else str(user)
        team = body.get("team") or {}
        team_id = team.get("id") or body.get("team_id") or ""
        return cls(str(team_id), user_id)


@dataclass(frozen=True)
class Surface:
    """Services for whoever is speaking. `wake` tells the outbox that there may be something to send, and `forget`
    whoever holds tokens that the one of a workspace (its team id) is no longer what it was.
    """

    desks: Desks
    prompts: Prompts
    wake: Callable[[], None]
    forget: Callable[[str], None]

    async def read(
        self, body: Body, service: Service[Given, Result], *args: Given.args, **kwargs: Given.kwargs
    ) -> Result:
        """What the service finds for the one who is speaking. A stranger is NotFound."""
        return await self.desks.read(_speaking, Speaker.of(body), service, *args, **kwargs)

    async def write(
        self, body: Body, service: Service[Given, Result], *args: Given.args, **kwargs: Given.kwargs
    ) -> Result:
        """What the service did for the one who is speaking, committed. A stranger is NotFound."""
        result = await self.desks.write(_speaking, Speaker.of(body), service, *args, **kwargs)
        self.wake()
        return result

    async def who(self, body: Body) -> Known:
        """The one who is speaking. A stranger is NotFound."""
        return await self.desks.read(_speaking, Speaker.of(body), _themselves)


def _speaking(
    desk: Desk,
    speaker: Speaker,
    service: Service[Given, Result],
    /,
    *args: Given.args,
    **kwargs: Given.kwargs,
) -> Result:
    who = people.speaking(desk, speaker.team_id, speaker.user_id)
    return service(desk, who, *args, **kwargs)


def _themselves(_desk: Desk, who: Known) -> Known:
    return who
