"""Small checks that are put together into the shape of a block: each takes a value and its JSON pointer.

A check yields a `Problem` for everything that is wrong, in Slack's own wording where Slack's is known.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

JsonObject = dict[str, Any]
Check = Callable[[Any, str], "Iterator[Problem]"]


@dataclass(frozen=True)
class Problem:
    """One thing Slack would refuse: `code` is the error of the whole call, `pointer` the offending part."""

    code: str
    message: str
    pointer: str = ""

    def __str__(self) -> str:
        """As Slack puts it into `errors` and `response_metadata.messages`."""
        return f"{self.message} [json-pointer:{self.pointer}]" if self.pointer else self.message


def wrong(message: str, pointer: str) -> Iterator[Problem]:
    yield Problem("invalid_blocks", message, pointer)


def string(at_most: int, at_least: int = 1) -> Check:
    """A string of `at_least` to `at_most` characters."""

    def check(value: Any, at: str) -> Iterator[Problem]:
        if not isinstance(value, str):
            yield from wrong("must be a string", at)
        elif len(value) < at_least:
            yield from wrong(f"must be more than {at_least - 1} characters", at)
        elif len(value) > at_most:
            yield from wrong(f"must be less than {at_most + 1} characters", at)

    return check


def boolean(value: Any, at: str) -> Iterator[Problem]:
    if not isinstance(value, bool):
        yield from wrong("must be a boolean", at)


def number(at_least: float | None = None, at_most: float | None = None, whole: bool = False) -> Check:
    """A number (whole or not) within its bounds."""

    def check(value: Any, at: str) -> Iterator[Problem]:
        if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
            yield from wrong("must be an integer" if whole else "must be a number", at)
        elif at_least is not None and value < at_least:
            yield from wrong(f"must be greater than or equal to {at_least}", at)
        elif at_most is not None and value > at_most:
            yield from wrong(f"must be less than or equal to {at_most}", at)

    return check


def one_of(*allowed: str) -> Check:
    """One of the values that Slack lists."""

    def check(value: Any, at: str) -> Iterator[Problem]:
        if not isinstance(value, str) or value not in allowed:
            yield from wrong(f"must be one of the allowed values: {', '.join(allowed)}", at)

    return check


def matching(accepts: Callable[[str], bool], message: str) -> Check:
    """A string that `accepts` likes."""

    def check(value: Any, at: str) -> Iterator[Problem]:
        if not isinstance(value, str) or not accepts(value):
            yield from wrong(message, at)

    return check


def many(each: Check, at_least: int = 1, at_most: int | None = None) -> Check:
    """A list of `at_least` to `at_most` items, each of them checked."""

    def check(value: Any, at: str) -> Iterator[Problem]:
        if not isinstance(value, list):
            yield from wrong("must be an array", at)
            return
        if len(value) < at_least:
            yield from wrong(f"no less than {at_least} items allowed", at)
        if at_most is not None and len(value) > at_most:
            yield from wrong(f"no more than {at_most} items allowed", at)
        for index, item in enumerate(value):
            yield from each(item, f"{at}/{index}")

    return check


def shape(
    fields: Mapping[str, Check],
    required: tuple[str, ...] = (),
    any_of: tuple[str, ...] = (),
    rules: tuple[Check, ...] = (),
) -> Check:
    """An object with these fields and no others; `rules`, run once each field is right, look at several."""

    def check(value: Any, at: str) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield from wrong("must be an object", at)
            return
        problems = list(_missing(value, required, any_of, at)) + list(_each_field(fields, value, at))
        yield from problems
        for rule in () if problems else rules:
            yield from rule(value, at)

    return check


def _missing(
    value: JsonObject, required: tuple[str, ...], any_of: tuple[str, ...], at: str
) -> Iterator[Problem]:
    for name in required:
        if value.get(name) is None:
            yield from wrong(f"missing required field: {name}", at)
    if any_of and all(value.get(name) is None for name in any_of):
        yield from wrong(f"missing one of the required fields: {', '.join(any_of)}", at)


def _each_field(fields: Mapping[str, Check], value: JsonObject, at: str) -> Iterator[Problem]:
    for name, part in value.items():
        if name == "type":
            continue
        if name not in fields:
            yield from wrong(f"invalid additional property: {name}", at)
        elif part is not None:
            yield from fields[name](part, f"{at}/{name}")


def by_type(shapes: Mapping[str, Check], allowed: frozenset[str] | None = None) -> Check:
    """An object whose `type` says which shape it must have; `allowed` narrows the types for this place."""

    def check(value: Any, at: str) -> Iterator[Problem]:
        kind = value.get("type") if isinstance(value, dict) else None
        if kind is None:
            yield from wrong("missing required field: type", at)
        elif not isinstance(kind, str) or kind not in shapes or (allowed is not None and kind not in allowed):
            yield from wrong(f"unsupported type: {kind}", f"{at}/type")
        else:
            yield from shapes[kind](value, at)

    return check


def anything(_value: Any, _at: str) -> Iterator[Problem]:
    """No rule of ours: Slack's is not published."""
    return iter(())
