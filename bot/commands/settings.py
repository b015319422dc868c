"""`mull settings`: what can be set."""

import typer

from bot.settings import example


def settings() -> None:
    """Print every setting with what it is for, as a file to copy to .env."""
    typer.echo(example(), nl=False)
