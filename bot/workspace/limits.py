"""Rate limits as Slack publishes them: calls of a method in a minute, messages to a conversation in a second.

Counted on real time: moving the calendar gives nobody more calls.
"""

from collections import deque

MINUTE = 60.0
# Slack lets an app write to a conversation once a second and says only that short bursts are allowed.
BURST = 5
# Slack's cap on all messages of an app in a workspace is unpublished: “several hundred” a minute.
MESSAGES_A_MINUTE = 300

_TIERS: dict[int, str] = {
    1: "apps.uninstall",
    20: """auth.teams.list conversations.archive conversations.close conversations.create conversations.list
        conversations.rename conversations.setPurpose conversations.setTopic conversations.unarchive
        reactions.remove usergroups.list usergroups.users.list users.list""",
    50: """apps.connections.open auth.revoke bots.info chat.delete chat.deleteScheduledMessage
        chat.scheduleMessage chat.scheduledMessages.list chat.update conversations.history conversations.info
        conversations.invite conversations.join conversations.kick conversations.leave conversations.mark
        conversations.open conversations.replies dnd.info files.delete files.list reactions.add reactions.get
        team.info users.conversations users.getPresence users.lookupByEmail""",
    100: """api.test blocks.validate chat.postEphemeral conversations.members files.completeUploadExternal
        files.getUploadURLExternal files.info oauth.v2.access users.info users.profile.get views.open
        views.publish views.push views.update""",
    # Special limits: hundreds a minute, as Slack says of the first two.
    MESSAGES_A_MINUTE: "auth.test chat.getPermalink chat.postMessage",
}
PER_MINUTE: dict[str, int] = {
    method: allowed for allowed, methods in _TIERS.items() for method in methods.split()
}
_UNLISTED = 50


class Limits:
    """Off until `on` is set. `now` is in seconds of any clock that only goes forward."""

    def __init__(self, on: bool = False) -> None:
        self.on = on
        self._calls: dict[str, deque[float]] = {}
        self._posts: dict[str, deque[float]] = {}

    @property
    def conversations(self) -> int:
        """How many conversations are remembered."""
        return len(self._posts)

    def take(self, method: str, conversation: str, now: float) -> float:
        """0 when the call may be made, which then counts; else the seconds after which it may."""
        if not self.on:
            return 0.0
        in_minute = self._calls.setdefault(method, deque())
        waits = [_wait(in_minute, PER_MINUTE.get(method, _UNLISTED), MINUTE, now)]
        counted = [in_minute]
        if method == "chat.postMessage":
            in_room = self._posts.pop(conversation, deque())
            self._posts[conversation] = in_room
            # So many at once, and afterwards as many as seconds have passed since: one a second on the whole.
            waits.append(_wait(in_room, BURST, float(BURST), now))
            counted.append(in_room)
        wait = max(waits)
        if wait == 0.0:
            for calls in counted:
                calls.append(now)
        self._forget(now)
        return wait

    def _forget(self, now: float) -> None:
        """Keeps memory flat, however many conversations there are."""
        while self._posts:
            longest_quiet, calls = next(iter(self._posts.items()))
            if calls and now - calls[-1] < BURST:
                break
            del self._posts[longest_quiet]


def _wait(calls: deque[float], allowed: int, seconds: float, now: float) -> float:
    """How long until one more call is within so many in so many seconds."""
    while calls and now - calls[0] >= seconds:
        calls.popleft()
    return 0.0 if len(calls) < allowed else seconds - (now - calls[-allowed])
