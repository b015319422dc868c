"""`mull why`: what was sent to somebody or not, and why. Never what they answered, never what they chose."""

import asyncio
from datetime import date
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console

from bot import settings
from bot.app import Stores, is_local, make_desks, slack_client
from bot.domain.schools import Asked, Listed
from bot.errors import MullError, NotFound
from bot.prompts import Prompts
from bot.services import installations
from bot.services import why as services
from bot.services.desk import Desk, Desks
from bot.services.why import Day
from bot.settings import Settings
from bot.slack.directory import look_up
from bot.slack.why import heading, sentence


class NotADate(MullError):
    """What was typed is no date."""


def why(
    person: Annotated[
        str, typer.Argument(help="Their Slack id, e-mail, or name as far as it is theirs alone.")
    ],
    on: Annotated[
        str, typer.Argument(metavar="[DATE]", help="A day, as 2026-09-14. Left out: the last seven.")
    ] = "",
) -> None:
    """Say what was due for somebody, day by day, and what became of it."""
    day = _date(on)
    config = settings.load(*settings.KEYS)
    stores = Stores.open(config)
    try:
        desks = make_desks(config, stores)
        named = asyncio.run(_account(config, desks, person)) if "@" in person else person
        _show(desks.prompts, *desks.look(_told, named, [day] if day else []))
        desks.close()
    finally:
        stores.close()


def _show(prompts: Prompts, name: str, zone: ZoneInfo, days: list[Day]) -> None:
    console = Console(highlight=False, markup=False)
    console.print(name, style="bold")
    for day in days:
        console.print(heading(day))
        for told in day.told:
            console.print(f"  {sentence(prompts, told, day.local_date, zone)}", soft_wrap=True)


def _date(on: str) -> date | None:
    """The day that was named. NotADate when it is none."""
    try:
        return date.fromisoformat(on) if on else None
    except ValueError:
        raise NotADate(f"'{on}' is no date. Write it as year, month, day: 2026-09-14.") from None


def _told(desk: Desk, named: str, local_dates: list[date]) -> tuple[str, ZoneInfo, list[Day]]:
    person = services.find(desk, named)
    return person.name, services.zone(desk, person), services.for_operator(desk, person, local_dates)


async def _account(config: Settings, desks: Desks, email: str) -> str:
    """The Slack id behind an e-mail. Mull itself keeps none, and asks every workspace it is installed in."""
    tokens = _tokens(config, desks)
    if not tokens:
        raise NotFound(
            "Mull keeps no e-mails and has no token to ask Slack with. Give their Slack id or their name."
        )
    if is_local(config.slack_api_url):
        settings.drop_proxies()
    asked = Asked("email", email)
    async with slack_client(config) as client:
        for token in tokens:
            client.token = token
            listed = (await look_up(client, [asked]))[asked]
            if isinstance(listed, Listed):
                return listed.account
    raise NotFound(f"Slack knows no active account for {email}. Give their Slack id or their name.")


def _tokens(config: Settings, desks: Desks) -> list[str]:
    """The token in the settings, and those of the workspaces that installed Mull themselves."""
    ours = [config.slack_bot_token.get_secret_value()] if config.slack_bot_token else []
    found = (desks.look(installations.installed, team) for team in desks.look(installations.all_installed))
    return [*ours, *(one.token for one in found if one is not None)]
