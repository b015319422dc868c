"""How the transcript ends: who saw what, in counts alone, and the coach's digest as it reads by then."""

from datetime import datetime
from zoneinfo import ZoneInfo

from rich.box import ROUNDED, SIMPLE_HEAD
from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from bot.demo.cast import BY_ID, CAST, PRIYA, ZONE
from bot.demo.stage import Stage
from bot.demo.transcript import WIDEST, Transcript
from bot.services import sight
from bot.slack.times import DAYS, day_month
from bot.workspace.visitor import Message


async def close(stage: Stage, told: Transcript, console: Console) -> None:
    """The table and the digest are printed."""
    say = stage.mull.desks.prompts.say
    told.blank()
    told.say("demo_who_saw_what", "bold")
    console.print(await _who_saw_what(stage))
    digest = await _last_digest(stage)
    if digest is None:
        told.say("demo_no_digest", coach=BY_ID[PRIYA].first_name)
        return
    sent = datetime.fromtimestamp(float(digest.ts), ZoneInfo(ZONE))
    on = f"{DAYS[sent.weekday()]} {day_month(sent.date())}"
    title = say("demo_digest", coach=BY_ID[PRIYA].first_name, on=on)
    lines = [Text(words, style=style) for words, style in told.reading_of(digest)]
    width = min(console.width, WIDEST)
    console.print(
        Panel(Group(*lines), title=title, title_align="left", box=ROUNDED, width=width, padding=(1, 2))
    )


async def _who_saw_what(stage: Stage) -> Table:
    """Of each: how often they were written to, what is kept of theirs, and how much of others' they looked at."""
    say = stage.mull.desks.prompts.say
    looks = await stage.mull.desks.read(sight.looks)
    names = {person_id: BY_ID[account].first_name for person_id, account in stage.people.accounts.items()}
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for key in ("person", "messages", "answers", "bytes", "looked"):
        table.add_column(
            say(f"demo_column_{key}"), justify="right" if key in ("messages", "answers", "bytes") else "left"
        )
    for one in CAST:
        messages = [message for message in await stage.visitor.person(one.id).messages() if message.from_bot]
        kept = await stage.kept(one.id)
        looked = [
            say("demo_looked", count=count, owner=names[owner])
            for (viewer, owner), count in sorted(looks.items(), key=lambda each: names[each[0][1]])
            if viewer == stage.people.ids[one.id]
        ]
        table.add_row(
            one.first_name,
            str(len(messages)),
            str(kept.answers),
            str(kept.sealed_bytes),
            ", ".join(looked) or say("demo_looked_at_nothing"),
        )
    return table


async def _last_digest(stage: Stage) -> Message | None:
    """The coach's newest digest, as she would read it now."""
    text = stage.mull.desks.prompts.messages["digest"].file.text
    messages = await stage.visitor.person(PRIYA).messages()
    return next((one for one in reversed(messages) if one.from_bot and one.text == text), None)
