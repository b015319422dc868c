"""Stores: nothing is lost, nothing is late, and a moment stays a moment, on both databases."""

import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Engine, Integer, MetaData, Table, delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError
from sqlalchemy.orm import Session

from bot import clock
from bot.db import Database, UtcDateTime
from bot.errors import Unavailable
from tests.conftest import StoreUrls

metadata = MetaData()
tally = Table("tally", metadata, Column("id", Integer, primary_key=True), Column("count", Integer))
diary = Table("diary", metadata, Column("id", Integer, primary_key=True), Column("at", UtcDateTime))

THREADS, TIMES = 8, 200
SOON_SECONDS = 0.3


@pytest.fixture
def store(database: Database) -> Database:
    """A database with a tally that stands at nought."""
    metadata.create_all(database.writer)
    with database.write() as session:
        session.execute(insert(tally).values(id=1, count=0))
    return database


def count(store: Database) -> int | None:
    with store.read() as session:
        return session.scalar(select(tally.c.count))


def add_one(store: Database, deadline: float | None = None) -> None:
    """Read, then write: what is lost when two do it at once."""
    with store.write(deadline) as session:
        at = session.scalar(select(tally.c.count).with_for_update())
        session.execute(update(tally).values(count=(at or 0) + 1))


def add_many(store: Database) -> None:
    for _ in range(TIMES):
        add_one(store)


def set_to(
    store: Database,
    number: int,
    then: Callable[[], object],
    deadline: float | None = None,
    *,
    again: bool = False,
) -> None:
    """The tally is changed, something else happens, and only then is it committed."""
    with store.write(deadline) as session:
        session.execute(update(tally).values(count=number))
        then()
        if again:
            session.execute(update(tally).values(count=number + 1))


@contextmanager
def held(store: Database) -> Iterator[None]:
    """Somebody else, in another process, is writing to the tally and does not finish."""
    other = Database(store.url.render_as_string(hide_password=False))
    with other.writer.connect() as connection:
        connection.execute(update(tally).values(count=100))
        yield
        connection.rollback()
    other.dispose()


def test_no_increment_is_lost_among_eight_threads(store: Database) -> None:
    other = Database(store.url.render_as_string(hide_password=False))  # another process has its own lock
    with ThreadPoolExecutor(THREADS) as threads:
        done = [threads.submit(add_many, (store, other)[one % 2]) for one in range(THREADS)]
        for one in done:
            one.result()
    assert count(store) == THREADS * TIMES
    other.dispose()


def test_a_reader_neither_waits_for_a_writer_nor_sees_half_its_work(store: Database) -> None:
    with held(store):
        assert count(store) == 0


def test_what_raises_is_undone(store: Database) -> None:
    with pytest.raises(TypeError):
        set_to(store, 7, lambda: int(None))  # type: ignore[call-overload]
    assert count(store) == 0


def test_a_held_lock_is_unavailable_and_stores_nothing(store: Database) -> None:
    with held(store), pytest.raises(Unavailable, match="Nothing was stored"):
        add_one(store, clock.elapsed() + SOON_SECONDS)
    assert count(store) == 0
    add_one(store)
    assert count(store) == 1


def test_waiting_for_a_turn_ends_at_the_deadline_while_the_other_is_still_writing(
    sqlite_urls: StoreUrls,
) -> None:
    store = Database(sqlite_urls.database)
    metadata.create_all(store.writer)
    with store.write() as session:
        session.execute(insert(tally).values(id=1, count=0))
        with ThreadPoolExecutor(1) as threads:
            refused = threads.submit(add_one, store, clock.elapsed() + SOON_SECONDS).exception()
        assert isinstance(refused, Unavailable)
    assert count(store) == 0
    store.dispose()


def test_nothing_starts_after_the_deadline(store: Database) -> None:
    begun: list[str] = []
    for use in (store.read, store.write):
        with pytest.raises(Unavailable), use(clock.elapsed()):
            begun.append("too late")
    assert not begun


def test_what_is_under_way_at_the_deadline_goes_no_further(store: Database) -> None:
    deadline = clock.elapsed() + SOON_SECONDS
    with pytest.raises(Unavailable):
        set_to(store, 7, lambda: wait_until(deadline), deadline, again=True)
    assert count(store) == 0


def test_nothing_is_committed_after_the_deadline(store: Database) -> None:
    deadline = clock.elapsed() + SOON_SECONDS
    with pytest.raises(Unavailable):
        set_to(store, 7, lambda: wait_until(deadline), deadline)
    assert count(store) == 0


