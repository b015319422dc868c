"""The side panel: what just happened, in words, calls and whatever the host can explain."""

import json
from dataclasses import dataclass
from typing import Any

from bot.workspace.page.happenings import Happening, Happenings
from bot.workspace.page.host import Host, Panel
from bot.workspace.page.times import Told, told
from bot.workspace.page.whereabouts import Whereabouts

JsonObject = dict[str, Any]
LONGEST = 6000
# So many of the newest entries are asked about again with each look: what they set off may still be going on.
FRESH = 12
KEPT = 3000


@dataclass(frozen=True)
class Row:
    """One line of the journal in words; `parts` are (name, JSON) to be unfolded, unless `closed` to a viewer."""

    n: int
    what: str
    outcome: str
    good: bool
    ms: str
    parts: tuple[tuple[str, str], ...]
    closed: bool = False


@dataclass(frozen=True)
class Recount:
    """A happening in words, its lines and the host's panels."""

    n: int
    words: str
    at: Told
    rows: tuple[Row, ...]
    panels: tuple[Panel, ...]


class Explained:
    """Asks the host about entries; what it said of older ones is kept, because time that passes makes many."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, int], list[Panel]] = {}

    async def of(self, host: Host, happening: Happening, viewer: str, newest: bool) -> tuple[Panel, ...]:
        """The panels of a happening, each once."""
        entries = list(happening.entries)
        fresh = {entry["n"] for entry in entries[-FRESH:]} if newest else set()
        found: dict[Panel, None] = {}
        for entry in entries:
            found |= dict.fromkeys(await self._one(host, entry, viewer, entry["n"] in fresh))
        return tuple(found)

    async def _one(self, host: Host, entry: JsonObject, viewer: str, fresh: bool) -> list[Panel]:
        key = (viewer, entry["n"])
        if fresh or key not in self._kept:
            self._kept[key] = await host.explain(entry, viewer)
            while len(self._kept) > KEPT:
                del self._kept[next(iter(self._kept))]
        return self._kept[key]


async def panel(host: Host, happenings: Happenings, explained: Explained, here: Whereabouts) -> JsonObject:
    viewer = here.viewer
    told_of = []
    for place, one in enumerate(happenings.of(viewer.id)):
        panels = await explained.of(host, one, viewer.id, newest=place == 0)
        rows = tuple(row(entry) for entry in one.entries)
        told_of.append(Recount(one.n, one.words, told(one.at, viewer.tz), rows, panels))
    return {"happenings": told_of}


def row(entry: JsonObject) -> Row:
    """An entry of the journal as a line: what it was, how it went, what was in it."""
    outcome, good = _outcome(entry)
    ms = f"{entry['ms']:g} ms" if "ms" in entry else ""
    shown = {name: entry[name] for name in ("args", "response") if entry.get(name) is not None}
    names = _PARTS.get(entry["kind"], _PARTS["call"])
    parts = tuple((names[name], _json(value)) for name, value in shown.items())
    return Row(entry["n"], _what(entry), outcome, good, ms, parts)


_PARTS = {
    "call": {"args": "What the app sent", "response": "What it got back"},
    "envelope": {"args": "What the app was told", "response": "Answer"},
    "ack": {"args": "", "response": "What came with it"},
}


def _what(entry: JsonObject) -> str:
    match entry["kind"]:
        case "envelope":
            return f"The app was told: {entry['method']}"
        case "ack":
            return "The app acknowledged"
        case "response_url":
            return "The app answered through its response URL"
    return str(entry["method"])


def _outcome(entry: JsonObject) -> tuple[str, bool]:
    match entry["kind"]:
        case "envelope":
            return (str(entry["error"]), False) if entry.get("error") else ("", True)
        case "ack":
            return ("too late", False) if entry.get("late") else ("in time", True)
        case "call":
            answer = entry.get("response") or {}
            good = bool(answer.get("ok"))
            return ("ok" if good else str(answer.get("error") or entry.get("status"))), good
        case "response_url":
            good = entry.get("status") == 200
            return ("ok" if good else str(entry.get("response"))), good
    return "", True


def _json(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
    return (
        text if len(text) <= LONGEST else f"{text[:LONGEST]}\n… and {len(text) - LONGEST:,} more characters"
    )
