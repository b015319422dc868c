"""Databases: how a transaction begins, how long it may wait, and what a moment looks like in a column.

SQLite gets two engines. The defaults of the driver lose updates silently, and IMMEDIATE for everything makes
readers wait for writers; so a writer that begins IMMEDIATE behind one in-process lock, and a reader that can
only read. PostgreSQL needs one engine; its lock and statement timeouts are what is left of the deadline.

A commit has three outcomes: stored, not stored (Unavailable), and one that nobody can find out (Unsure). Each is told.
"""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Connection,
    DateTime,
    Dialect,
    Engine,
    TypeDecorator,
    create_engine,
    event,
    make_url,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

from bot import clock, meters, patience
from bot.clock import deadline as deadline
from bot.errors import Collided, Unavailable, Unsure

committing: ContextVar[threading.Event | None] = ContextVar("committing", default=None)
"""Set by whoever waits from outside: until a commit has begun nothing is stored, and past the deadline none begins."""
PATIENCE_SECONDS = 20.0
"""How long a transaction without a deadline waits for the database."""
SNAPSHOT_SECONDS = 6 * 3600.0
"""How long reading a whole store may take."""
PURGE_MS = 1000
"""How long purging waits for readers of the same file."""
LIMIT_AGAIN_SECONDS = 0.1
"""A statement that comes this long after the limits were set gets new ones: two long waits are no longer than one."""


