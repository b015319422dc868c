"""A client of the control API: play people of a workspace from a test, a script or the demo.

async with Visitor(workspace.address) as visitor:
    ann = visitor.person("U_ANN")
    await ann.click("Reflect now")
    await ann.wait_for_modal()
    await ann.type("What took the most out of you?", "the printer")
    await ann.submit()
"""

from datetime import datetime
from typing import Any

from bot.workspace.visiting.control import Control, NeverHappened, Refusal
from bot.workspace.visiting.person import Person
from bot.workspace.visiting.seen import Button, Message, Outcome, Screen

__all__ = ["Button", "Message", "NeverHappened", "Outcome", "Person", "Refusal", "Screen", "Visitor"]

JsonObject = dict[str, Any]


class Visitor(Control):
    """Everything the control API offers; `person` gives one of the people to play."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self._people: dict[str, Person] = {}

    def person(self, user_id: str) -> Person:
        if user_id not in self._people:
            self._people[user_id] = Person(self, user_id)
            self.witnesses.append(self._people[user_id].describe)
        return self._people[user_id]

    async def add_person(self, user_id: str, name: str, **more: Any) -> Person:
        """A newcomer (team_join); `more` are the fields of a person in a people file."""
        await self.post("people", id=user_id, name=name, **more)
        return self.person(user_id)

    async def add_channel(self, name: str, members: list[str], kind: str = "private") -> str:
        """The id of a new channel; the first member made it."""
        answer = await self.post("channels", name=name, members=members, kind=kind)
        return str(answer["id"])

    async def now(self) -> datetime:
        return datetime.fromisoformat((await self.get("clock"))["now"])

    async def move_clock(self, to: datetime | None = None, seconds: float = 0.0) -> datetime:
        """Move the workspace's calendar to a moment (aware), or on by so many seconds; the new time."""
        order: JsonObject = {"seconds": seconds} | ({"to": to.isoformat()} if to else {})
        return datetime.fromisoformat((await self.post("clock", **order))["now"])

    async def arrange(self, method: str, kind: str, times: int = 1, **more: Any) -> None:
        """Trouble for the next `times` calls of a method (a pattern): see the kinds in docs/workspace.md."""
        await self.post("faults", method=method, kind=kind, times=times, **more)

    async def clear_faults(self) -> None:
        await self.delete("faults")

    async def limit_rates(self, on: bool = True) -> None:
        """Slack's published rate limits hold from now on, or no longer."""
        await self.post("limits", on=on)

    async def disconnect(self, reason: str = "refresh_requested", socket: int | None = None) -> None:
        await self.post("sockets", reason=reason, socket=socket)

    async def abort_sockets(self, socket: int | None = None) -> None:
        await self.post("sockets", abort=True, socket=socket)

    async def half_open(self, socket: int | None = None) -> None:
        """A socket (or all) stays open and does nothing more."""
        await self.post("sockets", half_open=True, socket=socket)

    async def revoke_token(self, error: str | None = "token_revoked", told: bool = False) -> None:
        """Every call with a token answers this error from now on; None makes the tokens good again.

        `told`: the app hears of it (tokens_revoked).
        """
        await self.post("tokens", error=error, told=told)

    async def uninstall(self, first: str = "app_uninstalled") -> None:
        """The app is gone from here; which of the two events comes first may be said."""
        await self.post("app/uninstall", first=first)

    async def outage(self, seconds: float) -> None:
        """For so many real seconds, whatever an app can reach resets its connections."""
        await self.post("outage", seconds=seconds)

    async def reach_app_at(self, request_url: str | None) -> None:
        """The app is reached over HTTP, or over its sockets again (None). Refusal when it does not answer."""
        await self.post("app", request_url=request_url)

    async def subscribe(self, events: list[str] | None) -> None:
        """The app is told of these events from now on; None: of all."""
        await self.post("app", events=events)
