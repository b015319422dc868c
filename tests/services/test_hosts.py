"""One machine for a SQLite store: who is let in, who is refused with what to do, and when a place is free again."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot import clock
from bot.machine import Machine, this_machine
from bot.models import Host
from bot.services import hosts
from bot.services.desk import Desk, Desks
from bot.services.hosts import FRESH, OtherHost

NOON = datetime(2026, 9, 14, 12, 0, tzinfo=UTC)
OFFICE, LIBRARY = Machine("boot-of-the-office", "office"), Machine("boot-of-the-library", "library")
At = Callable[..., None]


@pytest.fixture
def beat(desks: Desks) -> At:
    """`beat("a", OFFICE, after=5)`: this process of this machine says that it is there, so many seconds after noon."""

    def beat(process: str, machine: Machine, after: float = 0) -> None:
        then = NOON + timedelta(seconds=after)
        earlier = Desks(desks.database, desks.vault, desks.prompts, clock.now, lambda: then)
        try:
            earlier.do(hosts.beat, process, machine)
        finally:
            earlier.close()

    return beat


def processes(desk: Desk) -> set[str]:
    return set(desk.session.scalars(select(Host.id)))


def test_any_number_of_processes_of_one_machine_are_welcome(desks: Desks, beat: At) -> None:
    for process in "abc":
        beat(process, OFFICE)
    assert desks.look(processes) == set("abc")


def test_another_machine_is_told_which_one_since_when_and_what_to_do(desks: Desks, beat: At) -> None:
    beat("a", OFFICE)
    beat("a", OFFICE, after=600)
    beat("b", OFFICE, after=605)
    with pytest.raises(OtherHost) as refused:
        beat("c", LIBRARY, after=610)
    said = str(refused.value)
    assert "on the machine office" in said
    assert "since 14 September 2026, 12:00 UTC, and was seen 5 seconds ago" in said
    assert re.search("Stop Mull there; .* try again in a minute. .* PostgreSQL", said)
    assert desks.look(processes) == set("ab")


def test_a_machine_that_has_said_nothing_for_a_minute_is_gone(desks: Desks, beat: At) -> None:
    beat("a", OFFICE)
    with pytest.raises(OtherHost):
        beat("c", LIBRARY, after=FRESH.total_seconds() - 1)
    beat("c", LIBRARY, after=FRESH.total_seconds())
    assert desks.look(processes) == {"c"}
    with pytest.raises(OtherHost):  # it wakes up, and learns that its place is taken
        beat("a", OFFICE, after=FRESH.total_seconds() + 5)


def test_who_leaves_is_not_waited_for(desks: Desks, beat: At) -> None:
    beat("a", OFFICE)
    beat("b", OFFICE)
    desks.do(hosts.leave, "a")
    with pytest.raises(OtherHost):
        beat("c", LIBRARY, after=1)
    desks.do(hosts.leave, "b")
    beat("c", LIBRARY, after=2)
    assert desks.look(processes) == {"c"}


def test_this_machine_is_the_same_each_time_and_has_a_name() -> None:
    assert this_machine() == this_machine()
    assert this_machine().name
    assert 0 < len(this_machine().id) <= 64


def test_where_the_kernel_does_not_say_the_network_card_does(tmp_path: Path) -> None:
    elsewhere = this_machine(tmp_path / "nothing here")
    assert elsewhere == this_machine(tmp_path / "nothing here")
    assert elsewhere.id != this_machine().id
    assert 0 < len(elsewhere.id) <= 64
