"""The schema: models and migrations agree, two can migrate at once, and what does not fit is refused."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from bot import schema, vault
from bot.db import Database
from bot.models import Base
from bot.schema import OldSchema
from tests.conftest import StoreUrls
from tests.processes import at_once

TRIALS = 20
COMMAND = "Type: mull db upgrade"
ONE_MORE = """
revision = "9999"
down_revision = "{newest}"

def upgrade() -> None:
    pass
"""


@pytest.fixture
def empty(new_stores: Callable[[], StoreUrls]) -> Iterator[tuple[Database, Database]]:
    """Two stores in which nobody has ever migrated anything."""
    stores = open_stores(new_stores())
    yield stores
    for store in stores:
        store.dispose()


@pytest.fixture
def tomorrow(tmp_path: Path) -> Path:
    """A folder of migrations with one more than there are."""
    folder = tmp_path / "migrations"
    shutil.copytree(schema.MIGRATIONS, folder)
    (folder / "versions" / "9999_one_more.py").write_text(ONE_MORE.format(newest=schema.newest()))
    return folder


def open_stores(urls: StoreUrls) -> tuple[Database, Database]:
    return Database(urls.database), Database(urls.keys)


def upgrade(urls: StoreUrls) -> None:
    stores = open_stores(urls)
    schema.upgrade(*stores)
    schema.require_current(*stores)
    for store in stores:
        store.dispose()


def test_models_and_migrations_agree(database: Database, keys: Database) -> None:
    for store, metadata in ((database, Base.metadata), (keys, vault.metadata)):
        with store.reader.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, metadata) == []


def test_two_processes_that_migrate_at_once_take_turns(new_stores: Callable[[], StoreUrls]) -> None:
    assert at_once(upgrade, [new_stores() for _ in range(TRIALS)]) == []


def test_migrating_what_is_migrated_changes_nothing(database: Database, keys: Database) -> None:
    assert schema.upgrade(database, keys) == schema.current(database) == schema.newest()
    schema.require_current(database, keys)


def test_an_empty_database_is_refused_with_the_command_to_type(empty: tuple[Database, Database]) -> None:
    with pytest.raises(OldSchema, match=f"version none.*{COMMAND}"):
        schema.require_current(*empty)


def test_keys_that_are_not_there_are_refused_with_the_command_to_type(
    database: Database, keys: Database
) -> None:
    with keys.writer.begin() as connection:
        vault.metadata.drop_all(connection)
    with pytest.raises(OldSchema, match=r"MULL_KEYS_URL.*mull db upgrade"):
        schema.require_current(database, keys)


def test_an_old_schema_is_refused_until_that_command_was_typed(
    database: Database, keys: Database, tomorrow: Path
) -> None:
    with pytest.raises(OldSchema, match=f"version {schema.newest()}.*needs 9999.*{COMMAND}"):
        schema.require_current(database, keys, tomorrow)
    assert schema.upgrade(database, keys, tomorrow) == "9999"
    schema.require_current(database, keys, tomorrow)


def test_a_newer_schema_is_refused_by_both_who_use_it_and_who_migrate(
    database: Database, keys: Database
) -> None:
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'newer'"))
    for use in (schema.require_current, schema.upgrade):
        with pytest.raises(OldSchema, match=r"version newer.*Update Mull"):
            use(database, keys)


def test_a_migration_that_fails_leaves_nothing_behind(
    database: Database, keys: Database, tomorrow: Path
) -> None:
    broken = ONE_MORE.format(newest=schema.newest()).replace(
        "pass", "op.create_table('half', sa.Column('id', sa.Integer())); op.drop_table('nobody_made_this')"
    )
    (tomorrow / "versions" / "9999_one_more.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n" + broken
    )
    with pytest.raises(Exception, match="nobody_made_this"):
        schema.upgrade(database, keys, tomorrow)
    assert schema.current(database) == schema.newest()
    with database.read() as session:
        assert not session.get_bind().dialect.has_table(session.connection(), "half")
