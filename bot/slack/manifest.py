"""The Slack app as Slack is told of it: what it is called, what it hears, and the least it must be allowed.

The rules are Slack's: https://docs.slack.dev/reference/app-manifest. No address stands in it where Socket Mode calls
out and nothing calls in; heard over HTTP, it names the one at which Mull is reached.
"""

from typing import Any

NAME = "Mull"
EVENTS_PATH = "/slack/events"
"""Where Slack posts everything over HTTP: events, interactions and commands."""
INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"
"""Where people begin to install Mull, and where Slack sends them back to."""

SCOPES = (
    ("chat:write", "To send check-ins, digests and replies to the person they are for."),
    ("commands", "To answer /mull."),
    (
        "im:history",
        "To hear what a person types to Mull, and to see whether a message arrived before repeating it.",
    ),
    ("im:write", "To open the conversation between Mull and a person."),
    ("users:read", "To know a person's name and time zone, and when either changes or the account ends."),
    ("users:read.email", "To find the account of a person whom the school's file names by e-mail."),
)
"""Every scope of the bot token, and why. Nothing here reads a channel, and nothing reads other people's messages."""

APP_SCOPE = ("connections:write", "To hear Slack over a connection that Mull opens itself.")
"""The one scope of the app-level token, and why."""

EVENTS = ("app_home_opened", "app_uninstalled", "message.im", "tokens_revoked", "user_change")
"""What Slack tells Mull of by itself."""


def manifest(url: str | None = None) -> dict[str, Any]:
    """The app manifest, ready to be pasted into Slack as JSON.

    With `url`, where Mull is reached from outside: heard over HTTP there, and to be installed from its page.
    """
    requests = {"request_url": url + EVENTS_PATH} if url else {}
    redirect = {"redirect_urls": [url + REDIRECT_PATH]} if url else {}
    return {
        "_metadata": {"major_version": 1, "minor_version": 1},
        "display_information": {
            "name": NAME,
            "description": "Two minutes a week to think about your own practice. What you write is yours.",
            "background_color": "#2f4f4f",
        },
        "features": _features({"url": url + EVENTS_PATH} if url else {}),
        "oauth_config": redirect | {"scopes": {"bot": [scope for scope, _ in SCOPES]}},
        "settings": {
            "event_subscriptions": requests | {"bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True} | requests,
            "org_deploy_enabled": False,
            "socket_mode_enabled": url is None,
            "token_rotation_enabled": False,
        },
    }


def _features(command_at: dict[str, str]) -> dict[str, Any]:
    return {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "bot_user": {"display_name": NAME, "always_online": True},
        "slash_commands": [
            {"command": "/mull", "description": "See what is waiting for you", "should_escape": False}
            | command_at
        ],
    }
