"""Trouble on demand as a view: every kind with its form, what is arranged, the connections, the token, an outage."""

from dataclasses import dataclass
from typing import Any

from bot.workspace.faults import DELIVERY_KINDS, Fault, FaultKind
from bot.workspace.installation import Installation

JsonObject = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """A kind of trouble with a call or a delivery; `asks` are the fields it needs beside what and how often."""

    kind: FaultKind
    label: str
    hint: str
    asks: tuple[str, ...] = ()

    @property
    def of_delivery(self) -> bool:
        return self.kind in DELIVERY_KINDS

    @property
    def usual(self) -> str:
        """What it is mostly wanted for, as a pattern."""
        return "event:*" if self.of_delivery else "chat.*"


KINDS = (
    Kind("ratelimited", "Too many requests", "HTTP 429 with Retry-After; nothing is done.", ("seconds",)),
    Kind("error", "An error of Slack’s", "ok: false with this code; nothing is done.", ("error",)),
    Kind("error500", "Server error", "HTTP 500; nothing is done."),
    Kind("error500_after", "Server error after", "It is done, and then the answer is HTTP 500."),
    Kind("error503", "Unavailable", "HTTP 503; nothing is done."),
    Kind("drop_before", "Cut before", "The connection is cut, and nothing was done."),
    Kind("drop_after", "Cut after", "It is done, and then the connection is cut."),
    Kind("slow", "Slow", "It is done after so many seconds.", ("seconds",)),
    Kind("duplicate", "Twice", "It is delivered a second time."),
    Kind("reorder", "Out of order", "It is delivered after the one that follows."),
    Kind("delay", "Late", "It is delivered after so many seconds.", ("seconds",)),
    Kind("drop_ack", "Acknowledgement lost", "It is delivered, and the answer does not arrive."),
    Kind("lost", "Lost", "It is never delivered, and not sent again."),
)


@dataclass(frozen=True)
class Button:
    """Something done by one press: a deed, and the order that goes with it."""

    label: str
    hint: str
    deed: str
    order: JsonObject


SOCKETS = (
    Button("Warn", "Slack will close the connections soon.", "disturb", {"act": "warning"}),
    Button("Refresh", "Slack closes them and wants new ones.", "disturb", {"act": "refresh_requested"}),
    Button("Disable the link", "Socket Mode was switched off.", "disturb", {"act": "link_disabled"}),
    Button("Too many", "Slack closes them: there are too many.", "disturb", {"act": "too_many_websockets"}),
    Button("Cut", "They break without a word.", "disturb", {"act": "abort"}),
    Button("Half open", "They stay open, and nothing gets through.", "disturb", {"act": "half_open"}),
)
TOKEN = (
    Button("Revoke it", "The app hears of it.", "token", {"error": "token_revoked", "told": True}),
    Button("Revoke it silently", "The next call finds out.", "token", {"error": "token_revoked"}),
    Button("Make it invalid", "As after a wrong setting.", "token", {"error": "invalid_auth"}),
    Button("Uninstall the app", "app_uninstalled comes first.", "uninstall", {"first": "app_uninstalled"}),
    Button(
        "Uninstall it the other way", "tokens_revoked comes first.", "uninstall", {"first": "tokens_revoked"}
    ),
)
TOKEN_BACK = Button("Make it good again", "", "token", {"error": None})
OUTAGE = (
    Button("Down for 10 seconds", "Every call is reset, every connection cut.", "outage", {"seconds": 10}),
    Button("Down for a minute", "", "outage", {"seconds": 60}),
)
OUTAGE_BACK = Button("Bring it back", "", "outage", {"seconds": 0})


def faults_view(workspace: Installation) -> JsonObject:
    return {
        "kinds": {
            "Calls of the Web API": [one for one in KINDS if not one.of_delivery],
            "Deliveries to the app": [one for one in KINDS if one.of_delivery],
        },
        "arranged": [(one, _label(one)) for one in workspace.faults.arranged.values()],
        "sockets": len(workspace.sockets.numbers),
        "socket_buttons": SOCKETS,
        "revoked": workspace.revoked,
        "token_buttons": [TOKEN_BACK] if workspace.revoked else TOKEN,
        "down": workspace.outage.seconds_left > 0,
        "outage_buttons": [OUTAGE_BACK] if workspace.outage.seconds_left else OUTAGE,
    }


def _label(fault: Fault) -> str:
    return next((one.label for one in KINDS if one.kind == fault.kind), fault.kind)
