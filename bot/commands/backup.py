"""`mull backup` and `mull restore`: both stores into two files, and back."""

from datetime import datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console

from bot import clock, settings
from bot.app import Stores, load_prompts, make_desks
from bot.errors import MullError
from bot.services import backups, erasures, restoring
from bot.services.backups import Folders
from bot.services.desk import Desks
from bot.services.restoring import Files, Restored
from bot.settings import Settings
from bot.vault import Vault


class NoFolder(MullError):
    """Nobody said where backups go."""


class NobodySaid(MullError):
    """Whether anyone was erased is not known."""


def backup(
    to: Annotated[Path | None, typer.Option(help="The database's backups; else MULL_BACKUPS.")] = None,
    keys_to: Annotated[Path | None, typer.Option(help="The keys' backups; else MULL_KEY_BACKUPS.")] = None,
    keep: Annotated[int | None, typer.Option(min=1, help="So many of the database; else all.")] = None,
) -> None:
    """Back up both stores, apart, while Mull runs. What is written is read back before it counts.

    Backups of the keys end after 14 days: whoever was erased is truly gone when the last of them is.
    """
    config = settings.load(*settings.KEYS)
    stores = Stores.open(config)
    desks = make_desks(config, stores)
    try:
        now = clock.now()
        made = backups.make(desks.database, desks.vault, _folders(config, to, keys_to), now, keep=keep)
        desks.do(backups.note, now, made.rows)
    finally:
        desks.close()
        stores.close()
    out = Console(highlight=False, markup=False, soft_wrap=True)
    out.print(f"The database, {made.rows} rows: {made.data}")
    out.print(f"The keys of {made.people} people: {made.keys}")
    out.print("Both were read back whole, and the master keys open every key.")
    for file in made.forgotten:
        out.print(f"Removed, as it was old: {file}")


def restore(
    data: Annotated[Path, typer.Argument(help="The backup of the database.")],
    keys: Annotated[Path, typer.Argument(help="The backup of the keys that was made with it.")],
    replace: Annotated[bool, typer.Option("--replace", help="Throw away what the stores hold.")] = False,
    nobody_was_erased: Annotated[
        bool, typer.Option("--nobody-was-erased", help="There is no list of the erased, and never was.")
    ] = False,
) -> None:
    """Restore both stores from a backup. Stop every Mull first.

    The files are read whole before anything is changed. Nothing that may have left since is sent without a look into
    Slack, and whoever was erased stays erased.
    """
    config = settings.load(*settings.KEYS)
    erased = _erased(config, nobody_was_erased=nobody_was_erased)
    stores = Stores.open(config)
    vault = Vault(stores.keys, config.master_key_list)
    desks = Desks(stores.database, vault, load_prompts(config.prompts), clock.now, clock.wall)
    try:
        checked = restoring.check(Files(data, keys), vault)
        restoring.require_stopped(desks)
        if not replace:
            restoring.require_empty(stores.database, stores.keys)
        _tell(restoring.restore(desks, checked, erased))
    finally:
        desks.close()
        stores.close()


def _folders(config: Settings, to: Path | None, keys_to: Path | None) -> Folders:
    data, keys = to or config.backups, keys_to or config.key_backups
    if data is None or keys is None:
        raise NoFolder(
            "Say where backups go: MULL_BACKUPS and MULL_KEY_BACKUPS, or --to and --keys-to. Two folders, better on "
            "two machines: whoever gets hold of one must not have both."
        )
    return Folders(data, keys)


def _erased(config: Settings, *, nobody_was_erased: bool) -> dict[UUID, datetime]:
    """Who must not come back. NobodySaid when there is no list and nobody says that there need not be one."""
    if not config.erasures.exists():
        if nobody_was_erased:
            return {}
        raise NobodySaid(
            f"The list of who was erased, {config.erasures} (MULL_ERASURES), is not there, and without it they would "
            "come back. Bring it here. If nobody was ever erased, say so: --nobody-was-erased"
        )
    return erasures.erased(config.erasures)


def _tell(restored: Restored) -> None:
    out = Console(highlight=False, markup=False, soft_wrap=True)
    out.print(
        f"Restored as it was on {restored.made_at:%d %B %Y at %H:%M} UTC: {restored.rows} rows, "
        f"the keys of {restored.people} people."
    )
    out.print("What anyone wrote, chose or shared after that moment is not in it.")
    if restored.erased:
        out.print(f"{restored.erased} erased: none of their words and none of their keys came back.")
    out.print(
        f"Messages that were due or under way: {restored.looked_for}. Mull looks for each of them in Slack before it "
        "sends it: type mull run, then mull outbox"
    )
