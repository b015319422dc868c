"""What Slack lends for a short while: trigger ids (3 seconds, once) and response URLs (30 minutes, 5 uses).

Both run on elapsed time: moving the calendar must not make a click's modal come too late.
"""

import secrets
from dataclasses import dataclass, field

from bot import clock

TRIGGER_SECONDS = 3.0
RESPONSE_URL_SECONDS = 30 * 60.0
RESPONSE_URL_USES = 5


@dataclass
class Trigger:
    user: str
    given_at: float
    view_id: str | None = None
    used: bool = False


@dataclass
class ResponseUrl:
    user: str
    channel: str
    message_ts: str | None
    given_at: float
    uses_left: int = RESPONSE_URL_USES


class GrantRefused(Exception):
    """Why a trigger id was not honoured, as Slack's error code."""


@dataclass
class Grants:
    """All that is lent at the moment."""

    trigger_seconds: float = TRIGGER_SECONDS
    triggers: dict[str, Trigger] = field(default_factory=dict)
    response_urls: dict[str, ResponseUrl] = field(default_factory=dict)

    def trigger(self, user: str, view_id: str | None = None) -> str:
        """A new trigger id for what `user` just did; `view_id` is the modal it was done in."""
        self._forget_old()
        trigger_id = f"{secrets.randbelow(10**13)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self.triggers[trigger_id] = Trigger(user, clock.elapsed(), view_id)
        return trigger_id

    def exchange(self, trigger_id: str) -> Trigger:
        """The trigger, now used up. Raises GrantRefused with Slack's code."""
        trigger = self.triggers.get(trigger_id)
        if trigger is None:
            raise GrantRefused("invalid_trigger_id")
        if trigger.used:
            raise GrantRefused("exchanged_trigger_id")
        if clock.elapsed() - trigger.given_at > self.trigger_seconds:
            raise GrantRefused("expired_trigger_id")
        trigger.used = True
        return trigger

    def response_url(self, user: str, channel: str, message_ts: str | None) -> str:
        """The secret part of a new response URL."""
        secret = secrets.token_urlsafe(18)
        self.response_urls[secret] = ResponseUrl(user, channel, message_ts, clock.elapsed())
        return secret

    def use(self, secret: str) -> ResponseUrl:
        """The response URL, with one use less. Raises GrantRefused with Slack's code."""
        lent = self.response_urls.get(secret)
        if lent is None:
            raise GrantRefused("invalid_url")
        if lent.uses_left == 0 or clock.elapsed() - lent.given_at > RESPONSE_URL_SECONDS:
            raise GrantRefused("used_url" if lent.uses_left == 0 else "expired_url")
        lent.uses_left -= 1
        return lent

    def _forget_old(self) -> None:
        """Keeps memory flat; expired triggers stay a minute, to be told from unknown ones."""
        now = clock.elapsed()
        for kept, seconds in ((self.triggers, 60.0), (self.response_urls, RESPONSE_URL_SECONDS + 60.0)):
            while kept:
                oldest = next(iter(kept))
                if now - kept[oldest].given_at < seconds:
                    break
                del kept[oldest]
