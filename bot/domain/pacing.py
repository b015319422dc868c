"""How fast Slack may be called: so many times a minute for each method, and once a second in one conversation."""

from dataclasses import dataclass
from datetime import datetime, timedelta

POST = "chat.postMessage"
PUBLISH = "views.publish"
UPDATE = "chat.update"
OPEN = "conversations.open"
HISTORY = "conversations.history"
USERS = "users.list"
CHANNEL = timedelta(seconds=1)
"""Slack takes one message a second in a conversation (https://docs.slack.dev/apis/web-api/rate-limits)."""


@dataclass(frozen=True)
class Allowance:
    """At most `a_minute` calls in any minute, of which `at_once` may come together after a pause."""

    a_minute: int
    at_once: int

    @property
    def interval(self) -> timedelta:
        """Between two calls once those at once are used up: all of them together stay within the minute."""
        return timedelta(seconds=60 / (self.a_minute - self.at_once))

    def after(self, free_at: datetime, wall: datetime) -> datetime:
        """When the next call may be made, given that one is made now; `free_at` is when this one might have been."""
        saved_up = wall - self.interval * (self.at_once - 1)
        return max(free_at, saved_up) + self.interval


ALLOWANCES = {
    POST: Allowance(300, 15),
    PUBLISH: Allowance(100, 40),
    UPDATE: Allowance(50, 20),
    OPEN: Allowance(50, 10),
    HISTORY: Allowance(50, 10),
    USERS: Allowance(20, 5),
}
"""For each workspace, however many processes send to it. Slack publishes the tiers, and of posting only that there is
a limit for a whole workspace; 300 a minute is what we trust in."""
