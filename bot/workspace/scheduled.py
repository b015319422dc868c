"""Messages that the app asked to be posted later, on the calendar clock."""

import asyncio
from dataclasses import dataclass

from bot import clock
from bot.workspace.channel import Channel
from bot.workspace.ids import BOT_USER_ID
from bot.workspace.posting import Draft, Posting
from bot.workspace.state import World

FURTHEST_SECONDS = 120 * 24 * 3600
MOST_IN_WINDOW = 30
_WINDOW_SECONDS = 300
# From so long before on it can no longer be called off.
_TOO_LATE_SECONDS = 60
_LOOK_SECONDS = 0.2


class ScheduleRefused(Exception):
    """The text is Slack's error code."""


@dataclass(frozen=True)
class Scheduled:
    """A message to be posted at `post_at`, in Unix seconds; as is `created`."""

    id: str
    channel: Channel
    post_at: int
    created: int
    draft: Draft


class Schedule:
    """What is waiting to be posted."""

    def __init__(self, world: World, posting: Posting) -> None:
        self._world = world
        self._posting = posting
        self._waiting: dict[str, Scheduled] = {}
        self._watch: asyncio.Task[None] | None = None

    def add(self, channel: Channel, draft: Draft, post_at: int) -> Scheduled:
        """It will be posted then. ScheduleRefused: time_in_past, time_too_far, restricted_too_many."""
        now = int(clock.now().timestamp())
        if post_at <= now:
            raise ScheduleRefused("time_in_past")
        if post_at > now + FURTHEST_SECONDS:
            raise ScheduleRefused("time_too_far")
        near = [
            one
            for one in self._waiting.values()
            if one.channel is channel and abs(one.post_at - post_at) < _WINDOW_SECONDS
        ]
        if len(near) >= MOST_IN_WINDOW:
            raise ScheduleRefused("restricted_too_many")
        scheduled = Scheduled(self._world.new_id("Q"), channel, post_at, now, draft)
        self._waiting[scheduled.id] = scheduled
        if self._watch is None or self._watch.done():
            self._watch = asyncio.get_running_loop().create_task(self._post_when_due())
        return scheduled

    def waiting(self) -> list[Scheduled]:
        """Soonest first."""
        return sorted(self._waiting.values(), key=lambda one: (one.post_at, one.id))

    def call_off(self, channel: Channel, scheduled_id: str) -> None:
        """It will not be posted. ScheduleRefused when it is unknown, or posted within a minute."""
        found = self._waiting.get(scheduled_id)
        late = found is not None and found.post_at - clock.now().timestamp() < _TOO_LATE_SECONDS
        if found is None or found.channel is not channel or late:
            raise ScheduleRefused("invalid_scheduled_message_id")
        del self._waiting[scheduled_id]

    async def _post_when_due(self) -> None:
        """Runs as long as something waits; the calendar can be moved, so it is looked at now and then."""
        while self._waiting:
            for one in self.waiting():
                if one.post_at <= clock.now().timestamp():
                    del self._waiting[one.id]
                    self._post(one)
            await asyncio.sleep(_LOOK_SECONDS)

    def _post(self, one: Scheduled) -> None:
        """What carries metadata is never posted: a fault of Slack's own, documented and kept."""
        gone = one.channel.archived or BOT_USER_ID not in one.channel.members
        away = one.channel.kind == "im" and any(
            self._world.users[member].deleted for member in one.channel.members
        )
        if one.draft.metadata is None and not gone and not away:
            self._posting.by_app(one.channel, one.draft)

    async def close(self) -> None:
        if self._watch:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
