"""The export as a view: an owner runs one, sees what is in it, and looks for a phrase."""

import html
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot import clock
from bot.workspace.export import export
from bot.workspace.page.files_shown import size
from bot.workspace.page.times import told, told_ts
from bot.workspace.page.whereabouts import Whereabouts, name_of
from bot.workspace.state import World

JsonObject = dict[str, Any]
ONLY_OWNERS = "Only an owner of the workspace can export it."
# Characters of context on either side of what was found.
AROUND = 60
MOST_FINDS = 50


@dataclass(frozen=True)
class Exported:
    """An export as it was run: when, and the ZIP."""

    at: datetime
    packed: bytes

    def files(self) -> dict[str, list[JsonObject]]:
        """Path → what stands there."""
        with zipfile.ZipFile(io.BytesIO(self.packed)) as archive:
            return {name: json.loads(archive.read(name)) for name in archive.namelist()}


@dataclass(frozen=True)
class Find:
    """Where the phrase stands: the words before it, itself, the words after it."""

    path: str
    about: str
    before: str
    phrase: str
    after: str


def run_export(world: World) -> Exported:
    return Exported(clock.now(), export(world))


def export_view(world: World, exported: Exported | None, here: Whereabouts) -> JsonObject:
    phrase = here.query.get("phrase", "").strip()
    files = exported.files() if exported else {}
    finds = list(_finds(world, files, phrase, here.viewer.tz)) if phrase else []
    return {
        "allowed": here.viewer.is_owner,
        "only_owners": ONLY_OWNERS,
        "at": told(exported.at, here.viewer.tz) if exported else None,
        "size": size(len(exported.packed)) if exported else "",
        "files": [(path, len(entries)) for path, entries in files.items()],
        "phrase": phrase,
        "found": len(finds),
        "finds": finds[:MOST_FINDS],
    }


def _finds(world: World, files: dict[str, list[JsonObject]], phrase: str, zone: str) -> Iterator[Find]:
    for path, entries in files.items():
        for entry in entries:
            text = next((one for one in _strings(entry) if phrase.casefold() in one.casefold()), None)
            if text is not None:
                yield _find(path, _about(world, entry, zone), text, phrase)


def _find(path: str, about: str, text: str, phrase: str) -> Find:
    at = text.casefold().index(phrase.casefold())
    end = at + len(phrase)
    before, after = text[max(0, at - AROUND) : at], text[end : end + AROUND]
    return Find(path, about, before, text[at:end], after)


def _about(world: World, entry: JsonObject, zone: str) -> str:
    """Who wrote it and when, where it is a message."""
    if "ts" not in entry:
        return ""
    at = told_ts(str(entry["ts"]), zone)
    return f"{name_of(world, str(entry.get('user', '')))}, {at.day}, {at.clock}"


def _strings(part: Any) -> Iterator[str]:
    """Every text in it, as it reads: Slack writes & as &amp;."""
    if isinstance(part, str):
        yield html.unescape(part)
    elif isinstance(part, list):
        for item in part:
            yield from _strings(item)
    elif isinstance(part, dict):
        for value in part.values():
            yield from _strings(value)
