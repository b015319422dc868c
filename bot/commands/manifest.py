"""`mull manifest`: the app, in the form that Slack takes."""

import json
from typing import Annotated

import typer

from bot import addresses
from bot.slack.manifest import manifest as slack_manifest

Url = Annotated[
    str | None,
    typer.Option(
        "--url",
        metavar="ADDRESS",
        help="Where Mull is reached from outside, for `mull run --http` and many workspaces.",
    ),
]


def manifest(url: Url = None) -> None:
    """Print the Slack app manifest as JSON: paste it into "From a manifest" at api.slack.com/apps."""
    try:
        at = addresses.public_address(url) if url else None
    except ValueError as error:
        raise typer.BadParameter(f"{error}", param_hint="--url") from None
    typer.echo(json.dumps(slack_manifest(at), indent=2, ensure_ascii=False))
