"""A client of the control API: play people of a workspace from a test, a script or the demo.

async with Visitor(workspace.address) as visitor:
    ann = visitor.person("U_ANN")
    await ann.click("Reflect now")
    await ann.wait_for_modal()
    await ann.type("What took the most out of you?", "the printer")
    await ann.submit()
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Any, TypeVar

import aiohttp

from bot import clock

JsonObject = dict[str, Any]
T = TypeVar("T")

PATIENCE_SECONDS = 10.0


class Refusal(Exception):
    """The workspace says no, in a sentence: nothing of that kind is there, or it was not understood."""


class NeverHappened(AssertionError):
    """What was waited for did not come; the text shows what the people were seeing instead."""


@dataclass(frozen=True)
class Outcome:
    """What came of an act: whether, how fast (real seconds) and with what the app acknowledged it.

    `errors` are sentences by block_id; `trouble` is what Slack shows when the app failed.
    """

    acknowledged: bool = True
    seconds: float = 0.0
    errors: dict[str, str] = field(default_factory=dict)
    response: JsonObject | None = None
    trouble: str | None = None


@dataclass(frozen=True)
class Button:
    text: str
    action_id: str | None
    block_id: str | None
    value: str | None


@dataclass(frozen=True)
class Message:
    """A message as its reader sees it: `shown` is all readable text, `text` the notification's."""

    channel: str
    ts: str
    user: str
    from_bot: bool
    text: str
    blocks: list[JsonObject]
    shown: str
    buttons: list[Button]
    mentions: list[str]
    metadata: JsonObject | None
    ephemeral: bool
    thread_ts: str | None
    edited: bool
    reactions: list[str]


@dataclass(frozen=True)
class Screen:
    """A modal or the Home tab: `text` is all readable text in order, `values` what is entered, by action_id."""

    id: str
    type: str
    title: str
    text: str
    labels: list[str]
    buttons: list[Button]
    errors: dict[str, str]
    values: JsonObject
    blocks: list[JsonObject]
    private_metadata: str
    callback_id: str
    external_id: str
    hash: str
    submit: str | None
    close: str | None


class Visitor:
    """Everything the control API offers; `person` gives one of the people to play."""

    def __init__(self, address: str) -> None:
        self.address = address.rstrip("/")
        self._session: aiohttp.ClientSession | None = None
        self._people: dict[str, Person] = {}

    async def __aenter__(self) -> "Visitor":
        connector = aiohttp.TCPConnector(limit=0)
        # trust_env stays off: a proxy is never asked for an address on this machine.
        self._session = aiohttp.ClientSession(f"{self.address}/_workspace/", connector=connector)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session:
            await self._session.close()

    def person(self, user_id: str) -> "Person":
        return self._people.setdefault(user_id, Person(self, user_id))

    async def get(self, path: str, **query: Any) -> Any:
        """The JSON under /_workspace/<path>. Raises Refusal."""
        return await self._ask("GET", path, params={name: str(value) for name, value in query.items()})

    async def post(self, path: str, **order: Any) -> Any:
        return await self._ask("POST", path, json=order)

    async def delete(self, path: str) -> Any:
        return await self._ask("DELETE", path)

    async def _ask(self, verb: str, path: str, **more: Any) -> Any:
        assert self._session is not None, "use it as: async with Visitor(address) as visitor"
        async with self._session.request(verb, path, **more) as response:
            answer = await response.json()
            if response.status != 200:
                raise Refusal(answer["error"])
            return answer

    # The workspace

    async def add_person(self, user_id: str, name: str, **more: Any) -> "Person":
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

    async def disconnect(self, reason: str = "refresh_requested", socket: int | None = None) -> None:
        await self.post("sockets", reason=reason, socket=socket)

    async def abort_sockets(self, socket: int | None = None) -> None:
        await self.post("sockets", abort=True, socket=socket)

    async def revoke_token(self, error: str | None = "token_revoked") -> None:
        """Every call with a token answers this error from now on; None makes the tokens good again."""
        await self.post("tokens", error=error)

    async def journal(
        self, method: str = "*", after: int = 0, kind: str = "*", wait: float = 0
    ) -> list[JsonObject]:
        """Entries with n > `after`; with `wait`, as soon as there is one or after so many real seconds."""
        answer = await self.get("journal", method=method, after=after, kind=kind, wait=wait)
        return list(answer["entries"])

    async def calls(self, method: str = "*", after: int = 0) -> list[JsonObject]:
        """The Web API calls among them."""
        return await self.journal(method, after, kind="call")

    async def mark(self) -> int:
        """Where the journal is now, to ask later what came `after`."""
        return int((await self.get("journal", after=2**53))["last"])

    async def wait_for(
        self, condition: Callable[[], Awaitable[T]], seconds: float = PATIENCE_SECONDS, what: str = ""
    ) -> T:
        """The first true answer of `condition`, asked again whenever something happened in the workspace.

        Raises NeverHappened after so many real seconds, with what the people spoken of so far are seeing.
        """
        until = clock.elapsed() + seconds
        while True:
            mark = await self.mark()
            found = await condition()
            if found:
                return found
            left = until - clock.elapsed()
            if left <= 0:
                raise NeverHappened(await self._story(what or "what was waited for", seconds))
            await self.journal(after=mark, wait=round(left, 3))

    async def wait_for_call(
        self, method: str, after: int = 0, seconds: float = PATIENCE_SECONDS
    ) -> JsonObject:
        """The first Web API call of a method (a pattern) with n > `after`."""
        found = await self.journal(method, after, kind="call", wait=seconds)
        if not found:
            raise NeverHappened(f"{method} was not called within {seconds:g} s.")
        return found[0]

    async def _story(self, what: str, seconds: float) -> str:
        seen = [await person.describe() for person in self._people.values()]
        return "\n".join([f"{what} did not come within {seconds:g} s. There is:", *seen])


