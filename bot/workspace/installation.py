"""A workspace with one app installed in it: its parts, the app's tokens and scopes. Nothing is served."""

import secrets
from collections.abc import Collection, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from bot import clock
from bot.workspace.delivery import Delivery
from bot.workspace.events import Events
from bot.workspace.faults import Faults
from bot.workspace.files import Files
from bot.workspace.grants import Grants
from bot.workspace.interactions import Interactions
from bot.workspace.journal import Journal
from bot.workspace.limits import Limits
from bot.workspace.metadata import MetadataEvents
from bot.workspace.modals import Modals
from bot.workspace.oauth import OAuth, redirect_urls
from bot.workspace.offers import Offers
from bot.workspace.outage import Outage
from bot.workspace.posting import Posting
from bot.workspace.reactions import Reactions
from bot.workspace.rooms import Rooms
from bot.workspace.scheduled import Schedule
from bot.workspace.seed import ChannelSeed, GroupSeed, PersonSeed
from bot.workspace.sockets import Sockets
from bot.workspace.state import TEAM_ID, DoNotDisturb, User, World
from bot.workspace.subscriptions import Subscriptions

ALL_SCOPES = frozenset(
    [
        "channels:history",
        "channels:join",
        "channels:manage",
        "channels:read",
        "chat:write",
        "commands",
        "dnd:read",
        "files:read",
        "files:write",
        "groups:history",
        "groups:read",
        "groups:write",
        "im:history",
        "im:read",
        "im:write",
        "metadata.message:read",
        "mpim:history",
        "mpim:read",
        "mpim:write",
        "reactions:read",
        "reactions:write",
        "team:read",
        "usergroups:read",
        "users.profile:read",
        "users:read",
        "users:read.email",
    ]
)


