"""The journal as a view: everything that went over the wire, newest first, by kind and method.

Every entry has its line; what was in it is there for those whom it is about. Whoever steps into a head would else read
what a teacher wrote privately, one view further on.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from bot import clock
from bot.workspace.journal import Journal
from bot.workspace.page.happenings import Happenings
from bot.workspace.page.panel import Row, row
from bot.workspace.page.times import Told, told
from bot.workspace.page.whereabouts import Whereabouts

JsonObject = dict[str, Any]
SHOWN = 100
KINDS = ("call", "envelope", "ack", "response_url", "socket", "person", "control")


def journal_view(journal: Journal, happenings: Happenings, here: Whereabouts) -> JsonObject:
    kind, method = here.query.get("kind", ""), here.query.get("method", "").strip()
    found = journal.entries(method=method or "*", kind=kind or "*")
    shown = found[-SHOWN:][::-1]
    return {
        "kinds": KINDS,
        "kind": kind,
        "method": method,
        "lines": [_line(entry, here, happenings.may_read(entry, here.viewer.id)) for entry in shown],
        "found": len(found),
        "shown": len(shown),
        "at": told(clock.now(), here.viewer.tz),
    }


def _line(entry: JsonObject, here: Whereabouts, may_read: bool) -> tuple[Row, str, Told]:
    shown = row(entry)
    if shown.parts and not may_read:
        shown = replace(shown, parts=(), closed=True)
    return shown, str(entry["kind"]), told(_moment(entry), here.viewer.tz)


def _moment(entry: JsonObject) -> Any:
    return datetime.fromisoformat(entry["at"])
