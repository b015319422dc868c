"""Every block that Slack offers, its limits, and the surfaces it may stand on."""

from collections.abc import Iterator
from typing import Any

from bot.workspace.checks.elements import ELEMENTS, IMAGE, IN_ACTIONS, IN_INPUT, IN_SECTION, element
from bot.workspace.checks.objects import ALT_TEXT, BLOCK_ID, SLACK_FILE, URL, plain, text
from bot.workspace.checks.rich_text import RICH_TEXT, RICH_TEXT_ONLY
from bot.workspace.checks.shapes import (
    Check,
    JsonObject,
    Problem,
    anything,
    boolean,
    by_type,
    many,
    number,
    one_of,
    shape,
    string,
    wrong,
)

MESSAGE, MODAL, HOME = "message", "modal", "home"
_EVERYWHERE = frozenset({MESSAGE, MODAL, HOME})
_MESSAGES = frozenset({MESSAGE})


def _block(fields: dict[str, Check], **more: Any) -> Check:
    return shape({"block_id": BLOCK_ID} | fields, **more)


def _header_is_plain(value: JsonObject, at: str) -> Iterator[Problem]:
    rows = value.get("rows")
    header = rows[0] if isinstance(rows, list) and rows and isinstance(rows[0], list) else []
    for index, cell in enumerate(header):
        if isinstance(cell, dict) and cell.get("type") == "rich_text":
            yield from wrong("rich_text is not allowed in the header row", f"{at}/rows/0/{index}")


def _rows_are_even(value: JsonObject, at: str) -> Iterator[Problem]:
    rows = value.get("rows")
    if isinstance(rows, list) and len({len(row) for row in rows if isinstance(row, list)}) > 1:
        yield from wrong("all rows must have the same number of cells", f"{at}/rows")


def _input_dispatches(value: JsonObject, at: str) -> Iterator[Problem]:
    """`dispatch_action` is refused for a file input, whose choice is never dispatched."""
    inner = value.get("element")
    if value.get("dispatch_action") and isinstance(inner, dict) and inner.get("type") == "file_input":
        yield from wrong("dispatch_action is not supported for file_input", f"{at}/dispatch_action")


def _divider_or_fold(value: JsonObject, at: str) -> Iterator[Problem]:
    if value.get("is_collapsible") and value.get("has_header_divider"):
        yield from wrong("has_header_divider cannot be set when is_collapsible is true", at)
    if value.get("default_collapsed") and not value.get("is_collapsible"):
        yield from wrong("default_collapsed requires is_collapsible", at)


_RAW_TEXT = shape({"text": string(3000)}, required=("text",))
_CELLS = by_type({"raw_text": _RAW_TEXT, "rich_text": RICH_TEXT})
_DATA_CELLS = by_type(
    {
        "raw_text": _RAW_TEXT,
        "rich_text": RICH_TEXT,
        "raw_number": shape({"value": number(), "text": string(3000)}, required=("value", "text")),
    }
)

_LABEL = string(20)
_SERIES = shape(
    {
        "name": _LABEL,
        "data": many(shape({"label": _LABEL, "value": number()}, required=("label", "value")), 1, 20),
    },
    required=("name", "data"),
)
_AXES = shape(
    {"categories": many(_LABEL, 1, 20), "x_label": string(50), "y_label": string(50)},
    required=("categories",),
)
_LINES = shape({"series": many(_SERIES, 1, 12), "axis_config": _AXES}, required=("series", "axis_config"))
_SEGMENT = shape({"label": _LABEL, "value": number()}, required=("label", "value"))
_CHART = by_type(
    {
        "line": _LINES,
        "bar": _LINES,
        "area": _LINES,
        "pie": shape({"segments": many(_SEGMENT, 1, 12)}, required=("segments",)),
    }
)

_TASK = _block(
    {
        "task_id": string(255),
        "title": string(3000),
        "details": RICH_TEXT_ONLY,
        "output": RICH_TEXT_ONLY,
        "sources": many(
            by_type({"url": shape({"url": URL, "text": string(3000)}, required=("url", "text"))}), 0
        ),
        "status": one_of("pending", "in_progress", "complete", "error"),
    },
    required=("task_id", "title", "status"),
)

_CARD = _block(
    {
        "hero_image": IMAGE,
        "icon": IMAGE,
        "slack_icon": anything,
        "title": text(150),
        "subtitle": text(150),
        "body": text(200),
        "actions": many(element(frozenset({"button"})), 1, 25),
    },
    any_of=("hero_image", "title", "actions", "body"),
)

