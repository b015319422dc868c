"""Composition objects: text, options, confirmation dialogs and the like."""

from collections.abc import Iterator
from typing import Any

from bot.workspace.checks.shapes import (
    Check,
    Problem,
    anything,
    boolean,
    by_type,
    many,
    one_of,
    shape,
    string,
    wrong,
)

ACTION_ID = string(255)
BLOCK_ID = string(255)
URL = string(3000)
ALT_TEXT = string(2000)


def plain(at_most: int) -> Check:
    """A plain_text object."""
    return by_type(
        {"plain_text": shape({"text": string(at_most), "emoji": boolean}, required=("text",))},
    )


def text(at_most: int) -> Check:
    """A plain_text or mrkdwn object."""
    return by_type(
        {
            "plain_text": shape({"text": string(at_most), "emoji": boolean}, required=("text",)),
            "mrkdwn": shape({"text": string(at_most), "verbatim": boolean}, required=("text",)),
        }
    )


CONFIRM = shape(
    {
        "title": plain(100),
        "text": text(300),
        "confirm": plain(30),
        "deny": plain(30),
        "style": one_of("primary", "danger"),
    },
    required=("title", "text", "confirm", "deny"),
)

DISPATCH_ACTION_CONFIG = shape(
    {"trigger_actions_on": many(one_of("on_enter_pressed", "on_character_entered"), 1, 2)}
)

CONVERSATION_FILTER = shape(
    {
        "include": many(one_of("im", "mpim", "private", "public"), 1, 4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    }
)

SLACK_FILE = shape({"id": string(255), "url": URL}, any_of=("id", "url"))


def option(label: Check, with_url: bool = False) -> Check:
    """An option: text and value 75 and 150, description 75. Only an overflow menu's may carry a URL."""
    fields: dict[str, Check] = {"text": label, "value": string(150), "description": text(75)}
    if with_url:
        fields["url"] = URL
    return shape(fields, required=("text", "value"))


PLAIN_OPTION = option(plain(75))
TEXT_OPTION = option(text(75))
OVERFLOW_OPTION = option(plain(75), with_url=True)

OPTION_GROUP = shape(
    {"label": plain(75), "options": many(PLAIN_OPTION, 1, 100)},
    required=("label", "options"),
)


def distinct_values(block_element: Any, at: str) -> Iterator[Problem]:
    """Options of one element that have the same value cannot be told apart when they are chosen."""
    options = block_element.get("options")
    if not isinstance(options, list):
        return
    values = [one.get("value") for one in options if isinstance(one, dict)]
    if len(values) != len(set(map(str, values))):
        yield from wrong("options must have distinct values", f"{at}/options")


def initial_is_offered(block_element: Any, at: str) -> Iterator[Problem]:
    """An initial option must be one of the options, exactly."""
    offered = list(block_element.get("options") or [])
    for group in block_element.get("option_groups") or []:
        offered += (group.get("options") or []) if isinstance(group, dict) else []
    for name in ("initial_option", "initial_options"):
        chosen = block_element.get(name)
        for one in chosen if isinstance(chosen, list) else [chosen]:
            if one is not None and offered and one not in offered:
                yield from wrong(f"{name} must be among the options", f"{at}/{name}")


WORKFLOW = shape({"trigger": anything}, required=("trigger",))