def test_a_deadline_does_not_outlive_its_transaction(store: Database) -> None:
    deadline = clock.elapsed() + SOON_SECONDS
    add_one(store, deadline)
    with store.read(deadline):
        wait_until(deadline)
    for engine in (store.writer, store.reader):
        with engine.begin() as connection:
            assert connection.scalar(select(tally.c.count)) == 1


def test_the_database_itself_waits_no_longer_than_what_is_left(store: Database) -> None:
    asked = "PRAGMA busy_timeout" if store.dialect == "sqlite" else "SHOW lock_timeout"
    with store.write(clock.elapsed() + 5) as session:
        assert milliseconds(session, asked) <= 5000


def test_two_long_waits_are_no_longer_than_one(postgres: str) -> None:
    store = Database(postgres.replace("postgresql://", "postgresql+psycopg://"))
    with store.write(clock.elapsed() + 10) as session:
        first = milliseconds(session, "SHOW statement_timeout")
        session.execute(text("SELECT pg_sleep(0.3)"))
        assert milliseconds(session, "SHOW statement_timeout") <= first - 300
    store.dispose()


def milliseconds(session: Session, asked: str) -> int:
    """A limit as the database tells it: 4990, 4990ms or 5s."""
    number, unit = re.fullmatch(r"(\d+)(m?s)?", str(session.scalar(text(asked)))).groups()  # type: ignore[union-attr]
    return int(number) * (1000 if unit == "s" else 1)


def test_a_mistake_of_ours_stays_what_it_is(store: Database) -> None:
    with pytest.raises(IntegrityError), store.write() as session:
        session.execute(insert(tally).values(id=1))


def test_a_reader_cannot_write(sqlite_urls: StoreUrls) -> None:
    store = Database(sqlite_urls.database)
    metadata.create_all(store.writer)
    with pytest.raises(Unavailable) as refused, store.read() as session:
        session.execute(insert(tally).values(id=1, count=1))
    assert isinstance(refused.value.__cause__, OperationalError)
    assert count(store) is None
    store.dispose()


@pytest.mark.parametrize(
    ("pragma", "on_writer", "on_reader"),
    [
        ("journal_mode", "wal", "wal"),
        ("synchronous", 2, None),
        ("foreign_keys", 1, 1),
        ("query_only", 0, 1),
        ("secure_delete", 1, None),
    ],
)
def test_sqlite_is_set_up_as_the_design_says(
    pragma: str, on_writer: object, on_reader: object, sqlite_urls: StoreUrls
) -> None:
    keys = Database(sqlite_urls.keys, erase_deleted=True)

    def ask(engine: Engine) -> object:
        with engine.connect() as connection:
            return connection.scalar(text(f"PRAGMA {pragma}"))

    assert ask(keys.writer) == on_writer
    assert on_reader is None or ask(keys.reader) == on_reader
    keys.dispose()


def test_a_database_that_is_gone_is_unavailable() -> None:
    gone = Database("postgresql+psycopg://127.0.0.1:1/mull")
    assert unavailable(gone)
    gone.dispose()


def test_a_file_that_is_no_database_is_unavailable(sqlite_urls: StoreUrls) -> None:
    store = Database(sqlite_urls.database)
    Path(str(store.url.database)).write_bytes(b"no database, but longer than the header of one" * 9)
    assert unavailable(store)
    store.dispose()


def unavailable(store: Database) -> bool:
    for use in (store.read, store.write):
        with pytest.raises(Unavailable, match="Nothing was stored"), use() as session:
            session.execute(text("SELECT count(*) FROM run"))
    return True


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    at=st.datetimes(datetime.fromisoformat("1990-01-01"), datetime.fromisoformat("2200-01-01")),
    offset=st.integers(-12 * 60, 14 * 60),
)
def test_a_moment_comes_back_as_the_same_moment_in_utc(store: Database, at: datetime, offset: int) -> None:
    moment = at.replace(tzinfo=timezone(timedelta(minutes=offset)))
    with store.write() as session:
        session.execute(delete(diary))
        session.execute(insert(diary).values(id=1, at=moment))
    with store.read() as session:
        back = session.scalars(select(diary.c.at).where(diary.c.at == moment)).one()
    assert (back, back.tzinfo) == (moment, UTC)


def test_a_moment_without_a_zone_is_refused(store: Database) -> None:
    with pytest.raises(StatementError, match="without a zone"), store.write() as session:
        session.execute(insert(diary).values(id=1, at=datetime.fromisoformat("2026-11-23T08:10")))


def wait_until(deadline: float) -> None:
    """It is past the deadline, which is a moment of real time: nothing else can bring it about."""
    threading.Event().wait(max(0.0, deadline - clock.elapsed()))
    assert clock.elapsed() >= deadline
