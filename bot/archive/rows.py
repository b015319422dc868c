"""Rows in words that both databases, and every version of Mull, mean the same by."""

import base64
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    JSON,
    Boolean,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    String,
    Table,
    TableClause,
    Time,
    Uuid,
    column,
    table,
)
from sqlalchemy.types import TypeEngine

from bot.db import UtcDateTime


class Kind(NamedTuple):
    """One type of column: the type in the database, and how its values become JSON and come back."""

    type: TypeEngine[Any]
    told: Callable[[Any], Any] = lambda value: value
    read: Callable[[Any], Any] = lambda value: value


KINDS: Mapping[str, Kind] = {
    "id": Kind(Uuid(), str, UUID),
    "moment": Kind(UtcDateTime(), lambda value: value.astimezone(UTC).isoformat(), datetime.fromisoformat),
    "date": Kind(Date(), date.isoformat, date.fromisoformat),
    "time": Kind(Time(), time.isoformat, time.fromisoformat),
    "bytes": Kind(LargeBinary(), lambda value: base64.b64encode(value).decode(), base64.b64decode),
    "yes_no": Kind(Boolean()),
    "number": Kind(Integer()),
    "json": Kind(JSON(none_as_null=True)),
    "text": Kind(String()),
}
"""Words for choices (an Enum) are text here: a file may hold one that this Mull does not know."""

_WORDS: Mapping[type[TypeEngine[Any]], str] = {
    Uuid: "id",
    UtcDateTime: "moment",
    DateTime: "moment",
    Date: "date",
    Time: "time",
    LargeBinary: "bytes",
    Boolean: "yes_no",
    Integer: "number",
    JSON: "json",
    String: "text",
}

Columns = list[tuple[str, str]]
"""Names, each with the word for its type."""


def columns_of(table: Table) -> Columns:
    """The columns of one of our tables, in the order in which they are told."""
    return [(one.name, _word(one.type)) for one in table.columns]


def bare(name: str, columns: Columns) -> TableClause:
    """A table to read or fill that needs nothing of today's models. KeyError for a type we do not know."""
    return table(name, *(column(one, KINDS[word].type) for one, word in columns))


def told(columns: Columns, row: tuple[Any, ...]) -> list[Any]:
    """A row as JSON can hold it."""
    return [
        None if value is None else KINDS[word].told(value)
        for (_, word), value in zip(columns, row, strict=True)
    ]


def read(columns: Columns, values: list[Any]) -> dict[str, Any]:
    """A row as the database takes it. ValueError or TypeError when it is not one of these columns."""
    return {
        name: None if value is None else KINDS[word].read(value)
        for (name, word), value in zip(columns, values, strict=True)
    }


def _word(kind: TypeEngine[Any]) -> str:
    return next(_WORDS[base] for base in type(kind).__mro__ if base in _WORDS)
