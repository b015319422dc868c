"""What changes reaches every open tab by itself, and only what changed."""

import asyncio
from contextlib import AsyncExitStack

from slack_sdk.web.async_client import AsyncWebClient

from bot import clock
from bot.workspace.page.host import Host
from bot.workspace.server import Workspace
from tests.workspace.builders import actions, button, field, home, modal, section
from tests.workspace.page.surfing import Surfer, Tab, readable


async def settled(tab: Tab) -> None:
    """Everything that there is at first has come."""
    await tab.until("sidebar", "Ann Archer")


async def test_a_tab_begins_with_every_region(surfer: Surfer) -> None:
    async with surfer.tab("/as/U_ANN/live") as tab:
        name, regions = await tab.next()
    assert name == "regions"
    assert set(regions) == {"sidebar", "main", "thread", "notice", "modal", "clock", "guide", "step", "panel"}


async def test_a_message_of_the_app_appears_and_redraws_no_more_than_it_must(
    surfer: Surfer, client: AsyncWebClient
) -> None:
    channel = (await client.conversations_open(users="U_ANN"))["channel"]["id"]
    async with surfer.tab("/as/U_ANN/live") as tab:
        await settled(tab)
        await client.chat_postMessage(channel=channel, text="Two minutes for you")
        await tab.until("main", "Two minutes for you")
        assert not {"sidebar", "modal", "guide", "thread"} & set(tab.changes[-1])


async def test_a_message_elsewhere_makes_that_place_unread_until_it_is_looked_at(surfer: Surfer) -> None:
    workspace = surfer.workspace
    staff = workspace.world.channel_named("staff")
    assert staff
    async with surfer.tab("/as/U_ANN/live") as tab:
        await settled(tab)
        await surfer.do("U_BEN", "say", text="Laminator?", channel=staff.id)
        await surfer.do("U_BEN", "say", text="Anyone?", channel=staff.id)
        await tab.until("sidebar", "staff 2 new")
        await surfer.read(f"/as/U_ANN?place={staff.id}")
    assert "new" not in readable(await surfer.read("/as/U_ANN")).partition("Behind the scenes")[0]


async def test_ones_own_messages_are_not_news(surfer: Surfer) -> None:
    staff = surfer.workspace.world.channel_named("staff")
    assert staff
    await surfer.do("U_ANN", "say", text="Mine", channel=staff.id)
    assert 'class="count"' not in await surfer.read("/as/U_ANN")


async def test_home_appears_when_the_app_publishes_it(surfer: Surfer, client: AsyncWebClient) -> None:
    async with surfer.tab("/as/U_ANN/live?place=home") as tab:
        await tab.until("main", "shows nothing in its Home yet")
        await client.views_publish(user_id="U_ANN", view=home(section("Good morning")))
        await tab.until("main", "Good morning")


async def test_a_modal_opens_in_every_tab_of_its_person_and_in_nobody_elses(
    surfer: Surfer, client: AsyncWebClient
) -> None:
    trigger = surfer.workspace.grants.trigger("U_ANN")
    async with surfer.tab("/as/U_ANN/live") as one, surfer.tab("/as/U_ANN/live?place=home") as other:
        await client.views_open(trigger_id=trigger, view=modal(field("What happened?", "what")))
        for tab in (one, other):
            drawn = await tab.until("modal", "What happened?")
            assert drawn.lstrip().startswith("<dialog")
    async with surfer.tab("/as/U_BEN/live") as tab:
        await tab.until("sidebar", "Ben Baker")
        assert tab.regions["modal"] == ""


async def test_a_drawing_says_which_entries_it_knows_of(surfer: Surfer, client: AsyncWebClient) -> None:
    trigger = surfer.workspace.grants.trigger("U_ANN")
    view = modal(field("What happened?", "what", "happened"))
    opened = (await client.views_open(trigger_id=trigger, view=view))["view"]["id"]
    spot = {"surface": "modal", "id": opened, "block_id": "happened", "action_id": "what"}
    async with surfer.tab("/as/U_ANN/live") as tab:
        await tab.until("modal", "What happened?")
        assert tab.entered == 0
        for number, words in enumerate(("The printer", "The printer, again"), start=1):
            answer = await surfer.do("U_ANN", "act", **spot, value=words)
            assert answer["entered"] == number
            while words not in tab.regions["modal"]:
                _, changed = await tab.next()
                tab.regions |= changed
            assert tab.entered == number


