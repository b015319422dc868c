"""`mull db`: the schema."""

import typer
from rich.console import Console

from bot import schema, settings
from bot.app import Stores

db = typer.Typer(help="The database.", no_args_is_help=True)


@db.callback()
def group() -> None:
    """The database."""


@db.command()
def upgrade() -> None:
    """Bring both stores to the version this Mull needs. Safe to run at any time, from anywhere, twice."""
    stores = Stores.open(settings.load())
    version = schema.upgrade(stores.database, stores.keys)
    stores.close()
    Console().print(f"The database is at version {version}.", highlight=False)
