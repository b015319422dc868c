"""Files of backups: what goes in comes out, and what is not whole is noticed."""

import gzip
import json
import string
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot import archive, vault
from bot.archive import Contents, Damaged, Header, rows
from bot.db import Database
from bot.models import Base
from bot.services import backups

MOMENT = datetime(2026, 9, 13, 12, 0, tzinfo=UTC)
HEADER = Header("keys", "0002", MOMENT, uuid4())
PEOPLE = 1234
COLUMNS = [(word, word) for word in rows.KINDS]
TEXTS = some.text(some.characters(exclude_characters="\x00", exclude_categories=["Cs"]))
JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | TEXTS,
    lambda one: some.lists(one) | some.dictionaries(TEXTS, one),
)
VALUES: dict[str, some.SearchStrategy[Any]] = {
    "id": some.uuids(),
    "moment": some.datetimes(timezones=some.just(UTC)),
    "date": some.dates(),
    "time": some.times(),
    "bytes": some.binary(),
    "yes_no": some.booleans(),
    "number": some.integers(),
    "json": JSON.filter(lambda value: value is not None),
    "text": TEXTS,
}


@given(some.fixed_dictionaries({word: some.none() | VALUES[word] for word in rows.KINDS}))
def test_every_value_comes_back_as_it_was(row: dict[str, Any]) -> None:
    line = json.dumps(rows.told(COLUMNS, tuple(row[word] for word in rows.KINDS)))
    assert rows.read(COLUMNS, json.loads(line)) == row


def test_every_column_of_ours_has_a_word_for_its_type() -> None:
    every = [*Base.metadata.sorted_tables, *vault.metadata.sorted_tables]
    assert all(word in rows.KINDS for table in every for _, word in rows.columns_of(table))
    moments = {name for name, word in rows.columns_of(Base.metadata.tables["outbox"]) if word == "moment"}
    assert moments == {"due_at", "not_before", "retry_at", "claimed_at", "lease_until", "sent_at"}


@pytest.fixture
def written(keys: Database, tmp_path: Path) -> tuple[Path, Contents]:
    """A backup of the keys of many people."""
    file = tmp_path / "keys.gz"
    with keys.write() as session:
        made = [
            {"person_id": uuid4(), "wrapped": uuid4().bytes * 4, "made_at": MOMENT} for _ in range(PEOPLE)
        ]
        session.execute(vault.person_key.insert(), made)
    with keys.snapshot() as session:
        return file, archive.write(file, HEADER, session, backups.tables("keys"))


def test_a_file_is_whole_and_its_owners_alone(written: tuple[Path, Contents]) -> None:
    file, contents = written
    assert archive.check(file) == contents == Contents(HEADER, {"person_key": PEOPLE})
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_file_is_never_written_over(written: tuple[Path, Contents], keys: Database) -> None:
    with keys.snapshot() as session, pytest.raises(FileExistsError):
        archive.write(written[0], HEADER, session, [])
    assert archive.check(written[0]) == written[1]


def cut(text: bytes) -> bytes:
    return text[: len(text) // 2]


def without_its_last_line(text: bytes) -> bytes:
    return text[: text.rindex(b"\n", 0, -1) + 1]


def without_a_row(text: bytes) -> bytes:
    first, second, _, *rest = text.split(b"\n")
    return b"\n".join([first, second, *rest])


def with_a_letter_changed(text: bytes) -> bytes:
    at = next(i for i in range(len(text) // 2, len(text)) if chr(text[i]) in string.ascii_lowercase)
    return text[:at] + (b"b" if text[at : at + 1] == b"a" else b"a") + text[at + 1 :]


def with_something_after(text: bytes) -> bytes:
    return text + b"{}\n"


@pytest.mark.parametrize(
    "harm", [cut, without_its_last_line, without_a_row, with_a_letter_changed, with_something_after]
)
def test_what_is_not_as_it_was_written_is_damaged(
    written: tuple[Path, Contents], harm: Callable[[bytes], bytes]
) -> None:
    file, _ = written
    file.write_bytes(gzip.compress(harm(gzip.decompress(file.read_bytes()))))
    with pytest.raises(Damaged, match="is damaged"):
        archive.check(file)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_byte_that_the_disk_changed_or_lost_is_noticed(
    written: tuple[Path, Contents], share: float
) -> None:
    file, _ = written
    whole = file.read_bytes()
    at = int(share * len(whole))
    for harmed in (whole[:at], whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :]):
        file.write_bytes(harmed)
        with pytest.raises(Damaged):
            archive.check(file)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([b"Dear diary"], "is damaged"),
        ([b'{"is": "something else"}'], "is damaged"),
        ([b'{"is": "mull backup", "format": 2}'], "was made by a newer Mull"),
        ([b'{"is": "mull backup", "format": 1}'], "is damaged"),
        ([b"[1]"], "is damaged"),
    ],
)
def test_what_is_no_backup_of_ours_is_told_apart(lines: list[bytes], said: str, tmp_path: Path) -> None:
    file = tmp_path / "some.gz"
    file.write_bytes(gzip.compress(b"\n".join([*lines, b""])))
    with pytest.raises(Damaged, match=said):
        archive.check(file)
    with pytest.raises(Damaged, match="There is no file"):
        archive.check(tmp_path / "none.gz")


def test_words_that_this_mull_does_not_know_are_kept_as_they_are() -> None:
    columns = rows.columns_of(Base.metadata.tables["outbox"])
    assert dict(columns)["kind"] == "text"
    read = rows.read([("kind", "text")], ["a kind of next year"])
    assert read == {"kind": "a kind of next year"}
    assert rows.told([("on", "date"), ("at", "time"), ("id", "id")], (date(2026, 1, 2), time(8), UUID(int=1)))
