"""Files of the workspace: what is kept of them and who may read them. Their content is in memory, within a cap."""

import hashlib
import hmac
import mimetypes
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from bot import clock
from bot.workspace.events import Events
from bot.workspace.state import BOT_USER_ID, TEAM_ID, Channel, User, World

JsonObject = dict[str, Any]

FILE_BYTES = 8 * 1024 * 1024
# Of all files together. Beyond it the oldest content is forgotten; the file itself stays listed.
KEPT_BYTES = 64 * 1024 * 1024
# Uploads that were begun and never completed.
_UNFINISHED = 100
_NAMED_OTHERWISE = {"txt": "text", "jpeg": "jpg", "md": "markdown", "htm": "html", "": "binary"}


class FileRefused(Exception):
    """The file cannot be taken; the text is Slack's error code."""


@dataclass(frozen=True)
class Share:
    """A message that the file is in."""

    kind: str
    channel: str
    ts: str


@dataclass
class File:
    """A file; `content` is None once it was forgotten for want of room. `created` is in Unix seconds.

    Until it is shared its owner and the app may read it, as with a file given in a modal; from then on
    whoever may read a conversation it is in.
    """

    id: str
    name: str
    title: str
    owner: str
    content: bytes | None
    size: int
    created: int
    address: Callable[[], str] = field(repr=False)
    alt_text: str = ""
    shares: list[Share] = field(default_factory=list)
    was_shared: bool = False
    team_id: str = TEAM_ID

    @property
    def mimetype(self) -> str:
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"

    @property
    def filetype(self) -> str:
        """Slack's word for the type: the ending of the name, but `text` for .txt and so on."""
        ending = self.name.rpartition(".")[2].lower() if "." in self.name else ""
        return _NAMED_OTHERWISE.get(ending, ending)

    @property
    def channels(self) -> list[str]:
        """The conversations it is in."""
        return list(dict.fromkeys(share.channel for share in self.shares))

    @property
    def path(self) -> str:
        return f"/files/{self.id}/{quote(self.name, safe='')}"

    def as_json(self) -> JsonObject:
        """Slack's file object; of a file whose content was forgotten, `mode` is hidden_by_limit."""
        at = self.address()
        return self.in_message() | {
            "channels": self._shared_in("public"),
            "groups": self._shared_in("private"),
            "ims": self._shared_in("im", "mpim"),
            "shares": self._shares_by_kind(),
            "comments_count": 0,
            "permalink_public": f"{at}{self.path}",
        }

    def in_message(self) -> JsonObject:
        """The file object as it stands in a message: without where else it is."""
        at = self.address()
        return {
            "id": self.id,
            "created": self.created,
            "timestamp": self.created,
            "name": self.name,
            "title": self.title,
            "mimetype": self.mimetype,
            "filetype": self.filetype,
            "pretty_type": self.filetype.upper(),
            "user": self.owner,
            "user_team": self.team_id,
            "editable": False,
            "size": self.size,
            "mode": "hosted" if self.content is not None else "hidden_by_limit",
            "is_external": False,
            "external_type": "",
            "is_public": bool(self._shared_in("public")),
            "public_url_shared": False,
            "display_as_bot": False,
            "username": "",
            "url_private": f"{at}{self.path}",
            "url_private_download": f"{at}{self.path}?download=1",
            "permalink": f"{at}{self.path}",
            "file_access": "visible",
        } | ({"alt_txt": self.alt_text} if self.alt_text else {})

    def _shared_in(self, *kinds: str) -> list[str]:
        return list(dict.fromkeys(share.channel for share in self.shares if share.kind in kinds))

    def _shares_by_kind(self) -> JsonObject:
        found: JsonObject = {}
        for share in self.shares:
            kind = "public" if share.kind == "public" else "private"
            found.setdefault(kind, {}).setdefault(share.channel, []).append({"ts": share.ts})
        return found


