"""`mull outbox`: what waits, is lost or is given up, since when, and what to do."""

from datetime import datetime, timedelta
from typing import Annotated

import typer
from rich.console import Console

from bot import clock, settings
from bot.app import Stores, make_desks
from bot.services import attention
from bot.services.attention import Held, Stopped, Trouble
from bot.services.desk import Desks

MOST = 50
"""So many letters of each trouble are told one by one."""

DO = {
    Trouble.DEAD: "given up: docs/runbook.md, “A letter is dead”",
    Trouble.TWICE: "there are two of it in Slack: docs/runbook.md, “A letter was sent twice”",
    Trouble.UNKNOWN: "perhaps sent: Mull looks in Slack. If it stays: mull doctor",
    Trouble.LATE: "should have left: does mull run, or mull clock, run? Then its log",
}


def outbox(
    everything: Annotated[
        bool, typer.Option("--all", help="Count all letters, by state and kind, too.")
    ] = False,
) -> None:
    """What is unknown, dead, late or held up, since when, and what to do. Ends with 1 when somebody should look."""
    config = settings.load(*settings.KEYS)
    stores = Stores.open(config)
    desks = make_desks(config, stores)
    try:
        somebody = _tell(Console(highlight=False, markup=False, soft_wrap=True), desks, everything=everything)
    finally:
        desks.close()
        stores.close()
    if somebody:
        raise typer.Exit(1)


def _tell(out: Console, desks: Desks, *, everything: bool) -> bool:
    """All of it has been told; whether somebody should look."""
    stopped = desks.look(attention.stopped)
    for one in stopped:
        out.print(_stopped(one, clock.wall()), style="yellow" if one.reason is None else "red")
    somebody, nothing = any(one.reason is not None for one in stopped), not stopped
    for trouble in Trouble:
        count, held = desks.look(attention.held, trouble, MOST)
        for letter in held:
            out.print(_held(letter, clock.now()), style="red" if letter.wants_somebody else "yellow")
        if count > len(held):
            out.print(f"{trouble}: and {count - len(held)} more")
        somebody, nothing = somebody or any(one.wants_somebody for one in held), nothing and not count
    if everything:
        for (state, kind), count in desks.look(attention.counts).items():
            out.print(f"{count:>8}  {state}  {kind}")
    if nothing:
        out.print("Nothing is unknown, dead, late or held up.", style="green")
    return somebody


def _stopped(one: Stopped, wall: datetime) -> str:
    held = f"{one.due} {'letter waits' if one.due == 1 else 'letters wait'}"
    if one.reason is None:
        assert one.until is not None
        return f"slow down: {one.team_id}, for {_long(one.until - wall)} more: {held} — nothing to do"
    return f"suspended: {one.team_id} ({one.reason}): {held} — docs/runbook.md, “The workspace is suspended”"


def _held(letter: Held, now: datetime) -> str:
    whose = f"{letter.slack_user_id or 'nobody there any more'} in {letter.team_id}"
    reason = f", {letter.reason}" if letter.reason else ""
    return (
        f"{letter.trouble}: {letter.kind} {letter.letter_id} for {whose}, {_long(now - letter.since)}{reason} "
        f"— {DO[letter.trouble]}"
    )


def _long(time: timedelta) -> str:
    """How long, in the largest unit of which it is one or more."""
    seconds = max(0, int(time.total_seconds()))
    for unit, length in (("days", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length} {unit}"
    return f"{seconds} s"
