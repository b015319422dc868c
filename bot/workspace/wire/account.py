"""Methods about the app, its tokens, the workspace and the sockets."""

from typing import Any

from bot.workspace.checks import check_message, check_view
from bot.workspace.state import APP_ID, BOT_ID, BOT_USER_ID
from bot.workspace.wire.call import Call, CallFailed, Method, paged, refuse

JsonObject = dict[str, Any]


def api_test(call: Call) -> JsonObject:
    if error := call.text("error", ""):
        raise CallFailed(error, args=call.args)
    return {"args": call.args} if call.args else {}


def auth_test(call: Call) -> JsonObject:
    world = call.workspace.world
    return {
        "url": call.workspace.address + "/",
        "team": world.name,
        "user": world.users[BOT_USER_ID].name,
        "team_id": world.team_id,
        "user_id": BOT_USER_ID,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


def connections_open(call: Call) -> JsonObject:
    address = call.workspace.address.replace("http://", "ws://")
    return {"url": f"{address}/link/?ticket={call.workspace.sockets.ticket()}&app_id={APP_ID}"}


def team_info(call: Call) -> JsonObject:
    """Of the one workspace that there is: another `team` is not found."""
    world = call.workspace.world
    if call.text("team", world.team_id) != world.team_id:
        raise CallFailed("team_not_found")
    return {
        "team": {
            "id": world.team_id,
            "name": world.name,
            "domain": world.domain,
            "email_domain": "",
            "icon": {},
        }
    }


def bots_info(call: Call) -> JsonObject:
    """A call without `bot` is about the app itself, as in Slack's clients that leave it out."""
    if call.text("bot", BOT_ID) != BOT_ID:
        raise CallFailed("bot_not_found")
    name = call.workspace.world.users[BOT_USER_ID].real_name
    return {
        "bot": {
            "id": BOT_ID,
            "deleted": False,
            "name": name,
            "updated": 0,
            "app_id": APP_ID,
            "user_id": BOT_USER_ID,
            "icons": {},
        }
    }


def teams(call: Call) -> JsonObject:
    """The one workspace that the app is in."""
    world = call.workspace.world
    listed = [{"id": world.team_id, "name": world.name}]
    return paged(call, "teams", listed)


def validate_blocks(call: Call) -> JsonObject:
    """Whether Slack would take exactly one of `blocks`, `message` and `view`."""
    given = [name for name in ("blocks", "message", "view") if call.args.get(name)]
    if len(given) != 1:
        raise CallFailed("invalid_arguments")
    content = _structure(call, given[0], list if given == ["blocks"] else dict)
    if given == ["view"]:
        refuse(check_view(content))
        return {}
    message = {"blocks": content} if given == ["blocks"] else content
    refuse([one for one in check_message(message) if one.code != "msg_too_long"])
    return {}


def _structure(call: Call, name: str, kind: type) -> Any:
    found = call.json(name)
    if not isinstance(found, kind):
        raise CallFailed("invalid_arguments")
    return found


METHODS = {
    "api.test": Method(api_test, token="none"),
    "auth.test": Method(auth_test),
    "apps.connections.open": Method(connections_open, token="app"),
    "team.info": Method(team_info, "team:read"),
    "auth.teams.list": Method(teams),
    "blocks.validate": Method(validate_blocks, token="none"),
    "bots.info": Method(bots_info, "users:read"),
}
