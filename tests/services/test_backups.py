"""Backups: of both stores, apart, of one moment, read back, and of keys for no longer than was promised."""

import gzip
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from bot import archive, clock, schema, vault
from bot.archive import Damaged, Header
from bot.db import Database
from bot.errors import Unavailable
from bot.models import Backup, Heard, Person, Workspace
from bot.services import backups, watching
from bot.services.backups import Folders, NotApart, NotWhole
from bot.services.desk import Desk, Desks
from bot.vault import Vault, WrongMasterKey
from tests.cast import TEAM
from tests.conftest import MASTER_KEY
from tests.stock import NOTE, WORDS, back_up, everything, folders, keys_in, stock

MANY = 40_000
FLAT_BYTES = 12_000_000


@pytest.fixture
def where(tmp_path: Path) -> Folders:
    return folders(tmp_path)


def test_both_stores_are_whole_in_two_places(desks: Desks, where: Folders) -> None:
    stock(desks)
    made = back_up(desks, where)
    assert (made.data.parent, made.keys.parent) == (where.data, where.keys)
    data, keys = archive.check(made.data), archive.check(made.keys)
    assert data.rows == made.rows == sum(len(rows) for rows in everything(desks.database).values())
    assert keys.counts == {"person_key": made.people} == {"person_key": len(keys_in(desks.vault.store))}
    assert data.header.pair == keys.header.pair
    assert {file.name for folder in (where.data, where.keys) for file in folder.iterdir()} == {
        made.data.name,
        made.keys.name,
    }
    assert where.keys.stat().st_mode & 0o777 == 0o700


def test_what_people_wrote_is_as_closed_in_a_backup_as_in_the_store(desks: Desks, where: Folders) -> None:
    stock(desks)
    made = back_up(desks, where)
    for file in (made.data, made.keys):
        text = gzip.decompress(file.read_bytes()).decode()
        assert WORDS not in text
        assert NOTE not in text


@pytest.mark.parametrize(
    ("data", "keys"), [("b", "b"), ("b", "b/keys"), ("b/data", "b"), ("b", "c/../b"), ("b", "link")]
)
def test_one_place_for_both_is_refused(desks: Desks, data: str, keys: str, tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "b")
    with pytest.raises(NotApart, match="must not lie in one place"):
        back_up(desks, Folders(tmp_path / data, tmp_path / keys))
    assert list((tmp_path / "b").iterdir()) == []


def test_a_backup_shows_one_moment_though_others_go_on_writing(desks: Desks, where: Folders) -> None:
    stock(desks)
    before = everything(desks.database)
    with desks.database.snapshot() as session:
        session.scalars(select(Person.id)).first()
        desks.do(_renamed)
        seen = set(session.scalars(select(Person.name)))
    assert "Somebody else" not in seen
    assert before != everything(desks.database)


class Eventful(Database):
    """A store during whose reading something happens: before its first row is read, and after its last."""

    def __init__(
        self, of: Database, *, before: Callable[[], object] = int, after: Callable[[], object] = int
    ) -> None:
        super().__init__(of.url.render_as_string(hide_password=False))
        self._before, self._after = before, after

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        self._before()
        with super().snapshot() as session:
            yield session
        self._after()


def test_no_word_in_a_backup_lacks_its_key(desks: Desks, where: Folders) -> None:
    """Somebody who says yes while it is made is in the keys, and perhaps in the database: never the other way round."""
    stock(desks)
    late = uuid4()
    database = Eventful(desks.database, after=lambda: desks.vault.ensure_key(late, clock.now()))
    made = backups.make(database, desks.vault, where, clock.now())
    kept = {row["person_id"] for _, rows in archive.batches(made.keys) for row in rows}
    assert late in kept
    database.dispose()


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-100])


def _empty_of_another_time(file: Path) -> None:
    other = file.with_name("other.gz")
    store = Database(f"sqlite:///{file.with_name('other.db')}")
    with store.snapshot() as session:
        header = Header(backups.DATA, schema.newest(), clock.now(), uuid4())
        archive.write(other, header, session, [])
    store.dispose()
    other.rename(file)


