"""Rules that look at several fields of one object at once."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any

from bot.workspace.checks.shapes import Check, JsonObject, Problem, wrong


def options_or_groups(value: JsonObject, at: str) -> Iterator[Problem]:
    if (value.get("options") is None) == (value.get("option_groups") is None):
        yield from wrong("exactly one of options and option_groups must be given", at)


def distinct_values(value: JsonObject, at: str) -> Iterator[Problem]:
    """Options of one element that have the same value cannot be told apart when they are chosen."""
    values = [one["value"] for one in value.get("options") or []]
    if len(values) != len(set(values)):
        yield from wrong("options must have distinct values", f"{at}/options")


def initial_is_offered(value: JsonObject, at: str) -> Iterator[Problem]:
    """An initial option must be one of the options, exactly."""
    offered = list(value.get("options") or [])
    for group in value.get("option_groups") or []:
        offered += group["options"]
    for name in ("initial_option", "initial_options"):
        chosen = value.get(name)
        for one in chosen if isinstance(chosen, list) else [chosen]:
            if one is not None and one not in offered:
                yield from wrong(f"{name} must be among the options", f"{at}/{name}")


def in_order(low: str, high: str) -> Check:
    """Of two whole numbers the first is not above the second."""

    def rule(value: JsonObject, at: str) -> Iterator[Problem]:
        least, most = value.get(low), value.get(high)
        if least is not None and most is not None and least > most:
            yield from wrong(f"{low} must be less than or equal to {high}", at)

    return rule


def initial_fits(value: JsonObject, at: str) -> Iterator[Problem]:
    longest, initial = value.get("max_length"), value.get("initial_value")
    if longest is not None and initial is not None and len(initial) > longest:
        yield from wrong("initial_value must not be longer than max_length", f"{at}/initial_value")


def as_number(value: Any) -> Decimal | None:
    """A number field's text as a number; None if it is not one."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def numbers_fit(value: JsonObject, at: str) -> Iterator[Problem]:
    """min_value ≤ initial_value ≤ max_value, and no decimals where none are allowed."""
    told = [
        (name, as_number(value[name]))
        for name in ("min_value", "initial_value", "max_value")
        if name in value
    ]
    known = [(name, number) for name, number in told if number is not None]
    for (low, least), (high, most) in pairwise(known):
        if least > most:
            yield from wrong(f"{low} must be less than or equal to {high}", at)
    for name, number in known:
        if not value["is_decimal_allowed"] and number != number.to_integral_value():
            yield from wrong("must be an integer", f"{at}/{name}")


def not_dispatched(value: JsonObject, at: str) -> Iterator[Problem]:
    """`dispatch_action` is refused for a file input, whose choice is never dispatched."""
    if value.get("dispatch_action") and value["element"]["type"] == "file_input":
        yield from wrong("dispatch_action is not supported for file_input", f"{at}/dispatch_action")


def divider_or_fold(value: JsonObject, at: str) -> Iterator[Problem]:
    if value.get("is_collapsible") and value.get("has_header_divider"):
        yield from wrong("has_header_divider cannot be set when is_collapsible is true", at)
    if value.get("default_collapsed") and not value.get("is_collapsible"):
        yield from wrong("default_collapsed requires is_collapsible", at)


def header_is_plain(value: JsonObject, at: str) -> Iterator[Problem]:
    for index, cell in enumerate(value["rows"][0]):
        if cell["type"] == "rich_text":
            yield from wrong("rich_text is not allowed in the header row", f"{at}/rows/0/{index}")


def rows_are_even(value: JsonObject, at: str) -> Iterator[Problem]:
    if len({len(row) for row in value["rows"]}) > 1:
        yield from wrong("all rows must have the same number of cells", f"{at}/rows")


def row_header_is_a_column(value: JsonObject, at: str) -> Iterator[Problem]:
    index = value.get("row_header_column_index") or 0
    if index >= len(value["rows"][0]):
        yield from wrong("must be the index of a column", f"{at}/row_header_column_index")


def each_once(*path: str) -> Check:
    """What stands at this path, a list on the way being gone through, is there once only."""

    def rule(value: JsonObject, at: str) -> Iterator[Problem]:
        found: list[Any] = [value]
        for name in path:
            below = [one[name] for one in found if one.get(name) is not None]
            found = [one for part in below for one in (part if isinstance(part, list) else [part])]
        if any(count > 1 for count in Counter(found).values()):
            yield from wrong("must be unique", f"{at}/{path[0]}")

    return rule


def a_point_for_each_category(value: JsonObject, at: str) -> Iterator[Problem]:
    categories = sorted(value["axis_config"]["categories"])
    for index, series in enumerate(value["series"]):
        if sorted(point["label"] for point in series["data"]) != categories:
            yield from wrong("must have one point for each category", f"{at}/series/{index}/data")