class Person:
    """One of the people: what they do, and what they see."""

    def __init__(self, visitor: Visitor, user_id: str) -> None:
        self._visitor = visitor
        self.id = user_id

    # Doing

    async def say(self, text: str, channel: str | None = None, thread_ts: str | None = None) -> str:
        """Write into a conversation (id or name), by default to the app; the message's ts."""
        answer = await self._do("say", text=text, channel=channel, thread_ts=thread_ts)
        return str(answer["ts"])

    async def edit(self, ts: str, text: str) -> None:
        await self._do("edit", ts=ts, text=text)

    async def delete(self, ts: str) -> None:
        await self._do("delete", ts=ts)

    async def click(
        self,
        text: str | None = None,
        *,
        action_id: str | None = None,
        channel: str | None = None,
        ts: str | None = None,
        in_home: bool = False,
    ) -> Outcome:
        """Press a button by its text or action_id: in the open modal if there is one, else of the newest
        message that has it, or of the message of `ts`, or in Home."""
        return await self._outcome(
            "click", text=text, action_id=action_id, channel=channel, ts=ts, in_home=in_home
        )

    async def type(self, label: str, text: str, *, enter: bool = False) -> Outcome:
        """Type into the field with this label or action_id, in the open modal."""
        return await self._outcome("type", label=label, text=text, enter=enter)

    async def choose(
        self,
        label: str,
        *options: str,
        channel: str | None = None,
        ts: str | None = None,
        in_home: bool = False,
    ) -> Outcome:
        """Choose options by their text; people and channels by name or id, dates as 2026-11-30."""
        return await self._outcome(
            "choose", label=label, options=list(options), channel=channel, ts=ts, in_home=in_home
        )

    async def submit(self) -> Outcome:
        return await self._outcome("submit")

    async def close(self) -> Outcome:
        return await self._outcome("close")

    async def command(self, command: str, text: str = "", channel: str | None = None) -> Outcome:
        return await self._outcome("command", command=command, text=text, channel=channel)

    async def shortcut(self, callback_id: str, ts: str | None = None) -> Outcome:
        """A global shortcut, or one on the message of `ts`."""
        return await self._outcome("shortcut", callback_id=callback_id, ts=ts)

    async def raw(self, type: str = "block_actions", **payload: Any) -> Outcome:
        """Send an interaction as it is: a button long gone, an action nobody offered."""
        return await self._outcome("raw", type=type, payload=payload)

    async def open_home(self, tab: str = "home") -> None:
        await self._do("home", tab=tab)

    async def change(self, **changes: Any) -> None:
        """Change tz, name, deleted, is_restricted … (user_change)."""
        await self._visitor.post(f"people/{self.id}", **changes)

    async def join(self, channel_id: str) -> None:
        await self._visitor.post(f"channels/{channel_id}/members", user=self.id)

    async def leave(self, channel_id: str) -> None:
        await self._visitor.post(f"channels/{channel_id}/members", user=self.id, leave=True)

    async def _do(self, act: str, **order: Any) -> JsonObject:
        given = {name: value for name, value in order.items() if value is not None}
        answer: JsonObject = await self._visitor.post(f"people/{self.id}/{act}", **given)
        return answer

    async def _outcome(self, act: str, **order: Any) -> Outcome:
        return Outcome(**await self._do(act, **order))

    # Seeing

    async def screen(self) -> JsonObject:
        """Everything this person sees, as the control API tells it."""
        found: JsonObject = await self._visitor.get(f"people/{self.id}/screen")
        return found

    async def messages(self, channel: str | None = None) -> list[Message]:
        """Every message this person can read (in one channel, by id or name), oldest first."""
        seen = await self.screen()
        found = [
            _message(one)
            for each in seen["channels"]
            if channel in (None, each["id"], each["name"])
            for one in each["messages"]
        ]
        return sorted(found, key=lambda message: float(message.ts))

    async def modal(self) -> Screen | None:
        """The modal on top, if one is open."""
        modals = (await self.screen())["modals"]
        return _screen(modals[-1]) if modals else None

    async def home(self) -> Screen | None:
        home = (await self.screen())["home"]
        return _screen(home) if home else None

    async def sees(self, phrase: str) -> bool:
        """Whether the phrase stands anywhere this person can look: messages, notifications, Home, modals."""
        seen = await self.screen()
        texts = [
            text
            for each in seen["channels"]
            for one in each["messages"]
            for text in (one["shown"], one["text"])
        ]
        texts += [view["text"] for view in [seen["home"], *seen["modals"]] if view]
        return any(phrase in text for text in texts)

    # Waiting

    async def wait_for(self, phrase: str, seconds: float = PATIENCE_SECONDS) -> None:
        """Until `sees(phrase)`."""
        await self._visitor.wait_for(lambda: self.sees(phrase), seconds, f"‘{phrase}’ for {self.id}")

    async def wait_for_message(
        self, phrase: str = "", after: str = "0", seconds: float = PATIENCE_SECONDS
    ) -> Message:
        """The newest message of the app that shows the phrase (in its text or blocks), with ts > `after`."""

        async def newest() -> Message | None:
            found = [
                one
                for one in await self.messages()
                if one.from_bot and float(one.ts) > float(after) and phrase in f"{one.shown}\n{one.text}"
            ]
            return found[-1] if found else None

        message = await self._visitor.wait_for(newest, seconds, f"a message ‘{phrase}’ for {self.id}")
        assert message is not None
        return message

    async def wait_for_modal(self, phrase: str = "", seconds: float = PATIENCE_SECONDS) -> Screen:
        """The modal on top, once it shows the phrase."""

        async def open_with_phrase() -> Screen | None:
            modal = await self.modal()
            return modal if modal and phrase in modal.text else None

        modal = await self._visitor.wait_for(open_with_phrase, seconds, f"a modal ‘{phrase}’ for {self.id}")
        assert modal is not None
        return modal

    async def wait_for_home(self, phrase: str = "", seconds: float = PATIENCE_SECONDS) -> Screen:
        """The Home tab, once it shows the phrase."""

        async def published() -> Screen | None:
            home = await self.home()
            return home if home and phrase in home.text else None

        home = await self._visitor.wait_for(published, seconds, f"Home with ‘{phrase}’ for {self.id}")
        assert home is not None
        return home

    async def describe(self) -> str:
        """What this person sees, for an error message: the last messages, Home, modals."""
        seen = await self.screen()
        lines = [f"{self.id}:"]
        for message in (await self.messages())[-5:]:
            lines.append(f"  message: {message.shown!r}")
        lines += [f"  {view['type']}: {view['text']!r}" for view in [seen["home"], *seen["modals"]] if view]
        return "\n".join(lines)


def _message(seen: JsonObject) -> Message:
    return Message(**seen | {"buttons": [Button(**button) for button in seen["buttons"]]})


def _screen(seen: JsonObject) -> Screen:
    return Screen(**seen | {"buttons": [Button(**button) for button in seen["buttons"]]})
