"""The signs by which the guide knows that something was done: rows, what went over the wire, and what time it is.

To add a step to the guide, write it in prompts/guide.yaml with one of the words of `Milestone` (rows) or of `WIRE`.
A new kind of thing to notice is one more word in either.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.services.milestones import Milestone

Entry = dict[str, Any]


@dataclass(frozen=True, order=True)
class Arrival:
    """Where a visitor was when they stepped into somebody or took a step: in calendar time, and in the journal."""

    at: datetime
    n: int


def known() -> frozenset[str]:
    """Every word a step of the guide can use for what is to be done."""
    return frozenset({*(one.value for one in Milestone), *WIRE})


def on_the_wire(sign: str, who: str, entries: Iterable[Entry]) -> bool:
    """Whether the journal shows that somebody has done it, and that the app has taken it."""
    entries = list(entries)
    acknowledged = {entry["envelope_id"] for entry in entries if entry["kind"] == "ack"}
    theirs = (entry for entry in entries if entry.get("user") == who)
    taken = (
        entry for entry in theirs if entry["kind"] != "envelope" or entry.get("envelope_id") in acknowledged
    )
    return any(WIRE[sign](entry) for entry in taken)


def _opened_home(entry: Entry) -> bool:
    return entry["method"] == "app_home_opened" and _event(entry).get("tab") == "home"


def _typed(entry: Entry) -> bool:
    return entry["method"] == "message" and not _event(entry).get("subtype")


def _wrote(entry: Entry) -> bool:
    """Words were sent in a window: a field in which one writes had something in it."""
    if entry["method"] != "view_submission":
        return False
    values: Mapping[str, Mapping[str, Entry]] = entry["args"]["view"]["state"]["values"]
    fields = (field for block in values.values() for field in block.values())
    return any(field["type"] == "plain_text_input" and field.get("value") for field in fields)


def _asked_who_sees(entry: Entry) -> bool:
    return "join.who_sees" in _actions(entry)


def _read_shared(entry: Entry) -> bool:
    return "coach.read" in _actions(entry)


def _exported(entry: Entry) -> bool:
    return "export" in entry["method"]


def _event(entry: Entry) -> Entry:
    found: Entry = (entry.get("args") or {}).get("event") or {}
    return found


def _actions(entry: Entry) -> set[str]:
    actions = (entry.get("args") or {}).get("actions") or []
    return {str(action.get("action_id")) for action in actions}


WIRE: Mapping[str, Callable[[Entry], bool]] = {
    "opened_home": _opened_home,
    "typed": _typed,
    "wrote": _wrote,
    "asked_who_sees": _asked_who_sees,
    "read_shared": _read_shared,
    "exported": _exported,
}
