"""How the demo that people play begins: everybody has been asked, nearly everybody has said yes, and it is Monday."""

import asyncio
from datetime import date, time
from zoneinfo import ZoneInfo

from bot.demo.gestures import worked
from bot.demo.scene import DATA, Scene
from bot.demo.stage import Stage
from bot.domain import calendar
from bot.prompts.guide_file import GuideFile
from bot.services.school_file import read_schools
from bot.workspace.page.host import Group
from bot.workspace.seed import read_seed

ZONE = ZoneInfo("Europe/London")
INVITED_AT = calendar.moment(date(2026, 9, 10), time(15, 40), ZONE)
"""The Thursday before: school is over for the day, and quiet hours have not begun."""
OPENS_AT = calendar.moment(date(2026, 9, 14), time(8, 12), ZONE)
"""The check-in of those who teach came two minutes ago."""
END_OF_TERM = calendar.moment(date(2026, 10, 23), time(16, 0), ZONE)

AMIRA, PRIYA, HELEN, LENA, RUTH, SAM = "U_AMIRA", "U_PRIYA", "U_HELEN", "U_LENA", "U_RUTH", "U_SAM"
UNDECIDED = (RUTH, "U_HAL")
"""They have been invited, and have not answered. One of them is somebody's to step into."""
DECLINES = ("U_ROSA",)


def two_schools() -> Scene:
    """Thistledown Primary and Sallow End Infants, a coach from outside, and whoever looks after their Slack."""
    seed = read_seed(DATA / "workspace.yaml")
    return Scene(seed, DATA / "schools.yaml", {"U_MINA": (date(2026, 9, 14), date(2026, 10, 2))})


def groups(scene: Scene, guide: GuideFile) -> tuple[Group, ...]:
    """Everybody by where they belong, with what they are there: each school's own people, guests, and who is left."""
    _, file = read_schools(scene.schools)
    everybody = {one.id: one for one in scene.seed.people}
    guests = [one.id for one in everybody.values() if one.is_restricted]
    found = {
        school.name: [str(one.slack) for one in school.people.values() if one.slack not in guests]
        for school in file.schools.values()
    }
    known = {*guests, *(account for accounts in found.values() for account in accounts)}
    found[guide.groups["guests"]] = guests
    found[guide.groups["others"]] = [account for account in everybody if account not in known]
    return tuple(
        Group(name, tuple((account, everybody[account].title) for account in accounts))
        for name, accounts in found.items()
    )


async def open_curtain(stage: Stage) -> None:
    """It is the Monday, and everybody's check-in has come. On the way there nobody has done anything but say yes."""
    await stage.invite()
    await stage.calm()
    await asyncio.gather(*(_decide(stage, who) for who in stage.people.ids if who not in UNDECIDED))
    async for _ in stage.clockwork.pass_until(OPENS_AT):
        pass
    await stage.calm()


async def _decide(stage: Stage, who: str) -> None:
    answer = "No, thank you" if who in DECLINES else "Yes, I would like that"
    worked(await stage.visitor.person(who).click(answer))
