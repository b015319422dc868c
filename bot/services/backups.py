"""Backups of both stores, apart, made while Mull runs, and read back before they count.

The database is read first and the keys after it: a key is committed before the first word that it seals, so no answer
in the one lacks its key in the other. Key backups end after fourteen days, because whoever was erased is truly gone
when the last copy of their key is.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Table, select

from bot import archive, schema, vault
from bot.archive import Contents, Header
from bot.db import Database
from bot.errors import MullError, Unavailable
from bot.models import Backup, Base
from bot.services.desk import Desk
from bot.vault import Vault

DATA, KEYS = "data", "keys"
KEYS_LAST = timedelta(days=14)
"""What erased people are promised."""
FORGET_KEYS_AFTER = KEYS_LAST - timedelta(days=1)
"""With a backup every night, no copy of a key gets older than promised: the next one would be a day too late."""
OF_THE_MOMENT = ("host", "pace")
"""Tables that are about this machine, now."""
STAMP = "%Y-%m-%dT%H%M%SZ"
NAME = re.compile(r"mull-(data|keys)-(\d{4}-\d\d-\d\dT\d{6}Z)\.gz(\.part)?")


class NotApart(MullError):
    """The two folders for backups are one, or one lies in the other."""


class NotWhole(MullError):
    """What was written does not read back as what was meant."""


@dataclass(frozen=True)
class Folders:
    """Where each store's backups go."""

    data: Path
    keys: Path


@dataclass(frozen=True)
class Made:
    """A backup that was read back whole. `forgotten`: older ones that went, of keys and of data."""

    data: Path
    keys: Path
    rows: int
    people: int
    forgotten: list[Path]


def require_apart(folders: Folders) -> None:
    """NotApart unless neither folder is, or is in, the other: whoever gets hold of one must not have both."""
    data, keys = folders.data.resolve(), folders.keys.resolve()
    if data == keys or data in keys.parents or keys in data.parents:
        raise NotApart(
            f"Backups of the database ({folders.data}) and of the keys ({folders.keys}) must not lie in one place. "
            "Name two folders (MULL_BACKUPS, MULL_KEY_BACKUPS), better on two machines."
        )


def make(
    database: Database, keys: Vault, folders: Folders, now: datetime, *, keep: int | None = None
) -> Made:
    """Both stores are in new files, each in its folder, and were read back whole. `keep`: as many of the database.

    Older copies of keys go first, whatever comes of the new one. NotApart, NotWhole, or Unavailable when a store or a
    folder is away; then there is no new file.
    """
    require_apart(folders)
    forgotten = _forget_keys(folders.keys, now)
    made = {store: folder / f"mull-{store}-{now:{STAMP}}.gz" for store, folder in _by_store(folders)}
    parts = {store: file.with_name(f"{file.name}.part") for store, file in made.items()}
    pair, version = uuid4(), schema.newest()
    try:
        written = []
        for store, source in ((DATA, database), (KEYS, keys.store)):
            header = Header(store, version, now, pair)
            written.append(_written(parts[store], header, source, tables(store)))
        _read_back(parts[DATA], parts[KEYS], written, keys)
        for store, part in parts.items():
            part.rename(made[store])
            _on_disk(made[store].parent)
    except BaseException as error:
        for part in parts.values():
            part.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise Unavailable(
                f"The backup could not be written ({error.strerror}). There is no new one."
            ) from error
        raise
    forgotten += _forget_data(folders.data, keep) if keep else []
    return Made(made[DATA], made[KEYS], written[0].rows, written[1].rows, forgotten)


def note(desk: Desk, made_at: datetime, rows: int) -> None:
    """The database knows that a backup was made at this moment and has been read back."""
    desk.session.add(Backup(made_at=made_at, verified_at=desk.wall, rows=rows))


def was_restored(desk: Desk) -> bool:
    """Whether this database was ever made from a backup, and Slack may know more than it does."""
    return desk.session.scalar(select(Backup.id).where(Backup.restored_at.is_not(None)).limit(1)) is not None


def tables(store: str) -> list[Table]:
    """What a backup of this store holds."""
    every = Base.metadata if store == DATA else vault.metadata
    return [table for table in every.sorted_tables if table.name not in OF_THE_MOMENT]


def found(folder: Path, store: str) -> list[tuple[datetime, Path]]:
    """The files of this store's backups in a folder, whole or begun, oldest first, and when each was made."""
    names = ((NAME.fullmatch(file.name), file) for file in folder.iterdir()) if folder.is_dir() else ()
    return sorted(
        (datetime.strptime(name[2], STAMP).replace(tzinfo=UTC), file)
        for name, file in names
        if name and name[1] == store
    )


def _by_store(folders: Folders) -> Iterator[tuple[str, Path]]:
    for store, folder in ((DATA, folders.data), (KEYS, folders.keys)):
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise Unavailable(f"{folder} cannot be made ({error.strerror}). Name another folder.") from error
        yield store, folder


def _written(part: Path, header: Header, source: Database, which: list[Table]) -> Contents:
    with source.snapshot() as session:
        return archive.write(part, header, session, which)


def _read_back(data: Path, keys: Path, written: list[Contents], vault: Vault) -> None:
    """NotWhole unless both files hold what was written, and the master keys open every key in them."""
    if [archive.check(data), archive.check(keys)] != written:
        raise NotWhole("What was written does not read back. There is no new backup; look at the disk.")
    for _, rows in archive.batches(keys):
        for row in rows:
            vault.require_opens(row["person_id"], row["wrapped"])


def _forget_keys(folder: Path, now: datetime) -> list[Path]:
    return _forgotten(file for at, file in found(folder, KEYS) if now - at >= FORGET_KEYS_AFTER)


def _forget_data(folder: Path, keep: int) -> list[Path]:
    return _forgotten(file for _, file in found(folder, DATA)[:-keep])


def _forgotten(files: Iterator[Path]) -> list[Path]:
    gone = list(files)
    for file in gone:
        file.unlink(missing_ok=True)
    return gone


def _on_disk(folder: Path) -> None:
    """A name that was given in this folder outlives a power cut."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
