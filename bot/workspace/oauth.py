"""Installing the app by OAuth: who it is, where a person's answer may be sent, and the codes that a yes is worth.

https://docs.slack.dev/authentication/installing-with-oauth
"""

import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from urllib.parse import unquote, urlencode, urlsplit, urlunsplit

from bot import clock

AUTHORIZE_PATH = "/oauth/v2/authorize"
CODE_SECONDS = 600.0
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_SCOPE = re.compile(r"[a-z][a-z._-]*(:[a-z][a-z._-]*){0,2}")


class OAuthRefused(Exception):
    """Slack's error code for what was asked, and a sentence for whoever sees the page."""

    def __init__(self, code: str, sentence: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.sentence = sentence


@dataclass(frozen=True)
class Wish:
    """What an app asks a person for. `named_redirect` when it said itself where to send them back to."""

    scopes: frozenset[str]
    redirect_uri: str
    state: str
    named_redirect: bool

    @property
    def origin(self) -> str:
        """Scheme, host and port of where the person is sent."""
        parts = urlsplit(self.redirect_uri)
        return f"{parts.scheme}://{parts.netloc}"

    def back(self, **answer: str) -> str:
        """The app's address with the answer, and the state as it came."""
        parts = urlsplit(self.redirect_uri)
        query = [parts.query] if parts.query else []
        return urlunsplit(parts._replace(query="&".join([*query, urlencode(answer | {"state": self.state})])))


@dataclass
class _Code:
    user: str
    wish: Wish
    given_at: float
    used: bool = False


@dataclass
class OAuth:
    """The app's credentials and the codes that are out. Codes run on real seconds.

    `redirect_urls` are the addresses configured for the app, where anything below one is allowed too; without
    any, every address on this machine is.
    """

    client_id: str
    client_secret: str
    redirect_urls: tuple[str, ...] = ()
    code_seconds: float = CODE_SECONDS
    _codes: dict[str, _Code] = field(default_factory=dict)

    def wish(self, client_id: str, scope: str, redirect_uri: str, state: str) -> Wish:
        """What is asked for, checked. OAuthRefused, of which an app is told nothing: the person sees it."""
        if not _same(client_id, self.client_id):
            raise OAuthRefused("invalid_client_id", "No app with this client_id is known here.")
        return Wish(_scopes(scope), self._redirect(redirect_uri), state, bool(redirect_uri))

    def _redirect(self, asked: str) -> str:
        if not asked and not self.redirect_urls:
            raise OAuthRefused(
                "bad_redirect_uri", "It does not say where to send you back to (redirect_uri)."
            )
        address = asked or self.redirect_urls[0]
        if not _well_formed(address) or not self._allowed(address):
            raise OAuthRefused(
                "bad_redirect_uri", f"redirect_uri is {address}, which is none of the app's redirect URLs."
            )
        return address

    def _allowed(self, address: str) -> bool:
        if not self.redirect_urls:
            return urlsplit(address).hostname in LOOPBACK
        return any(_is_below(address, one) for one in self.redirect_urls)

    def code(self, user: str, wish: Wish) -> str:
        """What the person's yes is worth: good once, for ten minutes."""
        self._forget_old()
        code = f"{secrets.randbelow(10**13)}.{secrets.randbelow(10**13)}.{secrets.token_hex(32)}"
        self._codes[code] = _Code(user, wish, clock.elapsed())
        return code

    def authenticate(self, client_id: str, client_secret: str) -> None:
        """OAuthRefused unless both are the app's."""
        if not _same(client_id, self.client_id):
            raise OAuthRefused("invalid_client_id")
        if not _same(client_secret, self.client_secret):
            raise OAuthRefused("bad_client_secret")

    def exchange(self, code: str, redirect_uri: str) -> tuple[str, frozenset[str]]:
        """Who said yes, and to which scopes. OAuthRefused for a code that is not, or no longer, good.

        An app that named its redirect_uri when it asked must name the same one again.
        """
        self._forget_old()
        found = self._codes.get(code)
        if found is None:
            raise OAuthRefused("invalid_code")
        if found.used:
            raise OAuthRefused("code_already_used")
        if (redirect_uri or found.wish.named_redirect) and redirect_uri != found.wish.redirect_uri:
            raise OAuthRefused("bad_redirect_uri")
        found.used = True
        return found.user, found.wish.scopes

    def _forget_old(self) -> None:
        since = clock.elapsed() - self.code_seconds
        self._codes = {code: one for code, one in self._codes.items() if one.given_at > since}


def redirect_urls(urls: Collection[str]) -> tuple[str, ...]:
    """These addresses, as an app may be configured with. ValueError for what is no address."""
    for url in urls:
        if not _well_formed(url):
            raise ValueError(f"{url} is not an address such as http://127.0.0.1:3000/slack/oauth_redirect.")
    return tuple(urls)


def _same(given: str, known: str) -> bool:
    return secrets.compare_digest(given.encode(errors="replace"), known.encode())


def _scopes(scope: str) -> frozenset[str]:
    """The scopes, separated by commas or spaces. Which names Slack knows is not checked, only how they look."""
    asked = frozenset(scope.replace(",", " ").split())
    if not asked:
        raise OAuthRefused("no_scopes", "It asks for no scope at all.")
    if wrong := sorted(one for one in asked if not _SCOPE.fullmatch(one)):
        raise OAuthRefused("invalid_scope", f"There is no scope of this name: {', '.join(wrong)}.")
    return asked


def _well_formed(address: str) -> bool:
    """An http address without a login, a fragment, a step upwards, or anything that a header could not hold."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return False
    plain = address.isascii() and address.isprintable() and " " not in address
    return bool(
        plain
        and parts.scheme in ("http", "https")
        and parts.hostname
        and port != 0
        and "@" not in parts.netloc
        and "#" not in address
        # A browser takes %2e for a dot, and goes upwards.
        and ".." not in unquote(parts.path).replace("\\", "/").split("/")
    )


def _is_below(address: str, configured: str) -> bool:
    """Slack's rule: the same host, and the same path or one below it."""
    asked, known = urlsplit(address), urlsplit(configured)
    same = (asked.scheme, asked.netloc) == (known.scheme, known.netloc)
    return same and f"{asked.path}/".startswith(known.path.rstrip("/") + "/")
