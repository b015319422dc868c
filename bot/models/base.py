"""What all tables share: ids made before the insert, moments in UTC, names for every constraint."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, dataclass_transform
from uuid import UUID

from sqlalchemy import JSON, Enum, LargeBinary, MetaData, Uuid
from sqlalchemy.orm import DeclarativeBase, MappedAsDataclass, MappedColumn, mapped_column

from bot.db import UtcDateTime


@dataclass_transform(kw_only_default=True, field_specifiers=(MappedColumn, mapped_column))
class Base(MappedAsDataclass, DeclarativeBase, kw_only=True, eq=False, repr=False):
    """A mapped class with a keyword-only constructor, whose defaults are there before the flush."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        datetime: UtcDateTime,
        UUID: Uuid,
        bytes: LargeBinary,
        list[str]: JSON,
        dict[str, Any]: JSON,
    }


def _values(kind: type[StrEnum]) -> Sequence[str]:
    return [member.value for member in kind]


def words(kind: type[StrEnum]) -> Enum:
    """A column type that stores the values of `kind` as plain text, so that a new one needs no migration."""
    return Enum(kind, native_enum=False, create_constraint=False, length=30, values_callable=_values)
