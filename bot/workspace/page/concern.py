"""Whom an entry of the journal is about. Nobody else may read what was in it: what a person wrote, or was shown."""

from typing import Any

from bot.workspace.installation import Installation
from bot.workspace.journal import SIZE

JsonObject = dict[str, Any]
_UNANSWERED = 500
# A call that names none of these says nothing of anybody: auth.test, users.list and the like.
_OF_SOMEBODY = frozenset(
    {
        "attachments",
        "blocks",
        "channel",
        "external_id",
        "file",
        "files",
        "text",
        "trigger_id",
        "view",
        "view_id",
    }
)
_OF_ROOMS = ("conversations.", "files.")
_WORDS_IN = frozenset({"envelope", "ack", "response_url"})


class Concern:
    """Told of every entry in its order, it knows of each in the journal whom it is about."""

    def __init__(self, workspace: Installation) -> None:
        self._workspace = workspace
        self._envelopes: dict[str, str] = {}
        self._about: dict[int, frozenset[str]] = {}

    def look(self, entry: JsonObject) -> frozenset[str]:
        """Whom it is about; remembered, because triggers and views are gone soon."""
        about = self._about[entry["n"]] = frozenset(self._whom(entry))
        while len(self._about) > SIZE:
            del self._about[next(iter(self._about))]
        return about

    def may_read(self, entry: JsonObject, user: str) -> bool:
        """Whether this person may read what was in it. Where it is not known whom it is about, nobody may."""
        about = self._about.get(entry["n"], frozenset())
        if about or entry["kind"] in _WORDS_IN or entry["method"].startswith(_OF_ROOMS):
            return user in about
        return not _OF_SOMEBODY & (entry.get("args") or {}).keys()

    def _whom(self, entry: JsonObject) -> set[str]:
        match entry["kind"]:
            case "envelope":
                return self._of_envelope(entry)
            case "ack":
                user = self._envelopes.pop(str(entry.get("envelope_id")), None)
                return {user} if user else set()
            case "call":
                return self._of_call(entry["method"], entry.get("args") or {})
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

    def _of_call(self, method: str, args: JsonObject) -> set[str]:
        """Whom a call is about: named in it, reading its conversation, or holding the trigger or view."""
        if method == "chat.postEphemeral":
            return {str(args.get("user"))}
        named = {str(args[name]) for name in ("user", "user_id", "channel") if args.get(name)}
        named |= {one.strip() for one in str(args.get("users") or "").split(",") if one.strip()}
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
