"""The guide, what just happened, the export, the journal and trouble on demand, as they read."""

import asyncio
import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, get_args

import pytest
from aiohttp import ClientConnectionError
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import clock
from bot.workspace.channel import Channel
from bot.workspace.faults import FaultKind
from bot.workspace.page.faults_view import KINDS, OUTAGE, OUTAGE_BACK, SOCKETS, TOKEN, TOKEN_BACK
from bot.workspace.page.host import Door, Group, Host, JsonObject, Line, Panel, Step
from bot.workspace.server import Workspace
from tests.workspace.builders import modal, section
from tests.workspace.page.surfing import Surfer, readable


class SmallHost(Host):
    """One door of three steps, and a panel on every call."""

    taken = frozenset({"read"})

    async def done(self, door: Door) -> frozenset[str]:
        return self.taken

    async def explain(self, entry: JsonObject, viewer: str) -> list[Panel]:
        if entry["kind"] != "call":
            return []
        lines = (
            Line("Sealed", "9f3a <b>", "bytes"),
            Line("Your coach", "not shared", "no"),
            Line("You", "", "yes"),
        )
        return [Panel(f"Who may see it: {viewer}", lines)]


TEACH = Door(
    "teach",
    "I teach",
    "Two minutes.",
    "U_ANN",
    (
        Step("read", "Read it.", "U_ANN"),
        Step("head", "Be the head.", "U_BEN", "home"),
        Step("wait", "Let time pass.", "U_ANN", "clock"),
    ),
)


@pytest.fixture
def host(workspace: Workspace) -> SmallHost:
    workspace.host = SmallHost(
        workspace, "Try it", "Nobody here exists.", [TEACH], (Group("Hillside", (("U_ANN", "Teacher"),)),)
    )
    return workspace.host


async def test_the_doors_are_the_hosts_and_lead_to_their_people(surfer: Surfer, host: SmallHost) -> None:
    page = await surfer.read("/")
    assert "<h1>Try it</h1>" in page
    assert 'href="/as/U_ANN?place=messages&amp;door=teach"' in page
    assert "Hillside Ann Archer Teacher Everyone else Ben Baker" in readable(page)


async def test_the_guide_shows_what_is_done_what_is_next_and_whom_to_be(
    surfer: Surfer, host: SmallHost
) -> None:
    page = await surfer.read("/as/U_ANN?door=teach")
    guide = readable(page).partition("I teach")[2]
    assert "1 of 3 done" in guide
    assert "Done: Read it." in guide
    assert "Be the head. Go there as Ben Baker" in guide
    assert page.count('aria-current="step"') == 1
    assert 'href="/as/U_BEN?place=home&amp;door=teach"' in page


async def test_the_step_that_is_next_stands_beside_the_conversation_too(
    surfer: Surfer, host: SmallHost
) -> None:
    step = (
        (await surfer.read("/as/U_ANN?door=teach"))
        .partition('id="region-step"')[2]
        .partition("region-notice")[0]
    )
    assert "1/3 Be the head. Go there as Ben Baker" in readable(step)
    alone = (await surfer.read("/as/U_ANN")).partition('id="region-step"')[2].partition("region-notice")[0]
    assert "step-now" not in alone


async def test_a_guide_that_is_finished_says_so(surfer: Surfer, host: SmallHost) -> None:
    host.taken = frozenset({"read", "head", "wait"})
    assert readable(await surfer.read("/as/U_ANN?door=teach")).count("You have been through it all.") == 2


async def test_the_guide_stays_from_person_to_person_until_it_is_left(
    surfer: Surfer, host: SmallHost
) -> None:
    page = await surfer.read("/as/U_BEN?place=home&door=teach")
    assert "I teach" in page
    assert 'href="/as/U_ANN?place=messages&amp;door=teach"' in page
    assert "I teach" not in await surfer.read("/as/U_BEN?door=other")


async def test_a_step_about_the_clock_opens_it(surfer: Surfer, host: SmallHost) -> None:
    assert "data-open-first" in await surfer.read("/as/U_ANN?place=clock&door=teach")
    assert "data-open-first" not in await surfer.read("/as/U_ANN?door=teach")