COLLISIONS = ("40001", "40P01")
"""PostgreSQL's codes for a serialization failure and a deadlock."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment in UTC, on both databases. SQLite's own DateTime(timezone=True) silently drops the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment without a zone cannot be stored.")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Database:
    """One store. `read()` and `write()` give a session inside one transaction; write commits at the end.

    A deadline, given or set around the call, is a moment on clock.elapsed(): nothing starts after it, and
    Unavailable says that nothing was stored, unless it is Unsure.
    """

    def __init__(self, url: str, *, erase_deleted: bool = False) -> None:
        self.url = make_url(url)
        self.dialect = self.url.get_backend_name()
        self._lock = threading.Lock()
        if self.dialect == "sqlite":
            if self.url.database:
                _made_private(Path(self.url.database))
            self.writer = self._sqlite(read_only=False, erase_deleted=erase_deleted)
            self.reader = self._sqlite(read_only=True)
        else:
            self.writer = self.reader = self._postgresql()

    @contextmanager
    def read(self, by: float | None = None) -> Iterator[Session]:
        """A session that only reads, in one transaction."""
        by = _deadline(by)
        with (
            _until(by),
            _explained(),
            self.reader.connect() as connection,
            _limited(connection, by),
            Session(connection, expire_on_commit=False, autoflush=False) as session,
        ):
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """A session that sees one moment however long it reads, while others go on writing."""
        with self.read(by=clock.elapsed() + SNAPSHOT_SECONDS) as session:
            if self.dialect != "sqlite":
                session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
            yield session

    @contextmanager
    def write(self, by: float | None = None) -> Iterator[Session]:
        """A session whose work is committed when the block ends, or undone when it raises."""
        by = _deadline(by)
        with (
            _until(by),
            _explained(),
            self._turn(by),
            self.writer.connect() as connection,
            _limited(connection, by),
            Session(connection, expire_on_commit=False) as session,
        ):
            yield session
            session.flush()
            if (told := committing.get()) is not None:
                told.set()
            _in_time(by)
            self._commit(session, connection, by)

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        """A connection in one transaction, without a deadline. Unavailable when the store cannot be reached."""
        with ExitStack() as stack:
            with _explained():
                connection = stack.enter_context(self.writer.connect())
                stack.enter_context(connection.begin())
            yield connection

    def purge(self) -> None:
        """On SQLite, what was deleted stands in no file of the store, if it was opened to erase what is deleted.

        Else it would stand in the write-ahead log until that is next used up. Unavailable while a reader holds on to
        it. PostgreSQL has no such promise to give: its own log and its dead rows go when the server sees fit.
        """
        if self.dialect != "sqlite":
            return
        with _explained(), self._turn(clock.elapsed() + PATIENCE_SECONDS):
            driver = self.writer.raw_connection()
            try:
                driver.cursor().execute(f"PRAGMA busy_timeout={PURGE_MS}")
                busy, *_ = driver.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                driver.close()
        if busy:
            raise Unavailable("What was deleted is still being read, and so still in a file. Try again.")

    def _commit(self, session: Session, connection: Connection, by: float) -> None:
        """Stored, whatever becomes of the database's answer; Unsure if that cannot be found out."""
        asked = patience.identified(connection) if self.dialect != "sqlite" else None
        try:
            session.commit()
            connection.commit()
        except DBAPIError as error:
            if asked is None and _half_written(error):
                raise Unsure("The disk failed while this was stored: it may have been.") from error
            if asked is None or not error.connection_invalidated:
                raise
            if not patience.was_stored(self.writer, asked, by):
                raise

    def dispose(self) -> None:
        """Every connection is closed."""
        self.writer.dispose()
        self.reader.dispose()

    @contextmanager
    def _turn(self, deadline: float) -> Iterator[None]:
        """SQLite has one writer at a time: waiting in the process is fairer than waiting in the file."""
        if self.dialect != "sqlite":
            yield
            return
        if not self._lock.acquire(timeout=max(0.0, deadline - clock.elapsed())):
            raise Unavailable("The database is busy, and this could not wait longer. Nothing was stored.")
        try:
            yield
        finally:
            self._lock.release()

    def _sqlite(self, *, read_only: bool, erase_deleted: bool = False) -> Engine:
        engine = create_engine(
            self.url,
            hide_parameters=True,
            pool_size=8 if read_only else 1,
            max_overflow=0,
            connect_args={"check_same_thread": False, "isolation_level": None, "timeout": 5},
        )

        @event.listens_for(engine, "connect")
        def connected(driver: Any, _record: Any) -> None:
            cursor = driver.cursor()
            if read_only:
                cursor.execute("PRAGMA query_only=ON")
            else:
                cursor.execute("PRAGMA journal_mode=WAL")
                cursor.execute("PRAGMA synchronous=FULL")
            if erase_deleted:
                cursor.execute("PRAGMA secure_delete=ON")
            cursor.execute("PRAGMA foreign_keys=ON")
            cursor.close()

        @event.listens_for(engine, "begin")
        def begun(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

        event.listen(engine, "before_cursor_execute", _nothing_starts_late)
        return engine

    def _postgresql(self) -> Engine:
        engine = create_engine(
            self.url,
            hide_parameters=True,
            pool_size=10,
            max_overflow=0,
            pool_timeout=2,
            pool_pre_ping=True,
            connect_args={"connect_timeout": 2},
        )
        patience.impatient(engine)
        event.listen(engine, "before_cursor_execute", _nothing_starts_late)
        return engine


def _made_private(file: Path) -> None:
    """The file is there; a new one is its owner's alone, and SQLite gives what stands beside it the same rights."""
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.touch(mode=0o600, exist_ok=True)
    except OSError as error:
        raise Unavailable(
            f"{file} cannot be made ({error.strerror}). Make its folder, or choose another."
        ) from error


def _deadline(by: float | None) -> float:
    """The one that is given, else the one that is set, else as long as patience lasts."""
    by = deadline.get() if by is None else by
    return clock.elapsed() + PATIENCE_SECONDS if by is None else by


@contextmanager
def _until(by: float) -> Iterator[None]:
    """Whatever is asked of any store meanwhile has this deadline, too."""
    before = deadline.set(by)
    try:
        yield
    finally:
        deadline.reset(before)


def insert_into(session: Session, table: type[Any]) -> sqlite.Insert | postgresql.Insert:
    """An INSERT of this database's own kind, for its ON CONFLICT, which both spell alike."""
    backend = session.get_bind().dialect.name
    return sqlite.insert(table) if backend == "sqlite" else postgresql.insert(table)


@contextmanager
def _limited(connection: Connection, deadline: float) -> Iterator[None]:
    """Inside, nothing starts after the deadline, and the database itself waits no longer. After it, no trace is left:
    the connection goes back to the pool, and its next user has another deadline or, migrating, none.
    """
    info = connection.info  # a connection that broke can no longer be asked for it
    info["deadline"] = deadline
    try:
        _limit(connection)
        yield
    finally:
        info.pop("deadline", None)
        info.pop("limited_at", None)


def _limit(connection: Connection) -> None:
    """How long the database itself may wait is what is left until the deadline."""
    deadline = connection.info["deadline"]
    _in_time(deadline)
    left_ms = max(1, int((deadline - clock.elapsed()) * 1000))
    connection.info["limited_at"] = clock.elapsed()
    driver = connection.connection.driver_connection
    assert driver is not None
    if connection.dialect.name == "sqlite":
        driver.execute(f"PRAGMA busy_timeout={left_ms}")
    else:
        driver.execute(f"SET LOCAL lock_timeout={left_ms}; SET LOCAL statement_timeout={left_ms}")


def _nothing_starts_late(
    connection: Connection, _cursor: Any, statement: str, _parameters: Any, _context: Any, _many: bool
) -> None:
    _in_time(connection.info.get("deadline"))
    if clock.elapsed() - connection.info.get("limited_at", clock.elapsed()) > LIMIT_AGAIN_SECONDS:
        _limit(connection)


def _in_time(deadline: float | None) -> None:
    if deadline is not None and clock.elapsed() >= deadline:
        raise Unavailable("The database did not answer in time. Nothing was stored.")


def _half_written(error: DBAPIError) -> bool:
    """A disk that fails in the middle of a commit: SQLite undoes it here, and may find it whole when it is next opened.

    A full disk or a busy file is told before anything of the commit counts.
    """
    return str(getattr(error.orig, "sqlite_errorname", "")).startswith("SQLITE_IOERR")


@contextmanager
def _explained() -> Iterator[None]:
    """A database that is gone, locked or full is Unavailable; a mistake of ours stays what it is."""
    try:
        yield
    except Unavailable:
        meters.unavailable()
        raise
    except (DataError, IntegrityError, ProgrammingError):
        raise
    except (DBAPIError, PoolTimeoutError, *patience.BROKEN) as error:
        if getattr(getattr(error, "orig", None), "sqlstate", None) in COLLISIONS:
            raise Collided("Two things happened at once. Nothing was stored of this one.") from error
        meters.unavailable()
        raise Unavailable("The database could not be reached or is locked. Nothing was stored.") from error
