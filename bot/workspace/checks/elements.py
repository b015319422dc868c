"""Block elements: buttons, menus, inputs; and which of them may stand in which block."""

import re
from collections.abc import Callable
from datetime import date, time
from zoneinfo import available_timezones

from bot.workspace.checks.objects import (
    ACTION_ID,
    ALT_TEXT,
    CONFIRM,
    CONVERSATION_FILTER,
    DISPATCH_ACTION_CONFIG,
    ID,
    OPTION_GROUP,
    OVERFLOW_OPTION,
    PLAIN_OPTION,
    SLACK_FILE,
    STYLE,
    TEXT_OPTION,
    URL,
    WORKFLOW,
    plain,
)
from bot.workspace.checks.rich_text import RICH_TEXT_ONLY
from bot.workspace.checks.rules import (
    as_number,
    distinct_values,
    in_order,
    initial_fits,
    initial_is_offered,
    numbers_fit,
    options_or_groups,
)
from bot.workspace.checks.shapes import BOOLEAN, ByType, Check, Form, Many, Number, Shape, String, one_of


def _reads(parse: Callable[[str], date | time], pattern: str) -> Callable[[str], bool]:
    """Whether a string has this form and means something: 2026-02-30 has the form and is no day."""

    def accepts(value: str) -> bool:
        try:
            return bool(re.fullmatch(pattern, value)) and parse(value) is not None
        except ValueError:
            return False

    return accepts


DATE = Form(_reads(date.fromisoformat, r"\d{4}-\d\d-\d\d"), "must be a valid date in YYYY-MM-DD format")
TIME = Form(_reads(time.fromisoformat, r"\d\d:\d\d"), "must be a valid time in HH:mm format")
ZONE = Form(lambda value: value in available_timezones(), "must be a valid IANA timezone")
NUMBER = Form(lambda value: as_number(value) is not None, "must be a valid number")

_ACTION: dict[str, Check] = {"action_id": ACTION_ID, "confirm": CONFIRM}
_FIELD: dict[str, Check] = {"action_id": ACTION_ID, "focus_on_load": BOOLEAN, "placeholder": plain(150)}
_MENU: dict[str, Check] = _FIELD | {"confirm": CONFIRM}
_TYPED: dict[str, Check] = _FIELD | {"dispatch_action_config": DISPATCH_ACTION_CONFIG}
_LABELLED: dict[str, Check] = {"text": plain(75), "accessibility_label": String(75)}
_UP_TO: Check = Number(1, whole=True)
_AT_ONCE: Check = Number(0, whole=True)
_LINES: Check = Number(1, 100, whole=True)


def _static_menu(initial: dict[str, Check]) -> Shape:
    fields = _MENU | {"options": Many(PLAIN_OPTION, 1, 100), "option_groups": Many(OPTION_GROUP, 1, 100)}
    return Shape(fields | initial, rules=(options_or_groups, distinct_values, initial_is_offered))


def _picker(**initial: Check) -> Shape:
    return Shape(_MENU | initial)


def _choice(initial: dict[str, Check]) -> Shape:
    fields = _ACTION | {"focus_on_load": BOOLEAN, "options": Many(TEXT_OPTION, 1, 10)}
    return Shape(fields | initial, required=("options",), rules=(distinct_values, initial_is_offered))


_MANY_PLAIN = Many(PLAIN_OPTION, 0)
_CONVERSATIONS: dict[str, Check] = {"default_to_current_conversation": BOOLEAN, "filter": CONVERSATION_FILTER}

_FEEDBACK = Shape(_LABELLED | {"value": String(2000)}, required=("text", "value"))

