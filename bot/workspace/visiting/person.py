"""One of the people of a workspace, to be played: what they do, and what they see."""

import base64
from datetime import datetime
from typing import Any

from bot.workspace.visiting import seen
from bot.workspace.visiting.control import PATIENCE_SECONDS, Control
from bot.workspace.visiting.seen import Message, Outcome, Screen

JsonObject = dict[str, Any]


class Person:
    """One of the people: what they do, and what they see."""

    def __init__(self, control: Control, user_id: str) -> None:
        self._control = control
        self.id = user_id

    # Doing

    async def say(self, text: str, channel: str | None = None, thread_ts: str | None = None) -> str:
        """Write into a conversation (id or name), by default to the app; the message's ts."""
        answer = await self._do("say", text=text, channel=channel, thread_ts=thread_ts)
        return str(answer["ts"])

    async def upload(
        self,
        name: str,
        content: bytes,
        text: str = "",
        title: str | None = None,
        channel: str | None = None,
        thread_ts: str | None = None,
    ) -> JsonObject:
        """Write with a file, by default to the app: `ts`, the `file`'s id, and the `link` it is read with."""
        encoded = base64.b64encode(content).decode()
        return await self._do(
            "upload",
            name=name,
            content=encoded,
            text=text,
            title=title,
            channel=channel,
            thread_ts=thread_ts,
        )

    async def edit(self, ts: str, text: str) -> None:
        await self._do("edit", ts=ts, text=text)

    async def delete(self, ts: str) -> None:
        await self._do("delete", ts=ts)

    async def react(self, ts: str, name: str) -> None:
        """Add a reaction to the message of `ts`."""
        await self._do("react", ts=ts, name=name)

    async def unreact(self, ts: str, name: str) -> None:
        await self._do("unreact", ts=ts, name=name)

    async def set_presence(self, presence: str) -> None:
        """`presence` is active or away."""
        await self._do("presence", presence=presence)

    async def do_not_disturb(self, start: datetime | None = None, end: datetime | None = None) -> None:
        """From then to then (aware), or not at all."""
        await self._do("dnd", start=start and start.isoformat(), end=end and end.isoformat())

    async def click(
        self,
        text: str | None = None,
        *,
        action_id: str | None = None,
        channel: str | None = None,
        ts: str | None = None,
        in_home: bool = False,
        deny: bool = False,
    ) -> Outcome:
        """Press a button by its text or action_id: in the open modal if there is one, else of the newest
        message that has it, or of the message of `ts`, or in Home. A question it asks first is answered with
        yes, or with no (`deny`)."""
        return await self._outcome(
            "click", text=text, action_id=action_id, channel=channel, ts=ts, in_home=in_home, deny=deny
        )

    async def type(self, label: str, text: str, *, enter: bool = False, in_home: bool = False) -> Outcome:
        """Type into the field with this label or action_id, in the open modal or in Home."""
        return await self._outcome("type", label=label, text=text, enter=enter, in_home=in_home)

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

    async def suggest(
        self,
        label: str,
        text: str,
        *,
        channel: str | None = None,
        ts: str | None = None,
        in_home: bool = False,
    ) -> JsonObject:
        """{options, option_groups, trouble}: what the app offers in an external menu for what was typed."""
        return await self._do("suggest", label=label, text=text, channel=channel, ts=ts, in_home=in_home)

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
        await self._control.post(f"people/{self.id}", **changes)

    async def join(self, channel_id: str) -> None:
        await self._control.post(f"channels/{channel_id}/members", user=self.id)

    async def leave(self, channel_id: str) -> None:
        await self._control.post(f"channels/{channel_id}/members", user=self.id, leave=True)

    async def _do(self, act: str, **order: Any) -> JsonObject:
        given = {name: value for name, value in order.items() if value is not None}
        answer: JsonObject = await self._control.post(f"people/{self.id}/{act}", **given)
        return answer

    async def _outcome(self, act: str, **order: Any) -> Outcome:
        return Outcome(**await self._do(act, **order))

    # Seeing

    async def screen(self) -> JsonObject:
        """Everything this person sees, as the control API tells it."""
        found: JsonObject = await self._control.get(f"people/{self.id}/screen")
        return found

    async def messages(self, channel: str | None = None) -> list[Message]:
        """Every message this person can read (in one channel, by id or name), oldest first."""
        there = await self.screen()
        found = [
            seen.message(one)
            for each in there["channels"]
            if channel in (None, each["id"], each["name"])
            for one in each["messages"]
        ]
        return sorted(found, key=lambda message: float(message.ts))

    async def modal(self) -> Screen | None:
        """The modal on top, if one is open."""
        modals = (await self.screen())["modals"]
        return seen.screen(modals[-1]) if modals else None

    async def home(self) -> Screen | None:
        home = (await self.screen())["home"]
        return seen.screen(home) if home else None

    async def sees(self, phrase: str) -> bool:
        """Whether the phrase stands anywhere this person can look: messages, notifications, Home, modals."""
        there = await self.screen()
        texts = [
            text
            for each in there["channels"]
            for one in each["messages"]
            for text in (one["shown"], one["text"])
        ]
        texts += [view["text"] for view in [there["home"], *there["modals"]] if view]
        return any(phrase in text for text in texts)

    # Waiting

    async def wait_for(self, phrase: str, seconds: float = PATIENCE_SECONDS) -> None:
        """Until `sees(phrase)`."""
        await self._control.wait_for(lambda: self.sees(phrase), seconds, f"‘{phrase}’ for {self.id}")

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

        message = await self._control.wait_for(newest, seconds, f"a message ‘{phrase}’ for {self.id}")
        assert message is not None
        return message

    async def wait_for_modal(self, phrase: str = "", seconds: float = PATIENCE_SECONDS) -> Screen:
        """The modal on top, once it shows the phrase."""

        async def open_with_phrase() -> Screen | None:
            modal = await self.modal()
            return modal if modal and phrase in modal.text else None

        modal = await self._control.wait_for(open_with_phrase, seconds, f"a modal ‘{phrase}’ for {self.id}")
        assert modal is not None
        return modal

    async def wait_for_home(self, phrase: str = "", seconds: float = PATIENCE_SECONDS) -> Screen:
        """The Home tab, once it shows the phrase."""

        async def published() -> Screen | None:
            home = await self.home()
            return home if home and phrase in home.text else None

        home = await self._control.wait_for(published, seconds, f"Home with ‘{phrase}’ for {self.id}")
        assert home is not None
        return home

    async def describe(self) -> str:
        """What this person sees, for an error message: the last messages, Home, modals."""
        there = await self.screen()
        lines = [f"{self.id}:"]
        lines += [f"  message: {message.shown!r}" for message in (await self.messages())[-5:]]
        lines += [f"  {view['type']}: {view['text']!r}" for view in [there["home"], *there["modals"]] if view]
        return "\n".join(lines)
