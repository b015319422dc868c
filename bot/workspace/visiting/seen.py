"""What the control API tells of acts and of screens, as Python objects."""

from dataclasses import dataclass, field
from typing import Any

JsonObject = dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What came of an act: whether, how fast (real seconds) and with what the app acknowledged it.

    `errors` are sentences by block_id; `trouble` is what Slack shows when the app failed.
    """

    acknowledged: bool = True
    seconds: float = 0.0
    errors: dict[str, str] = field(default_factory=dict)
    response: JsonObject | None = None
    trouble: str | None = None


@dataclass(frozen=True)
class Button:
    text: str
    action_id: str | None
    block_id: str | None
    value: str | None


@dataclass(frozen=True)
class Message:
    """A message as its reader sees it: `shown` is all readable text, `text` the notification's."""

    channel: str
    ts: str
    user: str
    from_bot: bool
    text: str
    blocks: list[JsonObject]
    shown: str
    buttons: list[Button]
    mentions: list[str]
    metadata: JsonObject | None
    ephemeral: bool
    thread_ts: str | None
    edited: bool
    subtype: str | None
    files: list[JsonObject]
    reactions: list[str]


@dataclass(frozen=True)
class Screen:
    """A modal or the Home tab: `text` is all readable text, in order; `values` by action_id."""

    id: str
    type: str
    title: str
    text: str
    labels: list[str]
    buttons: list[Button]
    errors: dict[str, str]
    values: JsonObject
    blocks: list[JsonObject]
    private_metadata: str
    callback_id: str
    external_id: str
    hash: str
    submit: str | None
    close: str | None


def message(seen: JsonObject) -> Message:
    return Message(**seen | {"buttons": [Button(**button) for button in seen["buttons"]]})


def screen(seen: JsonObject) -> Screen:
    return Screen(**seen | {"buttons": [Button(**button) for button in seen["buttons"]]})
