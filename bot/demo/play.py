"""The play: the fortnight from the invitation to the coach's digest, told as it happens."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from rich.console import Console

from bot.demo.acts import ACTS, Act
from bot.demo.cast import BEGINS_ON, BY_ID, CAST, SCHOOL_NAME, ZONE, Character
from bot.demo.ending import close
from bot.demo.stage import Stage, WentWrong, open_stage
from bot.demo.transcript import Transcript
from bot.domain import calendar
from bot.services.answers import Kept
from bot.slack.times import day_month
from bot.workspace.reading import Reading

SCHOOL_ZONE = ZoneInfo(ZONE)
CURTAIN = time(7, 45)
"""When the first day begins: before anybody is written to."""


async def play(days: int, console: Console, ports: Sequence[int] = (0,)) -> None:
    """The cast goes through that many days, the console has the transcript, and nothing is left behind."""
    async with open_stage(calendar.moment(BEGINS_ON, CURTAIN, SCHOOL_ZONE), ports) as stage:
        await perform(stage, days, console)


async def perform(stage: Stage, days: int, console: Console) -> None:
    """The same on a stage that is open, and stays open."""
    prompts = stage.mull.desks.prompts
    told = Transcript(console, prompts, Reading(stage.workspace.world))
    _opening(told, stage, days)
    for _, together in groupby((one for one in ACTS if one.day <= days), key=lambda one: one.moment):
        for act in together:
            await _time_passes(stage, told, act.moment)
            await _play(stage, told, act)
    end = calendar.moment(BEGINS_ON + timedelta(days=days), time(0), SCHOOL_ZONE)
    await _time_passes(stage, told, end - timedelta(minutes=1))
    if refused := stage.refused():
        raise WentWrong("The workspace refused what Mull sent it:\n" + "\n".join(refused))
    await close(stage, told, console)


async def _time_passes(stage: Stage, told: Transcript, until: datetime) -> None:
    """Whatever falls due on the way happens at its own moment, and is told there."""
    async for moment in stage.clockwork.pass_until(until):
        await stage.calm()
        told.begin(moment.astimezone(SCHOOL_ZONE))
        await told.news(stage)


async def _play(stage: Stage, told: Transcript, act: Act) -> None:
    told.begin(act.moment.astimezone(SCHOOL_ZONE), act.who)
    before = await stage.kept(act.who[0])
    for number, who in enumerate(act.who):
        person = stage.visitor.person(who)
        for gesture in act.does:
            await gesture.play(person, stage, None if number else told)
            await stage.calm()
    await stage.clockwork.arrive()
    after = await stage.kept(act.who[0])
    told.kept(Kept(after.answers - before.answers, after.sealed_bytes - before.sealed_bytes))
    await told.news(stage)


def _opening(told: Transcript, stage: Stage, days: int) -> None:
    say = stage.mull.desks.prompts.say
    told.say("demo_opening", "bold", school=SCHOOL_NAME, days=days)
    told.blank()
    told.say("demo_how_to_read")
    told.blank()
    for one in CAST:
        told.say("demo_character", name=one.name, part=_part(say("demo_part_" + one.part), one, stage))


def _part(part: str, one: Character, stage: Stage) -> str:
    say = stage.mull.desks.prompts.say
    if one.coach:
        part += say("demo_coached_by", coach=BY_ID[one.coach].first_name)
    if one.away:
        part += say("demo_away", first=one.away[0].day, last=day_month(one.away[1]))
    return part