async def test_what_just_happened_tells_the_call_its_answer_and_the_hosts_panels(
    surfer: Surfer, host: SmallHost, client: AsyncWebClient
) -> None:
    await surfer.do("U_ANN", "say", text="hello")
    channel = surfer.workspace.world.direct("U_ANN", "U0WORKSPACE")
    await client.chat_postMessage(channel=channel.id, text="What is *this* & that?")
    page = readable(await surfer.read("/as/U_ANN"))
    told = page.partition("What just happened")[2].partition("What just happened")[2]
    assert told.index("You wrote in App") < told.index("chat.postMessage ok")
    assert '"text": "What is *this* & that?"' in told
    assert "Who may see it: U_ANN Sealed 9f3a <b> Your coach No · not shared You Yes" in told


async def test_what_happens_to_others_is_not_told(surfer: Surfer, client: AsyncWebClient) -> None:
    await surfer.read("/as/U_ANN")
    await surfer.read("/as/U_BEN")
    channel = (await client.conversations_open(users="U_BEN"))["channel"]["id"]
    await client.chat_postMessage(channel=channel, text="Between Ben and me")
    trigger = surfer.workspace.grants.trigger("U_BEN")
    await client.views_open(trigger_id=trigger, view=modal(section("For Ben alone"), submit=None))
    assert "Between Ben and me" in await surfer.read("/as/U_BEN")
    assert "For Ben alone" in readable(await surfer.read("/as/U_BEN"))
    assert "chat.postMessage" not in await surfer.read("/as/U_ANN")
    assert "views.open" not in await surfer.read("/as/U_ANN")


async def test_a_refused_call_is_told_with_its_error(surfer: Surfer, client: AsyncWebClient) -> None:
    await surfer.do("U_ANN", "say", text="hello")
    channel = surfer.workspace.world.direct("U_ANN", "U0WORKSPACE")
    with pytest.raises(SlackApiError):
        await client.chat_update(channel=channel.id, ts="1.1", text="never")
    assert "chat.update message_not_found" in readable(await surfer.read("/as/U_ANN"))


async def test_opening_places_does_not_pile_up(surfer: Surfer) -> None:
    for place in ("messages", "home", "messages", "home"):
        await surfer.do("U_ANN", "visit", place=place)
    page = readable(await surfer.read("/as/U_ANN"))
    assert (page.count("You opened App Home"), page.count("You opened your messages")) == (1, 0)


async def test_the_clock_goes_where_it_is_sent_in_the_persons_own_zone(surfer: Surfer) -> None:
    year = clock.now().year + 1
    assert "over" in (await surfer.do("U_BEN", "clock", 409, at="2001-01-01T08:00"))["error"]
    async with surfer.tab("/as/U_BEN/live") as tab:
        await surfer.do("U_BEN", "clock", at=f"{year}-01-15T08:00")
        await tab.until("clock", "15 January")
    assert clock.now().replace(second=0, microsecond=0) == datetime(year, 1, 15, 13, 0, tzinfo=UTC)
    assert "08:00" in readable(await surfer.read("/as/U_BEN"))


@pytest.mark.parametrize("order", [{}, {"moment": "never"}, {"at": "9999-12-31T23:59"}])
async def test_no_moment_or_one_too_far_off_is_refused(surfer: Surfer, order: JsonObject) -> None:
    before = clock.now()
    await surfer.do("U_ANN", "clock", 409, **order)
    assert (clock.now() - before).days == 0


async def test_where_the_clock_cannot_be_moved_there_is_nothing_to_press(surfer: Surfer) -> None:
    surfer.workspace.movable_clock = False
    page = await surfer.read("/as/U_ANN")
    assert "data-moment" not in page
    assert "<time" in page
    assert "real time" in (await surfer.do("U_ANN", "clock", 409, moment="day"))["error"]


class BrokenHost(Host):
    async def pass_time(self, until: datetime) -> None:
        raise LookupError("a word that somebody typed")


