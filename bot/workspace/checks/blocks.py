"""Every block that Slack offers, its limits, and the surfaces it may stand on."""

from bot.workspace.checks.cards import CARD, CAROUSEL, DATA_TABLE, DATA_VISUALIZATION, PLAN, TABLE, TASK_CARD
from bot.workspace.checks.elements import (
    ELEMENTS,
    IMAGE,
    IN_ACTIONS,
    IN_CONTEXT_ACTIONS,
    IN_INPUT,
    IN_SECTION,
    element,
)
from bot.workspace.checks.objects import ALT_TEXT, BLOCK_ID, ID, SLACK_FILE, URL, plain, text
from bot.workspace.checks.rich_text import RICH_TEXT, RICH_TEXT_ONLY
from bot.workspace.checks.rules import divider_or_fold, not_dispatched
from bot.workspace.checks.shapes import ANYTHING, BOOLEAN, ByType, Check, Many, Shape, String, one_of

MESSAGE, MODAL, HOME = "message", "modal", "home"
SURFACES = (MESSAGE, MODAL, HOME)


def _block(
    fields: dict[str, Check],
    required: tuple[str, ...] = (),
    any_of: tuple[str, ...] = (),
    not_both: tuple[str, ...] = (),
    rules: tuple[Check, ...] = (),
) -> Shape:
    return Shape({"block_id": BLOCK_ID} | fields, required, any_of, not_both, rules)


_IN_CONTEXT = ByType({"image": ELEMENTS["image"], **text(3000).shapes})

BLOCKS: dict[str, Shape] = {
    "section": _block(
        {
            "text": text(3000),
            "fields": Many(text(2000), 1, 10),
            "accessory": element(IN_SECTION),
            "expand": BOOLEAN,
        },
        any_of=("text", "fields"),
    ),
    "header": _block({"text": plain(150)}, required=("text",)),
    "divider": _block({}),
    "context": _block({"elements": Many(_IN_CONTEXT, 1, 10)}, required=("elements",)),
    "actions": _block({"elements": Many(element(IN_ACTIONS), 1, 25)}, required=("elements",)),
    "context_actions": _block({"elements": Many(element(IN_CONTEXT_ACTIONS), 1, 5)}, required=("elements",)),
    "input": _block(
        {
            "label": plain(2000),
            "hint": plain(2000),
            "optional": BOOLEAN,
            "dispatch_action": BOOLEAN,
            "element": element(IN_INPUT),
        },
        required=("label", "element"),
        rules=(not_dispatched,),
    ),
    "image": _block(
        {"image_url": URL, "alt_text": ALT_TEXT, "title": plain(2000), "slack_file": SLACK_FILE},
        required=("alt_text",),
        any_of=("image_url", "slack_file"),
        not_both=("image_url", "slack_file"),
    ),
    "rich_text": RICH_TEXT,
    "markdown": _block({"text": String(12_000)}, required=("text",)),
    "video": _block(
        {
            "title": plain(199),
            "title_url": URL,
            "description": plain(200),
            "video_url": URL,
            "thumbnail_url": URL,
            "alt_text": ALT_TEXT,
            "author_name": String(49),
            "provider_name": String(50),
            "provider_icon_url": URL,
        },
        required=("title", "video_url", "thumbnail_url", "alt_text"),
    ),
    "file": _block({"external_id": ID, "source": one_of("remote")}, required=("external_id", "source")),
    "call": _block(
        {"call_id": ID, "api_decoration_available": BOOLEAN, "call": ANYTHING}, required=("call_id",)
    ),
    "table": TABLE,
    "data_table": DATA_TABLE,
    "data_visualization": DATA_VISUALIZATION,
    "card": CARD,
    "carousel": CAROUSEL,
    "alert": _block(
        {"text": text(200), "level": one_of("default", "info", "warning", "error", "success")},
        required=("text",),
    ),
    "task_card": TASK_CARD,
    "plan": PLAN,
    "auth_provider": _block(
        {
            "value": String(150),
            "name": plain(75),
            "is_connected": BOOLEAN,
            "description": plain(150),
            "icon_url": URL,
            "auth_url": URL,
            "disconnect_url": URL,
            "connected_identity": plain(75),
            "connected_context": plain(75),
            "accessory": element(frozenset({"overflow"})),
            "fallback": ANYTHING,
        },
        required=("value", "name", "is_connected"),
    ),
}

_INSIDE_CONTAINER = frozenset(
    ["actions", "context", "divider", "header", "image", "input", "rich_text", "section", "table", "video"]
)
BLOCKS["container"] = _block(
    {
        "title": plain(150),
        "rich_text_title": RICH_TEXT_ONLY,
        "subtitle": text(150),
        "icon": IMAGE,
        "child_blocks": Many(ByType(BLOCKS, _INSIDE_CONTAINER), 1, 10),
        "width": one_of("narrow", "standard", "wide", "full"),
        "is_collapsible": BOOLEAN,
        "default_collapsed": BOOLEAN,
        "has_header_divider": BOOLEAN,
    },
    required=("child_blocks",),
    any_of=("title", "rich_text_title"),
    rules=(divider_or_fold,),
)

_ELSEWHERE: dict[str, frozenset[str]] = {
    "alert": frozenset({MODAL}),
    "markdown": frozenset({MESSAGE}),
    "context_actions": frozenset({MESSAGE}),
    "call": frozenset({MESSAGE}),
    "task_card": frozenset({MESSAGE}),
    "plan": frozenset({MESSAGE}),
    "carousel": frozenset({MESSAGE, HOME}),
    "container": frozenset({MESSAGE, HOME}),
    "table": frozenset({MESSAGE, HOME}),
    "data_table": frozenset({MESSAGE, HOME}),
    "data_visualization": frozenset({MESSAGE, HOME}),
    # Slack shows it where a remote file was shared; no app can send it.
    "file": frozenset(),
}


def allowed_on(surface: str) -> frozenset[str]:
    """The types of block that an app may put on this surface (message, modal or home)."""
    everywhere = frozenset(SURFACES)
    return frozenset(name for name in BLOCKS if surface in _ELSEWHERE.get(name, everywhere))
