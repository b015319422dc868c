"""What the page's posts do. Each deed has an order, words for “what just happened”, and an act of Members."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot import clock
from bot.workspace.page import entering, orders
from bot.workspace.page.deed import Deed, Refused, plainly
from bot.workspace.page.desk import Desk
from bot.workspace.page.entering import ActOrder, SubmitOrder, SuggestOrder
from bot.workspace.page.export_view import ONLY_OWNERS, run_export
from bot.workspace.page.passing import CannotPass
from bot.workspace.page.times import told
from bot.workspace.page.troubles import TROUBLES
from bot.workspace.page.whereabouts import name_of, title_of
from bot.workspace.page.wording import of_act, of_close, of_submission
from bot.workspace.reactions import ReactionRefused
from bot.workspace.state import BOT_USER_ID, User
from bot.workspace.targets import NotThere

JsonObject = dict[str, Any]


async def _say(desk: Desk, user: User, order: orders.Say) -> JsonObject:
    if order.files:
        return _share(desk, user, order)
    if not order.text.strip():
        raise Refused("There is nothing to send yet.")
    return {"ts": desk.members.say(user, order.text, order.channel, order.thread).ts}


def _share(desk: Desk, user: User, order: orders.Say) -> JsonObject:
    kept = [desk.workspace.files.get(one) for one in order.files]
    files = [one for one in kept if one and one.owner == user.id]
    if len(files) < len(order.files):
        raise Refused("A file that you attached is gone. Attach it again.")
    channel = desk.members.channel(user, order.channel)
    message = desk.workspace.posting.share(channel, user.id, files, order.text, order.thread)
    return {"ts": message.ts}


def _said(desk: Desk, user: User, order: orders.Say) -> str:
    channel = desk.members.channel(user, order.channel)
    return f"You wrote in {title_of(desk.world, channel, user.id)}"


async def _edit(desk: Desk, user: User, order: orders.Edit) -> JsonObject:
    desk.members.edit(user, order.ts, order.text)
    return {}


async def _delete(desk: Desk, user: User, order: orders.Delete) -> JsonObject:
    desk.members.delete(user, order.ts)
    return {}


async def _react(desk: Desk, user: User, order: orders.React) -> JsonObject:
    channel, message = desk.members.message(user, order.ts)
    reactions = desk.workspace.reactions
    mine = [one["name"] for one in message.body.get("reactions", []) if user.id in one["users"]]
    try:
        (reactions.remove if order.name in mine else reactions.add)(channel, message, user.id, order.name)
    except ReactionRefused as refused:
        raise Refused(f"That reaction cannot be given: {refused}.") from refused
    return {"given": order.name not in mine}


async def _act(desk: Desk, user: User, order: ActOrder) -> JsonObject:
    # Counted in the same breath as it is entered: nothing can be drawn in between.
    desk.entered = number = desk.entered + 1
    return (await entering.act(desk.members, user, order)).as_json() | {"entered": number}


async def _submit(desk: Desk, user: User, order: SubmitOrder) -> JsonObject:
    return (await entering.submit(desk.members, user, order)).as_json()


async def _suggest(desk: Desk, user: User, order: SuggestOrder) -> JsonObject:
    return await entering.suggest(desk.members, user, order)


async def _command(desk: Desk, user: User, order: orders.Command) -> JsonObject:
    known = [one.command for one in desk.workspace.offers.commands]
    if known and order.command not in known:
        raise Refused(f"{order.command} is not a command here. There is {', '.join(known)}.")
    return (await desk.members.command(user, order.command, order.text, order.channel)).as_json()


async def _shortcut(desk: Desk, user: User, order: orders.Shortcut) -> JsonObject:
    return (await desk.members.shortcut(user, order.callback_id, order.ts)).as_json()


def _shortcut_words(desk: Desk, _user: User, order: orders.Shortcut) -> str:
    names = {one.callback_id: one.name for one in desk.workspace.offers.shortcuts}
    return f"You chose the shortcut “{names.get(order.callback_id, order.callback_id)}”"


async def _close(desk: Desk, user: User, order: orders.Close) -> JsonObject:
    top = desk.workspace.modals.top(user.id)
    if top is None or top.id != order.id:
        raise Refused("That window is closed already.")
    return (await desk.members.close(user)).as_json()


async def _visit(desk: Desk, user: User, order: orders.Visit) -> JsonObject:
    desk.host.stepped_into(user.id)
    if order.place in ("home", "messages"):
        desk.members.open_home(user, order.place)
    return {}


def _visited(desk: Desk, _user: User, order: orders.Visit) -> str | None:
    app = name_of(desk.world, BOT_USER_ID)
    opened = {"home": f"You opened {app} Home", "messages": f"You opened your messages with {app}"}
    return opened.get(order.place)


async def _clock(desk: Desk, user: User, order: orders.Clock) -> JsonObject:
    if not desk.workspace.movable_clock:
        raise Refused("This workspace runs on real time: its clock cannot be moved.")
    try:
        desk.passing.begin(_moment(desk, user, order))
    except CannotPass as no:
        raise Refused(str(no)) from no
    return {}


def _moment(desk: Desk, user: User, order: orders.Clock) -> datetime:
    if order.at and not 1 < order.at.year < 9999:
        raise Refused("That moment is in no calendar.")  # or not in every zone's
    if order.at:
        return order.at if order.at.tzinfo else order.at.replace(tzinfo=ZoneInfo(user.tz)).astimezone(UTC)
    for moment in desk.host.moments(clock.now()):
        if moment.id == order.moment:
            return moment.at
    raise Refused("Say when: choose a moment, or a date and a time.")


def _clock_words(desk: Desk, user: User, order: orders.Clock) -> str | None:
    try:
        return f"Time passed until {told(_moment(desk, user, order), user.tz).full}"
    except Refused:
        return None


async def _export(desk: Desk, user: User, _order: orders.Export) -> JsonObject:
    if not user.is_owner:
        raise Refused(ONLY_OWNERS)
    desk.exported = run_export(desk.world)
    return {}


async def _nothing(_desk: Desk, _user: User, _order: orders.Dismiss) -> JsonObject:
    return {}


DEEDS: dict[str, Deed] = {
    "act": Deed(ActOrder, _act, of_act),
    "submit": Deed(SubmitOrder, _submit, of_submission),
    "suggest": Deed(SuggestOrder, _suggest, plainly(None)),
    "react": Deed(orders.React, _react, plainly("You reacted to a message")),
    "say": Deed(orders.Say, _say, _said),
    "edit": Deed(orders.Edit, _edit, plainly("You changed a message of yours")),
    "delete": Deed(orders.Delete, _delete, plainly("You deleted a message of yours")),
    "command": Deed(orders.Command, _command, lambda _d, _u, order: f"You used {order.command}"),
    "shortcut": Deed(orders.Shortcut, _shortcut, _shortcut_words),
    "close": Deed(orders.Close, _close, of_close),
    "visit": Deed(orders.Visit, _visit, _visited),
    "clock": Deed(orders.Clock, _clock, _clock_words),
    "export": Deed(orders.Export, _export, plainly("You ran an export")),
    "dismiss": Deed(orders.Dismiss, _nothing, plainly(None)),
    **TROUBLES,
}


async def do(desk: Desk, user: User, name: str, order: Any) -> JsonObject:
    """The act's answer; whatever went wrong is remembered until this person's next act. Raises Refused, NotThere."""
    deed = DEEDS[name]
    desk.troubles.pop(user.id, None)
    words = None
    try:
        words = deed.words(desk, user, order)
        if words:
            desk.happenings.begin(user.id, words, light=name == "visit")
        answer = await deed.run(desk, user, order)
    except (Refused, NotThere) as no:
        desk.troubles[user.id] = str(no)
        if words:
            desk.happenings.withdraw(user.id)
        raise
    finally:
        desk.workspace.journal.record("person", name, user=user.id)
    if answer.get("trouble"):
        desk.troubles[user.id] = answer["trouble"]
    return answer
