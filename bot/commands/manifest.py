"""`mull manifest`: the app, in the form that Slack takes."""

import json

import typer

from bot.slack.manifest import manifest as slack_manifest


def manifest() -> None:
    """Print the Slack app manifest as JSON: paste it into "From a manifest" at api.slack.com/apps."""
    typer.echo(json.dumps(slack_manifest(), indent=2, ensure_ascii=False))