ELEMENTS: dict[str, Shape] = {
    "button": Shape(
        _ACTION
        | _LABELLED
        | {
            "url": URL,
            "value": String(2000, at_least=0),
            "style": STYLE,
            "agent_prompt": String(4000),
            "agent_prompt_display": String(4000),
            "visible_to_user_ids": Many(ID, 0),
        },
        required=("text",),
    ),
    "workflow_button": Shape(
        _ACTION | _LABELLED | {"workflow": WORKFLOW, "style": STYLE},
        required=("text", "workflow", "action_id"),
    ),
    "icon_button": Shape(
        _ACTION
        | _LABELLED
        | {
            "icon": one_of("trash"),
            "value": String(2000, at_least=0),
            "visible_to_user_ids": Many(ID, 0, 10),
        },
        required=("icon", "text"),
    ),
    "feedback_buttons": Shape(
        {"action_id": ACTION_ID, "positive_button": _FEEDBACK, "negative_button": _FEEDBACK},
        required=("positive_button", "negative_button"),
    ),
    "overflow": Shape(
        _ACTION | {"options": Many(OVERFLOW_OPTION, 1, 5)}, required=("options",), rules=(distinct_values,)
    ),
    "checkboxes": _choice({"initial_options": Many(TEXT_OPTION)}),
    "radio_buttons": _choice({"initial_option": TEXT_OPTION}),
    "static_select": _static_menu({"initial_option": PLAIN_OPTION}),
    "multi_static_select": _static_menu({"initial_options": _MANY_PLAIN, "max_selected_items": _UP_TO}),
    "external_select": _picker(initial_option=PLAIN_OPTION, min_query_length=_AT_ONCE),
    "multi_external_select": _picker(
        initial_options=_MANY_PLAIN, min_query_length=_AT_ONCE, max_selected_items=_UP_TO
    ),
    "users_select": _picker(initial_user=ID),
    "multi_users_select": _picker(initial_users=Many(ID, 0), max_selected_items=_UP_TO),
    "conversations_select": _picker(initial_conversation=ID, response_url_enabled=BOOLEAN, **_CONVERSATIONS),
    "multi_conversations_select": _picker(
        initial_conversations=Many(ID, 0), max_selected_items=_UP_TO, **_CONVERSATIONS
    ),
    "channels_select": _picker(initial_channel=ID, response_url_enabled=BOOLEAN),
    "multi_channels_select": _picker(initial_channels=Many(ID, 0), max_selected_items=_UP_TO),
    "datepicker": _picker(initial_date=DATE),
    "timepicker": _picker(initial_time=TIME, timezone=ZONE),
    "datetimepicker": Shape(
        _ACTION
        | {"focus_on_load": BOOLEAN, "initial_date_time": Number(1_000_000_000, 9_999_999_999, whole=True)}
    ),
    "plain_text_input": Shape(
        _TYPED
        | {
            "initial_value": String(3000, at_least=0),
            "multiline": BOOLEAN,
            "min_length": Number(0, 3000, whole=True),
            "max_length": Number(1, 3000, whole=True),
        },
        rules=(in_order("min_length", "max_length"), initial_fits),
    ),
    "rich_text_input": Shape(
        _TYPED | {"initial_value": RICH_TEXT_ONLY, "min_lines": _LINES, "max_lines": _LINES},
        required=("action_id",),
        rules=(in_order("min_lines", "max_lines"),),
    ),
    "email_text_input": Shape(_TYPED | {"initial_value": String(3000)}),
    "url_text_input": Shape(_TYPED | {"initial_value": String(3000)}),
    "number_input": Shape(
        _TYPED
        | {
            "is_decimal_allowed": BOOLEAN,
            "initial_value": NUMBER,
            "min_value": NUMBER,
            "max_value": NUMBER,
        },
        required=("is_decimal_allowed",),
        rules=(numbers_fit,),
    ),
    "file_input": Shape(
        {
            "action_id": ACTION_ID,
            "filetypes": Many(String(255)),
            "max_files": Number(1, 10, whole=True),
            "focus_on_load": BOOLEAN,
        }
    ),
    "image": Shape(
        {"image_url": URL, "alt_text": ALT_TEXT, "slack_file": SLACK_FILE},
        required=("alt_text",),
        any_of=("image_url", "slack_file"),
        not_both=("image_url", "slack_file"),
    ),
}

MENUS = frozenset(name for name in ELEMENTS if name.endswith("_select"))
PICKERS = frozenset({"datepicker", "timepicker"})
CHOICES = frozenset({"checkboxes", "radio_buttons"})
TYPED = frozenset(
    {"plain_text_input", "rich_text_input", "email_text_input", "url_text_input", "number_input"}
)

IN_ACTIONS = (
    MENUS
    | PICKERS
    | CHOICES
    | {"button", "workflow_button", "overflow", "datetimepicker"}
    | {"rich_text_input"}
)
IN_SECTION = MENUS | PICKERS | CHOICES | {"button", "workflow_button", "overflow", "image"}
IN_INPUT = MENUS | PICKERS | CHOICES | TYPED | {"datetimepicker", "file_input"}
IN_CONTEXT_ACTIONS = frozenset({"feedback_buttons", "icon_button"})
STATEFUL = IN_INPUT


def element(allowed: frozenset[str]) -> ByType:
    """An element of one of the `allowed` types."""
    return ByType(ELEMENTS, allowed)


IMAGE = element(frozenset({"image"}))
