"""Block elements: buttons, menus, inputs; and which of them may stand in which block."""

import re
from collections.abc import Callable, Iterator
from datetime import date, time

from bot.workspace.checks.objects import (
    ACTION_ID,
    ALT_TEXT,
    CONFIRM,
    CONVERSATION_FILTER,
    DISPATCH_ACTION_CONFIG,
    OPTION_GROUP,
    OVERFLOW_OPTION,
    PLAIN_OPTION,
    SLACK_FILE,
    TEXT_OPTION,
    URL,
    WORKFLOW,
    distinct_values,
    initial_is_offered,
    plain,
)
from bot.workspace.checks.rich_text import RICH_TEXT_ONLY
from bot.workspace.checks.shapes import (
    Check,
    JsonObject,
    Problem,
    boolean,
    by_type,
    many,
    matching,
    number,
    one_of,
    shape,
    string,
    wrong,
)


def _reads(parse: Callable[[str], date | time], pattern: str) -> Callable[[str], bool]:
    """Whether a string has this form and means something: 2026-02-30 has the form and is no day."""

    def accepts(value: str) -> bool:
        try:
            return bool(re.fullmatch(pattern, value)) and parse(value) is not None
        except ValueError:
            return False

    return accepts


_DATE = matching(_reads(date.fromisoformat, r"\d{4}-\d\d-\d\d"), "must be a valid date in YYYY-MM-DD format")
_TIME = matching(_reads(time.fromisoformat, r"\d\d:\d\d"), "must be a valid time in HH:mm format")
_ID = string(255)
_ACTION: dict[str, Check] = {"action_id": ACTION_ID, "confirm": CONFIRM}
_FIELD: dict[str, Check] = {"action_id": ACTION_ID, "focus_on_load": boolean, "placeholder": plain(150)}
_MENU: dict[str, Check] = _FIELD | {"confirm": CONFIRM}
_TYPED: dict[str, Check] = _FIELD | {"dispatch_action_config": DISPATCH_ACTION_CONFIG}
_UP_TO: Check = number(1, whole=True)


def _options_or_groups(value: JsonObject, at: str) -> Iterator[Problem]:
    if (value.get("options") is None) == (value.get("option_groups") is None):
        yield from wrong("exactly one of options and option_groups must be given", at)


def _lengths_in_order(value: JsonObject, at: str) -> Iterator[Problem]:
    low, high = value.get("min_length"), value.get("max_length")
    if isinstance(low, int) and isinstance(high, int) and low > high:
        yield from wrong("min_length must be less than or equal to max_length", at)
    initial = value.get("initial_value")
    if isinstance(initial, str) and isinstance(high, int) and len(initial) > high:
        yield from wrong("initial_value must not be longer than max_length", f"{at}/initial_value")


def _static_menu(initial: dict[str, Check]) -> Check:
    fields = _MENU | {"options": many(PLAIN_OPTION, 1, 100), "option_groups": many(OPTION_GROUP, 1, 100)}
    return shape(fields | initial, rules=(_options_or_groups, distinct_values, initial_is_offered))


def _picker(**initial: Check) -> Check:
    return shape(_MENU | initial)


_MANY_PLAIN = many(PLAIN_OPTION, 0)
_CONVERSATIONS: dict[str, Check] = {"default_to_current_conversation": boolean, "filter": CONVERSATION_FILTER}
_CHOICE_RULES = (distinct_values, initial_is_offered)

_FEEDBACK = shape(
    {"text": plain(75), "value": string(2000), "accessibility_label": string(75)}, required=("text", "value")
)

