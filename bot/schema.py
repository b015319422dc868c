"""The schema of both stores: bringing it up to date, once, whoever else is trying; refusing an old one."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from filelock import FileLock
from sqlalchemy import Connection, inspect

from bot import content, vault
from bot.db import Database
from bot.errors import MullError

MIGRATIONS = content.folder("migrations")
NEWEST = "head"
ADVISORY_LOCK = 0x6D756C6C
"""“mull” in ASCII: PostgreSQL's number for the right to migrate."""


class OldSchema(MullError):
    """The database is not at the version this code needs."""


def upgrade(database: Database, keys: Database, migrations: Path = MIGRATIONS) -> str:
    """Both stores are at the newest version, which is returned. Two processes at once take turns.

    OldSchema when the database is newer than this code; Unavailable when a store cannot be reached.
    """
    with alone(keys) as connection:
        vault.metadata.create_all(connection)
    with alone(database) as connection:
        _refuse_newer(MigrationContext.configure(connection).get_current_revision(), migrations)
        bring(connection, NEWEST, migrations)
    return newest(migrations)


def bring(connection: Connection, version: str, migrations: Path = MIGRATIONS) -> None:
    """The database is at this version, or later, within the connection's transaction."""
    config = Config()
    config.set_main_option("script_location", str(migrations))
    config.attributes["connection"] = connection
    command.upgrade(config, version)


def empty(connection: Connection) -> None:
    """There is no table in the database, within the connection's transaction."""
    names = inspect(connection).get_table_names()
    if connection.dialect.name == "sqlite":
        # A table that others point to goes only when no row does any more.
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        for name in names:
            connection.exec_driver_sql(f'DELETE FROM "{name}"')
    for name in names:
        cascade = " CASCADE" if connection.dialect.name == "postgresql" else ""
        connection.exec_driver_sql(f'DROP TABLE "{name}"{cascade}')


def require_known(version: str, migrations: Path = MIGRATIONS) -> None:
    """OldSchema when a backup is of a version that this code does not know."""
    if version not in _known(migrations):
        raise OldSchema(
            f"The backup is of version {version}, which this Mull does not know: it is newer. Update Mull to match it."
        )


def newest(migrations: Path = MIGRATIONS) -> str:
    """The version this code needs."""
    head = ScriptDirectory(str(migrations)).get_current_head()
    assert head, "there is at least one migration"
    return head


def current(database: Database) -> str | None:
    """The version the database is at; None when it is empty."""
    with database.read() as session:
        return MigrationContext.configure(session.connection()).get_current_revision()


def require_current(database: Database, keys: Database, migrations: Path = MIGRATIONS) -> None:
    """OldSchema, with the command to type, unless both stores are at the version this code needs."""
    at = current(database)
    _refuse_newer(at, migrations)
    needed = newest(migrations)
    if at != needed:
        raise OldSchema(
            f"The database is at version {at or 'none'}, and this Mull needs {needed}. Type: mull db upgrade"
        )
    with keys.read() as session:
        if not inspect(session.connection()).has_table(vault.person_key.name):
            raise OldSchema(
                "The store of people's keys (MULL_KEYS_URL) is empty. If anyone has answered yet, it is the wrong "
                "one: look for the right one. If nobody has, type: mull db upgrade"
            )


def _refuse_newer(at: str | None, migrations: Path) -> None:
    if at is not None and at not in _known(migrations):
        raise OldSchema(
            f"The database is at version {at}, which this Mull does not know: it is newer. Update Mull to match it."
        )


def _known(migrations: Path) -> set[str]:
    return {script.revision for script in ScriptDirectory(str(migrations)).walk_revisions()}


@contextmanager
def alone(database: Database) -> Iterator[Connection]:
    """A connection to a store that nobody else migrates meanwhile, in one transaction.

    SQLite cannot take a lock before it switches to WAL, so a file beside it is the lock.
    """
    lock = FileLock(f"{database.url.database}.migrating") if database.dialect == "sqlite" else nullcontext()
    with lock, database.migrating() as connection:
        if database.dialect == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})")
        yield connection
