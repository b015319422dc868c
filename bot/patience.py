"""PostgreSQL: connections that wait no longer than their deadline, and what became of a commit whose answer is lost.

A server that is stopped and not gone answers nothing and closes nothing: no timeout of its own can end the waiting, so
ours does. And a connection that breaks during COMMIT says neither that it was done nor that it was not; the server
knows, by the transaction's id.
"""

import time
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, TypeVar

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, Dialect, Engine, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from bot import clock
from bot.errors import Unavailable, Unsure

GRACE_SECONDS = 0.2
"""How much longer than the deadline an answer that is on its way, or an undoing, is waited for."""
ASK_AGAIN_SECONDS = 0.05
IN_THE_FUTURE = "22023"
"""The code for an id that the server has not given to anyone: it lost the transaction when it crashed."""

BROKEN = (psycopg.OperationalError, psycopg.InterfaceError)
"""What a connection raises that broke while it was asked by itself, and not through SQLAlchemy."""

_SERVER = "SELECT concat(pg_postmaster_start_time(), ' ', (SELECT stats_reset FROM pg_stat_archiver))"
_ID = "SELECT pg_current_xact_id_if_assigned()::text"
_STATUS = text("SELECT pg_xact_status(CAST(:id AS xid8))")

Result = TypeVar("Result")


@dataclass(frozen=True)
class Transaction:
    """Enough of a transaction to ask later what became of it.

    `id` is None when it has changed nothing. `server` tells one life of the server from the next: after a crash it
    gives the ids of lost transactions to others.
    """

    id: str | None
    server: str


class Impatient(psycopg.Connection[Any]):
    """A connection that is closed when no answer has come by the deadline: whoever waits for it is free again."""

    def wait(
        self, gen: Generator[Any, Any, Result], interval: float = 0.1, timeout: float | None = None
    ) -> Result:
        by = clock.deadline.get()
        if by is not None:
            timeout = max(0.0, by - clock.elapsed()) + GRACE_SECONDS
        try:
            return super().wait(gen, interval, timeout)
        except psycopg.OperationalError:
            # A query without an answer would be answered to the next one who asks something here.
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                self.close()
            raise


def impatient(engine: Engine) -> None:
    """Every connection of this engine is Impatient, and knows which life of the server it belongs to."""

    @event.listens_for(engine, "do_connect")
    def connect(
        _dialect: Dialect, _record: Any, positional: list[Any], named: dict[str, Any]
    ) -> psycopg.Connection[Any]:
        by = clock.deadline.get()
        if by is not None and clock.elapsed() >= by:
            raise Unavailable("The database did not answer in time. Nothing was stored.")
        return Impatient.connect(*positional, **named)

    @event.listens_for(engine, "connect")
    def connected(driver: psycopg.Connection[Any], record: Any) -> None:
        row = driver.execute(_SERVER).fetchone()
        assert row is not None
        record.info["server"] = row[0]
        driver.rollback()


def identified(connection: Connection) -> Transaction:
    """The transaction that runs on this connection."""
    driver = connection.connection.driver_connection
    assert driver is not None
    return Transaction(driver.execute(_ID).fetchone()[0], connection.info["server"])


def was_stored(engine: Engine, transaction: Transaction, by: float) -> bool:
    """Whether a transaction whose commit broke off was committed. Unsure if nobody can find out by the deadline."""
    if transaction.id is None:
        return True  # there was nothing to store
    while clock.elapsed() < by:
        found = _fate(engine, transaction)
        if found is not None:
            return found
        time.sleep(ASK_AGAIN_SECONDS)
    raise Unsure("The database broke off while it stored this, and could not be asked whether it did.")


def _fate(engine: Engine, transaction: Transaction) -> bool | None:
    """Whether it was committed; None while nobody can say."""
    try:
        with engine.connect() as connection:
            same_life = connection.info["server"] == transaction.server
            status = connection.scalar(_STATUS, {"id": transaction.id})
    except (DBAPIError, PoolTimeoutError) as error:
        lost = getattr(getattr(error, "orig", None), "sqlstate", None) == IN_THE_FUTURE
        return False if lost else None
    if status is None or (status == "in progress" and same_life):
        return None
    if status == "committed" and not same_life:
        raise Unsure("The database crashed while it stored this. Somebody else's may have its number now.")
    return bool(status == "committed")