ELEMENTS: dict[str, Check] = {
    "button": shape(
        _ACTION
        | {
            "text": plain(75),
            "url": URL,
            "value": string(2000, at_least=0),
            "style": one_of("primary", "danger"),
            "accessibility_label": string(75),
        },
        required=("text",),
    ),
    "workflow_button": shape(
        _ACTION
        | {
            "text": plain(75),
            "workflow": WORKFLOW,
            "style": one_of("primary", "danger"),
            "accessibility_label": string(75),
        },
        required=("text", "workflow", "action_id"),
    ),
    "icon_button": shape(
        _ACTION
        | {
            "icon": one_of("trash"),
            "text": plain(75),
            "value": string(2000, at_least=0),
            "accessibility_label": string(75),
            "visible_to_user_ids": many(_ID, 0),
        },
        required=("icon", "text"),
    ),
    "feedback_buttons": shape(
        {"action_id": ACTION_ID, "positive_button": _FEEDBACK, "negative_button": _FEEDBACK},
        required=("positive_button", "negative_button"),
    ),
    "overflow": shape(
        _ACTION | {"options": many(OVERFLOW_OPTION, 1, 5)}, required=("options",), rules=(distinct_values,)
    ),
    "checkboxes": shape(
        _ACTION
        | {
            "focus_on_load": boolean,
            "options": many(TEXT_OPTION, 1, 10),
            "initial_options": many(TEXT_OPTION),
        },
        required=("options",),
        rules=_CHOICE_RULES,
    ),
    "radio_buttons": shape(
        _ACTION
        | {"focus_on_load": boolean, "options": many(TEXT_OPTION, 1, 10), "initial_option": TEXT_OPTION},
        required=("options",),
        rules=_CHOICE_RULES,
    ),
    "static_select": _static_menu({"initial_option": PLAIN_OPTION}),
    "multi_static_select": _static_menu({"initial_options": _MANY_PLAIN, "max_selected_items": _UP_TO}),
    "external_select": _picker(initial_option=PLAIN_OPTION, min_query_length=number(0, whole=True)),
    "multi_external_select": _picker(
        initial_options=_MANY_PLAIN, min_query_length=number(0, whole=True), max_selected_items=_UP_TO
    ),
    "users_select": _picker(initial_user=_ID),
    "multi_users_select": _picker(initial_users=many(_ID, 0), max_selected_items=_UP_TO),
    "conversations_select": _picker(initial_conversation=_ID, response_url_enabled=boolean, **_CONVERSATIONS),
    "multi_conversations_select": _picker(
        initial_conversations=many(_ID, 0), max_selected_items=_UP_TO, **_CONVERSATIONS
    ),
    "channels_select": _picker(initial_channel=_ID, response_url_enabled=boolean),
    "multi_channels_select": _picker(initial_channels=many(_ID, 0), max_selected_items=_UP_TO),
    "datepicker": _picker(initial_date=_DATE),
    "timepicker": _picker(initial_time=_TIME, timezone=_ID),
    "datetimepicker": shape(
        _ACTION
        | {"focus_on_load": boolean, "initial_date_time": number(1_000_000_000, 9_999_999_999, whole=True)}
    ),
    "plain_text_input": shape(
        _TYPED
        | {
            "initial_value": string(3000, at_least=0),
            "multiline": boolean,
            "min_length": number(0, 3000, whole=True),
            "max_length": number(1, 3000, whole=True),
        },
        rules=(_lengths_in_order,),
    ),
    "rich_text_input": shape(_TYPED | {"initial_value": RICH_TEXT_ONLY}),
    "email_text_input": shape(_TYPED | {"initial_value": string(3000)}),
    "url_text_input": shape(_TYPED | {"initial_value": string(3000)}),
    "number_input": shape(
        _TYPED
        | {
            "is_decimal_allowed": boolean,
            "initial_value": string(255),
            "min_value": string(255),
            "max_value": string(255),
        },
        required=("is_decimal_allowed",),
    ),
    "file_input": shape(
        {
            "action_id": ACTION_ID,
            "filetypes": many(string(255)),
            "max_files": number(1, 10, whole=True),
            "focus_on_load": boolean,
        }
    ),
    "image": shape(
        {"image_url": URL, "alt_text": ALT_TEXT, "slack_file": SLACK_FILE},
        required=("alt_text",),
        any_of=("image_url", "slack_file"),
    ),
}

MENUS = frozenset(name for name in ELEMENTS if name.endswith("_select"))
MULTI_MENUS = frozenset(name for name in MENUS if name.startswith("multi_"))
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
STATEFUL = IN_INPUT


def element(allowed: frozenset[str]) -> Check:
    """An element of one of the `allowed` types."""
    return by_type(ELEMENTS, allowed)


IMAGE = element(frozenset({"image"}))
