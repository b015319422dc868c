"""People and groups as the app finds them, guests, strangers and deactivated people among them."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot import clock
from bot.workspace.server import Workspace
from bot.workspace.visitor import Person, Refusal, Visitor
from tests.workspace.conftest import PEOPLE, error_of, hearing

Serve = Callable[..., Any]
GROUPS: list[dict[str, Any]] = [
    {"handle": "science", "name": "Science", "members": ["U_ANN", "U_BEN"]},
    {"handle": "old", "members": ["U_BEN"], "disabled": True},
]


@pytest.fixture
async def workspace() -> AsyncIterator[Workspace]:
    local = Workspace(PEOPLE, groups=GROUPS, movable_clock=True)
    await local.start()
    yield local
    await local.stop()


async def test_a_profile_has_the_address_only_with_its_scope(
    client: AsyncWebClient, workspace: Workspace
) -> None:
    profile = (await client.users_profile_get(user="U_ANN"))["profile"]
    assert (profile["real_name"], profile["email"]) == ("Ann Archer", "ann@school.example")
    workspace.scopes -= {"users:read.email"}
    assert "email" not in (await client.users_profile_get(user="U_ANN"))["profile"]
    assert (await client.users_profile_get())["profile"]["bot_id"] == "B0WORKSPACE"
    assert await error_of(client.users_profile_get(user="U_NOBODY")) == "user_not_found"


async def test_presence_is_what_the_person_set(client: AsyncWebClient, ann: Person) -> None:
    assert (await client.users_getPresence(user="U_ANN"))["presence"] == "active"
    await ann.set_presence("away")
    assert (await client.users_getPresence(user="U_ANN"))["presence"] == "away"
    await ann.set_presence("active")
    await ann.change(deleted=True)
    assert (await client.users_getPresence(user="U_ANN"))["presence"] == "away"
    assert await error_of(client.users_getPresence(user="U_NOBODY")) == "user_not_found"


async def test_do_not_disturb_is_told_and_ends(
    app: AsyncApp, serve: Serve, client: AsyncWebClient, ann: Person
) -> None:
    heard = hearing(app, "dnd_updated_user")
    await serve(app)
    start = clock.now().replace(microsecond=0)
    await ann.do_not_disturb(start, start + timedelta(hours=1))
    told = await heard.get()
    assert (told["user"], told["dnd_status"]["dnd_enabled"]) == ("U_ANN", True)
    status = await client.dnd_info(user="U_ANN")
    assert status["next_dnd_end_ts"] - status["next_dnd_start_ts"] == 3600
    await ann.do_not_disturb()
    assert (await heard.get())["dnd_status"]["dnd_enabled"] is False
    with pytest.raises(Refusal, match="or neither"):
        await ann.do_not_disturb(start)


async def test_a_stranger_is_known_and_not_disturbed(client: AsyncWebClient, visitor: Visitor) -> None:
    await visitor.add_person("U_FAR", "far", is_stranger=True)
    assert (await client.users_info(user="U_FAR"))["user"]["is_stranger"]
    assert await error_of(client.dnd_info(user="U_FAR")) == "user_not_visible"


async def test_a_deactivated_person_is_listed_as_such(client: AsyncWebClient, ann: Person) -> None:
    await ann.change(deleted=True)
    gone = (await client.users_info(user="U_ANN"))["user"]
    assert gone["deleted"]
    assert "tz" not in gone
    assert [one["id"] for one in (await client.users_list())["members"] if one["deleted"]] == ["U_ANN"]


async def test_groups_are_listed_with_what_was_asked_for(client: AsyncWebClient) -> None:
    (group,) = (await client.usergroups_list())["usergroups"]
    assert (group["handle"], group["name"]) == ("science", "Science")
    assert "users" not in group
    everything = await client.usergroups_list(include_disabled=True, include_users=True, include_count=True)
    told = [(one["handle"], one["users"], one["user_count"]) for one in everything["usergroups"]]
    assert told == [("science", ["U_ANN", "U_BEN"], 2), ("old", ["U_BEN"], 1)]


async def test_a_groups_people_are_listed(client: AsyncWebClient) -> None:
    science, old = (await client.usergroups_list(include_disabled=True))["usergroups"]
    assert (await client.usergroups_users_list(usergroup=science["id"]))["users"] == ["U_ANN", "U_BEN"]
    assert await error_of(client.usergroups_users_list(usergroup=old["id"])) == "no_such_subteam"
    shown = await client.usergroups_users_list(usergroup=old["id"], include_disabled=True)
    assert shown["users"] == ["U_BEN"]
    assert await error_of(client.usergroups_users_list(usergroup="S404")) == "no_such_subteam"


async def test_the_app_knows_where_it_is_and_who_it_is(client: AsyncWebClient) -> None:
    assert (await client.auth_teams_list())["teams"] == [{"id": "T0WORKSPACE", "name": "Local workspace"}]
    assert (await client.team_info())["team"]["name"] == "Local workspace"
    assert await error_of(client.team_info(team="T404")) == "team_not_found"
    assert (await client.bots_info(bot="B0WORKSPACE"))["bot"]["app_id"] == "A0WORKSPACE"
    assert await error_of(client.bots_info(bot="B404")) == "bot_not_found"
