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
from bot.workspace.sockets import Sockets
from bot.workspace.state import APP_ID, BOT_USER_ID, TEAM_ID, Channel, Message, User, View, World

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

    def __init__(self, world: World, sockets: Sockets) -> None:
        self._world = world
        self._sockets = sockets
        self._tasks: set[asyncio.Task[None]] = set()
        self._undelivered: list[_Undelivered] = []
        self._watch: asyncio.Task[None] | None = None
        self._look = asyncio.Event()
        self.subscribed = True

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
            "team": TEAM_ID,
            "event_ts": self._world.new_ts(),
        }
        self.send(event | ({"inviter": inviter} if inviter else {}))

    def user(self, what: str, user: User) -> None:
        """`what` is user_change or team_join."""
        at = self._world.new_ts()
        self.send({"type": what, "user": user.as_json(), "cache_ts": int(float(at)), "event_ts": at})

    # How it gets there

    def send(self, event: JsonObject) -> None:
        """Deliver this event, in the background, until it is acknowledged or four deliveries failed."""
        payload = {
            "team_id": TEAM_ID,
            "context_team_id": TEAM_ID,
            "context_enterprise_id": None,
            "api_app_id": APP_ID,
            "event": event,
            "type": "event_callback",
            "event_id": f"Ev{uuid.uuid4().hex[:10].upper()}",
            "event_time": int(float(event["event_ts"])),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": TEAM_ID,
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
        connected = bool(self._sockets.numbers)
        acknowledged, _ = await self._sockets.deliver(
            "events_api", event.payload, retry_attempt=event.attempt, retry_reason=event.reason
        )
        if acknowledged or event.attempt == len(RETRIES):
            return
        # Slack, too, sees a missing socket only when the time for an acknowledgement is over.
        await self._sockets.arrival()
        reason = "timeout" if connected else "connection_failed"
        self._undelivered.append(_Undelivered(event.payload, event.first_at, event.attempt + 1, reason))
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
