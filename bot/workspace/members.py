"""What a person can do in the workspace, and what the app hears of it."""

from dataclasses import asdict, dataclass, field
from typing import Any

from bot import clock
from bot.workspace.checks import check_message
from bot.workspace.choices import choose_by_name
from bot.workspace.fields import attach, dispatches, press, refused_by_client, type_into
from bot.workspace.installation import Installation
from bot.workspace.modals import AnswerRefused
from bot.workspace.posting import Draft
from bot.workspace.state import BOT_USER_ID, Channel, Message, User, View
from bot.workspace.suggestions import Suggested, Suggestions
from bot.workspace.targets import NotThere, Target, find_button, find_field, places, visible_messages

JsonObject = dict[str, Any]

TROUBLE_CONNECTING = "We had some trouble connecting. Try again?"


@dataclass
class Outcome:
    """What came of an act: whether the app acknowledged it, after how many real seconds, and with what.

    `errors` are sentences by block_id, from the app or from Slack's own client (then nothing was sent);
    `trouble` is what Slack shows when the app did not answer, or not in a way Slack takes.
    """

    acknowledged: bool = True
    seconds: float = 0.0
    errors: dict[str, str] = field(default_factory=dict)
    response: JsonObject | None = None
    trouble: str | None = None

    def as_json(self) -> JsonObject:
        return asdict(self)


