"""What a visitor finds on coming in: Monday morning, in two schools."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from bot import clock, settings
from bot.demo.opening import OPENS_AT
from bot.demo.serving import open_demo
from bot.workspace.page.host import Group
from bot.workspace.visitor import Message

pytestmark = pytest.mark.xdist_group("opening")


@dataclass(frozen=True)
class Opened:
    """What is there as the curtain opens."""

    messages: dict[str, list[Message]]
    groups: tuple[Group, ...]
    moments: list[tuple[str, str]]
    refused: list[str]
    late: timedelta


@pytest.fixture(scope="module")
def opened() -> Iterator[Opened]:
    settings.drop_proxies()
    yield asyncio.run(_open())
    clock.reset()


async def _open() -> Opened:
    async with open_demo() as host:
        stage, now = host.company.stage, clock.now()
        return Opened(
            {who: await stage.visitor.person(who).messages() for who in stage.people.ids},
            tuple(host.groups),
            [(one.id, f"{one.at:%A %H:%M}") for one in host.moments(now)],
            stage.refused(),
            now - OPENS_AT,
        )


def buttons(opened: Opened, who: str) -> set[str]:
    return {button.text for message in opened.messages[who] for button in message.buttons}


def test_one_school_has_26_staff_and_the_other_9_and_others_come_from_outside(opened: Opened) -> None:
    sizes = {group.name: len(group.people) for group in opened.groups}
    assert sizes == {
        "Thistledown Primary": 26,
        "Sallow End Infants": 9,
        "From outside": 1,
        "In neither school": 1,
    }


def test_nobody_stands_twice_and_everybody_is_something(opened: Opened) -> None:
    people = [person for group in opened.groups for person in group.people]
    assert len({account for account, _ in people}) == len(people) == 37
    assert all(what for _, what in people)


def test_it_is_monday_just_after_the_check_in_came(opened: Opened) -> None:
    assert timedelta(0) <= opened.late < timedelta(minutes=1)
    newest = opened.messages["U_AMIRA"][-1]
    assert {"Half", "Reflect now", "Later"} <= {button.text for button in newest.buttons}


def test_those_who_lead_have_theirs_too_and_whoever_is_on_leave_has_none(opened: Opened) -> None:
    assert "Reflect now" in buttons(opened, "U_HELEN")
    assert "Reflect now" not in buttons(opened, "U_MINA")


def test_who_has_not_said_yes_has_an_invitation_and_nothing_else(opened: Opened) -> None:
    (invitation,) = opened.messages["U_RUTH"]
    assert {button.text for button in invitation.buttons} >= {"No, thank you", "Who can see what"}


def test_nothing_that_was_sent_on_the_way_was_refused(opened: Opened) -> None:
    assert opened.refused == []


def test_the_clock_can_go_to_the_round_ups_next_monday_and_the_end_of_term(opened: Opened) -> None:
    assert opened.moments == [
        ("day", "Tuesday 07:12"),
        ("thursday", "Thursday 14:30"),
        ("monday", "Monday 07:00"),
        ("week", "Monday 07:12"),
        ("term", "Friday 15:00"),
    ]
