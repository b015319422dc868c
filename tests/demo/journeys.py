"""The journeys behind the doors, as somebody would go them: for each step, what they do."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import aiohttp

from bot.demo.acts import BECOMES, DRAFT, DRAINED, TANK, WHEN, WORDED
from bot.demo.gestures import FillsIn, worked
from bot.demo.host import DemoHost
from bot.workspace.visitor import Person

AMIRA, PRIYA, TOM, HELEN = "U_AMIRA", "U_PRIYA", "U_TOM", "U_HELEN"
LENA, DAVIT, RUTH, SAM = "U_LENA", "U_DAVIT", "U_RUTH", "U_SAM"
THURSDAY = datetime(2026, 9, 17, 14, 30, tzinfo=UTC)
A_WEEK_ON = datetime(2026, 9, 21, 7, 12, tzinfo=UTC)
LINE = "The printer, and it was my printer."
TYPED = "Typed where Slack can see it."
STEP = "Wait three seconds after a question"

Deed = Callable[[DemoHost], Awaitable[None]]


def somebody(host: DemoHost, who: str) -> Person:
    return host.company.stage.visitor.person(who)


async def fill_in(host: DemoHost, who: str, given: dict[str, str]) -> None:
    """Through the open window to its end, and close it."""
    person = somebody(host, who)
    await FillsIn(given).play(person, host.company.stage, None)
    if await person.modal():
        worked(await person.close())


async def open_home(host: DemoHost, who: str) -> str:
    """What stands in Home, once it has been drawn."""
    await somebody(host, who).open_home()
    await host.company.stage.calm()
    return (await somebody(host, who).wait_for_home()).text


def presses(who: str, button: str, given: dict[str, str] | None = None, *, in_home: bool = False) -> Deed:
    """Presses a button, and goes through whatever window it opens."""

    async def press(host: DemoHost) -> None:
        if in_home:
            await open_home(host, who)
        worked(await somebody(host, who).click(button, in_home=in_home))
        await host.company.stage.calm()
        if await somebody(host, who).modal():
            await fill_in(host, who, given or {})

    return press


def goes_on_until(moment: datetime) -> Deed:
    async def wait(host: DemoHost) -> None:
        await host.pass_time(moment)

    return wait


def looks(who: str) -> Deed:
    async def look(host: DemoHost) -> None:
        await open_home(host, who)

    return look


async def _adds_a_line(host: DemoHost) -> None:
    worked(await somebody(host, AMIRA).click("If there is a line to add"))
    await fill_in(host, AMIRA, {TANK: "Half", DRAINED: LINE})


async def _chooses_a_step(host: DemoHost) -> None:
    await open_home(host, AMIRA)
    worked(await somebody(host, AMIRA).click("Choose an action step", in_home=True))
    await fill_in(host, AMIRA, {DRAFT: STEP, WORDED: STEP, WHEN: "2026-09-17", BECOMES: ""})


async def _says_how_it_went(host: DemoHost) -> None:
    await host.company.stage.calm()
    worked(await somebody(host, AMIRA).click("Open"))
    await fill_in(host, AMIRA, {BECOMES: "I go on with it"})


async def _writes(host: DemoHost) -> None:
    await open_home(host, HELEN)
    worked(await somebody(host, HELEN).click("Set something down", in_home=True))
    await fill_in(host, HELEN, {TANK: "Low", DRAINED: LINE})


async def _types(host: DemoHost) -> None:
    await somebody(host, HELEN).say(TYPED)
    await host.company.stage.calm()


async def _arrives(host: DemoHost) -> None:
    await host.company.stage.calm()


async def export(host: DemoHost) -> None:
    """As the page does it, with what a browser sends along."""
    address = host.workspace.address
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{address}/as/{SAM}/export", json={}, headers={"Origin": address}) as answer,
    ):
        assert answer.status == 200, await answer.text()


JOURNEYS: dict[str, dict[str, Deed]] = {
    "teach": {
        "tap": presses(AMIRA, "Half"),
        "line": _adds_a_line,
        "head": looks(HELEN),
        "step": _chooses_a_step,
        "share": presses(AMIRA, "Let Priya see this", in_home=True),
        "thursday": goes_on_until(THURSDAY),
        "coach": _arrives,
        "nudge": presses(PRIYA, "Nudge", in_home=True),
        "went": _says_how_it_went,
        "follow_up": presses(PRIYA, "Followed up", in_home=True),
    },
    "coach": {
        "round_up": goes_on_until(THURSDAY),
        "nudge": presses(PRIYA, "Nudge"),
        "take_back": presses(TOM, "Take it back", in_home=True),
        "follow_up": presses(PRIYA, "Followed up", in_home=True),
    },
    "lead": {
        "type": _types,
        "write": _writes,
        "export": export,
        "others": looks(HELEN),
        "who_sees": presses(HELEN, "Who can see what", in_home=True),
    },
    "answer": {
        "thursday": goes_on_until(THURSDAY),
        "counts": looks(LENA),
        "small": looks(DAVIT),
        "export": export,
        "who_sees": presses(LENA, "Who can see what", in_home=True),
    },
    "doubt": {
        "who_sees": presses(RUTH, "Who can see what"),
        "no": presses(RUTH, "No, thank you"),
        "week": goes_on_until(A_WEEK_ON),
        "list": looks(LENA),
    },
}
