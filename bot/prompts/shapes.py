"""Shapes: a document held against a pydantic model, its complaints told in words a school can act on."""

from collections.abc import Iterator
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from bot.prompts.documents import Document
from bot.prompts.mistakes import Mistake, PromptMistakes, nearest


class Shape(BaseModel):
    """What one kind of file, or a part of one, may hold: its fields and no others, each of its own type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=False)

    @classmethod
    def names(cls) -> list[str]:
        """The fields as they are written in a file."""
        return [field.alias or name for name, field in cls.model_fields.items()]


Some = TypeVar("Some", bound=Shape)

_WORDED = {
    "string_type": ("must be text", "Put quotes around it"),
    "int_type": ("must be a whole number", "Write it in figures, without quotes"),
    "int_from_float": ("must be a whole number", "Write it without a decimal point"),
    "bool_type": ("must be true or false", "Write true or false, without quotes"),
    "list_type": ("must be a list", "Write [one, two], or one a line after a dash"),
    "dict_type": ("must be fields with values", "Write 'name: value', one a line"),
    "model_type": ("must be fields with values", "Write 'name: value', one a line"),
    "too_short": ("is empty", "Fill it in, or take it out"),
    "string_too_short": ("is empty", "Fill it in, or take it out"),
}


def shaped(document: Document, shape: type[Some]) -> Some:
    """The document as that shape. Raises PromptMistakes with everything that does not fit."""
    if not isinstance(document.data, dict):
        raise PromptMistakes(
            [document.mistake("there is nothing in it to read", "Write 'field: value' lines")]
        )
    try:
        return shape.model_validate(document.data)
    except ValidationError as error:
        raise PromptMistakes(_mistakes(document, shape, error)) from None


def _mistakes(document: Document, shape: type[Shape], error: ValidationError) -> Iterator[Mistake]:
    for detail in error.errors(include_url=False, include_context=True):
        path = tuple(part for part in detail["loc"] if _written(part))
        what, do = _words(detail, path, _around(shape, path))
        yield document.mistake(what, do, *path)


def _written(part: str | int) -> bool:
    """Pydantic names the member of a union it tried and '[key]' for a key: neither is in the file."""
    return isinstance(part, int) or not (part.endswith("]") or part in ("int", "float", "str"))


def _words(detail: ErrorDetails, path: tuple[str | int, ...], around: list[str]) -> tuple[str, str]:
    name = next((str(part) for part in reversed(path) if isinstance(part, str)), "this")
    kind = detail["type"]
    if kind == "extra_forbidden":
        return f"there is no field '{name}' here", nearest(name, around)
    if kind == "missing":
        return f"'{name}' is missing", "Add it"
    if kind == "literal_error":
        known = str(detail["ctx"]["expected"]).replace(" or ", ", ").replace("'", "").split(", ")
        return f"'{detail['input']}' is not something '{name}' can be", nearest(str(detail["input"]), known)
    if kind in ("string_too_long", "too_long"):
        most = detail["ctx"].get("max_length")
        return f"'{name}' is too long", f"Slack shows {most:,} at most"
    if kind == "string_pattern_mismatch":
        return (
            f"'{detail['input']}' cannot be the {name}",
            "Use up to 40 small letters, figures and underscores",
        )
    what, do = _WORDED.get(kind, (f"cannot be this ({detail['msg']})", "Change it"))
    return f"'{name}' {what}", do


def _around(shape: type[Shape], path: tuple[str | int, ...]) -> list[str]:
    """The names of the fields that could have stood where the last part of `path` does."""
    found: type[Shape] = shape
    for part in path[:-1]:
        found = getattr(found, "PARTS", {}).get(part, found)
    return found.names()
