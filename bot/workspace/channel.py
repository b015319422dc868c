"""A conversation of any kind, and what was said in it."""

import copy
import itertools
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.workspace.ids import TEAM_ID

JsonObject = dict[str, Any]
Values = dict[str, JsonObject]
Kind = Literal["im", "mpim", "private", "public"]

_EVENT_TYPES: dict[Kind, str] = {"im": "im", "mpim": "mpim", "private": "group", "public": "channel"}
_SCOPES: dict[Kind, str] = {"im": "im", "mpim": "mpim", "private": "groups", "public": "channels"}


@dataclass
class Message:
    """A message as it stands now: `body` is what conversations.history shows, `metadata` apart from it.

    `mentions` says whom its text would notify (`@channel`, a user's id …); `only_for` makes it ephemeral;
    `untouched` is what its fields begin with, `entered` what people have chosen in them since.
    """

    body: JsonObject
    metadata: JsonObject | None = None
    mentions: list[str] = field(default_factory=list)
    only_for: str | None = None
    untouched: Values = field(default_factory=dict)
    entered: dict[str, Values] = field(default_factory=dict)

    def values_for(self, user_id: str) -> Values:
        """What this person has entered in it (`state.values`): nobody sees what another chose."""
        return self.entered.setdefault(user_id, copy.deepcopy(self.untouched))

    @property
    def ts(self) -> str:
        return str(self.body["ts"])

    @property
    def blocks(self) -> list[JsonObject]:
        """All of its blocks, those of its attachments last."""
        attached = (one.get("blocks") or [] for one in self.body.get("attachments") or [])
        return [*(self.body.get("blocks") or []), *itertools.chain.from_iterable(attached)]

    def attachment_of(self, block_id: str) -> int | None:
        """The number of the attachment in which this block is; None for a block of the message itself."""
        for attachment in self.body.get("attachments") or []:
            if block_id in [block.get("block_id") for block in attachment.get("blocks") or []]:
                return int(attachment["id"])
        return None

    @property
    def author(self) -> str:
        return str(self.body["user"])

    @property
    def is_notice(self) -> bool:
        """Whether Slack itself wrote it, of somebody who joined, renamed the channel and so on."""
        return str(self.body.get("subtype", "")).startswith(("channel_", "group_"))

    def as_json(self, with_metadata: bool = False) -> JsonObject:
        return self.body | ({"metadata": self.metadata} if with_metadata and self.metadata else {})


@dataclass(frozen=True)
class Heading:
    """The topic or the purpose of a channel; `last_set` is in Unix seconds, 0 for never."""

    value: str = ""
    creator: str = ""
    last_set: int = 0


@dataclass
class Channel:
    """A conversation. Its members are in the order in which they came; of an `im` the first is the person.

    `retained` is what an export of the workspace's owner has beside the messages: what was edited or deleted.
    """

    id: str
    kind: Kind
    name: str
    members: list[str]
    creator: str
    created: int
    messages: dict[str, Message] = field(default_factory=dict)
    archived: bool = False
    # Whether the app closed it; only direct messages can be, and they open again with the next message.
    closed: bool = False
    topic: Heading = Heading()
    purpose: Heading = Heading()
    previous_names: list[str] = field(default_factory=list)
    last_read: str = "0000000000.000000"
    retained: list[JsonObject] = field(default_factory=list)
    team_id: str = TEAM_ID

    @property
    def is_direct(self) -> bool:
        """Between two people or a handful, without a name of its own."""
        return self.kind in ("im", "mpim")

    @property
    def event_type(self) -> str:
        """What events call this kind: the `channel_type` of a message."""
        return _EVENT_TYPES[self.kind]

    @property
    def scope_prefix(self) -> str:
        return _SCOPES[self.kind]

    @property
    def write_scope(self) -> str:
        """What an app needs to change it, or who is in it."""
        return "channels:manage" if self.kind == "public" else f"{self.scope_prefix}:write"

    def as_json(self, viewer: str, with_count: bool = False) -> JsonObject:
        """The conversation object; `num_members` is there for those who ask."""
        shown: JsonObject = {
            "id": self.id,
            "created": self.created,
            "is_im": self.kind == "im",
            "is_archived": self.archived,
            "is_org_shared": False,
            "context_team_id": self.team_id,
            "last_read": self.last_read,
        }
        if self.kind == "im":
            other = next((member for member in self.members if member != viewer), viewer)
            return shown | {"user": other, "is_open": not self.closed}
        shown |= {"is_open": not self.closed} if self.kind == "mpim" else {}
        return shown | self._named(viewer) | ({"num_members": len(self.members)} if with_count else {})

    def _named(self, viewer: str) -> JsonObject:
        return {
            "name": self.name,
            "name_normalized": self.name,
            "previous_names": self.previous_names,
            "is_channel": self.kind == "public",
            "is_group": self.kind in ("private", "mpim"),
            "is_mpim": self.kind == "mpim",
            "is_private": self.kind != "public",
            "is_general": False,
            "is_member": viewer in self.members,
            "creator": self.creator,
            "topic": vars(self.topic),
            "purpose": vars(self.purpose),
        }
