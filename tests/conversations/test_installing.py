"""Many workspaces in one Mull: put in from its page, taken out in any order, put in again; and never mixed up."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from sqlalchemy import select, text

from bot import clock
from bot.app import Mull
from bot.db import Database
from bot.models import Installation, WorkspaceState
from bot.models import Workspace as WorkspaceRow
from bot.services import installations
from bot.services.desk import Desk
from bot.workspace.server import Workspace
from bot.workspace.visitor import Visitor
from tests import cast
from tests.cast import AMIRA
from tests.conftest import StoreUrls
from tests.conversations.conftest import SUNDAY, mull_over_http, request_url
from tests.conversations.one_slack import OneSlack, one_slack
from tests.conversations.processes import free_port
from tests.sent import refused
from tests.workspace.test_oauth import Browser

HILL, VALE = "T0HILL", "T0VALE"
MONDAY = datetime(2026, 9, 14, 7, 10, tzinfo=UTC)
QUESTION = "How full is the tank today?"
SIGNING_SECRET = "the same for one app everywhere"


@dataclass
class Trust:
    """Two workspaces of one Slack, a Mull for both, and somebody's browser."""

    mull: Mull
    slack: OneSlack
    hill: Workspace
    vale: Workspace
    visitors: dict[str, Visitor]
    browser: aiohttp.ClientSession
    public_url: str

    async def asked(self) -> str:
        """Where the button of the page leads."""
        async with self.browser.get(f"{self.public_url}/slack/install") as page:
            link = re.search(r'href="([^"]+authorize[^"]+)"', await page.text())
        assert link
        return unescape(link[1])

    async def sent_back(self, workspace: Workspace, answer: str = "allow") -> str:
        """Where Slack sends somebody who chose this workspace, and then said yes or no."""
        _, _, query = (await self.asked()).partition("?")
        person = Browser(workspace, self.browser)
        async with self.browser.get(f"{workspace.address}/oauth/v2/authorize?{query}") as page:
            form = await page.text()
        return (await person.answer(form, answer, user=AMIRA)).headers["Location"]

    async def opened(self, url: str) -> tuple[int, str]:
        """What a page of ours says in this browser."""
        async with self.browser.get(url) as page:
            return page.status, unescape(await page.text())

    async def install(self, workspace: Workspace) -> str:
        """The page at the end of an installation that went well; what happens there is heard from then on."""
        status, page = await self.opened(await self.sent_back(workspace))
        assert status == 200, page
        await self.visitors[workspace.world.team_id].reach_app_at(request_url(self.mull))
        return page

    def state(self, team: str) -> tuple[WorkspaceState, bool]:
        """The state of a workspace, and whether it holds a token."""
        return self.mull.desks.look(_state, team)

    async def settles(self, team: str, *state: object) -> None:
        """This is the state, once everything that is on its way has arrived."""

        async def so() -> bool:
            return self.state(team) == state

        await self.visitors[team].wait_for(so, what=f"{state}", seconds=20)


def _state(desk: Desk, team: str) -> tuple[WorkspaceState, bool]:
    workspace = desk.session.scalars(select(WorkspaceRow).where(WorkspaceRow.team_id == team)).one()
    return workspace.state, desk.session.get(Installation, workspace.id) is not None


