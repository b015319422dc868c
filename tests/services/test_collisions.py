"""Two transactions in each other's way: the database undoes one of them, and it is done again."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import update

from bot.errors import Collided
from bot.models import Person
from bot.services import desk as desks_module
from bot.services.desk import Desk, Desks
from tests.cast import AMIRA, JO, settle_in

MEETING_SECONDS = 20.0

# SQLite has one writer at a time, and so no such thing.
on_postgresql = pytest.mark.parametrize("store_urls", ["postgresql"], indirect=True)


def in_this_order(first: UUID, second: UUID, met: Barrier, times: int = 1) -> Callable[[Desk], int]:
    """A service that changes two people; the first so many times, it meets another one in between."""
    tries: list[int] = []

    def change(desk: Desk) -> int:
        tries.append(len(tries))
        desk.session.execute(update(Person).where(Person.id == first).values(reminders=True))
        if len(tries) <= times:
            met.wait(MEETING_SECONDS)
        desk.session.execute(update(Person).where(Person.id == second).values(reminders=True))
        return len(tries)

    return change


@on_postgresql
def test_two_who_want_the_same_rows_in_another_order_both_get_their_way(desks: Desks) -> None:
    settled = settle_in(desks)
    amira, jo = settled.people[AMIRA], settled.people[JO]
    met = Barrier(2)
    with ThreadPoolExecutor(2) as threads:
        done = [threads.submit(desks.do, in_this_order(*order, met)) for order in ((amira, jo), (jo, amira))]
        tries = [one.result() for one in done]
    assert min(tries) == 1
    assert max(tries) > 1


@on_postgresql
def test_who_collides_every_time_is_told_after_three(desks: Desks) -> None:
    tries: list[int] = []

    def collide(_desk: Desk) -> None:
        tries.append(1)
        raise Collided("again")

    with pytest.raises(Collided):
        desks.do(collide)
    assert len(tries) == desks_module.TRIES
