"""Methods about people."""

from typing import Any

from bot.workspace.state import BOT_USER_ID, User
from bot.workspace.wire.call import Call, CallFailed, Method, page

JsonObject = dict[str, Any]


def _shown(call: Call, user: User) -> JsonObject:
    return user.as_json(with_email="users:read.email" in call.workspace.scopes)


def info(call: Call) -> JsonObject:
    return {"user": _shown(call, call.user())}


def list_users(call: Call) -> JsonObject:
    everyone = list(call.workspace.world.users.values())
    users, following = page(everyone, call.text("cursor", ""), call.number("limit", 1000, 1000))
    return {
        "members": [_shown(call, user) for user in users],
        "cache_ts": int(float(call.workspace.world.new_ts())),
        "response_metadata": {"next_cursor": following},
    }


def lookup_by_email(call: Call) -> JsonObject:
    address = call.text("email").casefold()
    for user in call.workspace.world.users.values():
        if user.email and user.email.casefold() == address and not user.deleted:
            return {"user": _shown(call, user)}
    raise CallFailed("users_not_found")


def profile(call: Call) -> JsonObject:
    """Without `user`, the app's own."""
    user = call.user() if call.text("user", "") else call.workspace.world.users[BOT_USER_ID]
    return {"profile": user.profile(with_email="users:read.email" in call.workspace.scopes)}


def presence(call: Call) -> JsonObject:
    """Without `user`, the app's own."""
    user = call.user() if call.text("user", "") else call.workspace.world.users[BOT_USER_ID]
    return {"presence": "away" if user.deleted else user.presence}


def do_not_disturb(call: Call) -> JsonObject:
    """When a person is next not to be disturbed; 1 and 1 for somebody who never said."""
    user = call.user() if call.text("user", "") else call.workspace.world.users[BOT_USER_ID]
    if user.is_stranger:
        raise CallFailed("user_not_visible")
    return user.dnd_status() | {"snooze_enabled": False}


METHODS = {
    "users.info": Method(info, "users:read"),
    "users.list": Method(list_users, "users:read"),
    "users.lookupByEmail": Method(lookup_by_email, "users:read.email"),
    "users.profile.get": Method(profile, "users.profile:read"),
    "users.getPresence": Method(presence, "users:read"),
    "dnd.info": Method(do_not_disturb, "dnd:read"),
}