async def test_a_thread_beside_a_conversation_is_live_too(surfer: Surfer) -> None:
    staff = surfer.workspace.world.channel_named("staff")
    assert staff
    root = (await surfer.do("U_BEN", "say", text="Laminator?", channel=staff.id))["ts"]
    async with surfer.tab(f"/as/U_ANN/live?place={staff.id}&thread={root}") as tab:
        await tab.until("thread", "Nobody has answered yet")
        await surfer.do("U_BEN", "say", text="Found it", channel=staff.id, thread=root)
        assert "Laminator?" in readable(await tab.until("thread", "Found it"))
        assert "Found it" not in await tab.until("main", "1 reply")


async def test_what_only_one_person_may_see_reaches_no_other_tab(
    surfer: Surfer, client: AsyncWebClient
) -> None:
    staff = surfer.workspace.world.channel_named("staff")
    assert staff
    surfer.workspace.world.join(staff, "U0WORKSPACE")
    async with surfer.tab(f"/as/U_BEN/live?place={staff.id}") as tab:
        await client.chat_postEphemeral(channel=staff.id, user="U_ANN", text="Just for Ann")
        await client.chat_postMessage(channel=staff.id, text="For all")
        assert "Just for Ann" not in await tab.until("main", "For all")
    page = readable(await surfer.read(f"/as/U_ANN?place={staff.id}"))
    assert "Only visible to you Just for Ann" in page


async def test_a_place_that_is_gone_is_told_and_the_stream_ends(surfer: Surfer) -> None:
    staff = surfer.workspace.world.channel_named("staff")
    assert staff
    async with surfer.tab(f"/as/U_ANN/live?place={staff.id}") as tab:
        await settled(tab)
        surfer.workspace.world.leave(staff, "U_ANN")
        surfer.workspace.journal.record("control", "channels")
        name = "regions"
        while name == "regions":
            name, _ = await tab.next()
    assert name == "gone"


async def test_a_closed_tab_leaves_nothing_behind(surfer: Surfer) -> None:
    async with surfer.tab("/as/U_ANN/live") as one, surfer.tab("/as/U_BEN/live") as other:
        await settled(one)
        await other.next()
        streams = set(surfer.workspace.page.live.streams)
        assert len(streams) == 2
    await asyncio.wait_for(asyncio.wait(streams), 10)
    assert not surfer.workspace.page.live.streams


async def test_twelve_tabs_are_all_told(surfer: Surfer) -> None:
    async with AsyncExitStack() as stack:
        tabs = [await stack.enter_async_context(surfer.tab("/as/U_ANN/live")) for _ in range(12)]
        await surfer.do("U_BEN", "say", text="Laminator?", channel=_staff(surfer.workspace))
        for tab in tabs:
            await tab.until("sidebar", "staff 1 new")


async def test_stopping_the_workspace_ends_every_stream(surfer: Surfer) -> None:
    async with surfer.tab("/as/U_ANN/live") as tab:
        await settled(tab)
        await surfer.workspace.stop()
        assert not surfer.workspace.page.live.streams


class SlowHost(Host):
    """Time passes in two strides, the second once it is let."""

    gate = asyncio.Event()

    async def pass_time(self, until):  # type: ignore[no-untyped-def]
        half = clock.now() + (until - clock.now()) / 2
        self.workspace.move_clock(half)
        await self.gate.wait()
        self.workspace.move_clock(until)


async def test_while_time_passes_the_clock_is_seen_moving_and_the_page_stays_usable(surfer: Surfer) -> None:
    host = SlowHost(surfer.workspace)
    host.gate = asyncio.Event()
    surfer.workspace.host = host
    begun = clock.now()
    async with surfer.tab("/as/U_ANN/live") as tab:
        await settled(tab)
        await surfer.do("U_ANN", "clock", moment="week")
        await tab.until("clock", "on the way to")
        await surfer.do("U_BEN", "say", text="Still here", channel=_staff(surfer.workspace))
        await tab.until("sidebar", "1 new")
        assert "passing already" in (await surfer.do("U_ANN", "clock", 409, moment="day"))["error"]
        host.gate.set()
        while "on the way to" in tab.regions["clock"]:
            tab.regions |= (await tab.next())[1]
    assert (clock.now() - begun).days == 7


def _staff(workspace: Workspace) -> str:
    channel = workspace.world.channel_named("staff")
    assert channel
    return channel.id


async def test_buttons_of_a_message_carry_what_an_act_needs(surfer: Surfer, client: AsyncWebClient) -> None:
    channel = (await client.conversations_open(users="U_ANN"))["channel"]["id"]
    blocks = [actions(button("Half", "tank"))]
    ts = (await client.chat_postMessage(channel=channel, text="How full?", blocks=blocks))["ts"]
    page = await surfer.read("/as/U_ANN")
    assert f'data-surface="message" data-id="{ts}" data-channel="{channel}"' in page
    assert 'data-action="tank"' in page