async def test_time_that_stops_on_the_way_is_told_without_anybodys_words(surfer: Surfer) -> None:
    surfer.workspace.host = BrokenHost(surfer.workspace)
    async with surfer.tab("/as/U_ANN/live") as tab:
        await surfer.do("U_ANN", "clock", moment="day")
        told = readable(await tab.until("clock", "Time stopped on the way"))
    assert "typed" not in told
    surfer.workspace.host = Host(surfer.workspace)
    await surfer.do("U_ANN", "clock", moment="day")


def staff(workspace: Workspace) -> Channel:
    channel = workspace.world.channel_named("staff")
    assert channel
    return channel


async def test_an_owner_runs_an_export_and_looks_for_a_phrase(surfer: Surfer) -> None:
    surfer.workspace.world.users["U_ANN"].is_owner = True
    await surfer.do(
        "U_BEN", "say", text="The laminator & I are friends again", channel=staff(surfer.workspace).id
    )
    await surfer.do("U_ANN", "export")
    page = readable(await surfer.read("/as/U_ANN?place=export&phrase=Laminator+%26+i"))
    assert "Found in 1 place." in page
    assert "Ben Baker" in page.partition("Found in")[2]
    assert "The laminator & I are friends again" in page
    nothing = readable(await surfer.read("/as/U_ANN?place=export&phrase=photocopier"))
    assert "Not found anywhere in the export." in nothing


async def test_a_phrase_is_found_as_it_reads_not_as_slack_writes_it(
    surfer: Surfer, client: AsyncWebClient
) -> None:
    surfer.workspace.world.users["U_ANN"].is_owner = True
    channel = (await client.conversations_open(users="U_BEN"))["channel"]["id"]
    await client.chat_postMessage(channel=channel, text="Tea &amp; cake at four")
    await surfer.do("U_ANN", "export")
    page = readable(await surfer.read("/as/U_ANN?place=export&phrase=tea+%26+cake"))
    assert "Found in 1 place." in page
    assert "Tea & cake at four" in page


async def test_the_zip_is_the_export_that_was_run(surfer: Surfer) -> None:
    surfer.workspace.world.users["U_ANN"].is_owner = True
    await surfer.read("/as/U_ANN/export.zip", status=404)
    await surfer.do("U_ANN", "export")
    await surfer.do("U_BEN", "say", text="After it", channel=staff(surfer.workspace).id)
    packed = await (await surfer.get("/as/U_ANN/export.zip")).read()
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert json.loads(archive.read("channels.json"))[0]["name"] == "staff"
        assert not any(name.startswith("staff/") for name in archive.namelist())


async def test_nobody_but_an_owner_exports(surfer: Surfer) -> None:
    surfer.workspace.world.users["U_ANN"].is_owner = True
    await surfer.do("U_ANN", "export")
    only = "Only an owner of the workspace can export it."
    assert only in await surfer.read("/as/U_BEN?place=export&phrase=a")
    assert only in await surfer.read("/as/U_BEN/export.zip", status=404)
    assert (await surfer.do("U_BEN", "export", 409))["error"] == only
    assert "place=export" not in await surfer.read("/as/U_BEN")
    assert "place=export" in await surfer.read("/as/U_ANN")


async def test_the_journal_is_sieved_by_kind_and_method(surfer: Surfer, client: AsyncWebClient) -> None:
    await client.auth_test()
    await client.team_info()
    await surfer.do("U_ANN", "say", text="hello")
    calls = readable(await surfer.read("/as/U_ANN?place=journal&kind=call"))
    assert "auth.test ok" in calls
    assert "person say" not in calls
    some = readable(await surfer.read("/as/U_ANN?place=journal&kind=call&method=auth.*"))
    assert "1 entry." in some
    assert "team.info" not in some
    assert "Nothing fits." in readable(await surfer.read("/as/U_ANN?place=journal&method=none"))


async def test_no_token_is_on_any_page(surfer: Surfer, client: AsyncWebClient) -> None:
    await client.auth_test()
    for place in ("messages", "journal", "faults"):
        page = await surfer.read(f"/as/U_ANN?place={place}")
        assert surfer.workspace.bot_token not in page
        assert surfer.workspace.app_token not in page


async def test_the_journal_is_live(surfer: Surfer, client: AsyncWebClient) -> None:
    async with surfer.tab("/as/U_ANN/live?place=journal&kind=call") as tab:
        await tab.until("main", "Nothing fits.")
        await client.auth_test()
        await tab.until("main", "auth.test")


