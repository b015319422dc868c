"""The schema of both stores: bringing it up to date, once, whoever else is trying; refusing an old one."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from filelock import FileLock
from sqlalchemy import Connection, inspect

from bot import vault
from bot.db import Database
from bot.errors import MullError

MIGRATIONS = Path(__file__).parent.parent / "migrations"
ADVISORY_LOCK = 0x6D756C6C
"""“mull” in ASCII: PostgreSQL's number for the right to migrate."""


class OldSchema(MullError):
    """The database is not at the version this code needs."""


def upgrade(database: Database, keys: Database) -> str:
    """Both stores are at the newest version, which is returned. Two processes at once take turns."""
    with _alone(keys) as connection:
        vault.metadata.create_all(connection)
    with _alone(database) as connection:
        config = _config(connection)
        command.upgrade(config, "head")
    return newest()


def newest() -> str:
    """The version this code needs."""
    head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    assert head, "there is at least one migration"
    return head


def current(database: Database) -> str | None:
    """The version the database is at; None when it is empty."""
    with database.read() as session:
        return MigrationContext.configure(session.connection()).get_current_revision()


def require_current(database: Database, keys: Database) -> None:
    """OldSchema, with the command to type, unless both stores are at the version this code needs."""
    at = current(database)
    known = {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
    if at is not None and at not in known:
        raise OldSchema(
            f"The database is at version {at}, which this Mull does not know: it is newer. Update Mull to match it."
        )
    with keys.read() as session:
        has_keys = inspect(session.connection()).has_table(vault.person_key.name)
    if at != newest() or not has_keys:
        raise OldSchema(
            f"The database is at version {at or 'none'}, and this Mull needs {newest()}. Type: mull db upgrade"
        )


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


@contextmanager
def _alone(database: Database) -> Iterator[Connection]:
    """A transaction in which nobody else migrates this store.

    SQLite cannot take a lock before it switches to WAL, so a file beside it is the lock.
    """
    if database.dialect == "sqlite":
        with FileLock(f"{database.url.database}.migrating"), database.writer.begin() as connection:
            yield connection
        return
    with database.writer.begin() as connection:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})")
        yield connection