class Files:
    """Keeps the files. `address` is where the workspace is served, once that is known.

    `largest` is how many bytes a file may have, `room` how many are kept of all of them.
    """

    def __init__(self, world: World, events: Events, address: Callable[[], str]) -> None:
        self._world = world
        self._events = events
        self._address = address
        self._files: dict[str, File] = {}
        self._unfinished: dict[str, File] = {}
        self._tickets: dict[str, File] = {}
        self._deleted: set[str] = set()
        self._secret = secrets.token_bytes(32)
        self.largest = FILE_BYTES
        self.room = KEPT_BYTES

    def put(self, owner: str, name: str, content: bytes, title: str | None = None) -> File:
        """A new file with this content, in no conversation yet. FileRefused over `largest`."""
        file = self._new(owner, name, len(content), "")
        file.title = title or name
        self._fill(file, content)
        return self._publish(file)

    def reserve(self, owner: str, name: str, size: int, alt_text: str) -> tuple[File, str]:
        """A file to be uploaded, and the secret with which that is done once. FileRefused over `largest`."""
        file = self._new(owner, name, size, alt_text)
        self._unfinished[file.id] = file
        ticket = secrets.token_urlsafe(24)
        self._tickets[ticket] = file
        while len(self._unfinished) > _UNFINISHED:
            del self._unfinished[next(iter(self._unfinished))]
        while len(self._tickets) > _UNFINISHED:
            del self._tickets[next(iter(self._tickets))]
        return file, ticket

    def awaited(self, ticket: str) -> File | None:
        """The file that may be uploaded with this ticket now."""
        return self._tickets.get(ticket)

    def upload(self, ticket: str, content: bytes) -> File:
        """The reserved file has its content, and the ticket is used up. FileRefused when the size differs."""
        file = self._tickets[ticket]
        if len(content) != file.size:
            raise FileRefused("size_mismatch")
        del self._tickets[ticket]
        self._fill(file, content)
        return file

    def complete(self, file_id: str, title: str | None) -> File:
        """The uploaded file is there from now on. FileRefused unless it was reserved and uploaded."""
        file = self._unfinished.get(file_id)
        if file is None or file.content is None:
            raise FileRefused("file_not_found")
        file.title = title or file.name
        return self._publish(self._unfinished.pop(file_id))

    def uploaded(self, file_id: str) -> bool:
        """Whether `complete` would find it."""
        file = self._unfinished.get(file_id)
        return file is not None and file.content is not None

    def get(self, file_id: str) -> File | None:
        return self._files.get(file_id)

    def was_deleted(self, file_id: str) -> bool:
        return file_id in self._deleted

    def visible_to(self, user_id: str) -> Iterator[File]:
        """Newest first."""
        return (file for file in reversed(self._files.values()) if self.may_read(file, user_id))

    def may_read(self, file: File, user_id: str) -> bool:
        user = self._world.users.get(user_id)
        if user is None or user.deleted:
            return False
        if user_id == file.owner or (user_id == BOT_USER_ID and not file.was_shared):
            return True
        return any(self._may_enter(self._world.channels[one], user) for one in file.channels)

    def _may_enter(self, channel: Channel, user: User) -> bool:
        return user.id in channel.members or (channel.kind == "public" and not user.is_guest)

    def shared(self, file: File, channel: Channel, ts: str) -> None:
        """The file is in this message: whoever may read the conversation may read it."""
        file.was_shared = True
        file.shares.append(Share(channel.kind, channel.id, ts))
        if BOT_USER_ID in channel.members:
            self._tell("file_shared", file, user_id=file.owner, channel_id=channel.id)

    def unshared(self, file_id: str, ts: str) -> None:
        """The message is gone; the file stays its owner's."""
        if file := self._files.get(file_id):
            file.shares = [share for share in file.shares if share.ts != ts]

    def delete(self, file: File) -> None:
        """It is gone, also from the messages it was in: there a tombstone stays."""
        del self._files[file.id]
        self._deleted.add(file.id)
        for share in file.shares:
            message = self._world.channels[share.channel].messages.get(share.ts)
            for shown in message.body.get("files", []) if message else []:
                if shown["id"] == file.id:
                    shown.clear()
                    shown |= {"id": file.id, "mode": "tombstone"}
        self._tell("file_deleted", file, channel_ids=file.channels)

    # A browser sends no bearer token, so the page gives links that carry their reader's name, signed.

    def link(self, file: File, user_id: str) -> str:
        """The path of the file for this person; it answers only as long as they may read it."""
        return f"{file.path}?reader={quote(user_id)}&key={self._signature(file.id, user_id)}"

    def link_is_good(self, file: File, user_id: str, signature: str) -> bool:
        return hmac.compare_digest(self._signature(file.id, user_id).encode(), signature.encode())

    def _signature(self, file_id: str, user_id: str) -> str:
        return hmac.new(self._secret, f"{file_id}:{user_id}".encode(), hashlib.sha256).hexdigest()

    def _new(self, owner: str, name: str, size: int, alt_text: str) -> File:
        if size > self.largest:
            raise FileRefused("file_upload_size_restricted")
        now = int(clock.now().timestamp())
        return File(
            self._world.new_id("F"),
            name,
            name,
            owner,
            None,
            size,
            now,
            self._address,
            alt_text=alt_text,
            team_id=self._world.team_id,
        )

    def _fill(self, file: File, content: bytes) -> None:
        file.content = content
        kept = [*self._files.values(), *self._unfinished.values()]
        room = self.room - (0 if file.id in self._unfinished else file.size)
        over = sum(one.size for one in kept if one.content is not None) - room
        for one in sorted(kept, key=lambda kept_file: kept_file.id):
            if over > 0 and one is not file and one.content is not None:
                one.content = None
                over -= one.size

    def _publish(self, file: File) -> File:
        self._files[file.id] = file
        self._tell("file_created", file, user_id=file.owner)
        return file

    def _tell(self, what: str, file: File, **more: Any) -> None:
        if self.may_read(file, BOT_USER_ID):
            event: JsonObject = {"type": what, "file_id": file.id, "event_ts": self._world.new_ts()}
            self._events.send(event | ({} if what == "file_deleted" else {"file": {"id": file.id}}) | more)
