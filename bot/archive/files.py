"""Writing a store's rows to a file, and reading them back only as long as every one is as it was written."""

import gzip
import hashlib
import json
import os
import zlib
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Table, TableClause, select
from sqlalchemy.orm import Session

from bot.archive import rows
from bot.archive.rows import Columns
from bot.errors import MullError

FORMAT = 1
MAGIC = "mull backup"
ROWS_AT_ONCE = 500
UNREADABLE = (OSError, EOFError, zlib.error, ValueError, TypeError, KeyError, IndexError, AttributeError)
"""What reading a file that is not what it was can end in."""


Batch = tuple[TableClause, list[dict[str, Any]]]
"""Some rows of one table."""


class Damaged(MullError):
    """A file is no backup, or none that this Mull can read. Nothing was done with it."""


@dataclass(frozen=True)
class Header:
    """What a file says of itself. `store` is `data` or `keys`; the two files of one backup share `pair`."""

    store: str
    schema: str
    made_at: datetime
    pair: UUID


@dataclass(frozen=True)
class Contents:
    """A file that was read to its end and is whole: how many rows it holds of each table."""

    header: Header
    counts: dict[str, int]

    @property
    def rows(self) -> int:
        """Of all tables together."""
        return sum(self.counts.values())


@dataclass
class _Lines:
    """Lines of JSON, and the sum over all of them so far."""

    file: gzip.GzipFile
    sum: Any = field(default_factory=hashlib.sha256)

    def write(self, line: object) -> None:
        text = json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        self.sum.update(text)
        self.file.write(text)

    def read(self) -> Any:
        """The next line. `before` is the sum without it: the last line tells it."""
        text = self.file.readline()
        if not text.endswith(b"\n"):
            raise EOFError
        self.before = self.sum.hexdigest()
        self.sum.update(text)
        return json.loads(text)


def write(file: Path, header: Header, session: Session, tables: Sequence[Table]) -> Contents:
    """These tables are in a new file, its owner's alone, and on the disk. FileExistsError if there is one already."""
    counts = {}
    with _new(file) as stream:
        lines = _Lines(stream)
        lines.write(
            {
                "is": MAGIC,
                "format": FORMAT,
                "store": header.store,
                "schema": header.schema,
                "made_at": header.made_at.isoformat(),
                "pair": str(header.pair),
            }
        )
        for table in tables:
            counts[table.name] = _write_table(lines, session, table)
        lines.write({"counts": counts, "sha256": lines.sum.hexdigest()})
    return Contents(header, counts)


def _write_table(lines: _Lines, session: Session, table: Table) -> int:
    columns, count = rows.columns_of(table), 0
    lines.write({"table": table.name, "columns": columns})
    every = select(*rows.bare(table.name, columns).columns)
    for row in session.connection().execute(every, execution_options={"yield_per": ROWS_AT_ONCE}):
        lines.write(rows.told(columns, tuple(row)))
        count += 1
    return count


def check(file: Path) -> Contents:
    """What a file holds, all of which has been read. Damaged when it is not whole."""
    for _ in (reading := _Reading(file)).batches():
        pass
    return reading.contents()


def batches(file: Path) -> Iterator[Batch]:
    """A file's rows, some of one table at a time. Damaged, perhaps only at its very end, when it is not whole."""
    return _Reading(file).batches()


class _Reading:
    """One reading of one file, to its end."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._header: Header | None = None
        self._counts: dict[str, int] = {}

    def contents(self) -> Contents:
        """What was in it."""
        assert self._header is not None, "it has been read"
        return Contents(self._header, self._counts)

    def batches(self) -> Iterator[Batch]:
        """Its rows, as `batches` says."""
        try:
            with gzip.open(self._file, "rb") as stream:
                yield from self._batches(stream)
        except FileNotFoundError:
            raise Damaged(f"There is no file {self._file}.") from None
        except UNREADABLE:
            raise Damaged(
                f"{self._file} is damaged: it does not read as it was written. Take another backup."
            ) from None

    def _batches(self, stream: gzip.GzipFile) -> Iterator[Batch]:
        lines = _Lines(stream)
        self._header = self._read_header(lines)
        line = lines.read()
        while "table" in line:
            line = yield from self._rows(
                lines, line["table"], [(name, word) for name, word in line["columns"]]
            )
        if line != {"counts": self._counts, "sha256": lines.before} or stream.read(1):
            raise EOFError

    def _rows(self, lines: _Lines, name: str, columns: Columns) -> Generator[Batch, None, Any]:
        """The rows of one table, and then the line after them."""
        table = rows.bare(name, columns)
        found: list[dict[str, Any]] = []
        self._counts[name] = 0
        while isinstance(line := lines.read(), list):
            found.append(rows.read(columns, line))
            self._counts[name] += 1
            if len(found) == ROWS_AT_ONCE:
                yield table, found
                found = []
        if found:
            yield table, found
        return line

    def _read_header(self, lines: _Lines) -> Header:
        first = lines.read()
        if first["is"] != MAGIC:
            raise EOFError
        if first["format"] != FORMAT:
            raise Damaged(f"{self._file} was made by a newer Mull. Update this one.")
        moment = datetime.fromisoformat(first["made_at"])
        return Header(first["store"], first["schema"], moment, UUID(first["pair"]))


@contextmanager
def _new(file: Path) -> Iterator[gzip.GzipFile]:
    """A compressed file that is written to, nobody else's to read, and on the disk when the block ends."""
    number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(number, "wb") as raw:
        with gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=6, mtime=0, filename="") as packed:
            yield packed
        raw.flush()
        os.fsync(raw.fileno())