BLOCKS: dict[str, Check] = {
    "section": _block(
        {
            "text": text(3000),
            "fields": many(text(2000), 1, 10),
            "accessory": element(IN_SECTION),
            "expand": boolean,
        },
        any_of=("text", "fields"),
    ),
    "header": _block({"text": plain(150)}, required=("text",)),
    "divider": _block({}),
    "context": _block(
        {
            "elements": many(
                by_type({"image": ELEMENTS["image"]} | {"plain_text": text(3000), "mrkdwn": text(3000)}),
                1,
                10,
            )
        },
        required=("elements",),
    ),
    "actions": _block({"elements": many(element(IN_ACTIONS), 1, 25)}, required=("elements",)),
    "context_actions": _block(
        {"elements": many(element(frozenset({"feedback_buttons", "icon_button"})), 1, 5)},
        required=("elements",),
    ),
    "input": _block(
        {
            "label": plain(2000),
            "hint": plain(2000),
            "optional": boolean,
            "dispatch_action": boolean,
            "element": element(IN_INPUT),
        },
        required=("label", "element"),
        rules=(_input_dispatches,),
    ),
    "image": _block(
        {"image_url": URL, "alt_text": ALT_TEXT, "title": plain(2000), "slack_file": SLACK_FILE},
        required=("alt_text",),
        any_of=("image_url", "slack_file"),
    ),
    "rich_text": RICH_TEXT,
    "markdown": _block({"text": string(12_000)}, required=("text",)),
    "video": _block(
        {
            "title": plain(199),
            "title_url": URL,
            "description": plain(200),
            "video_url": URL,
            "thumbnail_url": URL,
            "alt_text": ALT_TEXT,
            "author_name": string(49),
            "provider_name": string(255),
            "provider_icon_url": URL,
        },
        required=("title", "video_url", "thumbnail_url", "alt_text"),
    ),
    "file": _block(
        {"external_id": string(255), "source": one_of("remote")}, required=("external_id", "source")
    ),
    "table": _block(
        {
            "rows": many(many(_CELLS, 1, 20), 1, 100),
            "column_settings": many(
                shape({"align": one_of("left", "center", "right"), "is_wrapped": boolean}), 0, 20
            ),
        },
        required=("rows",),
    ),
    "data_table": _block(
        {
            "rows": many(many(_DATA_CELLS, 1, 20), 2, 201),
            "caption": string(2000),
            "page_size": number(1, 100, whole=True),
            "row_header_column_index": number(0, 19, whole=True),
        },
        required=("rows", "caption"),
        rules=(_header_is_plain, _rows_are_even),
    ),
    "data_visualization": _block({"title": string(50), "chart": _CHART}, required=("title", "chart")),
    "card": _CARD,
    "carousel": _block({"elements": many(by_type({"card": _CARD}), 1, 10)}, required=("elements",)),
    "alert": _block(
        {"text": text(200), "level": one_of("default", "info", "warning", "error", "success")},
        required=("text",),
    ),
    "task_card": _TASK,
    "plan": _block(
        {"title": string(3000), "tasks": many(by_type({"task_card": _TASK}), 0)}, required=("title",)
    ),
}

_INSIDE_CONTAINER = frozenset(
    [
        "actions",
        "context",
        "divider",
        "file",
        "header",
        "image",
        "input",
        "rich_text",
        "section",
        "table",
        "video",
    ]
)
BLOCKS["container"] = _block(
    {
        "title": plain(150),
        "rich_text_title": RICH_TEXT_ONLY,
        "subtitle": text(150),
        "icon": IMAGE,
        "child_blocks": many(by_type(BLOCKS, _INSIDE_CONTAINER), 1, 10),
        "width": one_of("narrow", "standard", "wide", "full"),
        "is_collapsible": boolean,
        "default_collapsed": boolean,
        "has_header_divider": boolean,
    },
    required=("child_blocks",),
    any_of=("title", "rich_text_title"),
    rules=(_divider_or_fold,),
)

_ELSEWHERE: dict[str, frozenset[str]] = {
    "alert": frozenset({MODAL}),
    "markdown": _MESSAGES,
    "context_actions": _MESSAGES,
    "file": _MESSAGES,
    "card": _MESSAGES,
    "carousel": _MESSAGES,
    "task_card": _MESSAGES,
    "plan": _MESSAGES,
    "table": frozenset({MESSAGE, HOME}),
    "data_table": frozenset({MESSAGE, HOME}),
    "data_visualization": frozenset({MESSAGE, HOME}),
}


def allowed_on(surface: str) -> frozenset[str]:
    """The types of block that may stand on this surface (message, modal or home)."""
    return frozenset(name for name in BLOCKS if surface in _ELSEWHERE.get(name, _EVERYWHERE))