async def test_every_kind_of_trouble_can_be_arranged_and_called_off(surfer: Surfer) -> None:
    assert {one.kind for one in KINDS} == set(get_args(FaultKind))
    for one in KINDS:
        await surfer.do("U_ANN", "arrange", method=one.usual, kind=one.kind, times="2")
    page = readable(await surfer.read("/as/U_ANN?place=faults"))
    for one in KINDS:
        assert f"{one.label} · {one.usual} · 2 times" in page
    await surfer.do("U_ANN", "clear")
    assert "Nothing is arranged." in readable(await surfer.read("/as/U_ANN?place=faults"))


async def test_arranged_trouble_happens(surfer: Surfer, client: AsyncWebClient) -> None:
    await surfer.do("U_ANN", "arrange", method="auth.test", kind="error", error="fatal_error")
    with pytest.raises(SlackApiError, match="fatal_error"):
        await client.auth_test()
    assert "Nothing is arranged." in readable(await surfer.read("/as/U_ANN?place=faults"))


async def test_a_token_is_worth_nothing_until_it_is_made_good_again(
    surfer: Surfer, client: AsyncWebClient
) -> None:
    await surfer.do("U_ANN", "token", error="token_revoked")
    assert "answered with token_revoked" in readable(await surfer.read("/as/U_ANN?place=faults"))
    with pytest.raises(SlackApiError, match="token_revoked"):
        await client.auth_test()
    await surfer.do("U_ANN", "token", error=None)
    assert (await client.auth_test())["ok"]


async def test_what_can_never_happen_is_refused_with_the_reason(surfer: Surfer) -> None:
    told = await surfer.do("U_ANN", "arrange", 409, method="chat.postMessage", kind="lost")
    assert "cannot happen" in told["error"]
    assert not surfer.workspace.faults.arranged


async def test_every_button_of_trouble_does_what_it_says(
    surfer: Surfer, app: AsyncApp, serve: Callable[..., Any]
) -> None:
    await serve(app)
    for one in (*SOCKETS, *TOKEN, TOKEN_BACK, *OUTAGE, OUTAGE_BACK):
        await surfer.do("U_ANN", one.deed, **one.order)
    done = [entry for entry in surfer.workspace.journal.entries(kind="socket") if "sockets" in entry]
    told = [entry.get("reason", entry["method"]) for entry in done]
    assert told[:6] == [one.order["act"] for one in SOCKETS]
    assert surfer.workspace.revoked is None
    assert not surfer.workspace.outage.seconds_left


async def test_an_outage_is_seen_to_end(surfer: Surfer, client: AsyncWebClient) -> None:
    async with surfer.tab("/as/U_ANN/live?place=faults") as tab:
        await surfer.do("U_ANN", "outage", seconds=60)
        await tab.until("main", "Slack is down")
        with pytest.raises(ClientConnectionError):
            await client.auth_test()
        await surfer.do("U_ANN", "outage", seconds=0)
        await tab.until("main", "Down for a minute")
    assert (await client.auth_test())["ok"]


async def test_long_conversations_begin_with_the_newest_screenful(surfer: Surfer) -> None:
    channel = staff(surfer.workspace)
    for number in range(85):
        surfer.workspace.members.say(surfer.workspace.world.users["U_BEN"], f"Number {number}.", channel.id)
        await asyncio.sleep(0)
    page = await surfer.read(f"/as/U_ANN?place={channel.id}")
    assert "Number 84." in page
    assert "Number 4." not in page
    assert "Earlier messages" in page
    more = await surfer.read(f"/as/U_ANN?place={channel.id}&screens=2")
    assert "Number 4." in more
    assert "Earlier messages" not in more


@pytest.mark.parametrize("screens", ["0", "-3", "many", "9" * 5000])
async def test_a_nonsensical_number_of_screens_is_one(surfer: Surfer, screens: str) -> None:
    await surfer.do("U_ANN", "say", text="Only this", channel=staff(surfer.workspace).id)
    page = await surfer.read(f"/as/U_ANN?place={staff(surfer.workspace).id}&screens={screens}")
    assert "Only this" in page
