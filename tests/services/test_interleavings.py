"""Any order in which two processes claim, are frozen, send, lose replies, wake and look things up: one message, or it
is known that there are two.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from bot import clock
from bot.db import Database
from bot.domain.outbox import LEASE, MOST_UNSETTLED_CLAIMS, NO_ANSWER, NOT_CONNECTED, RECONCILE_AFTER, Timing
from bot.models import Letter, LetterKind, LetterState
from bot.prompts import Prompts
from bot.services import delivery, outbox, people, searching, settling
from bot.services.delivery import Claim, Reply
from bot.services.desk import Desk, Desks
from bot.services.searching import Search, Seen
from bot.services.settling import CameBack
from bot.vault import Vault
from tests.cast import AMIRA, TEAM, settle_in
from tests.conftest import MASTER_KEY

A_WHILE = max(LEASE, RECONCILE_AFTER) + timedelta(seconds=1)
STEPS = ("claim", "post", "told", "lost", "not_sent", "given_back", "search", "read", "found", "wait")


@dataclass
class World:
    """One letter, two processes, and what stands in Slack. Nothing of ours is replaced: only Slack is a list."""

    desks: Desks
    letter_id: UUID
    history: list[str] = field(default_factory=list)
    claims: dict[int, Claim] = field(default_factory=dict)
    posted: dict[int, str] = field(default_factory=dict)
    searches: dict[int, Search] = field(default_factory=dict)
    readings: dict[int, tuple[str, ...]] = field(default_factory=dict)

    def step(self, process: int, what: str) -> None:
        """The process does that, if it is something it can do now."""
        holds, has_posted = process in self.claims, process in self.posted
        match what:
            case "claim" if not holds:
                self._claim(process)
            case "post" if holds and not has_posted:
                self.posted[process] = f"1789369800.{len(self.history):06}"
                self.history.append(self.posted[process])
            case "told" if has_posted:
                self._settle(process, Reply("ok", "D1", self.posted.pop(process)))
            case "lost" if holds:
                self.posted.pop(process, None)
                self._settle(process, Reply(NO_ANSWER))
            case "not_sent" | "given_back" if holds and not has_posted:
                self._settle(process, Reply(NOT_CONNECTED) if what == "not_sent" else None)
            case "wait":
                WALL.ahead += A_WHILE
            case _:
                self._look(process, what)

    def _look(self, process: int, what: str) -> None:
        match what:
            case "search" if process not in self.searches:
                self.desks.do(searching.expire_leases)
                for search in self.desks.do(searching.next_searches):
                    self.searches[process] = search
            case "read" if process in self.searches:
                self.readings[process] = tuple(self.history)
            case "found" if process in self.readings:
                seen = Seen("D1", self.readings.pop(process))
                self.desks.do(searching.reconcile, self.searches.pop(process), seen)

    def _claim(self, process: int) -> None:
        for claim in self.desks.do(delivery.claim):
            assert isinstance(claim, Claim)
            self.claims[process] = claim

    def _settle(self, process: int, came_back: CameBack) -> None:
        self.desks.do(settling.settle, self.claims.pop(process), came_back)

    def letter(self) -> Letter:
        return self.desks.look(lambda desk: desk.session.get_one(Letter, self.letter_id))

    def ends(self) -> None:
        """Everybody wakes and says what they know, and then whatever is left to do is done."""
        for process in (0, 1):
            for what in ("told", "not_sent", "read", "found"):
                self.step(process, what)
        for _ in range(20):
            if self.letter().state == LetterState.SENT:
                return
            for what in ("wait", "claim", "post", "told", "search", "read", "found"):
                self.step(0, what)


@dataclass
class Wall:
    ahead: timedelta = timedelta(0)

    def __call__(self) -> datetime:
        return clock.wall() + self.ahead


WALL = Wall()


@pytest.fixture(scope="module")
def desks(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, our_prompts: Prompts
) -> Iterator[Desks]:
    folder = tmp_path_factory.mktemp("interleavings") / "stores"
    shutil.copytree(sqlite_template, folder)
    database, keys = Database(f"sqlite:///{folder}/mull.db"), Database(f"sqlite:///{folder}/keys.db")
    made = Desks(database, Vault(keys, [MASTER_KEY]), our_prompts, clock.now, WALL, Timing(paced=False))
    settle_in(made)
    made.do(_nothing_else_is_due)
    yield made
    made.close()
    database.dispose()
    keys.dispose()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(steps=st.lists(st.tuples(st.sampled_from((0, 1)), st.sampled_from(STEPS)), max_size=30))
def test_one_message_or_two_that_are_known_of(desks: Desks, steps: list[tuple[int, str]]) -> None:
    world = World(desks, desks.do(_posted))
    for process, what in [(0, "claim"), *steps]:
        world.step(process, what)
    world.ends()
    letter = world.letter()
    if letter.unsettled_claims == MOST_UNSETTLED_CLAIMS:
        return
    assert letter.state == LetterState.SENT
    assert letter.message_ts in world.history
    assert (letter.doubled_ts is not None) == (len(world.history) > 1)
    assert letter.doubled_ts in (None, *world.history)


def _posted(desk: Desk) -> UUID:
    key = f"reply:{uuid4()}"
    outbox.post(desk, LetterKind.REPLY, key, people.speaking(desk, TEAM, AMIRA).address)
    return outbox.letter_id(key)


def _nothing_else_is_due(desk: Desk) -> None:
    desk.session.execute(update(Letter).values(state=LetterState.SKIPPED))
