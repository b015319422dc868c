"""Blocks of every kind that fit what the checks declare, for hypothesis to vary."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from bot.workspace.checks.blocks import BLOCKS
from bot.workspace.checks.shapes import Boolean, ByType, Check, Form, Many, Number, OneOf, Shape, String
from tests.workspace.builders import JsonObject
from tests.workspace.declared import EXAMPLES, needed, rule_name

_CHARACTERS = st.characters(codec="utf-8", exclude_characters="\0")
_CELL = {"type": "raw_text", "text": "x"}


def fitting(check: Check) -> st.SearchStrategy[Any]:
    """Values that this check takes."""
    match check:
        case String():
            return st.text(_CHARACTERS, min_size=check.at_least, max_size=min(check.at_most, 30))
        case Boolean():
            return st.booleans()
        case Number():
            low = check.at_least if check.above is None else check.above + 1
            return st.integers(low if low is not None else -99, check.at_most or 9_999)
        case OneOf():
            return st.sampled_from(check.allowed)
        case Form():
            return st.just(EXAMPLES[check])
        case Many():
            most = min(check.at_most or 4, check.at_least + 3)
            return st.lists(fitting(check.each), min_size=check.at_least, max_size=most)
        case ByType():
            return st.sampled_from(sorted(check.types)).flatmap(lambda kind: _typed(check, kind))
        case Shape():
            return _shaped(check)
        case _:
            return st.just({})


def _typed(check: ByType, kind: str) -> st.SearchStrategy[JsonObject]:
    return fitting(check.shapes[kind]).map(lambda value: {"type": kind} | value)


def _later(check: Check) -> st.SearchStrategy[Any]:
    return st.deferred(lambda: fitting(check))


def _shaped(shape: Shape) -> st.SearchStrategy[JsonObject]:
    must = needed(shape)
    parts = {name: _later(check) for name, check in shape.fields.items()}
    given = st.fixed_dictionaries(
        {name: parts[name] for name in must},
        optional={name: part for name, part in parts.items() if name not in {*must, *shape.not_both}},
    )
    return given.map(lambda value: tidied(shape, value))


def tidied(shape: Shape, value: JsonObject) -> JsonObject:
    """The value with what breaks a rule between its fields put right."""
    for rule in shape.rules:
        TIDIES[rule_name(rule)](value)
    return value


def _without(*names: str) -> Callable[[JsonObject], None]:
    def tidy(value: JsonObject) -> None:
        for name in names:
            value.pop(name, None)

    return tidy


def _options(value: JsonObject) -> None:
    value.setdefault("options", [{"text": {"type": "plain_text", "text": "x"}, "value": "x"}])
    value.pop("option_groups", None)


def _distinct(value: JsonObject) -> None:
    value["options"] = list({one["value"]: one for one in value["options"]}.values())


def _offered(value: JsonObject) -> None:
    for name in ("initial_option", "initial_options"):
        if name in value:
            value[name] = value["options"][0] if name == "initial_option" else value["options"]


def _rows(value: JsonObject) -> None:
    width = len(value["rows"][0])
    value["rows"] = [[_CELL] * width, *[[*row, *[_CELL] * width][:width] for row in value["rows"][1:]]]
    value.pop("row_header_column_index", None)


def _once(value: JsonObject) -> None:
    """Names of series, categories and tasks, each there once."""
    if "tasks" in value:
        value["tasks"] = list({one["task_id"]: one for one in value["tasks"]}.values())
        return
    value["axis_config"]["categories"] = list(dict.fromkeys(value["axis_config"]["categories"]))
    value["series"] = list({one["name"]: one for one in value["series"]}.values())


def _points(value: JsonObject) -> None:
    for one in value["series"]:
        one["data"] = [{"label": name, "value": 1} for name in value["axis_config"]["categories"]]


TIDIES: dict[str, Callable[[JsonObject], None]] = {
    "options_or_groups": _options,
    "distinct_values": _distinct,
    "initial_is_offered": _offered,
    "in_order": _without("min_length", "min_lines"),
    "initial_fits": _without("max_length"),
    "numbers_fit": _without("min_value", "max_value"),
    "not_dispatched": _without("dispatch_action"),
    "divider_or_fold": _without("is_collapsible", "default_collapsed", "has_header_divider"),
    "header_is_plain": _rows,
    "rows_are_even": _rows,
    "row_header_is_a_column": _rows,
    "each_once": _once,
    "a_point_for_each_category": _points,
}

_IDS = ("block_id", "action_id", "focus_on_load")
_NEED_AN_ID = ("workflow_button", "rich_text_input")


def without_ids(part: Any, place: int = 0) -> Any:
    """The part without what is once in a whole view: that is a matter of views, not of blocks."""
    if isinstance(part, list):
        return [without_ids(one, index) for index, one in enumerate(part)]
    if not isinstance(part, dict):
        return part
    kept = {name: without_ids(one) for name, one in part.items() if name not in _IDS}
    return kept | ({"action_id": f"a{place}"} if part.get("type") in _NEED_AN_ID else {})


def block(kind: str) -> st.SearchStrategy[JsonObject]:
    """A block of this type that may be sent as it is."""
    return fitting(BLOCKS[kind]).map(lambda value: {"type": kind} | without_ids(_placed_in_a_message(value)))


def _placed_in_a_message(value: JsonObject) -> JsonObject:
    """A container's blocks as a message takes them: one table at most, and no file is asked for."""
    inside = value.get("child_blocks", [])
    first = next((index for index, one in enumerate(inside) if one["type"] == "table"), None)
    kept = [one for index, one in enumerate(inside) if one["type"] != "table" or index == first]
    for one in kept:
        if one["type"] == "input" and one["element"]["type"] == "file_input":
            one["element"] = {"type": "plain_text_input"}
    return value | {"child_blocks": kept} if inside else value
