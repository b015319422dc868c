"""Blocks that hold a small thing of its own: cards, tasks and plans, charts, tables."""

from bot.workspace.checks.elements import IMAGE, element
from bot.workspace.checks.objects import BLOCK_ID, ID, URL, text
from bot.workspace.checks.rich_text import RICH_TEXT, RICH_TEXT_ONLY
from bot.workspace.checks.rules import (
    a_point_for_each_category,
    each_once,
    header_is_plain,
    row_header_is_a_column,
    rows_are_even,
)
from bot.workspace.checks.shapes import BOOLEAN, ByType, Check, Many, Number, Shape, String, one_of

_RAW_TEXT = Shape({"text": String(3000)}, required=("text",))
_CELLS: dict[str, Check] = {
    "raw_text": _RAW_TEXT,
    "rich_text": RICH_TEXT,
    "raw_number": Shape({"value": Number(), "text": String(3000)}, required=("value", "text")),
}
_COLUMN = Shape({"align": one_of("left", "center", "right"), "is_wrapped": BOOLEAN})

TABLE = Shape(
    {
        "block_id": BLOCK_ID,
        "rows": Many(Many(ByType(_CELLS), 1, 20), 1, 100),
        "column_settings": Many(_COLUMN, 0, 20),
    },
    required=("rows",),
)
DATA_TABLE = Shape(
    {
        "block_id": BLOCK_ID,
        "rows": Many(Many(ByType(_CELLS), 1, 20), 2, 201),
        "caption": String(2000),
        "page_size": Number(1, 100, whole=True),
        "row_header_column_index": Number(0, 19, whole=True),
    },
    required=("rows", "caption"),
    rules=(header_is_plain, rows_are_even, row_header_is_a_column),
)

_LABEL = String(20)
_POINT = Shape({"label": _LABEL, "value": Number()}, required=("label", "value"))
_SERIES = Shape({"name": _LABEL, "data": Many(_POINT, 1, 20)}, required=("name", "data"))
_AXES = Shape(
    {"categories": Many(_LABEL, 1, 20), "x_label": String(50), "y_label": String(50)},
    required=("categories",),
)
_LINES = Shape(
    {"series": Many(_SERIES, 1, 12), "axis_config": _AXES},
    required=("series", "axis_config"),
    rules=(each_once("axis_config", "categories"), each_once("series", "name"), a_point_for_each_category),
)
_SEGMENT = Shape({"label": _LABEL, "value": Number(above=0)}, required=("label", "value"))
_PIE = Shape({"segments": Many(_SEGMENT, 1, 12)}, required=("segments",))
_CHART = ByType({"line": _LINES, "bar": _LINES, "area": _LINES, "pie": _PIE})

DATA_VISUALIZATION = Shape(
    {"block_id": BLOCK_ID, "title": String(50), "chart": _CHART}, required=("title", "chart")
)

_SOURCE = Shape({"url": URL, "text": String(3000)}, required=("url", "text"))


def _task(*statuses: str) -> Shape:
    fields: dict[str, Check] = {
        "block_id": BLOCK_ID,
        "task_id": ID,
        "title": String(3000),
        "details": RICH_TEXT_ONLY,
        "output": RICH_TEXT_ONLY,
        "sources": Many(ByType({"url": _SOURCE}), 0),
        "status": one_of(*statuses),
    }
    return Shape(fields, required=("task_id", "title", "status"))


TASK_CARD = _task("in_progress", "complete", "error")
"""Only a plan's task may be pending."""

PLAN = Shape(
    {
        "block_id": BLOCK_ID,
        "title": String(3000),
        "tasks": Many(_task("pending", "in_progress", "complete", "error"), 0, 50),
    },
    required=("title", "tasks"),
    rules=(each_once("tasks", "task_id"),),
)

_ICON = Shape({"name": ID}, required=("name",))

CARD = Shape(
    {
        "block_id": BLOCK_ID,
        "hero_image": IMAGE,
        "icon": IMAGE,
        "slack_icon": ByType({"icon": _ICON}),
        "title": text(150),
        "subtitle": text(150),
        "body": text(200),
        "subtext": text(200),
        "actions": Many(element(frozenset({"button"})), 1, 3),
    },
    any_of=("hero_image", "title", "actions", "body"),
    not_both=("icon", "slack_icon"),
)

CAROUSEL = Shape(
    {"block_id": BLOCK_ID, "elements": Many(ByType({"card": CARD}), 1, 10)}, required=("elements",)
)