class Installation:
    """A Slack on one's own machine, with one app installed in it. State is in memory.

    `people`, `channels` and user `groups` seed it; another `team_id` makes it another workspace of the same Slack.
    `scopes` are what the app was granted, `events` what it
    subscribed to (None: all there are), `metadata_subscriptions` the types of metadata it hears of, `offers` its
    slash commands and shortcuts, `redirect` the redirect URLs of its OAuth. With `movable_clock` the control API and
    the page may move `bot.clock` of this process; with `rate_limits` Slack's limits hold. Tokens given stay as they
    are, others are random.
    """

    def __init__(
        self,
        people: Iterable[PersonSeed | dict[str, Any]] = (),
        channels: Iterable[ChannelSeed | dict[str, Any]] = (),
        *,
        name: str = "Local workspace",
        domain: str = "local",
        team_id: str = TEAM_ID,
        app_name: str = "App",
        scopes: Collection[str] = ALL_SCOPES,
        events: Collection[str] | None = None,
        bot_token: str | None = None,
        app_token: str | None = None,
        signing_secret: str | None = None,
        movable_clock: bool = False,
        offers: Offers | None = None,
        redirect: Collection[str] = (),
        journal_file: Path | None = None,
        groups: Iterable[GroupSeed | dict[str, Any]] = (),
        rate_limits: bool = False,
        metadata_subscriptions: Collection[str] = (),
    ) -> None:
        self.bot_token = bot_token or _new_bot_token()
        self.app_token = app_token or f"xapp-1-A0WORKSPACE-{secrets.token_hex(6)}-{secrets.token_hex(16)}"
        self.signing_secret = signing_secret or secrets.token_hex(16)
        self.scopes = frozenset(scopes)
        self.revoked: str | None = None
        # Bot tokens that were good once, and what a call with one is answered.
        self.dead_tokens: dict[str, str] = {}
        self.oauth = OAuth(_new_client_id(), secrets.token_hex(16), redirect_urls(redirect))
        self.movable_clock = movable_clock
        self.offers = offers or Offers()
        self.address = ""
        self.world = World(name, domain, app_name, team_id)
        self.journal = Journal(
            [self.bot_token, self.app_token, self.signing_secret, self.oauth.client_secret], journal_file
        )
        self.faults = Faults()
        self.limits = Limits(rate_limits)
        self.grants = Grants()
        self.sockets = Sockets(self.journal)
        self.outage = Outage(self.sockets, self.journal)
        self.delivery = Delivery(self.sockets, self.journal, self.faults, self.signing_secret)
        self.events = Events(self.world, self.delivery, Subscriptions(self.scopes, events))
        self.files = Files(self.world, self.events, lambda: self.address)
        self.posting = Posting(
            self.world,
            self.events,
            self.files,
            MetadataEvents(self.world, self.events, metadata_subscriptions),
        )
        self.rooms = Rooms(self.world, self.events, self.posting)
        self.schedule = Schedule(self.world, self.posting)
        self.reactions = Reactions(self.world, self.events)
        self.modals = Modals(self.world)
        self.interactions = Interactions(self.world, self.grants, lambda: self.address)
        self._seed(people, channels, groups)

    def _seed(
        self,
        people: Iterable[PersonSeed | dict[str, Any]],
        channels: Iterable[ChannelSeed | dict[str, Any]],
        groups: Iterable[GroupSeed | dict[str, Any]],
    ) -> None:
        for person in people:
            self.world.add_user(PersonSeed.model_validate(person).as_user())
        for channel in channels:
            seed = ChannelSeed.model_validate(channel)
            self.world.add_channel(seed.kind, seed.name, list(seed.members), seed.members[0])
        for group in groups:
            made = GroupSeed.model_validate(group)
            self.world.add_group(made.handle, made.name or made.handle, list(made.members), made.disabled)

    @property
    def api_url(self) -> str:
        """What a client's `base_url` must be."""
        return f"{self.address}/api/"

    def install(self, scopes: Collection[str]) -> str:
        """The app's bot token, good for these scopes too; a new one, for these alone, where the old one is dead."""
        if self.revoked or self.bot_token in self.dead_tokens:
            self.dead_tokens.setdefault(self.bot_token, self.revoked or "account_inactive")
            self.bot_token = _new_bot_token()
            self.journal.conceal(self.bot_token)
            self.scopes = frozenset()
            self.revoked = None
        self.scopes |= frozenset(scopes)
        self.events.installed(Subscriptions(self.scopes, self.events.subscriptions.events))
        return self.bot_token

    def revoke_bot_token(self) -> None:
        """The bot token is dead until the app is installed again, and the app is told."""
        self.dead_tokens[self.bot_token] = "account_inactive"
        self.events.tokens_revoked()

    def uninstall(self, first: str = "app_uninstalled") -> None:
        """The app is out: it is told, in either order, and then of nothing more until it is installed again."""
        self.dead_tokens[self.bot_token] = "account_inactive"
        self.events.uninstalled(first)

    def change_user(self, user: User, **changes: Any) -> None:
        """Change fields of a person (`tz`, `deleted`, `is_restricted` …) and tell the app."""
        for name, value in changes.items():
            setattr(user, name, value)
        user.updated = int(clock.now().timestamp())
        self.events.user("user_change", user)

    def disturb(self, user: User, window: DoNotDisturb | None) -> None:
        """Set when a person is not to be disturbed (None: they always may be), and tell the app."""
        user.dnd = window
        self.events.send(
            {
                "type": "dnd_updated_user",
                "user": user.id,
                "dnd_status": user.dnd_status(),
                "event_ts": self.world.new_ts(),
            }
        )

    def move_clock(self, moment: datetime) -> None:
        """Move the calendar of this process, and bring due what waits for it."""
        clock.move_to(moment)
        self.events.look()


def _new_bot_token() -> str:
    return f"xoxb-{secrets.token_hex(6)}-{secrets.token_urlsafe(18)}"


def _new_client_id() -> str:
    return f"{secrets.randbelow(10**12):012d}.{secrets.randbelow(10**13):013d}"
