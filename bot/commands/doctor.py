"""`mull doctor`: what is set up, what is wrong, what to do."""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterator

import typer
from rich.console import Console

from bot import clock, settings
from bot.app import Stores, client_for, is_local, load_prompts, slack_client
from bot.prompts import PromptMistakes, Prompts
from bot.services import examination
from bot.services.examination import Finding, Mark, fine, hint
from bot.services.installations import Installed
from bot.settings import Settings
from bot.slack.client import session
from bot.slack.examination import Route, Tokens, examine, examine_workspace
from bot.vault import Vault

STYLES = {Mark.FINE: "green", Mark.HINT: "yellow", Mark.WRONG: "red"}


def doctor() -> None:
    """Look at everything Mull needs. Each line says what is right, or what is wrong and what to do."""
    if not asyncio.run(look(Console(highlight=False, markup=False))):
        raise typer.Exit(1)


async def look(console: Console) -> bool:
    """Everything found has been told, as it was found; whether nothing is wrong."""
    count = 0
    async for finding in _findings(*settings.load_what_is_right(*settings.needed_to_run())):
        console.print(str(finding), style=STYLES[finding.mark], soft_wrap=True)
        count += finding.mark is Mark.WRONG
    if count:
        console.print(f"{count} {'thing is' if count == 1 else 'things are'} wrong.", style="bold red")
    else:
        console.print("Nothing is wrong. Type: mull run", style="bold green")
    return count == 0


async def _findings(config: Settings, complaints: dict[str, str]) -> AsyncIterator[Finding]:
    for name, complaint in complaints.items():
        yield Finding(Mark.WRONG, name, complaint)
    if not complaints:
        yield fine("settings", "are all there")
    for finding in _at_home(config, complaints):
        yield finding
    if not {"SLACK_API_URL", "MULL_PROXY"} & complaints.keys():
        async for finding in _in_slack(config):
            yield finding
        async for finding in _workspaces(config):
            yield finding


def _at_home(config: Settings, complaints: Collection[str]) -> Iterator[Finding]:
    """Everything that needs no network."""
    prompts = None
    try:
        prompts = load_prompts(config.prompts)
        yield fine("MULL_PROMPTS", f"{len(prompts.flows)} flows, each checked")
    except PromptMistakes as error:
        yield from examination.prompts_mistakes(error)
    yield from _stores(config, prompts, complaints)
    yield examination.erasures(config.erasures)
    yield from examination.backup_folders(config.backups, config.key_backups, config.erasures, clock.wall())


def _stores(config: Settings, prompts: Prompts | None, complaints: Collection[str]) -> Iterator[Finding]:
    urls = {
        "DATABASE_URL": config.database_url.get_secret_value(),
        "MULL_KEYS_URL": config.keys_url.get_secret_value(),
    }
    usable = set()
    for name, url in urls.items():
        if name not in complaints:
            finding = examination.database(name, url)
            usable |= {name} if finding.mark is Mark.FINE else set()
            yield finding
    if not urls.keys() & set(complaints):
        yield from examination.apart(*urls.values())
    if "MULL_KEYS_URL" in usable and config.master_key_list:
        yield examination.master_keys(urls["MULL_KEYS_URL"], config.master_key_list)
    if "DATABASE_URL" in usable:
        yield examination.last_backup(urls["DATABASE_URL"], clock.wall())
        yield from examination.schools(urls["DATABASE_URL"], prompts)


async def _in_slack(config: Settings) -> AsyncIterator[Finding]:
    """Everything between here and Slack, on the way that `mull run` would take."""
    if is_local(config.slack_api_url):
        settings.drop_proxies()
    async with session() as http:
        # slack_sdk finds a proxy in the environment when it is given none.
        proxy = client_for(config, http).proxy
        named = "MULL_PROXY" if config.slack_proxy else "HTTPS_PROXY"
        route = Route(config.slack_api_url, proxy, named)
        bot, app = (
            token.get_secret_value() if token else None
            for token in (config.slack_bot_token, config.slack_app_token)
        )
        async for finding in examine(http, route, Tokens(bot, app), clock.now()):
            yield finding


async def _workspaces(config: Settings) -> AsyncIterator[Finding]:
    """Every workspace that Mull was put in from its page. Nothing, where the stores themselves are wrong."""
    page = f"{config.public_url}/slack/install" if config.slack_client_id and config.public_url else None
    if page:
        yield fine("MULL_PUBLIC_URL", f"Mull is put in from {page}, while it runs with --http")
    found = list(_installed(config))
    if page and not found and not config.slack_bot_token:
        yield hint("workspaces", "Mull is in none yet", f"Open {page}")
    async with slack_client(config) as client:
        for one in found:
            yield one if isinstance(one, Finding) else await examine_workspace(client, one)


def _installed(config: Settings) -> Iterator[Installed | Finding]:
    urls = (config.database_url.get_secret_value(), config.keys_url.get_secret_value())
    names = ("DATABASE_URL", "MULL_KEYS_URL")
    if any(examination.database(*one).mark is not Mark.FINE for one in zip(names, urls, strict=True)):
        return
    stores = Stores.open(config)
    try:
        yield from examination.installed(stores.database, Vault(stores.keys, config.master_key_list))
    finally:
        stores.close()
