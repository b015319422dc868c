"""What the page's posts take."""

from typing import Literal

from pydantic import AwareDatetime, Field, NaiveDatetime

from bot.workspace.answering import Order
from bot.workspace.faults import FaultKind

LONGEST_TEXT = 40_000


class Say(Order):
    """`files` are ids of uploads of one's own."""

    text: str = Field(max_length=LONGEST_TEXT)
    channel: str | None = None
    thread: str | None = None
    files: list[str] = Field(default_factory=list)


class Edit(Order):
    ts: str
    text: str = Field(min_length=1, max_length=LONGEST_TEXT)


class Delete(Order):
    ts: str


class Command(Order):
    command: str = Field(pattern=r"^/\S+$")
    text: str = ""
    channel: str | None = None


class Shortcut(Order):
    callback_id: str
    ts: str | None = None


class React(Order):
    ts: str
    name: str


class Visit(Order):
    place: str


class Close(Order):
    """`id` is the view that is seen to be on top."""

    id: str


class Export(Order):
    pass


class Dismiss(Order):
    pass


class Clock(Order):
    """One of the moments offered, or a date and time as it is typed: in the person's own zone."""

    moment: str | None = None
    at: NaiveDatetime | AwareDatetime | None = None


class Arrange(Order):
    method: str = Field(min_length=1)
    kind: FaultKind
    times: int = Field(default=1, ge=1, le=1000)
    seconds: float = Field(default=1.0, ge=0, le=600)
    error: str = "internal_error"


class Clear(Order):
    pass


class Disturb(Order):
    act: Literal["warning", "refresh_requested", "link_disabled", "too_many_websockets", "abort", "half_open"]


class Token(Order):
    """`error` is what every call answers from now on, None ends it; `told`: the app hears of it."""

    error: Literal["token_revoked", "account_inactive", "invalid_auth"] | None = None
    told: bool = False


class Uninstall(Order):
    first: Literal["app_uninstalled", "tokens_revoked"] = "app_uninstalled"


class Outage(Order):
    """Real seconds; 0 ends it."""

    seconds: float = Field(ge=0, le=600)
