"""Restoring a backup: checked whole before anything changes, then loaded, and nothing of it sent twice.

The stores go back to the moment of the backup; Slack does not. Whatever may have left in between is looked for there
before it is sent, and whoever was erased in between stays erased.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import Connection, func, insert, inspect, or_, select, table, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot import archive, schema
from bot.archive import Contents, Damaged
from bot.db import Database
from bot.domain.outbox import MANNERS
from bot.errors import MullError
from bot.models import Backup, Host, Letter, LetterState, Person
from bot.services import erasures, hosts, outbox
from bot.services.backups import DATA, KEYS
from bot.services.desk import Desk, Desks
from bot.vault import Vault, person_key

ONCE = [kind for kind, manner in MANNERS.items() if not manner.repeatable]


class NotAPair(MullError):
    """The two files are not what a restore needs: one of the database, and one of keys that is as new."""


class StillRunning(MullError):
    """A Mull uses the stores that are to be restored."""


class NotEmpty(MullError):
    """There is something in the stores already; the text says what."""


@dataclass(frozen=True)
class Files:
    """The two files of a backup."""

    data: Path
    keys: Path


@dataclass(frozen=True)
class Checked:
    """Two files that were read to their ends: a pair, of a version we know, whose master keys we have."""

    files: Files
    data: Contents
    keys: Contents


@dataclass(frozen=True)
class Restored:
    """What came back. `looked_for`: letters that Slack is asked about before anything is sent; `erased`: people."""

    made_at: datetime
    rows: int
    people: int
    looked_for: int
    erased: int


def check(files: Files, vault: Vault) -> Checked:
    """The files are whole, a pair, and can be restored. Damaged, NotAPair, OldSchema or WrongMasterKey otherwise."""
    data, keys = _contents(files.data, DATA), _contents(files.keys, KEYS)
    if keys.header.made_at < data.header.made_at:
        raise NotAPair(
            f"{files.keys} is older than {files.data}: it would lack the keys of whoever said yes in between. "
            "Take the backup of the keys that was made with it, or a newer one."
        )
    for _, rows in archive.batches(files.keys):
        for row in rows:
            vault.require_opens(row["person_id"], row["wrapped"])
    return Checked(files, data, keys)


def there(database: Database) -> dict[str, int]:
    """How many rows each table of a store holds, if any; a store without tables holds nothing."""
    with database.read() as session:
        names = set(inspect(session.connection()).get_table_names()) - {"alembic_version"}
        counts = {name: session.scalar(select(func.count()).select_from(table(name))) for name in names}
    return {name: count for name, count in sorted(counts.items()) if count}


def require_stopped(desks: Desks) -> None:
    """StillRunning when a process has lately said that it uses the database. Only those on SQLite say so."""
    if "host" not in there(desks.database):
        return
    running = desks.look(
        lambda desk: desk.session.scalar(
            select(Host.name).where(Host.seen_at > desk.wall - hosts.FRESH).limit(1)
        )
    )
    if running is not None:
        raise StillRunning(
            f"Mull runs on these stores (on {running}). Stop it first; if it was killed, try again in a minute."
        )


def require_empty(database: Database, keys: Database) -> None:
    """NotEmpty, with what is there, unless both stores hold nothing."""
    held = there(database) | there(keys)
    if held:
        told = ", ".join(f"{count} in {name}" for name, count in held.items())
        raise NotEmpty(
            f"The stores are not empty ({told} …). To throw that away and restore over it, add --replace."
        )


def restore(desks: Desks, checked: Checked, erased: dict[UUID, datetime]) -> Restored:
    """Both stores are as they were at the backup, whatever was in them; but for whoever was erased since.

    Each store changes in one transaction, the keys before the database: until that is done nothing in it is sent.
    """
    with _changing(desks.vault.store) as connection:
        people = _load_keys(connection, checked.files.keys, erased)
    desks.vault.store.purge()
    with _changing(desks.database) as connection:
        rows, looked_for = _load_data(connection, checked, desks, erased)
    return Restored(checked.data.header.made_at, rows, people, looked_for, len(erased))


def _contents(file: Path, store: str) -> Contents:
    contents = archive.check(file)
    if contents.header.store != store:
        wanted = {DATA: "the database", KEYS: "people's keys"}[store]
        raise NotAPair(
            f"{file} is not a backup of {wanted}. The database's file comes first, then that of the keys."
        )
    schema.require_known(contents.header.schema)
    return contents


@contextmanager
def _changing(database: Database) -> Iterator[Connection]:
    """One transaction, alone with the store. What the file holds and the database refuses makes the file Damaged."""
    try:
        with schema.alone(database) as connection:
            yield connection
    except DBAPIError as error:
        raise Damaged("The database refuses what the backup holds. Nothing was restored.") from error


def _load_keys(connection: Connection, file: Path, erased: dict[UUID, datetime]) -> int:
    """The keys of everyone who was not erased, or has said yes again since; their number."""
    schema.empty(connection)
    person_key.metadata.create_all(connection)
    count = 0
    for bare, rows in archive.batches(file):
        kept = [row for row in rows if _is_newer(row["made_at"], erased.get(row["person_id"]))]
        count += len(kept)
        if kept:
            connection.execute(insert(bare), kept)
    return count


def _load_data(
    connection: Connection, checked: Checked, desks: Desks, erased: dict[UUID, datetime]
) -> tuple[int, int]:
    schema.empty(connection)
    schema.bring(connection, checked.data.header.schema)
    with _in_any_order(connection):
        rows = _filled(connection, archive.batches(checked.files.data))
    schema.bring(connection, schema.NEWEST)
    with Session(connection, expire_on_commit=False) as session:
        joined = {person.id: person.joined_at for person in session.scalars(select(Person))}
        for person_id, at in erased.items():
            if not _is_newer(joined.get(person_id), at):
                erasures.remove_words(session, person_id, at)
        looked_for = reconsider(desks.at(session), checked.data.header.made_at)
        session.commit()
    return rows, looked_for


def _is_newer(moment: datetime | None, erased_at: datetime | None) -> bool:
    """Whether this is of after somebody's erasure, and so theirs to keep; anything is, of whoever was never erased."""
    return erased_at is None or (moment is not None and moment > erased_at)


