"""Trouble on demand as a view: every kind with its form, what is arranged, and the sockets."""

from dataclasses import dataclass
from typing import Any

from bot.workspace.faults import Fault, FaultKind
from bot.workspace.installation import Installation

JsonObject = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """A kind of trouble with a Web API call; `asks` are the fields it needs beside method and times."""

    kind: FaultKind
    label: str
    hint: str
    asks: tuple[str, ...] = ()


KINDS = (
    Kind("ratelimited", "Too many requests", "HTTP 429 with Retry-After; nothing is done.", ("seconds",)),
    Kind("error", "An error of Slack's", "ok: false with this code; nothing is done.", ("error",)),
    Kind("error500", "Server error", "HTTP 500; nothing is done."),
    Kind("drop_before", "Cut before", "The connection is cut, and nothing was done."),
    Kind("drop_after", "Cut after", "It is done, and then the connection is cut."),
    Kind("slow", "Slow", "It is done after so many seconds.", ("seconds",)),
)


@dataclass(frozen=True)
class SocketAct:
    """Something to do to the app's open connections."""

    name: str
    label: str
    hint: str


SOCKET_ACTS = (
    SocketAct("warning", "Warn", "Slack says that it will close the connection soon."),
    SocketAct("refresh_requested", "Refresh", "Slack closes it and asks for a new one."),
    SocketAct("link_disabled", "Disable the link", "Slack closes it because Socket Mode was switched off."),
    SocketAct("abort", "Cut", "The connection breaks without a word."),
)

# What every call answers from then on; None ends it.
TOKEN_ERRORS = ("token_revoked", "account_inactive", "invalid_auth")


def faults_view(workspace: Installation) -> JsonObject:
    return {
        "kinds": KINDS,
        "arranged": [(one, _label(one)) for one in workspace.faults.arranged.values()],
        "sockets": workspace.sockets.numbers,
        "socket_acts": SOCKET_ACTS,
        "revoked": workspace.revoked,
        "token_errors": TOKEN_ERRORS,
    }


def _label(fault: Fault) -> str:
    return next((one.label for one in KINDS if one.kind == fault.kind), fault.kind)
