"""A commit is stored, or not, or nobody can say: whoever asked is told which, whatever becomes of the answer."""

import resource
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, LargeBinary, MetaData, Table, func, insert, select, text

from bot import clock, patience
from bot.db import Database
from bot.errors import Unavailable, Unsure
from bot.patience import Transaction
from tests.conftest import StoreUrls
from tests.postgres import Server
from tests.wire import Fate, Wire

metadata = MetaData()
note = Table("note", metadata, Column("id", Integer, primary_key=True), Column("words", LargeBinary))

SOON_SECONDS = 1.0
CERTAIN = [
    (Fate.REPLY_LOST, True),
    (Fate.HELD_UP, True),
    (Fate.REQUEST_LOST, False),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, postgres: str) -> Iterator[Server]:
    own = Server()
    yield own
    own.remove()


@pytest.fixture
def far(server: Server) -> Iterator[Database]:
    """A database on a server of its own."""
    store = Database(server.database())
    metadata.create_all(store.writer)
    yield store
    store.dispose()


@pytest.fixture
def wire(far: Database) -> Iterator[Wire]:
    between = Wire(far.url.render_as_string(hide_password=False))
    yield between
    between.close()


@pytest.fixture
def store(wire: Wire) -> Iterator[Database]:
    """The same database, at the other end of a wire."""
    near = Database(wire.url)
    keep(near, b"before")
    yield near
    near.dispose()


@pytest.fixture
def file(sqlite_urls: StoreUrls) -> Iterator[Database]:
    store = Database(sqlite_urls.database)
    metadata.create_all(store.writer)
    keep(store, b"before")
    yield store
    store.dispose()


def keep(store: Database, words: bytes, deadline: float | None = None) -> None:
    with store.write(deadline) as session:
        session.execute(insert(note).values(words=words))


def kept(store: Database) -> int | None:
    with store.read() as session:
        return session.scalar(select(func.count()).select_from(note))


def soon() -> float:
    return clock.elapsed() + SOON_SECONDS


@pytest.mark.parametrize(("fate", "stored"), CERTAIN, ids=[fate.name for fate, _ in CERTAIN])
def test_a_commit_that_breaks_off_is_told_as_what_became_of_it(
    fate: Fate, stored: bool, store: Database, wire: Wire, far: Database
) -> None:
    wire.fate = fate
    if stored:
        keep(store, b"words")
    else:
        with pytest.raises(Unavailable, match="Nothing was stored") as told:
            keep(store, b"words")
        assert not isinstance(told.value, Unsure)
    assert kept(far) == 1 + stored


@pytest.mark.parametrize("fate", [Fate.SILENCE, Fate.SWALLOWED])
def test_a_server_that_says_nothing_leaves_it_unsure_and_holds_nobody_up(
    fate: Fate, store: Database, wire: Wire
) -> None:
    wire.fate = fate
    with pytest.raises(Unsure):
        keep(store, b"words", soon())
    wire.fate = None
    before = kept(store)
    keep(store, b"more")
    assert kept(store) == (before or 0) + 1


def test_a_transaction_that_changed_nothing_has_nothing_to_be_unsure_of(store: Database, wire: Wire) -> None:
    wire.fate = Fate.SILENCE
    with store.write(soon()) as session:
        assert session.scalar(select(func.count()).select_from(note)) == 1


def test_a_frozen_server_leaves_every_statement_in_time(server: Server, far: Database) -> None:
    assert kept(far) == 0
    with server.frozen():
        for ask in (kept_soon, keep_soon):
            with pytest.raises(Unavailable) as told:
                ask(far)
            assert not isinstance(told.value, Unsure)
    keep(far, b"words")
    assert kept(far) == 1


def kept_soon(store: Database) -> None:
    with store.read(soon()) as session:
        session.scalar(select(func.count()).select_from(note))


def keep_soon(store: Database) -> None:
    keep(store, b"words", soon())


def test_after_a_crash_a_number_may_be_somebody_elses_and_so_is_not_believed(far: Database) -> None:
    mine = in_a_transaction(far)
    assert patience.was_stored(far.writer, mine, soon())
    with pytest.raises(Unsure):
        patience.was_stored(far.writer, Transaction(mine.id, "an earlier life"), soon())


def test_a_number_that_was_lost_in_a_crash_was_not_stored(far: Database) -> None:
    mine = in_a_transaction(far)
    lost = Transaction(str(int(mine.id or 0) + 1_000_000), "an earlier life")
    assert not patience.was_stored(far.writer, lost, soon())


def test_each_life_of_a_server_is_told_from_the_last(server: Server, far: Database) -> None:
    lives = [in_a_transaction(far).server]
    server.crash()
    server.start()
    lives.append(once_it_answers(far).server)
    server.kill_a_backend()
    lives.append(once_it_answers(far).server)
    assert len(set(lives)) == 3


def in_a_transaction(store: Database) -> Transaction:
    with store.write() as session:
        session.execute(insert(note).values(words=b"words"))
        return patience.identified(session.connection())


def once_it_answers(store: Database) -> Transaction:
    """A server that recovers refuses everybody for a moment."""
    until = clock.elapsed() + 30
    while True:
        try:
            return in_a_transaction(store)
        except Unavailable:
            assert clock.elapsed() < until


def test_a_disk_that_fails_half_way_through_a_commit_leaves_it_unsure(file: Database) -> None:
    with written_no_further(Path(f"{file.url.database}-wal")), pytest.raises(Unsure):
        keep(file, b"x" * 100_000)
    keep(file, b"after")
    assert kept(file) == 2


@contextmanager
def written_no_further(log: Path) -> Iterator[None]:
    """No file can grow beyond the size that this one has."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size + 8192, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_store_that_may_not_grow_says_that_nothing_was_stored_and_goes_on(file: Database) -> None:
    with file.writer.connect() as connection:
        pages = connection.scalar(text("PRAGMA page_count"))
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    refused(file)
    assert kept(file) == 1
    with file.writer.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=1000000")
    keep(file, b"after")
    assert kept(file) == 2


def refused(store: Database) -> None:
    with pytest.raises(Unavailable, match="Nothing was stored") as told:
        keep(store, b"x" * 1_000_000)
    assert not isinstance(told.value, Unsure)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Two megabytes that can be full. Only root may have one."""
    where = tmp_path / "disk"
    where.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "mull", str(where)], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("A disk of one's own needs the right to mount one.")
    yield where
    subprocess.run(["umount", "--lazy", str(where)], check=True)


def test_a_full_disk_says_that_nothing_was_stored_and_goes_on_when_there_is_room(
    small_disk: Path, sqlite_template: Path
) -> None:
    shutil.copy(sqlite_template / "mull.db", small_disk)
    store = Database(f"sqlite:///{small_disk}/mull.db")
    metadata.create_all(store.writer)
    keep(store, b"before")
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"\0" * (shutil.disk_usage(small_disk).free - 300_000))
    refused(store)
    ballast.unlink()
    keep(store, b"after")
    assert kept(store) == 2
    store.dispose()


def test_a_connection_that_breaks_before_the_commit_has_stored_nothing(server: Server, far: Database) -> None:
    def broken_off() -> None:
        with far.write() as session:
            session.execute(insert(note).values(words=b"words"))
            server.kill_a_backend()

    with pytest.raises(Unavailable, match="Nothing was stored"):
        broken_off()
    assert kept(far) == 0
