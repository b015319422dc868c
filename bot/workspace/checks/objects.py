"""Composition objects: text, options, confirmation dialogs and the like."""

import re

from bot.workspace.checks.shapes import (
    BOOLEAN,
    ByType,
    Check,
    Form,
    Many,
    OneOf,
    Shape,
    String,
    one_of,
)

ACTION_ID = String(255)
BLOCK_ID = String(255)
URL = String(3000)
ALT_TEXT = String(2000)
ID = String(255)


def plain(at_most: int) -> ByType:
    """A plain_text object."""
    return ByType({"plain_text": Shape({"text": String(at_most), "emoji": BOOLEAN}, required=("text",))})


def text(at_most: int) -> ByType:
    """A plain_text or mrkdwn object."""
    return ByType(
        {
            "plain_text": Shape({"text": String(at_most), "emoji": BOOLEAN}, required=("text",)),
            "mrkdwn": Shape({"text": String(at_most), "verbatim": BOOLEAN}, required=("text",)),
        }
    )


STYLE: OneOf = one_of("primary", "danger")

CONFIRM = Shape(
    {
        "title": plain(100),
        "text": text(300),
        "confirm": plain(30),
        "deny": plain(30),
        "style": STYLE,
    },
    required=("title", "text", "confirm", "deny"),
)

DISPATCH_ACTION_CONFIG = Shape(
    {"trigger_actions_on": Many(one_of("on_enter_pressed", "on_character_entered"), 1, 2)},
    required=("trigger_actions_on",),
)

CONVERSATION_FILTER = Shape(
    {
        "include": Many(one_of("im", "mpim", "private", "public"), 1, 4),
        "exclude_external_shared_channels": BOOLEAN,
        "exclude_bot_users": BOOLEAN,
    },
    any_of=("include", "exclude_external_shared_channels", "exclude_bot_users"),
)

FILE_ID = Form(lambda value: bool(re.fullmatch(r"F[A-Z0-9]{2,254}", value)), "must be the id of a file")
SLACK_FILE = Shape({"id": FILE_ID, "url": URL}, any_of=("id", "url"), not_both=("id", "url"))


def option(label: Check, with_url: bool = False) -> Shape:
    """An option: text and value 75 and 150, description 75. Only an overflow menu's may carry a URL."""
    fields: dict[str, Check] = {"text": label, "value": String(150), "description": text(75)}
    if with_url:
        fields["url"] = URL
    return Shape(fields, required=("text", "value"))


PLAIN_OPTION = option(plain(75))
TEXT_OPTION = option(text(75))
OVERFLOW_OPTION = option(plain(75), with_url=True)

OPTION_GROUP = Shape(
    {"label": plain(75), "options": Many(PLAIN_OPTION, 1, 100)},
    required=("label", "options"),
)

TRIGGER = Shape(
    {
        "url": URL,
        "customizable_input_parameters": Many(
            Shape({"name": ID, "value": String(3000, at_least=0)}, required=("name", "value")), 0
        ),
    },
    required=("url",),
)
WORKFLOW = Shape({"trigger": TRIGGER}, required=("trigger",))

OBJECTS: dict[str, Shape] = {
    "confirm": CONFIRM,
    "dispatch_action_config": DISPATCH_ACTION_CONFIG,
    "filter": CONVERSATION_FILTER,
    "option": PLAIN_OPTION,
    "option of a choice": TEXT_OPTION,
    "option of an overflow menu": OVERFLOW_OPTION,
    "option group": OPTION_GROUP,
    "slack_file": SLACK_FILE,
    "workflow": WORKFLOW,
}
"""What stands in several elements, under the name by which the documentation speaks of it."""
