"""What the checks declare, as things to try: the smallest value that fits, and both sides of every limit."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from bot.workspace.checks.blocks import BLOCKS
from bot.workspace.checks.elements import DATE, ELEMENTS, NUMBER, TIME, ZONE
from bot.workspace.checks.objects import FILE_ID, OBJECTS
from bot.workspace.checks.shapes import (
    Anything,
    Boolean,
    ByType,
    Check,
    Form,
    Many,
    Number,
    OneOf,
    Shape,
    String,
)
from tests.workspace.builders import JsonObject

EXAMPLES: dict[Check, str] = {
    DATE: "2026-11-02",
    TIME: "08:10",
    ZONE: "Europe/London",
    NUMBER: "7",
    FILE_ID: "F0123456789",
}
_USUAL = (
    "plain_text",
    "button",
    "plain_text_input",
    "raw_text",
    "rich_text_section",
    "text",
    "section",
    "pie",
)
_NAMED = {id(check) for check in (*OBJECTS.values(), *BLOCKS.values(), *ELEMENTS.values())}

Put = Callable[[Any], Any]


@dataclass(frozen=True)
class Probe:
    """A value on one side of a limit: `fits`, or is wrong at `pointer`."""

    label: str
    whole: Any
    fits: bool
    pointer: str


def smallest(check: Check, salt: int = 0) -> Any:
    """The smallest value that fits; another one for another `salt`, so that a list of them has no doubles."""
    match check:
        case String():
            return f"x{salt}"
        case Boolean():
            return True
        case Number():
            return (check.at_least or 1) if check.above is None else check.above + 1
        case OneOf():
            return check.allowed[0]
        case Form():
            return EXAMPLES[check]
        case Many():
            return several(check, max(1, check.at_least))
        case ByType():
            kind = usual(check)
            return {"type": kind} | smallest(check.shapes[kind], salt)
        case Shape():
            return {name: smallest(check.fields[name], salt) for name in needed(check)}
        case _:
            return {}


def several(check: Many, count: int) -> list[Any]:
    return [smallest(check.each, index) for index in range(count)]


def usual(check: ByType) -> str:
    return next((kind for kind in _USUAL if kind in check.types), min(check.types))


def needed(shape: Shape) -> tuple[str, ...]:
    """The fields without which the shape is refused."""
    alternatives = shape.any_of or (("options",) if "option_groups" in shape.fields else ())
    return shape.required + alternatives[:1]


def rule_name(rule: Check) -> str:
    return str(getattr(rule, "__qualname__", "")).split(".")[0]


def _one_of_two(value: JsonObject, kept: str) -> None:
    value.pop({"options": "option_groups", "option_groups": "options"}.get(kept, ""), None)


def _unfold(value: JsonObject, kept: str) -> None:
    value.pop("is_collapsible" if kept == "has_header_divider" else "has_header_divider", None)
    if value.get("default_collapsed") and kept != "has_header_divider":
        value["is_collapsible"] = True


def _points(value: JsonObject, kept: str) -> None:
    if kept == "axis_config":
        points = [{"label": name, "value": 1} for name in value["axis_config"].get("categories") or []]
        value["series"] = [series | {"data": points} for series in value["series"]]
    elif kept == "series" and value["series"]:
        points = value["series"][0].get("data") or []
        value["axis_config"] = {"categories": [point.get("label") for point in points]}


def _wide_enough(value: JsonObject, kept: str) -> None:
    columns = value.get("row_header_column_index")
    if isinstance(columns, int) and kept == "row_header_column_index":
        value["rows"] = [[{"type": "raw_text", "text": "x"}] * (columns + 1)] * 2


def _even(value: JsonObject, kept: str) -> None:
    if kept == "rows" and value["rows"] and isinstance(value["rows"][0], list):
        value["rows"] = [[*row, *value["rows"][0][len(row) :]] for row in value["rows"]]


def _headed(value: JsonObject, kept: str) -> None:
    if kept == "rows" and value["rows"] and any(cell.get("type") == "rich_text" for cell in value["rows"][0]):
        value["rows"] = [[{"type": "raw_text", "text": "x"}] * len(value["rows"][0]), *value["rows"]]


def _nothing(_value: JsonObject, _kept: str) -> None:
    """What is tried one field at a time does not break this rule."""


AMENDS: dict[str, Callable[[JsonObject, str], None]] = {
    "options_or_groups": _one_of_two,
    "divider_or_fold": _unfold,
    "a_point_for_each_category": _points,
    "row_header_is_a_column": _wide_enough,
    "rows_are_even": _even,
    "header_is_plain": _headed,
    "distinct_values": _nothing,
    "initial_is_offered": _nothing,
    "in_order": _nothing,
    "initial_fits": _nothing,
    "numbers_fit": _nothing,
    "not_dispatched": _nothing,
    "each_once": _nothing,
}
"""What else must be so when one field is set, for each rule: only then does the field's own limit decide."""


