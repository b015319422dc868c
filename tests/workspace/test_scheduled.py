"""Messages that the app asks to be posted later, on the calendar."""

from datetime import datetime, timedelta

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot import clock
from bot.workspace.visitor import Person, Visitor
from tests.workspace.builders import section
from tests.workspace.conftest import error_of


def in_seconds(seconds: float) -> int:
    return int(clock.now().timestamp() + seconds)


async def test_it_is_posted_when_the_calendar_says_so(
    client: AsyncWebClient, ann: Person, visitor: Visitor
) -> None:
    for hours in (2, 1):
        await client.chat_scheduleMessage(
            channel="U_ANN",
            post_at=in_seconds(hours * 3600),
            text=f"in {hours}",
            blocks=[section(f"{hours} h")],
        )
    listed = (await client.chat_scheduledMessages_list())["scheduled_messages"]
    assert [one["text"] for one in listed] == ["in 1", "in 2"]
    await visitor.move_clock(seconds=3700)
    await ann.wait_for_message("1 h")
    assert not await ann.sees("in 2")
    left = (await client.chat_scheduledMessages_list())["scheduled_messages"]
    assert [one["text"] for one in left] == ["in 2"]


async def test_what_was_called_off_is_not_posted(
    client: AsyncWebClient, ann: Person, visitor: Visitor
) -> None:
    one, other = [
        await client.chat_scheduleMessage(channel="U_ANN", post_at=in_seconds(600 + n), text=f"n{n}")
        for n in range(2)
    ]
    await client.chat_deleteScheduledMessage(
        channel=one["channel"], scheduled_message_id=one["scheduled_message_id"]
    )
    await visitor.move_clock(seconds=700)
    await ann.wait_for_message("n1")
    assert not await ann.sees("n0")
    elsewhere = (await client.conversations_open(users="U_BEN"))["channel"]["id"]
    later = await client.chat_scheduleMessage(channel="U_ANN", post_at=in_seconds(3600), text="x")
    wrong = client.chat_deleteScheduledMessage(
        channel=elsewhere, scheduled_message_id=later["scheduled_message_id"]
    )
    assert await error_of(wrong) == "invalid_scheduled_message_id"
    again = client.chat_deleteScheduledMessage(
        channel=other["channel"], scheduled_message_id=other["scheduled_message_id"]
    )
    assert await error_of(again) == "invalid_scheduled_message_id"


async def test_with_metadata_it_is_never_posted(
    client: AsyncWebClient, ann: Person, visitor: Visitor
) -> None:
    """As Slack documents of itself; whoever relies on it should find out here."""
    metadata = {"event_type": "sent", "event_payload": {}}
    await client.chat_scheduleMessage(channel="U_ANN", post_at=in_seconds(60), text="lost", metadata=metadata)
    await client.chat_scheduleMessage(channel="U_ANN", post_at=in_seconds(61), text="posted")
    await visitor.move_clock(seconds=100)
    await ann.wait_for_message("posted")
    assert not await ann.sees("lost")
    assert (await client.chat_scheduledMessages_list())["scheduled_messages"] == []


@pytest.mark.parametrize(
    ("when", "error"),
    [
        (timedelta(seconds=-1), "time_in_past"),
        (timedelta(days=121), "time_too_far"),
        (None, "invalid_time"),
    ],
)
async def test_a_time_that_cannot_be_is_refused(
    client: AsyncWebClient, when: timedelta | None, error: str
) -> None:
    at: int | str = int((clock.now() + when).timestamp()) if when else "tomorrow"
    assert await error_of(client.chat_scheduleMessage(channel="U_ANN", post_at=at, text="x")) == error


async def test_thirty_in_five_minutes_are_enough_for_a_channel(client: AsyncWebClient) -> None:
    at = in_seconds(3600)
    for number in range(30):
        await client.chat_scheduleMessage(channel="U_ANN", post_at=at + number, text="x")
    assert (
        await error_of(client.chat_scheduleMessage(channel="U_ANN", post_at=at, text="x"))
        == "restricted_too_many"
    )
    assert (await client.chat_scheduleMessage(channel="U_BEN", post_at=at, text="x"))["ok"]
    assert (await client.chat_scheduleMessage(channel="U_ANN", post_at=at + 600, text="x"))["ok"]


async def test_shortly_before_it_can_no_longer_be_called_off(client: AsyncWebClient) -> None:
    sent = await client.chat_scheduleMessage(channel="U_ANN", post_at=in_seconds(30), text="x")
    calling = client.chat_deleteScheduledMessage(
        channel=sent["channel"], scheduled_message_id=sent["scheduled_message_id"]
    )
    assert await error_of(calling) == "invalid_scheduled_message_id"


async def test_they_are_listed_by_channel_and_time(client: AsyncWebClient) -> None:
    at = in_seconds(600)
    for user in ("U_ANN", "U_BEN"):
        sent = await client.chat_scheduleMessage(channel=user, post_at=at, text=user)
    listed = await client.chat_scheduledMessages_list(channel=sent["channel"], oldest=str(at), limit=1)
    assert [one["text"] for one in listed["scheduled_messages"]] == ["U_BEN"]
    later = await client.chat_scheduledMessages_list(oldest=str(at + 1))
    assert later["scheduled_messages"] == []
    assert await error_of(client.chat_scheduledMessages_list(channel="C404")) == "invalid_channel"


async def test_nobody_who_left_is_written_to(
    client: AsyncWebClient, ann: Person, ben: Person, visitor: Visitor
) -> None:
    for user in ("U_ANN", "U_BEN"):
        await client.chat_scheduleMessage(channel=user, post_at=in_seconds(60), text="for you")
    channel = (await ann.screen())["channels"][0]["id"]
    await ann.change(deleted=True)
    await visitor.move_clock(seconds=100)
    await ben.wait_for_message("for you")
    assert (await client.conversations_history(channel=channel))["messages"] == []


async def test_where_nothing_can_be_written_nothing_is(
    client: AsyncWebClient, ann: Person, visitor: Visitor
) -> None:
    channel = (await client.conversations_create(name="staff"))["channel"]["id"]
    await client.chat_scheduleMessage(channel=channel, post_at=in_seconds(60), text="to an archive")
    await client.chat_scheduleMessage(channel="U_ANN", post_at=in_seconds(61), text="to Ann")
    await client.conversations_archive(channel=channel)
    await visitor.move_clock(seconds=100)
    await ann.wait_for_message("to Ann")
    history = await client.conversations_history(channel=channel)
    assert "to an archive" not in [one["text"] for one in history["messages"]]


async def test_a_schedule_keeps_the_calendars_date(
    client: AsyncWebClient, ann: Person, visitor: Visitor
) -> None:
    moment = clock.now() + timedelta(days=3)
    await client.chat_scheduleMessage(channel="U_ANN", post_at=int(moment.timestamp()), text="later")
    await visitor.move_clock(moment + timedelta(seconds=1))
    message = await ann.wait_for_message("later")
    assert datetime.fromtimestamp(float(message.ts), tz=moment.tzinfo) >= moment - timedelta(seconds=1)