def _filled(connection: Connection, batches: Iterable[archive.Batch]) -> int:
    count = 0
    for bare, rows in batches:
        connection.execute(insert(bare), rows)
        count += len(rows)
    return count


def reconsider(desk: Desk, made_at: datetime) -> int:
    """Nothing that was due is sent before Slack was asked whether it has it; the number of such letters.

    What can be repeated simply is. Everybody's Home is drawn anew: Slack may show what is no longer true.
    """
    under_way = Letter.state.in_((LetterState.SENDING, LetterState.UNKNOWN))
    looked_for = outbox.look_first(desk, Letter.kind.in_(ONCE), or_(Letter.due_at <= desk.now, under_way))
    repeatable = Letter.kind.not_in(ONCE) & Letter.state.in_(outbox.OPEN)
    desk.session.execute(
        update(Letter).where(repeatable).values(state=LetterState.PENDING, **outbox.HELD_BY_NOBODY)
    )
    for person_id in desk.session.scalars(select(Person.id).order_by(Person.id)).all():
        outbox.refresh_home(desk, person_id)
    desk.session.add(Backup(made_at=made_at, verified_at=desk.wall, restored_at=desk.wall))
    return looked_for


@contextmanager
def _in_any_order(connection: Connection) -> Iterator[None]:
    """Rows may come before the rows they point to; at the end each of them is there, or the database complains."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        yield
        if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
            raise Damaged("The backup points to rows that it does not hold. Nothing was restored.")
        return
    _alter_constraints(connection, "DEFERRABLE INITIALLY DEFERRED")
    yield
    connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    _alter_constraints(connection, "NOT DEFERRABLE")


def _alter_constraints(connection: Connection, how: str) -> None:
    there = inspect(connection)
    for name in there.get_table_names():
        for key in there.get_foreign_keys(name):
            connection.exec_driver_sql(f'ALTER TABLE "{name}" ALTER CONSTRAINT "{key["name"]}" {how}')
