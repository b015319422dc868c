"""“What just happened”: each act of a person stepped into, with the calls that came of it."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot import clock
from bot.workspace.installation import Installation

JsonObject = dict[str, Any]
HAPPENINGS = 12
ENTRIES = 60
_UNANSWERED = 500


@dataclass
class Happening:
    """An act in plain words, when it was (calendar time), and the journal's entries since.

    A `light` one, such as opening a place, gives way to the next that is light too.
    """

    n: int
    words: str
    at: datetime
    light: bool = False
    entries: deque[JsonObject] = field(default_factory=lambda: deque(maxlen=ENTRIES))


class Happenings:
    """Sorts the journal by whom an entry is about, for those who are watched."""

    def __init__(self, workspace: Installation) -> None:
        self._workspace = workspace
        self._of: dict[str, deque[Happening]] = {}
        self._envelopes: dict[str, str] = {}
        self._read = workspace.journal.last
        self._serial = 0

    def watch(self, user: str) -> None:
        """From now on what concerns this person is kept for them."""
        self.catch_up()
        self._of.setdefault(user, deque(maxlen=HAPPENINGS))

    def begin(self, user: str, words: str, light: bool = False) -> None:
        """This person did something; what comes now came of it."""
        self.watch(user)
        if light and self._of[user] and self._of[user][-1].light:
            self._of[user].pop()
        self._open(user, words, light)

    def withdraw(self, user: str) -> None:
        """The newest happening did not happen after all, unless something came of it."""
        self.catch_up()
        if self._of[user] and not self._of[user][-1].entries:
            self._of[user].pop()

    def of(self, user: str) -> list[Happening]:
        """Newest first."""
        self.catch_up()
        return list(self._of.get(user, ()))[::-1]

    def catch_up(self) -> None:
        """Everything the journal holds has been looked at."""
        journal = self._workspace.journal
        fresh = journal.entries(after=self._read)
        self._read = journal.last
        for entry in fresh if self._of else ():
            for user in self._concerned(entry):
                self._add(user, entry)

    def _add(self, user: str, entry: JsonObject) -> None:
        if user not in self._of:
            return
        if not self._of[user]:
            self._open(user, "Before you did anything here", light=True)
        self._of[user][-1].entries.append(entry)

    def _open(self, user: str, words: str, light: bool = False) -> None:
        self._serial += 1
        self._of[user].append(Happening(self._serial, words, clock.now(), light))

    def _concerned(self, entry: JsonObject) -> set[str]:
        match entry["kind"]:
            case "envelope":
                return self._of_envelope(entry)
            case "ack":
                user = self._envelopes.pop(str(entry.get("envelope_id")), None)
                return {user} if user else set()
            case "call":
                return self._of_call(entry.get("args") or {})
            case "response_url":
                return {str(entry["user"])} if entry.get("user") else set()
        return set()

    def _of_envelope(self, entry: JsonObject) -> set[str]:
        user = entry.get("user") or _who(entry.get("args") or {})
        if not user:
            return set()
        if "envelope_id" in entry:
            self._envelopes[entry["envelope_id"]] = user
            while len(self._envelopes) > _UNANSWERED:
                del self._envelopes[next(iter(self._envelopes))]
        return {user}

    def _of_call(self, args: JsonObject) -> set[str]:
        """Whom a call is about: named in it, reading its conversation, or holding the trigger or view."""
        named = {str(args[name]) for name in ("user", "user_id", "channel") if args.get(name)}
        named |= {one.strip() for one in str(args.get("users") or "").split(",")}
        world = self._workspace.world
        channel = world.channels.get(str(args.get("channel")))
        named |= set(channel.members) if channel else set()
        trigger = self._workspace.grants.triggers.get(str(args.get("trigger_id")))
        named |= {trigger.user} if trigger else set()
        if args.get("view_id"):
            named |= {view.user for view in world.views() if view.id == args["view_id"]}
        return named


def _who(payload: JsonObject) -> str | None:
    """Whom a payload to the app is about."""
    user = payload.get("user") or payload.get("user_id") or (payload.get("event") or {}).get("user")
    found = user.get("id") if isinstance(user, dict) else user
    return str(found) if found else None
