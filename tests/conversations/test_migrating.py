"""A new version's migration runs while the old one serves: people notice nothing, and the old one starts no more."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import schema
from bot.db import Database
from bot.schema import OldSchema
from tests.conftest import StoreUrls
from tests.conversations.meeting import CROWD, KEPT, Meeting, met

EXPAND = """
from alembic import op
import sqlalchemy as sa

revision = "9999"
down_revision = "{newest}"

def upgrade() -> None:
    op.add_column("answer", sa.Column("later", sa.String(10), nullable=True))
    op.create_index("ix_answer_later", "answer", ["later"])
"""


@pytest.fixture
def tomorrow(tmp_path: Path) -> Path:
    """The migrations of the next version, which first only adds."""
    folder = tmp_path / "migrations"
    shutil.copytree(schema.MIGRATIONS, folder)
    (folder / "versions" / "9999_expand.py").write_text(EXPAND.format(newest=schema.newest()))
    return folder


@pytest.fixture
async def meeting(store_urls: StoreUrls) -> AsyncIterator[Meeting]:
    async with met(store_urls) as there:
        yield there


async def test_a_migration_while_people_answer_loses_nothing_and_is_told_to_the_next_start(
    meeting: Meeting, store_urls: StoreUrls, tomorrow: Path
) -> None:
    few = [one["id"] for one in CROWD[:5]]
    before = [await meeting.answer(user, 0) for user in few]
    at_it = [asyncio.create_task(meeting.go_on(user, first=1)) for user in few]
    stores = Database(store_urls.database), Database(store_urls.keys)
    await asyncio.to_thread(schema.upgrade, *stores, tomorrow)
    meeting.over.set()
    await asyncio.gather(*at_it)
    after = [await meeting.answer(user, 1000) for user in few]
    assert {*before, *after} == {KEPT}
    assert {one for one, told in meeting.told.items() if told == KEPT} == meeting.kept()
    with pytest.raises(OldSchema, match="it is newer"):
        schema.require_current(*stores)
    for store in stores:
        store.dispose()
