"""Events come in whatever order they like: all of them end in the state that Slack's own clock puts last."""

import asyncio
from collections.abc import AsyncIterator, Callable
from itertools import permutations
from uuid import UUID

import pytest
from sqlalchemy import select

from bot import clock
from bot.models import Account, Occurrence, Person
from bot.services.desk import Desk
from bot.workspace.server import Workspace
from tests.conftest import StoreUrls
from tests.conversations import payloads as slack
from tests.conversations.conftest import SUNDAY
from tests.conversations.payloads import Payload
from tests.conversations.replicas import Replicas, given, replicas

MONDAY = SUNDAY.replace(day=14, hour=7, minute=10)
ORDERS = list(permutations(range(5)))
PEOPLE = [
    {"id": f"U_ORDER{number:03}", "name": f"o{number}", "real_name": f"Order {number}", "tz": "Europe/London"}
    for number in range(len(ORDERS))
]
AT_ONCE = 8
Family = Callable[[Replicas, str], list[Payload]]


def ts(number: int) -> str:
    """Slack's clock, on that Monday."""
    return f"17893698{number:02}.000100"


@pytest.fixture
async def mull(store_urls: StoreUrls) -> AsyncIterator[Replicas]:
    clock.move_to(SUNDAY)
    workspace = Workspace(PEOPLE, movable_clock=True)
    await workspace.start()
    async with replicas(workspace, store_urls, PEOPLE, number=2) as made:
        made.copies = 1
        clock.move_to(MONDAY)
        yield made
        assert made.wrong == []
    await workspace.stop()


def a_window(mull: Replicas, user: str) -> list[Payload]:
    """A tap, another, then a window in which the first question is answered anew; and nothing more this week."""
    occurrence = mull.occurrence(user)
    ref = slack.answers_to(occurrence, mull.flow("weekly-reflection").version, ts(3))
    words: dict[str, str | int] = {
        "energy": 2,
        "drained_by": "The printer.",
        "moment_taught": "",
        "set_down": "Marking.",
    }
    return [
        slack.tap(user, occurrence, 4, ts(1)),
        slack.tap(user, occurrence, 5, ts(2)),
        slack.draft(user, ref, "drained_by", "The prin", ts(4)),
        slack.submission(user, ref, words),
        slack.click(user, "check_in.decline", str(occurrence), ts(6)),
    ]


def a_conversation(mull: Replicas, user: str) -> list[Payload]:
    """Taps one after the other, something typed, and nothing more this week."""
    occurrence = mull.occurrence(user)
    return [
        slack.tap(user, occurrence, 1, ts(1)),
        slack.tap(user, occurrence, 4, ts(2)),
        slack.said(user, "A long day.", ts(3)),
        slack.tap(user, occurrence, 5, ts(4)),
        slack.click(user, "check_in.decline", str(occurrence), ts(5)),
    ]


def an_account(_mull: Replicas, user: str) -> list[Payload]:
    """Somebody moves, is seen, is deactivated, comes back elsewhere, and leaves for good."""
    return [
        slack.changed(user, ts(1), zone="Europe/Paris"),
        slack.home_opened(user, ts(2)),
        slack.changed(user, ts(3), zone="America/New_York", deleted=True),
        slack.changed(user, ts(4), zone="Asia/Tokyo"),
        slack.changed(user, ts(5), zone="Pacific/Auckland", deleted=True),
    ]


def somebody_who_is_back(_mull: Replicas, user: str) -> list[Payload]:
    """Twice said to be gone, and then they write."""
    return [
        slack.changed(user, ts(1), zone="Europe/Paris", deleted=True),
        slack.said(user, "Hello again.", ts(5)),
        slack.home_opened(user, ts(2)),
        slack.changed(user, ts(4), zone="Asia/Tokyo", deleted=True),
        slack.click(user, "join.yes", "-", ts(3)),
    ]


AT_A_CHECK_IN = "at a check-in"
OPEN, ANSWERED = None, "answered"
FAMILIES: list[tuple[Family, object]] = [
    (
        a_window,
        (
            [
                (AT_A_CHECK_IN, "complete", True),
                (AT_A_CHECK_IN, "drained_by", "The printer."),
                (AT_A_CHECK_IN, "energy", 2),
                (AT_A_CHECK_IN, "moment_taught", None),
                (AT_A_CHECK_IN, "set_down", "Marking."),
            ],
            ANSWERED,
            "Europe/London",
            "active",
        ),
    ),
    (
        a_conversation,
        (
            [(AT_A_CHECK_IN, "complete", True), (AT_A_CHECK_IN, "energy", 5)],
            ANSWERED,
            "Europe/London",
            "active",
        ),
    ),
    (an_account, ([], OPEN, "Pacific/Auckland", "unreachable")),
    (somebody_who_is_back, ([(AT_A_CHECK_IN, "complete", False)], OPEN, "Asia/Tokyo", "active")),
]


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("family", "end"), FAMILIES, ids=[family.__name__ for family, _ in FAMILIES])
async def test_all_orders_of_five_events_end_in_one_state(
    mull: Replicas, family: Family, end: object
) -> None:
    gate = asyncio.Semaphore(AT_ONCE)

    async def told(user: str, order: tuple[int, ...]) -> None:
        async with gate:
            payloads = family(mull, user)
            await mull.tell(*(payloads[position] for position in order))

    users = [one["id"] for one in PEOPLE]
    await asyncio.gather(*(told(user, order) for user, order in zip(users, ORDERS, strict=True)))
    ends = mull.desks.look(ended, mull)
    assert [(order, ends[user]) for user, order in zip(users, ORDERS, strict=True) if ends[user] != end] == []


def ended(desk: Desk, mull: Replicas) -> dict[str, object]:
    """What each person has given, how their check-in ended, where they are and whether they can be reached."""
    answered = given(desk, mull.cast.people)
    return {
        user: (answered[user], *_standing(desk, person_id)) for user, person_id in mull.cast.people.items()
    }


def _standing(desk: Desk, person_id: UUID) -> tuple[object, ...]:
    found = select(Occurrence.outcome).where(Occurrence.person_id == person_id).order_by(Occurrence.due_at)
    account = desk.session.scalars(select(Account).where(Account.person_id == person_id)).one()
    zone = desk.session.get_one(Person, person_id).zone
    return desk.session.scalars(found).first(), zone, account.state
