"""Methods about user groups, which the workspace's seed makes."""

from typing import Any

from bot.workspace.wire.call import Call, CallFailed, Method

JsonObject = dict[str, Any]


def list_groups(call: Call) -> JsonObject:
    """Disabled ones for those who ask."""
    return {
        "usergroups": [
            group.as_json(call.flag("include_users"), call.flag("include_count"))
            for group in call.workspace.world.groups.values()
            if not group.disabled or call.flag("include_disabled")
        ]
    }


def list_members(call: Call) -> JsonObject:
    group = call.workspace.world.groups.get(call.text("usergroup"))
    if group is None or (group.disabled and not call.flag("include_disabled")):
        raise CallFailed("no_such_subteam")
    return {"users": group.users}


METHODS = {
    "usergroups.list": Method(list_groups, "usergroups:read"),
    "usergroups.users.list": Method(list_members, "usergroups:read"),
}
