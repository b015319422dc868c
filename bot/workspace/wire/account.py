"""Methods about the app, its tokens, the workspace and the sockets."""

from typing import Any

from bot.workspace.state import APP_ID, BOT_ID, BOT_USER_ID, TEAM_ID
from bot.workspace.wire.call import Call, CallFailed, Method

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
        "team_id": TEAM_ID,
        "user_id": BOT_USER_ID,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


def connections_open(call: Call) -> JsonObject:
    address = call.workspace.address.replace("http://", "ws://")
    return {"url": f"{address}/link/?ticket={call.workspace.sockets.ticket()}&app_id={APP_ID}"}


def team_info(call: Call) -> JsonObject:
    world = call.workspace.world
    return {
        "team": {"id": TEAM_ID, "name": world.name, "domain": world.domain, "email_domain": "", "icon": {}}
    }


def bots_info(call: Call) -> JsonObject:
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


METHODS = {
    "api.test": Method(api_test, token="none"),
    "auth.test": Method(auth_test),
    "apps.connections.open": Method(connections_open, token="app"),
    "team.info": Method(team_info, "team:read"),
    "bots.info": Method(bots_info, "users:read"),
}
