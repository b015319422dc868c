"""What ties the two ends of an installation together: the browser that began it is the one that ends it, and soon.

Nothing is stored, so that any process may hear the end: the cookie holds a secret, and the state is signed with it.
https://docs.slack.dev/authentication/installing-with-oauth#step-2 asks for a state; RFC 6749, 10.12 says why.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime

STATE_SECONDS = 600


@dataclass(frozen=True)
class Begun:
    """An installation that was begun: what Slack brings back, and what only this browser holds."""

    state: str
    cookie: str


class States:
    """Makes states and knows them again. Every process with the same `secret` knows those of the others."""

    def __init__(self, secret: str) -> None:
        self._key = hmac.digest(secret.encode(), b"mull install state", hashlib.sha256)

    def begin(self, wall: datetime) -> Begun:
        """A new one, good for ten minutes from `wall`, the real time."""
        cookie = secrets.token_urlsafe(32)
        return Begun(self._signed(int(wall.timestamp()) + STATE_SECONDS, cookie), cookie)

    def is_good(self, state: str, cookie: str, wall: datetime) -> bool:
        """Whether this state was made here, for the browser with this cookie, and is not over yet."""
        until, _, _ = state.partition(".")
        if not cookie or not until.isascii() or not until.isdecimal() or len(until) > len("9999999999"):
            return False
        wanted = self._signed(int(until), cookie)
        return hmac.compare_digest(_bytes(state), _bytes(wanted)) and wall.timestamp() < int(until)

    def _signed(self, until: int, cookie: str) -> str:
        mark = hmac.digest(self._key, _bytes(f"{until}.{cookie}"), hashlib.sha256)
        return f"{until}.{mark.hex()}"


def _bytes(text: str) -> bytes:
    """Of any text, also of what came in a header and is none."""
    return text.encode(errors="surrogatepass")