class Members:
    """Acts by people of the workspace; each may raise NotThere."""

    def __init__(self, workspace: Installation) -> None:
        self.workspace = workspace
        self._world = workspace.world
        self._build = workspace.interactions
        self.suggestions = Suggestions(workspace)

    def person(self, user_id: str) -> User:
        user = self._world.users.get(user_id)
        if user is None:
            raise NotThere(f"There is nobody with the id {user_id} here.")
        if user.deleted:
            raise NotThere(f"{user_id} is deactivated and can do nothing.")
        return user

    def channel(self, user: User, channel_id: str | None) -> Channel:
        """A conversation this person is in, by id or name; by default their messages with the app."""
        if channel_id is None and user.id == BOT_USER_ID:
            raise NotThere("The app has no messages with itself.")
        if channel_id is None:
            return self._world.direct(user.id, BOT_USER_ID)
        for channel in self._world.channels_of(user.id):
            if channel_id in (channel.id, channel.name):
                return channel
        raise NotThere(f"{user.id} is in no conversation {channel_id}.")

    def say(
        self, user: User, text: str, channel_id: str | None = None, thread_ts: str | None = None
    ) -> Message:
        channel = self.channel(user, channel_id)
        if channel.archived:
            raise NotThere(f"{channel.name} is archived: nobody can write there.")
        return self.workspace.posting.by_person(channel, user.id, text, thread_ts)

    def edit(self, user: User, ts: str, text: str) -> None:
        """Change one's own message."""
        channel, message = self._own_message(user, ts)
        self.workspace.posting.edit(channel, message, text)

    def delete(self, user: User, ts: str) -> None:
        """Take one's own message away."""
        self.workspace.posting.delete(*self._own_message(user, ts))

    def _own_message(self, user: User, ts: str) -> tuple[Channel, Message]:
        channel, message = self.message(user, ts)
        if message.author != user.id:
            raise NotThere(f"The message of {ts} is not {user.id}'s own.")
        return channel, message

    def message(self, user: User, ts: str) -> tuple[Channel, Message]:
        """A message that this person can see."""
        for channel, message in visible_messages(self._world, user.id):
            if message.ts == ts:
                return channel, message
        raise NotThere(f"{user.id} sees no message of {ts}.")

    async def click(
        self,
        user: User,
        text: str | None = None,
        action_id: str | None = None,
        channel_id: str | None = None,
        ts: str | None = None,
        in_home: bool = False,
        deny: bool = False,
    ) -> Outcome:
        """Press a button: in the open modal if there is one, else of the newest message that has it.

        Where it asks first (`confirm`), the answer is yes; with `deny` it is no, and nothing is sent.
        """
        where = places(self._world, user, in_home, channel_id, ts)
        target = find_button(where, text, action_id)
        if deny and not target.element.get("confirm"):
            raise NotThere(f"‘{target.element['action_id']}’ asks nothing that could be denied.")
        if deny:
            return Outcome()
        return await self.tell(user, target, press(target.element))

    async def type(
        self, user: User, label: str, text: str, enter: bool = False, in_home: bool = False
    ) -> Outcome:
        """Type into a field of the open modal (or Home); the app hears of it if the field asks for that."""
        target = self._field(user, label, None, None, in_home)
        return await self.tell(user, target, type_into(target, text), enter)

    async def choose(
        self,
        user: User,
        label: str,
        options: list[str],
        channel_id: str | None = None,
        ts: str | None = None,
        in_home: bool = False,
    ) -> Outcome:
        """Choose in a menu, radio buttons, checkboxes or a date picker."""
        target = self._field(user, label, channel_id, ts, in_home)
        if target.element["type"] == "file_input":
            return await self.tell(user, target, attach(self.workspace.files, user, target, options))
        more = await self.suggestions.for_names(user, target, options)
        return await self.tell(user, target, choose_by_name(self._world, user, target, options, more))

    async def suggest(
        self,
        user: User,
        label: str,
        typed: str,
        channel_id: str | None = None,
        ts: str | None = None,
        in_home: bool = False,
    ) -> Suggested:
        """What the app suggests in an external menu in which this was typed."""
        return await self.suggestions.ask(user, self._field(user, label, channel_id, ts, in_home), typed)

    def _field(self, user: User, label: str, channel_id: str | None, ts: str | None, in_home: bool) -> Target:
        return find_field(places(self._world, user, in_home, channel_id, ts), label)

    async def tell(self, user: User, target: Target, told: JsonObject, entered: bool = False) -> Outcome:
        """The app hears what was done, unless the element is one whose changes wait for the submission."""
        if not dispatches(target, entered):
            return Outcome()
        element, place = target.element, target.place
        ids = {
            "action_id": element["action_id"],
            "block_id": target.block["block_id"],
            "type": element["type"],
        }
        if place.view:
            payload = self._build.in_view(user, place.view, [ids | told])
        else:
            assert place.channel is not None
            assert place.message is not None
            payload = self._build.in_message(user, place.channel, place.message, [ids | told])
        return await self._deliver("interactive", payload)

    async def raw(self, user: User, kind: str, payload: JsonObject) -> Outcome:
        """Send any interaction at all, as a client that is out of date might."""
        return await self._deliver("interactive", self._build.raw(user, kind, payload))

    async def submit(self, user: User) -> Outcome:
        """Submit the open modal; what the app answers is done to it."""
        view = self._open_modal(user)
        view.errors = refused_by_client(view)
        if view.errors:
            return Outcome(acknowledged=False, errors=view.errors)
        outcome = await self._deliver("interactive", self._build.submission(user, view))
        if outcome.acknowledged:
            try:
                self.workspace.modals.answered(view, outcome.response)
            except AnswerRefused as refused:
                outcome.trouble = f"{TROUBLE_CONNECTING} ({refused})"
        outcome.errors = view.errors
        return outcome

    async def close(self, user: User) -> Outcome:
        """Close the open modal; the app hears of it if it asked to (`notify_on_close`)."""
        view = self._open_modal(user)
        cleared = bool(view.body["clear_on_close"])
        closed = self.workspace.modals.clear(user.id) if cleared else [view]
        self.workspace.modals.pop(view)
        outcome = Outcome()
        for one in closed:
            if one.body["notify_on_close"]:
                outcome = await self._deliver("interactive", self._build.closed(user, one, cleared))
        return outcome

    def _open_modal(self, user: User) -> View:
        view = self.workspace.modals.top(user.id)
        if view is None:
            raise NotThere(f"{user.id} has no modal open.")
        return view

    async def command(
        self, user: User, command: str, text: str = "", channel_id: str | None = None
    ) -> Outcome:
        """A slash command; what the app acknowledges it with is posted."""
        channel = self.channel(user, channel_id)
        payload = self._build.command(user, channel, command, text)
        outcome = await self._deliver("slash_commands", payload)
        answer = outcome.response or {}
        if not outcome.acknowledged:
            outcome.trouble = f"{command} failed because the app did not respond."
        elif answer.get("text") or answer.get("blocks"):
            self._post_answer(user, channel, answer, outcome)
        return outcome

    def _post_answer(self, user: User, channel: Channel, answer: JsonObject, outcome: Outcome) -> None:
        problems = [problem for problem in check_message(answer) if problem.code != "msg_too_long"]
        if problems:
            outcome.trouble = f"The app answered with a message that cannot be shown: {problems[0]}"
            return
        draft = Draft(text=answer.get("text") or "", blocks=answer.get("blocks") or [])
        everyone = answer.get("response_type") == "in_channel"
        self.workspace.posting.by_app(channel, draft, only_for=None if everyone else user.id)

    async def shortcut(self, user: User, callback_id: str, ts: str | None = None) -> Outcome:
        """A global shortcut, or one on the message of `ts`."""
        if ts is None:
            payload = self._build.shortcut(user, callback_id)
        else:
            payload = self._build.message_action(user, callback_id, *self.message(user, ts))
        return await self._deliver("interactive", payload)

    def open_home(self, user: User, tab: str = "home") -> None:
        channel = self.channel(user, None)
        self.workspace.events.home_opened(user.id, channel, tab, self._world.homes.get(user.id))

    async def _deliver(self, kind: str, payload: JsonObject) -> Outcome:
        started = clock.elapsed()
        delivered = await self.workspace.delivery.deliver(kind, payload)
        return Outcome(
            acknowledged=delivered.acknowledged,
            seconds=round(clock.elapsed() - started, 3),
            response=delivered.response,
            trouble=None if delivered.acknowledged else TROUBLE_CONNECTING,
        )
