"""The stage, with what a visitor can do to it."""

from bot import settings
from bot.demo.cast import AMIRA, BEGINS_ON
from bot.demo.play import CURTAIN, SCHOOL_ZONE
from bot.demo.stage import open_stage
from bot.domain import calendar


async def test_it_comes_to_rest_though_mull_was_cut_off_when_somebody_typed() -> None:
    settings.drop_proxies()
    async with open_stage(calendar.moment(BEGINS_ON, CURTAIN, SCHOOL_ZONE)) as stage:
        workspace = stage.workspace
        await workspace.sockets.disconnect("link_disabled")
        workspace.members.say(workspace.members.person(AMIRA), "hello")
        (missed,) = await stage.visitor.journal("message", kind="envelope", wait=20)
        assert missed["error"] == "no_socket"
        await stage.calm()
