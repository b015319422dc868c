"""The command `mull`: puts the groups together and turns errors into a sentence and a non-zero exit."""

import sys

import typer
from rich.console import Console

from bot.commands.backup import backup, restore
from bot.commands.db import db
from bot.commands.demo import demo
from bot.commands.doctor import doctor
from bot.commands.flows import flows
from bot.commands.keys import keys
from bot.commands.manifest import manifest
from bot.commands.outbox import outbox
from bot.commands.run import keep_time, listen, run
from bot.commands.school import school
from bot.commands.settings import settings
from bot.commands.why import why
from bot.commands.workspace import workspace
from bot.errors import MullError

cli = typer.Typer(
    name="mull",
    help="A reflective-practice companion for schools, in Slack.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

cli.command("run")(run)
cli.command("listen")(listen)
cli.command("clock")(keep_time)
cli.command("demo")(demo)
cli.command("doctor")(doctor)
cli.command("outbox")(outbox)
cli.command("backup")(backup)
cli.command("restore")(restore)
cli.command("settings")(settings)
cli.command("manifest")(manifest)
cli.command("why")(why)
cli.command("workspace")(workspace)
cli.add_typer(db, name="db")
cli.add_typer(flows, name="flows")
cli.add_typer(keys, name="keys")
cli.add_typer(school, name="school")


def main() -> None:
    """Run the command line. An error that Mull can explain is one message on stderr and exit 1."""
    try:
        cli()
    except MullError as error:
        Console(stderr=True).print(str(error), style="red", markup=False, highlight=False, soft_wrap=True)
        sys.exit(1)
