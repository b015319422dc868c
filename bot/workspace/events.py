"""Events to the app: their envelopes, and redelivery at once, after one minute and after five.

Redelivery runs on the calendar clock, so that moving it brings retries due; the wait for an
acknowledgement is in real seconds.
"""

import asyncio
import uuid
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot import clock
from bot.workspace.delivery import Delivery
from bot.workspace.state import APP_ID, BOT_USER_ID, Channel, Message, User, View, World
from bot.workspace.subscriptions import Subscriptions

JsonObject = dict[str, Any]
# Slack's schedule: counted from the first delivery.
RETRIES = (timedelta(0), timedelta(minutes=1), timedelta(minutes=5))
_LOOK_SECONDS = 0.2


@dataclass
class _Undelivered:
    payload: JsonObject
    first_at: datetime
    attempt: int
    reason: str


class Events:
    """Builds events from what happened and sees to it that they arrive."""

    def __init__(self, world: World, delivery: Delivery, subscriptions: Subscriptions) -> None:
        self._world = world
        self._delivery = delivery
        self.subscriptions = subscriptions
        self._is_installed = True
        self._tasks: set[asyncio.Task[None]] = set()
        self._undelivered: list[_Undelivered] = []
        self._watch: asyncio.Task[None] | None = None
        self._look = asyncio.Event()

    # What happened

    def message(self, channel: Channel, message: Message) -> None:
        """Someone (the app included) wrote in a conversation that the app is in."""
        if BOT_USER_ID in channel.members and message.only_for is None:
            self.send(message.as_json(True) | self._where(channel, message.ts))

    def message_changed(self, channel: Channel, message: Message, before: JsonObject) -> None:
        self._hidden(channel, "message_changed", message=message.as_json(True), previous_message=before)

    def message_deleted(self, channel: Channel, message: Message) -> None:
        self._hidden(
            channel, "message_deleted", deleted_ts=message.ts, previous_message=message.as_json(True)
        )

    def _hidden(self, channel: Channel, subtype: str, **parts: Any) -> None:
        if BOT_USER_ID in channel.members:
            ts = self._world.new_ts()
            self.send(
                {"type": "message", "subtype": subtype, "hidden": True, "ts": ts}
                | parts
                | self._where(channel, ts)
            )

    def _where(self, channel: Channel, event_ts: str) -> JsonObject:
        return {"channel": channel.id, "channel_type": channel.event_type, "event_ts": event_ts}

    def home_opened(self, user: str, channel: Channel, tab: str, home: View | None) -> None:
        event = {
            "type": "app_home_opened",
            "user": user,
            "channel": channel.id,
            "tab": tab,
            "event_ts": self._world.new_ts(),
        }
        self.send(event | ({"view": home.as_json()} if home and tab == "home" else {}))

    def member(self, what: str, channel: Channel, user: str, inviter: str | None = None) -> None:
        """`what` is member_joined_channel or member_left_channel; told if the app is it or is there."""
        if BOT_USER_ID not in (user, *channel.members):
            return
        letter = "C" if channel.kind == "public" else "G"
        event = {
            "type": what,
            "user": user,
            "channel": channel.id,
            "channel_type": letter,
            "team": self._world.team_id,
            "event_ts": self._world.new_ts(),
        }
        self.send(event | ({"inviter": inviter} if inviter else {}))

    def uninstalled(self, first: str = "app_uninstalled") -> None:
        """The app is gone from here: app_uninstalled and tokens_revoked, which come in either order."""
        tell = {"app_uninstalled": self._app_uninstalled, "tokens_revoked": self.tokens_revoked}
        for name in sorted(tell, key=lambda name: name != first):
            tell[name]()
        self._is_installed = False

    def installed(self, subscriptions: Subscriptions) -> None:
        """The app is here, or here again, and is told of these."""
        self.subscriptions = subscriptions
        self._is_installed = True

    def _app_uninstalled(self) -> None:
        self.send({"type": "app_uninstalled", "event_ts": self._world.new_ts()})

    def tokens_revoked(self) -> None:
        """The app's bot token is dead."""
        tokens = {"oauth": [], "bot": [BOT_USER_ID]}
        self.send({"type": "tokens_revoked", "tokens": tokens, "event_ts": self._world.new_ts()})

    def user(self, what: str, user: User) -> None:
        """`what` is user_change or team_join."""
        at = self._world.new_ts()
        self.send({"type": what, "user": user.as_json(), "cache_ts": int(float(at)), "event_ts": at})

    # How it gets there

    def send(self, event: JsonObject) -> None:
        """Deliver this event, in the background, until it is acknowledged or four deliveries failed.

        An app that did not subscribe to it, or is uninstalled, is not told.
        """
        if not self._is_installed or not self.subscriptions.include(event):
            return
        payload = {
            "team_id": self._world.team_id,
            "context_team_id": self._world.team_id,
            "context_enterprise_id": None,
            "api_app_id": APP_ID,
            "event": event,
            "type": "event_callback",
            "event_id": f"Ev{uuid.uuid4().hex[:10].upper()}",
            "event_time": int(float(event["event_ts"])),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": self._world.team_id,
                    "user_id": BOT_USER_ID,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
            "event_context": f"4-{uuid.uuid4().hex}",
        }
        self._start(self._deliver(_Undelivered(payload, clock.now(), 0, "")))

    async def _deliver(self, event: _Undelivered) -> None:
        delivered = await self._delivery.deliver("events_api", event.payload, event.attempt, event.reason)
        if delivered.acknowledged or not delivered.try_again or event.attempt == len(RETRIES):
            return
        await self._delivery.ready()
        again = _Undelivered(event.payload, event.first_at, event.attempt + 1, delivered.reason)
        self._undelivered.append(again)
        self.look()
        if self._watch is None or self._watch.done():
            self._watch = self._start(self._redeliver())

    def look(self) -> None:
        """The clock may have moved: see now what has become due."""
        self._look.set()

    async def _redeliver(self) -> None:
        """Runs as long as something waits to be delivered again."""
        while self._undelivered:
            now = clock.now()
            due = [one for one in self._undelivered if one.first_at + RETRIES[one.attempt - 1] <= now]
            for one in due:
                self._undelivered.remove(one)
                self._start(self._deliver(one))
            self._look.clear()
            if not due:
                await self._a_moment()

    async def _a_moment(self) -> None:
        # The calendar can be moved from outside this class, so it is looked at now and then.
        try:
            await asyncio.wait_for(self._look.wait(), _LOOK_SECONDS)
        except TimeoutError:
            return

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def close(self) -> None:
        """Give up what is still on its way."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
