"""The command `mull`: puts the groups together and turns errors into a sentence and a non-zero exit."""

import sys

import typer
from rich.console import Console

from bot.commands.workspace import workspace
from bot.errors import MullError

cli = typer.Typer(
    name="mull",
    help="A reflective-practice companion for schools, in Slack.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@cli.callback()
def _named_commands() -> None:
    # Without it, Typer leaves out the name of a command that is the only one.
    pass


cli.command("workspace")(workspace)


def main() -> None:
    """Run the command line. An error that Mull can explain is one message on stderr and exit 1."""
    try:
        cli()
    except MullError as error:
        Console(stderr=True).print(str(error), style="red", markup=False, highlight=False)
        sys.exit(1)
