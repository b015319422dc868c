"""One call of the Web API: its arguments as Slack reads them, and the errors it can end in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.workspace.bodies import read_json
from bot.workspace.checks import Problem
from bot.workspace.installation import Installation
from bot.workspace.state import BOT_USER_ID, Channel, User

JsonObject = dict[str, Any]


class CallFailed(Exception):
    """The call ends in ok:false with this error code; `details` are put beside it."""

    def __init__(self, error: str, **details: Any) -> None:
        super().__init__(error)
        self.answer: JsonObject = {"ok": False, "error": error} | details


@dataclass(frozen=True)
class Method:
    """A method: what it does and the scope it needs (none: any valid token; `app`: the app-level token)."""

    run: "Callable[[Call], JsonObject]"
    scope: str | None = None
    token: str = "bot"


@dataclass
class Call:
    """An authenticated call; `args` are as they came, JSON strings not yet read."""

    workspace: Installation
    method: str
    args: JsonObject

    def text(self, name: str, default: str | None = None) -> str:
        """A string argument; invalid_arguments when it is missing and there is no default."""
        value = self.args.get(name)
        if value is None or value == "":
            if default is None:
                raise CallFailed("invalid_arguments", **_messages([f"missing required field: {name}"]))
            return default
        return str(value)

    def flag(self, name: str, default: bool = False) -> bool:
        value = self.args.get(name)
        return default if value is None else str(value).lower() in ("1", "true")

    def number(self, name: str, default: int, at_most: int) -> int:
        value = self.args.get(name)
        try:
            wanted = default if value in (None, "", 0, "0") else int(str(value))
        except ValueError:
            raise CallFailed("invalid_limit") from None
        if wanted < 0:
            raise CallFailed("invalid_limit")
        return min(wanted, at_most)

    def integer(self, name: str) -> int:
        """A whole number; invalid_arguments when it is missing or none."""
        try:
            return int(self.text(name))
        except ValueError:
            raise CallFailed("invalid_arguments", **_messages([f"must be an integer: {name}"])) from None

    def moment(self, name: str, default: float) -> float:
        """A Slack timestamp; invalid_ts_oldest, invalid_ts_latest."""
        value = self.text(name, "")
        try:
            return float(value) if value else default
        except ValueError:
            raise CallFailed(f"invalid_ts_{name}") from None

    def json(self, name: str, error: str = "invalid_arguments") -> Any:
        """A structured argument, given as JSON or as a string of it; None when it is missing."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        try:
            return read_json(value) if value else None
        except ValueError:
            raise CallFailed(error) from None

    def names(self, name: str) -> list[str]:
        """A list given as JSON or separated by commas."""
        value = self.args.get(name)
        listed = value if isinstance(value, list) else str(value or "").split(",")
        return [str(item).strip() for item in listed if str(item).strip()]

    def user(self, name: str = "user") -> User:
        found = self.workspace.world.users.get(self.text(name))
        if found is None:
            raise CallFailed("user_not_found")
        return found

    def channel(self, name: str = "channel") -> Channel:
        """The conversation, if the app may know of it: a private one it is not in is not found."""
        found = self.workspace.world.channels.get(self.text(name))
        if found is None or (found.kind != "public" and BOT_USER_ID not in found.members):
            raise CallFailed("channel_not_found")
        return found

    def need(self, scope: str) -> None:
        """missing_scope unless the app was granted one of the scopes, given separated by `|`."""
        granted = self.workspace.scopes
        if not any(one in granted for one in scope.split("|")):
            raise CallFailed(
                "missing_scope", needed=scope.partition("|")[0], provided=",".join(sorted(granted))
            )


def page(items: Sequence[Any], cursor: str, limit: int) -> tuple[list[Any], str]:
    """One page and the cursor of the next (empty on the last). invalid_cursor if it is not ours."""
    try:
        start = int(cursor.removeprefix("next:")) if cursor else 0
    except ValueError:
        raise CallFailed("invalid_cursor") from None
    if start < 0:
        raise CallFailed("invalid_cursor")
    end = start + limit
    return list(items[start:end]), f"next:{end}" if end < len(items) else ""


def paged(call: Call, name: str, items: Sequence[Any], most: int = 1000) -> JsonObject:
    """One page of a list and where the next begins. invalid_limit beyond `most`."""
    limit = call.number("limit", 100, most + 1)
    if limit > most:
        raise CallFailed("invalid_limit")
    found, following = page(items, call.text("cursor", ""), limit)
    return {name: found, "response_metadata": {"next_cursor": following}}


def refuse(problems: list[Problem]) -> None:
    """End the call if a message or view has problems, in the form Slack gives them for its kind of error."""
    if not problems:
        return
    code = problems[0].code
    found = [str(problem) for problem in problems]
    if code == "invalid_blocks":
        raise CallFailed(code, errors=found, **_messages(found))
    if code == "invalid_arguments":
        raise CallFailed(code, **_messages(found))
    raise CallFailed(code)


def _messages(found: list[str]) -> JsonObject:
    return {"response_metadata": {"messages": [f"[ERROR] {one}" for one in found]}}
