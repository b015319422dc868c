"""`mull keys`: the master keys."""

import base64
import secrets

import typer
from rich.console import Console

keys = typer.Typer(help="Master keys.", no_args_is_help=True)


@keys.callback()
def group() -> None:
    """Master keys."""


@keys.command()
def new() -> None:
    """Make a master key and print it. Write it on paper: without it nobody can open anyone's words."""
    typer.echo(base64.b64encode(secrets.token_bytes(32)).decode())
    Console(stderr=True).print(
        "Put it into MULL_MASTER_KEYS, before any older one. Write it on paper and put it in the safe. Without it a "
        "new machine cannot open anyone's words, and nobody, including us, can help.",
        highlight=False,
    )