@pytest.fixture
async def trust(store_urls: StoreUrls) -> AsyncIterator[Trust]:
    clock.move_to(SUNDAY)
    port = free_port()
    async with AsyncExitStack() as stack:
        both = [
            Workspace(cast.PEOPLE, name=name, team_id=team, signing_secret=SIGNING_SECRET, movable_clock=True)
            for name, team in (("Hill School", HILL), ("Vale & Sons", VALE))
        ]
        for one in both:
            await one.start()
            stack.push_async_callback(one.stop)
        slack = await stack.enter_async_context(one_slack(*both))
        told = {
            "SLACK_BOT_TOKEN": "",
            "SLACK_API_URL": slack.api_url,
            "MULL_SLACK_CLIENT_ID": both[0].oauth.client_id,
            "MULL_SLACK_CLIENT_SECRET": both[0].oauth.client_secret,
            "MULL_PUBLIC_URL": f"http://127.0.0.1:{port}",
        }
        mull = await stack.enter_async_context(mull_over_http(both[0], store_urls, port, **told))
        visitors = {one.world.team_id: await stack.enter_async_context(Visitor(one.address)) for one in both}
        jar = aiohttp.CookieJar(unsafe=True)  # cookies of an address without a name
        browser = await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=jar))
        yield Trust(mull, slack, both[0], both[1], visitors, browser, told["MULL_PUBLIC_URL"])
        assert [refused(one.journal.entries()) for one in both] == [[], []]


async def test_somebody_puts_it_in_and_it_answers_there(trust: Trust) -> None:
    page = await trust.install(trust.vale)
    assert "Mull is in Vale & Sons now" in page
    assert VALE in page
    amira = trust.visitors[VALE].person(AMIRA)
    assert (await amira.command("/mull")).acknowledged
    await amira.wait_for_message("I do not know you yet.")


async def test_people_of_both_use_it_and_nothing_of_one_is_there_in_the_other(trust: Trust) -> None:
    """The ids of people, channels and messages are the same in both: only the workspace tells them apart."""
    amiras = []
    for workspace, team in ((trust.hill, HILL), (trust.vale, VALE)):
        await trust.install(workspace)
        cast.settle_in(trust.mull.desks, team=team)
        amiras.append(trust.visitors[team].person(AMIRA))
    clock.move_to(MONDAY)
    await trust.mull.plan()
    await trust.mull.tick()
    here, there = amiras
    asked = await here.wait_for_message(QUESTION)
    await there.wait_for_message(QUESTION)
    await here.click("Good")
    await here.wait_for("Done for this week.")
    assert not await there.sees("Done for this week.")

    value = next(one.value for one in asked.buttons if one.text == "Reflect now")
    press = {
        "type": "button",
        "action_id": "check_in.reflect",
        "block_id": "b",
        "value": value,
        "action_ts": "1.1",
    }
    assert (await there.raw(actions=[press])).acknowledged
    assert "not here any more" in (await there.wait_for_modal()).text
    await there.close()
    await there.click("Low")
    await there.wait_for("Done for this week.")
    sent = {team for team, method in trust.slack.called if method == "chat.postMessage"}
    assert sent == {HILL, VALE}


async def test_the_token_is_kept_sealed(trust: Trust) -> None:
    await trust.install(trust.hill)
    row = trust.mull.desks.look(lambda desk: desk.session.scalars(select(Installation)).one())
    assert trust.hill.bot_token.encode() not in row.sealed_token
    held = trust.mull.desks.look(installations.installed, HILL)
    assert held is not None
    assert held.token == trust.hill.bot_token
    assert held.token not in repr(held)


STOPPED = "Mull has not been put in"


async def test_a_no_changes_nothing(trust: Trust) -> None:
    status, page = await trust.opened(await trust.sent_back(trust.hill, "deny"))
    assert STOPPED in page
    assert "chose not to allow it" in page
    assert "Begin again" in page
    assert status == 400
    assert trust.mull.desks.look(installations.all_installed) == []


async def test_another_browser_cannot_finish_it_nor_the_same_one_twice(trust: Trust) -> None:
    back = await trust.sent_back(trust.hill)
    async with aiohttp.ClientSession() as other, other.get(back) as page:
        assert page.status == 400
        assert "in another browser" in await page.text()
    cookies = {one.key: one.value for one in trust.browser.cookie_jar}
    assert (await trust.opened(back))[0] == 200
    assert "finished already" in (await trust.opened(back))[1]
    # The cookie was kept by hand: Slack takes no code twice.
    async with aiohttp.ClientSession() as keeper, keeper.get(back, cookies=cookies) as page:
        assert page.status == 400
        assert "did not hand over" in await page.text()


