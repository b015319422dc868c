"""Small checks that are put together into the shape of a block: each takes a value and its JSON pointer.

A check yields a `Problem` for everything that is wrong, in Slack's own wording where Slack's is known. Checks are
data that can be called, so that whoever wants to know a limit (a test, a document) reads it where it is enforced.
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


@dataclass(frozen=True, eq=False)
class String:
    """A string of `at_least` to `at_most` characters."""

    at_most: int
    at_least: int = 1

    def __call__(self, value: Any, at: str) -> Iterator[Problem]:
        if not isinstance(value, str):
            yield from wrong("must be a string", at)
        elif len(value) < self.at_least:
            yield from wrong(f"must be more than {self.at_least - 1} characters", at)
        elif len(value) > self.at_most:
            yield from wrong(f"must be less than {self.at_most + 1} characters", at)


@dataclass(frozen=True, eq=False)
class Boolean:
    def __call__(self, value: Any, at: str) -> Iterator[Problem]:
        if not isinstance(value, bool):
            yield from wrong("must be a boolean", at)


@dataclass(frozen=True, eq=False)
class Number:
    """A number (whole or not) within its bounds; `above` is a bound that itself is too small."""

    at_least: int | None = None
    at_most: int | None = None
    whole: bool = False
    above: int | None = None

    def __call__(self, value: Any, at: str) -> Iterator[Problem]:
        if isinstance(value, bool) or not isinstance(value, int if self.whole else (int, float)):
            yield from wrong("must be an integer" if self.whole else "must be a number", at)
        elif self.at_least is not None and value < self.at_least:
            yield from wrong(f"must be greater than or equal to {self.at_least}", at)
        elif self.above is not None and value <= self.above:
            yield from wrong(f"must be greater than {self.above}", at)
        elif self.at_most is not None and value > self.at_most:
            yield from wrong(f"must be less than or equal to {self.at_most}", at)


@dataclass(frozen=True, eq=False)
class OneOf:
    """One of the values that Slack lists."""

    allowed: tuple[str, ...]

    def __call__(self, value: Any, at: str) -> Iterator[Problem]:
        if not isinstance(value, str) or value not in self.allowed:
            yield from wrong(f"must be one of the allowed values: {', '.join(self.allowed)}", at)


def one_of(*allowed: str) -> OneOf:
    return OneOf(allowed)


@dataclass(frozen=True, eq=False)
class Form:
    """A string that `accepts` likes, such as a date; `message` is what Slack says of any other."""

    accepts: Callable[[str], bool]
    message: str

    def __call__(self, value: Any, at: str) -> Iterator[Problem]:
        if not isinstance(value, str) or not self.accepts(value):
            yield from wrong(self.message, at)


@dataclass(frozen=True, eq=False)
class Many:
    """A list of `at_least` to `at_most` items, each of them checked."""

    each: Check
    at_least: int = 1
    at_most: int | None = None

    def __call__(self, value: Any, at: str) -> Iterator[Problem]:
        if not isinstance(value, list):
            yield from wrong("must be an array", at)
            return
        if len(value) < self.at_least:
            yield from wrong(f"no less than {self.at_least} items allowed", at)
        if self.at_most is not None and len(value) > self.at_most:
            yield from wrong(f"no more than {self.at_most} items allowed", at)
        for index, item in enumerate(value):
            yield from self.each(item, f"{at}/{index}")


@dataclass(frozen=True, eq=False)
class Shape:
    """An object with these fields, and no others unless it is `open`.

    Of `any_of` at least one field must be given, of `not_both` one at most. `rules` look at several fields, and are run
    once each of them is right.
    """

    fields: Mapping[str, Check]
    required: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    not_both: tuple[str, ...] = ()
    rules: tuple[Check, ...] = ()
    open: bool = False

    def __call__(self, value: Any, at: str) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield from wrong("must be an object", at)
            return
        problems = [*self._missing(value, at), *self._too_many(value, at), *self._each_field(value, at)]
        yield from problems
        for rule in () if problems else self.rules:
            yield from rule(value, at)

    def _missing(self, value: JsonObject, at: str) -> Iterator[Problem]:
        for name in self.required:
            if value.get(name) is None:
                yield from wrong(f"missing required field: {name}", at)
        if self.any_of and all(value.get(name) is None for name in self.any_of):
            yield from wrong(f"missing one of the required fields: {', '.join(self.any_of)}", at)

    def _too_many(self, value: JsonObject, at: str) -> Iterator[Problem]:
        if len([name for name in self.not_both if value.get(name) is not None]) > 1:
            yield from wrong(f"only one of these may be given: {', '.join(self.not_both)}", at)

    def _each_field(self, value: JsonObject, at: str) -> Iterator[Problem]:
        for name, part in value.items():
            if name == "type":
                continue
            if name in self.fields:
                yield from () if part is None else self.fields[name](part, f"{at}/{name}")
            elif not self.open:
                yield from wrong(f"invalid additional property: {name}", at)


@dataclass(frozen=True, eq=False)
class ByType:
    """An object whose `type` says which shape it must have; `allowed` narrows the types for this place."""

    shapes: Mapping[str, Check]
    allowed: frozenset[str] | None = None

    @property
    def types(self) -> frozenset[str]:
        """The types that may stand here."""
        return frozenset(self.shapes) if self.allowed is None else self.allowed

    def __call__(self, value: Any, at: str) -> Iterator[Problem]:
        kind = value.get("type") if isinstance(value, dict) else None
        if kind is None:
            yield from wrong("missing required field: type", at)
        elif not isinstance(kind, str) or kind not in self.types:
            yield from wrong(f"unsupported type: {kind}", f"{at}/type")
        else:
            yield from self.shapes[kind](value, at)


@dataclass(frozen=True, eq=False)
class Anything:
    """No rule of ours: Slack's is not published."""

    def __call__(self, _value: Any, _at: str) -> Iterator[Problem]:
        return iter(())


BOOLEAN = Boolean()
ANYTHING = Anything()
