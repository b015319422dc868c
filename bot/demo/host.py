"""The demo as the page's host: doors, people, a clock that plays, panels that explain."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from bot.demo.company import Company
from bot.demo.explaining import Explainer
from bot.demo.guide import Progress, doors
from bot.demo.opening import END_OF_TERM, ZONE
from bot.demo.passing import catch_up, pass_until
from bot.domain import calendar
from bot.errors import MullError
from bot.prompts.guide_file import GuideFile
from bot.workspace.page.host import Door, Group, Host, JsonObject, Moment, Panel

LOOK_SECONDS = 2.0
"""How often somebody looks whether a moment of the company's has come while time passes by itself."""
MONDAY, THURSDAY = 0, 3
ROUND_UPS = time(15, 30)


class TimeIsPassing(MullError):
    """The clock is on its way already."""


class DemoHost(Host):
    """The host of two schools. `company` is everybody whom no visitor plays."""

    def __init__(self, company: Company, guide: GuideFile, groups: Sequence[Group]) -> None:
        stage = company.stage
        super().__init__(stage.workspace, guide.title, guide.intro, doors(guide), groups)
        self.company = company
        self._moments = guide.moments
        self._progress = Progress(guide, stage, ZONE)
        self._explainer = Explainer(stage)
        self._moving = asyncio.Lock()

    def moments(self, now: datetime) -> list[Moment]:
        """Where the clock may go from `now`, soonest first."""
        here = now.astimezone(ZONE)
        ahead = [
            ("day", now + timedelta(days=1)),
            ("thursday", _next(here, THURSDAY, ROUND_UPS)),
            ("monday", _next(here, MONDAY, time(8))),
            ("week", now + timedelta(weeks=1)),
            ("term", END_OF_TERM),
        ]
        found = [Moment(name, self._moments[name], at) for name, at in ahead if at > now]
        return sorted(found, key=lambda one: one.at)

    async def pass_time(self, until: datetime) -> None:
        """It has become `until`, and whatever was due on the way has happened. TimeIsPassing when it already does."""
        if self._moving.locked():
            raise TimeIsPassing("Time is passing already. Wait until it has arrived.")
        async with self._moving:
            async for _ in pass_until(self.company, until):
                pass

    async def live(self) -> None:
        """Runs until cancelled: while time passes by itself, too, the company has its turns when they come."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if not self._moving.locked():
                async with self._moving:
                    await catch_up(self.company)

    async def done(self, door: Door) -> frozenset[str]:
        """The ids of this door's steps that have been taken."""
        return await self._progress.done(door.id)

    async def explain(self, entry: JsonObject, viewer: str) -> list[Panel]:
        """Panels on what an entry of the journal set off, as far as `viewer` (an account) may know it."""
        return await self._explainer.explain(entry, viewer)

    def stepped_into(self, person: str) -> None:
        """A visitor plays this person from now on."""
        self.company.step_aside(person)
        self._progress.arrive(person)


def _next(here: datetime, weekday: int, at: time) -> datetime:
    """The first such moment after `here` (in the school's zone)."""
    days = (_on(here.date() + timedelta(days=ahead), at) for ahead in range(8))
    return next(moment for moment in days if moment > here and moment.astimezone(ZONE).weekday() == weekday)


def _on(day: date, at: time) -> datetime:
    return calendar.moment(day, at, ZONE)
