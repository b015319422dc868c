"""Methods that open, change and publish views."""

from typing import Any

from bot.workspace.checks import check_view
from bot.workspace.filling import stored_view
from bot.workspace.grants import GrantRefused, Trigger
from bot.workspace.modals import StackFull
from bot.workspace.state import View
from bot.workspace.wire.call import Call, CallFailed, Method, refuse

JsonObject = dict[str, Any]


def open_view(call: Call) -> JsonObject:
    """A modal for whoever did what the trigger id was given for."""
    given = _given(call, "modal")
    trigger = _exchange(call)
    return _answer(call.workspace.modals.open(trigger.user, given))


def push_view(call: Call) -> JsonObject:
    given = _given(call, "modal")
    trigger = _exchange(call)
    if trigger.view_id is None:
        raise CallFailed("invalid_trigger_id")
    try:
        return _answer(call.workspace.modals.push(trigger.user, given))
    except StackFull:
        raise CallFailed("push_limit_reached") from None


def update_view(call: Call) -> JsonObject:
    """By view_id or external_id; hash_conflict when `hash` is not the view's present one."""
    view = _existing(call)
    given = _given(call, view.body["type"], replacing=view)
    _same_hash(call, view)
    return _answer(call.workspace.modals.replace(view, given))


def publish(call: Call) -> JsonObject:
    """The Home tab of a person."""
    user = call.user("user_id")
    world = call.workspace.world
    before = world.homes.get(user.id)
    given = _given(call, "home", replacing=before)
    if before:
        _same_hash(call, before)
    view_id = before.id if before else world.new_id("V")
    home = stored_view(given, user.id, view_id, before, world.team_id)
    world.homes[user.id] = home
    return _answer(home)


def _given(call: Call, kind: str, replacing: View | None = None) -> JsonObject:
    """The checked view argument. An external_id in use by another view is duplicate_external_id."""
    view = call.json("view")
    if not isinstance(view, dict):
        raise CallFailed(
            "invalid_arguments", response_metadata={"messages": ["[ERROR] missing required field: view"]}
        )
    refuse(check_view(view))
    if view["type"] != kind:
        pointer = f"[ERROR] must be a {kind} view [json-pointer:/view/type]"
        raise CallFailed("invalid_arguments", response_metadata={"messages": [pointer]})
    wanted = view.get("external_id")
    for other in call.workspace.world.views():
        if wanted and other is not replacing and other.body["external_id"] == wanted:
            raise CallFailed("duplicate_external_id")
    return view


def _exchange(call: Call) -> Trigger:
    try:
        return call.workspace.grants.exchange(call.text("trigger_id"))
    except GrantRefused as refused:
        raise CallFailed(str(refused)) from None


def _existing(call: Call) -> View:
    view_id, external_id = call.text("view_id", ""), call.text("external_id", "")
    for view in call.workspace.world.views():
        if view.id == view_id or (external_id and view.body["external_id"] == external_id):
            return view
    raise CallFailed("not_found")


def _same_hash(call: Call, view: View) -> None:
    if call.text("hash", view.body["hash"]) != view.body["hash"]:
        raise CallFailed("hash_conflict")


def _answer(view: View) -> JsonObject:
    return {"view": view.as_json()}


METHODS = {
    "views.open": Method(open_view),
    "views.push": Method(push_view),
    "views.update": Method(update_view),
    "views.publish": Method(publish),
}
