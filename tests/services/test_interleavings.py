"""Any order in which two processes claim, are frozen, send, lose replies, wake and look things up: one message, or it
is known that there are two.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from bot import clock
from bot.db import Database
from bot.domain.outbox import LEASE, MOST_UNSETTLED_CLAIMS, RECONCILE_AFTER, Timing
from bot.domain.verdicts import NO_ANSWER, NOT_CONNECTED
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
LIKELY = {"told": 1, "given_back": 1, "not_sent": 1, "lost": 2, "post": 2}
"""Whoever comes back early ends the story early."""
OVER = (LetterState.SENT, LetterState.DEAD)


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

    def possible(self) -> list[tuple[int, str]]:
        """What can happen now, and to which process."""
        return [(process, what) for process in (0, 1) for what in self._possible(process)]

    def _possible(self, process: int) -> Iterator[str]:
        if process in self.posted:
            yield from ("told", "lost")
        elif process in self.claims:
            yield from ("post", "given_back", "not_sent", "lost")
        elif self.letter().state == LetterState.PENDING:
            yield "claim"
        if process in self.readings:
            yield "found"
        elif process in self.searches:
            yield "read"
        elif self.letter().state in (LetterState.SENDING, LetterState.UNKNOWN):
            yield "search"

    def step(self, process: int, what: str) -> None:
        """The process does that now."""
        match what:
            case "claim":
                self._claim(process)
            case "post":
                self.posted[process] = f"1789369800.{len(self.history):06}"
                self.history.append(self.posted[process])
            case "told":
                self._settle(process, Reply("ok", "D1", self.posted.pop(process)))
            case "lost":
                self.posted.pop(process, None)
                self._settle(process, Reply(NO_ANSWER))
            case "not_sent" | "given_back":
                self._settle(process, Reply(NOT_CONNECTED) if what == "not_sent" else None)
            case _:
                self._look(process, what)

    def _look(self, process: int, what: str) -> None:
        match what:
            case "search":
                WALL.ahead += A_WHILE
                self.desks.do(searching.expire_leases)
                for search in self.desks.do(searching.next_searches):
                    self.searches[process] = search
            case "read":
                self.readings[process] = tuple(self.history)
            case "found":
                seen = Seen("D1", self.readings.pop(process))
                self.desks.do(searching.reconcile, self.searches.pop(process), seen)

    def _claim(self, process: int) -> None:
        WALL.ahead += A_WHILE
        for claim in self.desks.do(delivery.claim):
            assert isinstance(claim, Claim)
            self.claims[process] = claim

    def _settle(self, process: int, came_back: CameBack) -> None:
        self.desks.do(settling.settle, self.claims.pop(process), came_back)

    def letter(self) -> Letter:
        return self.desks.look(lambda desk: desk.session.get_one(Letter, self.letter_id))

    def ends(self) -> None:
        """Everybody wakes and says what they know, and then whatever is left to do is done."""
        last = ("told", "post", "found", "read", "claim", "search")
        while self.posted or self.claims or self.searches or self.letter().state not in OVER:
            process, what = min(
                (one for one in self.possible() if one[1] in last), key=lambda one: last.index(one[1])
            )
            self.step(process, what)


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


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(chance=st.integers(0, 10**9).map(Random))
def test_one_message_or_two_that_are_known_of(desks: Desks, chance: Random) -> None:
    world = World(desks, desks.do(_posted))
    for _ in range(chance.randint(6, 18)):
        if possible := world.possible():
            [step] = chance.choices(possible, [LIKELY.get(what, 4) for _, what in possible])
            world.step(*step)
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
