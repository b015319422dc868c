"""`mull manifest` prints what Slack's own rules for manifests accept, and asks for no more than the product uses."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from bot.slack.manifest import EVENTS, SCOPES
from bot.workspace.wire.api import METHODS

SLACK = Path(__file__).resolve().parents[2] / "bot/slack"

# The rules of Slack's reference for what ours uses: a field that is not in it, a text that is too long and a
# missing part are refused.
Rule = dict[str, Any]


def text(longest: int, pattern: str = ".") -> Rule:
    return {"type": "string", "minLength": 1, "maxLength": longest, "pattern": pattern}


def parts(required: list[str], **properties: Rule) -> Rule:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": required,
        "properties": properties,
    }


def several(most: int, items: Rule) -> Rule:
    return {"type": "array", "minItems": 1, "maxItems": most, "uniqueItems": True, "items": items}


FLAG: Rule = {"type": "boolean"}
RULES = parts(
    ["display_information", "features", "oauth_config", "settings"],
    _metadata=parts(["major_version"], major_version={"enum": [1, 2]}, minor_version={"type": "integer"}),
    display_information=parts(
        ["name"],
        name=text(35),
        description=text(140),
        background_color=text(7, "^#[0-9a-f]{6}$"),
    ),
    features=parts(
        ["app_home", "bot_user"],
        app_home=parts(
            ["messages_tab_enabled"],
            home_tab_enabled=FLAG,
            messages_tab_enabled=FLAG,
            messages_tab_read_only_enabled=FLAG,
        ),
        bot_user=parts(["display_name"], display_name=text(80), always_online=FLAG),
        slash_commands=several(
            50,
            parts(
                ["command", "description"],
                command=text(32, "^/"),
                description=text(2_000),
                should_escape=FLAG,
                url=text(3_000, "^https://"),
            ),
        ),
    ),
    oauth_config=parts(
        ["scopes"],
        scopes=parts(["bot"], bot=several(255, text(50))),
        redirect_urls=several(1_000, text(3_000, "^https://")),
    ),
    settings=parts(
        ["socket_mode_enabled"],
        event_subscriptions=parts(
            ["bot_events"], bot_events=several(100, text(50)), request_url=text(3_000, "^https://")
        ),
        interactivity=parts(["is_enabled"], is_enabled=FLAG, request_url=text(3_000, "^https://")),
        org_deploy_enabled=FLAG,
        socket_mode_enabled=FLAG,
        token_rotation_enabled=FLAG,
    ),
)


def print_manifest(*more: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "manifest", *more], capture_output=True, text=True, check=True
    )
    manifest: dict[str, Any] = json.loads(done.stdout)
    return manifest


@pytest.fixture(scope="module")
def printed() -> dict[str, Any]:
    return print_manifest()


@pytest.fixture(scope="module")
def over_http() -> dict[str, Any]:
    return print_manifest("--url", "https://mull.school.example/")


def test_the_manifest_keeps_slacks_rules(printed: dict[str, Any], over_http: dict[str, Any]) -> None:
    jsonschema.validate(printed, RULES)
    jsonschema.validate(over_http, RULES)


def test_over_http_everything_is_told_to_the_one_address(
    printed: dict[str, Any], over_http: dict[str, Any]
) -> None:
    events = "https://mull.school.example/slack/events"
    told = over_http["settings"]
    assert not told["socket_mode_enabled"]
    assert told["event_subscriptions"]["request_url"] == told["interactivity"]["request_url"] == events
    assert [one["url"] for one in over_http["features"]["slash_commands"]] == [events]
    assert over_http["oauth_config"]["redirect_urls"] == ["https://mull.school.example/slack/oauth_redirect"]
    assert over_http["oauth_config"]["scopes"] == printed["oauth_config"]["scopes"]


def test_an_address_that_slack_would_not_take_is_refused() -> None:
    for url in ("mull.school.example", "http://mull.school.example", "https://mull.school.example/?a=b"):
        done = subprocess.run(
            [sys.executable, "-m", "bot", "manifest", "--url", url],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode != 0
        assert "https" in done.stderr


def test_people_can_write_to_the_bot_and_open_its_home(printed: dict[str, Any]) -> None:
    home = printed["features"]["app_home"]
    assert home == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }


def test_nothing_calls_in(printed: dict[str, Any]) -> None:
    assert printed["settings"]["socket_mode_enabled"] is True
    assert not re.search(r"https?://", json.dumps(printed))


def called() -> set[str]:
    """Every method of Slack's that the surface calls, with the scopes it needs."""
    sources = "\n".join(path.read_text(encoding="utf-8") for path in SLACK.glob("*.py"))
    names = {name.replace(".", "_").lower(): name for name in METHODS}
    return {method for name, method in names.items() if re.search(rf"\.{name}\(", sources, re.IGNORECASE)}


def test_the_scopes_are_those_of_the_methods_called_and_the_events_heard() -> None:
    events = {"message.im": "im:history", "user_change": "users:read"}
    # Of several scopes that would do, the first is for what we call it for: one person's direct messages.
    scopes = {(METHODS[name].scope or "").partition("|")[0] for name in called()}
    needed = scopes | {events.get(event, "") for event in EVENTS}
    assert {scope for scope, _ in SCOPES} == needed - {""} | {"commands"}


def test_every_scope_has_its_reason() -> None:
    assert all(reason.endswith(".") and len(reason) > 10 for _, reason in SCOPES)