async def test_a_state_that_was_made_up_is_refused_and_slack_is_not_asked(trust: Trust) -> None:
    back = await trust.sent_back(trust.hill)
    forged = re.sub(r"state=\d+\.", "state=9999999999.", back)
    assert forged != back
    assert (await trust.opened(forged))[0] == 400
    assert "oauth.v2.access" not in [method for _, method in trust.slack.called]


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "error500"])
async def test_slack_that_cannot_be_reached_is_said_and_it_can_be_begun_again(
    trust: Trust, kind: str
) -> None:
    await trust.visitors[HILL].arrange("oauth.v2.access", kind)
    status, page = await trust.opened(await trust.sent_back(trust.hill))
    assert (status, "Slack could not be reached" in page) == (502, True)
    await trust.install(trust.hill)


async def test_a_code_that_slack_does_not_take_is_said(trust: Trust) -> None:
    back = await trust.sent_back(trust.hill)
    status, page = await trust.opened(re.sub(r"code=[^&]+", "code=1.2.3", back))
    assert (status, "did not hand over" in page) == (400, True)


async def test_a_whole_organisation_is_refused_and_its_token_given_back(trust: Trust) -> None:
    trust.slack.organisation = True
    status, page = await trust.opened(await trust.sent_back(trust.hill))
    assert (status, "one workspace at a time" in page) == (400, True)
    assert trust.hill.bot_token in trust.hill.dead_tokens
    assert trust.mull.desks.look(installations.all_installed) == []


async def test_a_database_that_is_away_is_said_and_the_next_try_keeps_it(
    trust: Trust, store_urls: StoreUrls
) -> None:
    back = await trust.sent_back(trust.hill)
    other = Database(store_urls.database)
    with other.write() as session:
        lock = "LOCK TABLE workspace IN ACCESS EXCLUSIVE MODE"
        session.execute(text(lock if other.dialect == "postgresql" else "SELECT 1"))
        status, page = await trust.opened(back)
    other.dispose()
    assert (status, "could not be kept here just now" in page) == (503, True)
    await trust.install(trust.hill)


@pytest.mark.parametrize("first", ["app_uninstalled", "tokens_revoked"])
async def test_taken_out_in_either_order_and_put_in_again(trust: Trust, first: str) -> None:
    await trust.install(trust.hill)
    old = trust.hill.bot_token
    clock.move_to(clock.now().replace(minute=5))
    await trust.visitors[HILL].uninstall(first)
    await trust.settles(HILL, WorkspaceState.SUSPENDED, False)
    await trust.mull.resume()
    assert trust.state(HILL) == (WorkspaceState.SUSPENDED, False)

    clock.move_to(clock.now().replace(minute=10))
    await trust.install(trust.hill)
    assert trust.hill.bot_token != old
    assert trust.state(HILL) == (WorkspaceState.ACTIVE, True)
    assert (await trust.visitors[HILL].person(AMIRA).command("/mull")).acknowledged
    assert await trust.visitors[HILL].person(AMIRA).wait_for_message("I do not know you yet.")


@pytest.mark.parametrize("only", ["app_uninstalled", "tokens_revoked"])
async def test_one_of_the_two_events_is_enough(trust: Trust, only: str) -> None:
    await trust.install(trust.hill)
    await trust.visitors[HILL].subscribe([only])
    clock.move_to(clock.now().replace(minute=5))
    await trust.visitors[HILL].uninstall()
    await trust.settles(HILL, WorkspaceState.SUSPENDED, False)


