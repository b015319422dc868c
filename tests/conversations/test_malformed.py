"""What no Slack would send, to every handler there is: answered in time, nothing stored, and the next one is heard."""

from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest

from bot import clock
from bot.services.runs import Ref
from bot.workspace.server import Workspace
from tests.cast import AMIRA
from tests.conftest import StoreUrls
from tests.conversations import payloads as slack
from tests.conversations.conftest import SUNDAY
from tests.conversations.payloads import Payload
from tests.conversations.replicas import Replicas, replicas, rows

PEOPLE = [{"id": AMIRA, "name": "amira", "real_name": "Amira Example", "tz": "Europe/London"}]
TS = "1789369801.000100"
NOWHERE = uuid4()
HUGE = "a" * 200_000
BUTTONS = [
    "check_in.reflect",
    "check_in.later",
    "check_in.decline",
    "check_in.tap.3",
    "typed.keep",
    "typed.discard",
    "run.share",
    "run.take_back",
    "run.next.action-step",
    "step.follow_up",
    "step.share",
    "step.take_back",
    "coach.read",
    "coach.nudge",
    "coach.followed_up",
    "no.such.button",
]
VALUES = ["", "not an id", str(NOWHERE), f"{NOWHERE} 99", HUGE]
WINDOWS = ["run.screen", "coach.nudge", "coach.followed_up", "no.such.window"]
EVENTS = ["message", "app_home_opened", "user_change", "tokens_revoked_not", "team_join"]


@pytest.fixture
async def mull(store_urls: StoreUrls) -> AsyncIterator[Replicas]:
    clock.move_to(SUNDAY)
    workspace = Workspace(PEOPLE, movable_clock=True)
    await workspace.start()
    async with replicas(workspace, store_urls, PEOPLE, number=1) as made:
        made.copies = 1
        yield made
    await workspace.stop()


async def nothing_but_answers(mull: Replicas, *payloads: Payload) -> None:
    """Each is acknowledged, nothing is stored of any, and a good one that comes after them is."""
    before = mull.desks.look(rows)
    for payload in payloads:
        acknowledged, _ = await mull.workspace.sockets.deliver(payload.kind, payload.body)
        assert acknowledged, payload
    assert mull.desks.look(rows) == before
    await mull.tell(slack.tap(AMIRA, mull.occurrence(AMIRA), 4, TS))
    assert mull.desks.look(rows)["answer"] == before["answer"] + 1


async def test_buttons_with_values_that_nobody_offered(mull: Replicas) -> None:
    presses = [slack.click(AMIRA, button, value, TS) for button in BUTTONS for value in VALUES]
    await nothing_but_answers(mull, *presses)


async def test_windows_that_nobody_opened(mull: Replicas) -> None:
    flow = mull.flow("weekly-reflection")
    bare = [
        _window(callback, metadata) for callback in WINDOWS for metadata in ("", "{}", "[]", "null", HUGE)
    ]
    nobodys = [
        slack.submission(AMIRA, Ref(uuid4(), "no such flow"), {"energy": 3}),
        slack.submission(AMIRA, Ref(uuid4(), flow.version, NOWHERE), {"energy": 3}),
        slack.submission(AMIRA, Ref(uuid4(), flow.version, step_id=NOWHERE), {"energy": 3}),
        slack.submission(AMIRA, Ref(uuid4(), flow.version), {"energy": 99}),
        slack.submission(AMIRA, Ref(uuid4(), flow.version), {"energy": "choice:scale:ten"}),
        slack.submission(AMIRA, Ref(uuid4(), flow.version), {"set_down": HUGE}),
        slack.submission(AMIRA, Ref(uuid4(), flow.version), {"set_down": "a\x00b"}),
        slack.draft(AMIRA, Ref(uuid4(), flow.version), "set_down", HUGE, TS),
        slack.draft(AMIRA, Ref(uuid4(), flow.version), "no such question", "words", TS),
    ]
    await nothing_but_answers(mull, *bare, *nobodys)


async def test_people_and_workspaces_nobody_knows(mull: Replicas) -> None:
    strangers = [
        slack.command("U_NOBODY"),
        slack.command(""),
        slack.tap("U_NOBODY", NOWHERE, 3, TS),
        slack.said("U_NOBODY", "Hello.", TS),
        slack.home_opened("U_NOBODY", TS),
        slack.changed("U_NOBODY", TS),
        slack.command(AMIRA, HUGE),
    ]
    await nothing_but_answers(mull, *strangers)


async def test_an_event_that_makes_no_sense_is_not_acknowledged_and_harms_nothing(mull: Replicas) -> None:
    mull.workspace.sockets.ack_seconds = 1.0
    before = mull.desks.look(rows)
    for told in (
        {"type": "user_change"},
        {"type": "user_change", "user": "U1"},
        {"type": "user_change", "user": {}},
    ):
        payload = slack.event(f"Ev{uuid4()}", told)
        acknowledged, _ = await mull.workspace.sockets.deliver(payload.kind, payload.body)
        assert not acknowledged
    mull.workspace.sockets.ack_seconds = 30.0
    assert mull.desks.look(rows) == before
    await nothing_but_answers(mull, slack.event("Ev1", {"type": "message", "channel_type": "im"}))


def _window(callback_id: str, metadata: str) -> Payload:
    window = slack.window(AMIRA, callback_id, UUID(int=0), "V1", {})
    window.body["view"]["private_metadata"] = metadata
    return window
