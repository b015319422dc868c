"""The clock on the page: what time it is in the workspace, and where it may be moved to."""

from typing import Any

from bot import clock
from bot.workspace.page.host import Host
from bot.workspace.page.passing import Passing
from bot.workspace.page.times import told
from bot.workspace.page.whereabouts import Whereabouts

JsonObject = dict[str, Any]


def timepiece(host: Host, passing: Passing, movable: bool, here: Whereabouts) -> JsonObject:
    now, zone = clock.now(), here.viewer.tz
    moments = [(one.id, one.label, told(one.at, zone)) for one in host.moments(now)] if movable else []
    return {
        "now": told(now, zone),
        "zone": zone,
        "movable": movable,
        "moments": moments,
        "until": told(passing.until, zone) if passing.until else None,
        "trouble": passing.trouble,
        "open": here.clock,
    }