def _with(shape: Shape, name: str) -> Put:
    def put(value: Any) -> JsonObject:
        whole = {key: part for key, part in smallest(shape).items() if {key, name} - {*shape.not_both}}
        whole |= {name: value}
        for rule in shape.rules:
            with suppress(AttributeError, TypeError):  # what is of another type is refused before any rule
                AMENDS[rule_name(rule)](whole, name)
        return whole

    return put


def _below(put: Put, inner: Put) -> Put:
    return lambda value: put(inner(value))


def _of_kind(kind: str) -> Put:
    return lambda value: {"type": kind} | value


def probes(check: Check, put: Put, label: str, at: str) -> Iterator[Probe]:
    """Both sides of every limit below this check, down to parts that have a name of their own."""
    match check:
        case String():
            yield from _lengths(check, put, label, at)
        case Number():
            yield from _bounds(check, put, label, at)
        case OneOf():
            yield from (Probe(label, put(value), True, at) for value in check.allowed)
            yield Probe(f"{label}: a word", put("nonsense"), False, at)
        case Form():
            yield Probe(label, put(EXAMPLES[check]), True, at)
            yield Probe(f"{label}: a form", put("nonsense"), False, at)
        case Boolean():
            yield Probe(label, put(False), True, at)
            yield Probe(f"{label}: a type", put("yes"), False, at)
        case Many():
            yield from _counts(check, put, label, at)
        case ByType():
            yield from _types(check, put, label, at)
        case Shape():
            yield from _parts(check, put, label, at)
        case Anything():
            yield Probe(label, put({}), True, at)


def _lengths(check: String, put: Put, label: str, at: str) -> Iterator[Probe]:
    yield Probe(label, put("x" * check.at_most), True, at)
    yield Probe(f"{label}: {check.at_most}", put("x" * (check.at_most + 1)), False, at)
    yield Probe(f"{label}: empty", put(""), check.at_least == 0, at)
    yield Probe(f"{label}: a type", put(7), False, at)


def _bounds(check: Number, put: Put, label: str, at: str) -> Iterator[Probe]:
    low = check.at_least if check.above is None else check.above + 1
    for bound, beyond in ((low, -1), (check.at_most, 1)):
        if bound is not None:
            yield Probe(label, put(bound), True, at)
            yield Probe(f"{label}: {bound}", put(bound + beyond), False, at)
    yield Probe(f"{label}: a type", put("7"), False, at)
    if check.whole:
        yield Probe(f"{label}: whole", put((low or 0) + 0.5), False, at)


def _counts(check: Many, put: Put, label: str, at: str) -> Iterator[Probe]:
    if check.at_most is not None:
        yield Probe(label, put(several(check, check.at_most)), True, at)
        yield Probe(f"{label}: {check.at_most} items", put(several(check, check.at_most + 1)), False, at)
    yield Probe(f"{label}: no items", put([]), check.at_least == 0, at)
    yield Probe(f"{label}: a type", put("x"), False, at)
    rest = several(check, check.at_least)[1:]
    if id(check.each) not in _NAMED:
        yield from probes(check.each, lambda value: put([value, *rest]), f"{label}[]", f"{at}/0")


def _types(check: ByType, put: Put, label: str, at: str) -> Iterator[Probe]:
    for kind in sorted(check.types):
        shape = check.shapes[kind]
        yield Probe(f"{label}: {kind}", put({"type": kind} | smallest(shape)), True, at)
        if id(shape) not in _NAMED:
            named = label if kind in ("plain_text", "mrkdwn") else f"{label}({kind})"
            yield from probes(shape, _below(put, _of_kind(kind)), named, at)
    for kind in sorted({*check.shapes, "mrkdwn", "button", "section", "nonsense"} - check.types):
        yield Probe(f"{label}: not {kind}", put({"type": kind, "text": "x"}), False, f"{at}/type")


def _parts(shape: Shape, put: Put, label: str, at: str) -> Iterator[Probe]:
    for name, check in shape.fields.items():
        if id(check) in _NAMED:
            continue
        named = (
            f"{label}.{name}".strip(".") if (name, shape.required) != ("text", ("text",)) else label or name
        )
        yield from probes(check, _below(put, _with(shape, name)), named, f"{at}/{name}")
    whole = smallest(shape)
    for name in (*needed(shape),):
        yield Probe(
            f"{label}: no {name}".strip(": "), put({k: v for k, v in whole.items() if k != name}), False, at
        )
    if not shape.open:
        yield Probe(f"{label}: a stranger".strip(": "), put(whole | {"stranger": "x"}), False, at)
    if shape.not_both:
        both = whole | {name: smallest(shape.fields[name]) for name in shape.not_both}
        yield Probe(f"{label}: both {' and '.join(shape.not_both)}".strip(": "), put(both), False, at)