@pytest.mark.parametrize(("harm", "said"), [(_cut, Damaged), (_empty_of_another_time, NotWhole)])
def test_what_does_not_read_back_is_no_backup(
    desks: Desks, where: Folders, harm: Callable[[Path], None], said: type[Exception]
) -> None:
    stock(desks)
    keys = Eventful(desks.vault.store, before=lambda: harm(next(where.data.glob("*.part"))))
    with pytest.raises(said):
        backups.make(desks.database, Vault(keys, [MASTER_KEY]), where, clock.now())
    assert list(where.data.glob("mull-*")) == list(where.keys.iterdir()) == []
    keys.dispose()


def test_a_backup_of_keys_that_no_master_key_opens_is_none(desks: Desks, where: Folders) -> None:
    stock(desks)
    with pytest.raises(WrongMasterKey):
        backups.make(desks.database, Vault(desks.vault.store, [b"x" * 32]), where, clock.now())
    assert list(where.data.iterdir()) == list(where.keys.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_named(desks: Desks, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Unavailable, match="file/data cannot be made"):
        back_up(desks, Folders(tmp_path / "file/data", tmp_path / "keys"))


def test_with_a_backup_every_night_no_copy_of_a_key_is_ever_fourteen_days_old(
    desks: Desks, where: Folders
) -> None:
    stock(desks)
    start = datetime(2026, 9, 13, 2, 0, tzinfo=UTC)
    for night in range(20):
        now = start + timedelta(days=night, seconds=-night)
        back_up(desks, where, now)
        oldest = backups.found(where.keys, backups.KEYS)[0][0]
        until_the_next_one_went = now + timedelta(days=1) - oldest
        assert until_the_next_one_went <= backups.KEYS_LAST
    assert len(backups.found(where.data, backups.DATA)) == 20


def test_old_copies_of_keys_go_even_when_there_is_no_new_one(desks: Desks, where: Folders) -> None:
    stock(desks)
    now = datetime(2026, 9, 13, 2, 0, tzinfo=UTC)
    old = back_up(desks, where, now - timedelta(days=30))
    begun = where.keys / f"{backups.found(where.keys, backups.KEYS)[0][1].name}.part"
    begun.touch()
    with pytest.raises(WrongMasterKey):
        backups.make(desks.database, Vault(desks.vault.store, [b"x" * 32]), where, now)
    assert not old.keys.exists()
    assert not begun.exists()
    assert old.data.exists()


def test_of_the_database_as_many_are_kept_as_one_likes(desks: Desks, where: Folders) -> None:
    stock(desks)
    start = datetime(2026, 9, 13, 2, 0, tzinfo=UTC)
    made = [
        backups.make(desks.database, desks.vault, where, start + timedelta(days=night), keep=2)
        for night in range(4)
    ]
    assert [file for _, file in backups.found(where.data, backups.DATA)] == [made[2].data, made[3].data]


def test_somebody_elses_files_in_the_folder_are_left_alone(desks: Desks, where: Folders) -> None:
    stock(desks)
    where.keys.mkdir(parents=True)
    (where.keys / "mull-keys-of-the-car.gz").touch()
    back_up(desks, where)
    assert (where.keys / "mull-keys-of-the-car.gz").exists()


def test_the_database_knows_its_last_whole_backup(desks: Desks) -> None:
    at = datetime(2026, 9, 13, 2, 0, tzinfo=UTC)
    desks.do(backups.note, at, 7)
    assert desks.look(watching.last_verified) == at
    assert desks.look(lambda desk: desk.session.scalars(select(Backup.rows)).one()) == 7


def test_a_large_store_needs_no_more_memory_than_a_small_one(
    database: Database, desks: Desks, where: Folders
) -> None:
    with database.write() as session:
        workspace = Workspace(team_id=TEAM)
        session.add(workspace)
        session.flush()
        for start in range(0, MANY, 5000):
            heard = [
                {
                    "workspace_id": workspace.id,
                    "kind": "x" * 20,
                    "dedupe_key": f"{number:0200}",
                    "heard_at": clock.now(),
                }
                for number in range(start, start + 5000)
            ]
            session.execute(insert(Heard), heard)
    tracemalloc.start()
    made = back_up(desks, where)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert made.rows > MANY
    assert peak < FLAT_BYTES


def _renamed(desk: Desk) -> None:
    desk.session.execute(update(Person).values(name="Somebody else"))


def test_the_table_of_keys_is_the_only_one_in_its_store() -> None:
    assert [table.name for table in backups.tables(backups.KEYS)] == [vault.person_key.name]
