"""Trouble on demand: deeds that keep Slack from doing its part for a while."""

from typing import Any

from bot.workspace.page import orders
from bot.workspace.page.deed import Deed, Refused, plainly
from bot.workspace.page.desk import Desk
from bot.workspace.state import User

JsonObject = dict[str, Any]


async def _arrange(desk: Desk, _user: User, order: orders.Arrange) -> JsonObject:
    try:
        fault = desk.workspace.faults.arrange(**order.model_dump())
    except ValueError as no:
        raise Refused(str(no)) from no
    return {"id": fault.id}


async def _clear(desk: Desk, _user: User, _order: orders.Clear) -> JsonObject:
    desk.workspace.faults.arranged.clear()
    return {}


async def _disturb(desk: Desk, _user: User, order: orders.Disturb) -> JsonObject:
    sockets = desk.workspace.sockets
    if order.act == "abort":
        return {"sockets": sockets.abort()}
    if order.act == "half_open":
        return {"sockets": sockets.half_open()}
    return {"sockets": await sockets.disconnect(order.act)}


async def _token(desk: Desk, _user: User, order: orders.Token) -> JsonObject:
    desk.workspace.revoked = order.error
    if order.told:
        desk.workspace.events.tokens_revoked()
    return {}


async def _uninstall(desk: Desk, _user: User, order: orders.Uninstall) -> JsonObject:
    desk.workspace.revoked = "account_inactive"
    desk.workspace.events.uninstalled(order.first)
    return {}


async def _outage(desk: Desk, _user: User, order: orders.Outage) -> JsonObject:
    desk.workspace.outage.begin(order.seconds)
    return {}


def _outage_words(_desk: Desk, _user: User, order: orders.Outage) -> str:
    return f"You took Slack down for {order.seconds:g} seconds" if order.seconds else "You brought Slack back"


TROUBLES: dict[str, Deed] = {
    "arrange": Deed(orders.Arrange, _arrange, plainly("You arranged some trouble")),
    "clear": Deed(orders.Clear, _clear, plainly("You called all trouble off")),
    "disturb": Deed(orders.Disturb, _disturb, plainly("You disturbed the app’s connections")),
    "token": Deed(orders.Token, _token, plainly("You changed what the app’s token is worth")),
    "uninstall": Deed(orders.Uninstall, _uninstall, plainly("You uninstalled the app")),
    "outage": Deed(orders.Outage, _outage, _outage_words),
}