async def test_what_slack_tells_late_does_not_take_out_what_was_put_in_since(trust: Trust) -> None:
    await trust.install(trust.hill)
    desks, earlier = trust.mull.desks, SUNDAY.timestamp() - 60
    assert not desks.do(installations.gone, HILL, "tokens_revoked", earlier)
    assert trust.state(HILL) == (WorkspaceState.ACTIVE, True)
    assert desks.do(installations.gone, HILL, "tokens_revoked", clock.now().timestamp() + 1)
    assert trust.state(HILL) == (WorkspaceState.SUSPENDED, False)


async def test_a_persons_own_token_is_none_of_ours(trust: Trust) -> None:
    await trust.install(trust.hill)
    trust.hill.events.send(
        {"type": "tokens_revoked", "tokens": {"oauth": [AMIRA], "bot": []}, "event_ts": "1.1"}
    )
    await trust.visitors[HILL].wait_for(lambda: _told(trust, "tokens_revoked"), what="the event")
    assert trust.state(HILL) == (WorkspaceState.ACTIVE, True)


async def test_another_process_takes_up_what_was_put_in_and_what_replaced_it(
    trust: Trust, store_urls: StoreUrls
) -> None:
    here = {"SLACK_BOT_TOKEN": "", "SLACK_API_URL": trust.slack.api_url}
    async with mull_over_http(trust.hill, store_urls, 0, **here) as other:
        await trust.install(trust.hill)
        assert (await other._client_of(HILL).auth_test())["team_id"] == HILL
        clock.move_to(clock.now().replace(minute=5))
        await trust.visitors[HILL].uninstall()
        await trust.settles(HILL, WorkspaceState.SUSPENDED, False)
        clock.move_to(clock.now().replace(minute=10))
        await trust.install(trust.hill)
        assert (await other._client_of(HILL).auth_test())["team_id"] == HILL


async def test_a_token_in_the_settings_that_is_refused_stops_nobody_else_and_is_tried_again(
    trust: Trust, store_urls: StoreUrls
) -> None:
    """The other Mull has Hill's token in its settings, from before Mull was taken out there; Vale has put it in."""
    await trust.install(trust.vale)
    old = trust.hill.bot_token
    told = {
        "SLACK_BOT_TOKEN": old,
        "SLACK_API_URL": trust.slack.api_url,
        "MULL_SLACK_CLIENT_ID": "1.2",
        "MULL_SLACK_CLIENT_SECRET": "secret",
    }
    async with mull_over_http(trust.hill, store_urls, 0, **told) as other:
        assert (await other._client_of(VALE).auth_test())["team_id"] == VALE
        with pytest.raises(SlackApiError, match="not_authed"):
            await other._client_of(HILL).auth_test()
        del trust.hill.dead_tokens[old]  # Slack takes it after all
        await other.resume()
        assert (await other._client_of(HILL).auth_test())["team_id"] == HILL


async def test_a_workspace_of_the_settings_is_suspended_and_goes_on_by_itself_once_slack_takes_its_token(
    trust: Trust, store_urls: StoreUrls
) -> None:
    del trust.hill.dead_tokens[trust.hill.bot_token]
    told = {"SLACK_BOT_TOKEN": trust.hill.bot_token, "SLACK_API_URL": trust.slack.api_url}
    async with mull_over_http(trust.hill, store_urls, 0, **told) as one:
        assert one.desks.do(installations.gone, HILL, "app_uninstalled", clock.now().timestamp())
        trust.hill.revoked = "account_inactive"
        await one.resume()
        assert trust.state(HILL) == (WorkspaceState.SUSPENDED, False)
        trust.hill.revoked = None
        await one.resume()
        assert trust.state(HILL) == (WorkspaceState.ACTIVE, False)


async def _told(trust: Trust, event: str) -> bool:
    """Whether Mull has acknowledged such an event."""
    entries = trust.hill.journal.entries()
    sent = {one.get("envelope_id") for one in entries if one.get("method") == event} - {None}
    return any(one["kind"] == "ack" and one.get("envelope_id") in sent for one in entries)
