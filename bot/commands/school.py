"""`mull school`: schools and their people, as a file says."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import date, time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot import settings
from bot.app import Stores, apply_schools, is_local, make_desks
from bot.domain.schools import Change, Kind, Noun
from bot.services.school_hours import said_calendar, said_slots
from bot.services.school_words import WEEKDAYS
from bot.services.schools import Outcome
from bot.services.term_dates import read_term_dates

school = typer.Typer(help="Schools, their people and what comes round.", no_args_is_help=True)


@school.callback()
def group() -> None:
    """Schools, their people and what comes round."""


@school.command()
def apply(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The school's file.")],
    invite: Annotated[bool, typer.Option("--invite", help="Invite whoever was never asked.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")
    ] = False,
    workspace: Annotated[
        str | None,
        typer.Option(
            "--workspace", metavar="TEAM", help="Slack's id of the workspace, if there are several."
        ),
    ] = None,
) -> None:
    """Make schools, people, pairs and schedules what the file says. Running it again changes nothing."""
    config = settings.load(*settings.needed(sockets=False, http=False))
    if is_local(config.slack_api_url):
        settings.drop_proxies()
    stores = Stores.open(config)
    try:
        desks = make_desks(config, stores)
        outcome = asyncio.run(
            apply_schools(config, desks, file, invite=invite, dry_run=dry_run, workspace=workspace)
        )
        desks.close()
    finally:
        stores.close()
    _show(outcome, invite=invite, dry_run=dry_run)


@school.command()
def calendar(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="An iCalendar file (.ics).")],
) -> None:
    """Show what Mull reads in a calendar of term dates, and change nothing. The school's file names it."""
    found = read_term_dates(file)
    table = Table("", "", box=None, pad_edge=False, show_header=False)
    table.add_row("terms", ", ".join(f"{first} to {last}" for first, last in found.terms))
    for word, days in (
        ("closed", found.closed),
        ("training", found.training),
        ("left aside", found.left_aside),
    ):
        table.add_row(word, escape(", ".join(days) or "none"))
    console = Console(highlight=False)
    console.print(table)
    console.print(
        "To use it, write into the school's file:  term_dates: " + escape(file.name), soft_wrap=True
    )


def _show(outcome: Outcome, *, invite: bool, dry_run: bool) -> None:
    console = Console(highlight=False)
    if outcome.changes:
        table = Table("", "what", "", "", box=None, pad_edge=False, show_header=False)
        for change in outcome.changes:
            for row in _rows(change, outcome.names):
                table.add_row(*map(escape, row))
        console.print(table)
        console.print("Nothing was changed: this is what would be." if dry_run else "Done.")
    else:
        console.print("There is nothing to change.")
    for line in _invitations(outcome, invite=invite, dry_run=dry_run):
        console.print(line, soft_wrap=True)


def _invitations(outcome: Outcome, *, invite: bool, dry_run: bool) -> Iterator[str]:
    count = len(outcome.to_invite)
    people = "1 person" if count == 1 else f"{count} people"
    if outcome.invited:
        yield f"{people} will get their one invitation, outside quiet hours, while `mull run` runs."
    elif count and invite and dry_run:
        yield f"{people} would get their one invitation."
    elif count:
        yield f"{people} have never been asked whether they want this. --invite asks them, once."


def _rows(change: Change, names: dict[str, str]) -> Iterator[tuple[str, str, str, str]]:
    """A line for each fact that differs; one for a thing that is new or gone."""
    what = f"{change.thing.noun} {_named(change, names)}"
    if change.kind is not Kind.CHANGED:
        facts = (change.becomes or change.was).items()
        said = [
            f"{_label(name)} {_said(name, value, names)}"
            for name, value in facts
            if value not in (None, "", [])
        ]
        yield change.kind, what, "; ".join(said), ""
        return
    for name, value in change.becomes.items():
        was, becomes = _said(name, change.was[name], names), _said(name, value, names)
        yield change.kind, what, _label(name), f"{was} → {becomes}"


def _named(change: Change, names: dict[str, str]) -> str:
    keys = change.thing.keys
    match change.thing.noun:
        case Noun.PERSON:
            return names[keys[0]]
        case Noun.MEMBERSHIP:
            return f"{names[keys[1]]} of {keys[0]}"
        case Noun.PAIR:
            return f"{names[keys[2]]} coaches {names[keys[3]]} ({keys[0]}, {keys[1]})"
        case Noun.SCHOOL:
            return keys[0]
    return f"{keys[1]} of {keys[0]}"


LABELS = {
    "flow_id": "flow",
    "weekday": "on",
    "role": "for",
    "starts_on": "from",
    "ends_on": "until",
    "slots": "set aside",
    "working_days": "days",
}
"""What the file calls a column that has another name."""


def _label(name: str) -> str:
    return LABELS.get(name, name.replace("_", " "))


def _said(name: str, value: Any, names: dict[str, str]) -> str:
    """A fact as somebody would say it."""
    match name, value:
        case _, None | "" | []:
            return "none"
        case "manager", str():
            return names[value]
        case _, time() | date():
            return value.isoformat()[:10] if isinstance(value, date) else f"{value:%H:%M}"
    return SAID.get(name, _listed)(value)


def _listed(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _weekdays(days: list[int]) -> str:
    return ", ".join(WEEKDAYS[day].capitalize() for day in days)


SAID: dict[str, Callable[[Any], str]] = {
    "kind": lambda kind: kind.replace("_", "-"),
    "weekday": lambda day: _weekdays([day]),
    "quiet_days": _weekdays,
    "working_days": _weekdays,
    "calendar": said_calendar,
    "slots": said_slots,
    "talks": lambda talks: ", ".join(f"{talk:%Y-%m-%d %H:%M} UTC" for talk in talks),
    "support_lines": lambda lines: ", ".join(f"{line['name']} {line['contact']}" for line in lines),
}
"""How facts are said that are more than their own text."""
