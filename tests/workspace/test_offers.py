"""What an app offers, from its manifest and from a people file."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.workspace.offers import Offers, from_manifest, read_manifest
from bot.workspace.seed import read_seed
from bot.workspace.visitor import Refusal, Visitor

MANIFEST = """
features:
  slash_commands:
    - {command: /mull, description: What is waiting, usage_hint: "[words]", should_escape: false}
  shortcuts:
    - {name: Keep this, type: message, callback_id: keep, description: Keep it}
"""


def test_a_manifest_tells_commands_and_shortcuts(tmp_path: Path) -> None:
    file = tmp_path / "manifest.yaml"
    file.write_text(MANIFEST)
    offers = read_manifest(file)
    assert [(one.command, one.usage_hint) for one in offers.commands] == [("/mull", "[words]")]
    assert [(one.name, one.type) for one in offers.shortcuts] == [("Keep this", "message")]


@pytest.mark.parametrize("content", ["", "features: {}", "display_information: {name: App}"])
def test_a_manifest_without_any_offers_nothing(tmp_path: Path, content: str) -> None:
    file = tmp_path / "manifest.yaml"
    file.write_text(content)
    assert read_manifest(file) == Offers()


@pytest.mark.parametrize("command", ["mull", "/two words", ""])
def test_a_command_that_cannot_be_one_is_refused(command: str) -> None:
    with pytest.raises(ValidationError, match="command"):
        from_manifest({"features": {"slash_commands": [{"command": command}]}})


def test_a_people_file_may_offer_them_too(tmp_path: Path) -> None:
    file = tmp_path / "people.yaml"
    file.write_text("commands: [{command: /mull}]\nshortcuts: [{name: Go, callback_id: go, type: global}]")
    offers = read_seed(file).offers
    assert (offers.commands[0].command, offers.shortcuts[0].callback_id) == ("/mull", "go")


async def test_the_control_api_changes_only_what_is_named(visitor: Visitor) -> None:
    await visitor.post("app", commands=[{"command": "/mull"}])
    await visitor.post("app", shortcuts=[{"name": "Go", "callback_id": "go", "type": "global"}])
    app = await visitor.get("app")
    assert [one["command"] for one in app["commands"]] == ["/mull"]
    assert [one["name"] for one in app["shortcuts"]] == ["Go"]
    await visitor.post("app", commands=[])
    assert (await visitor.get("app"))["commands"] == []
    with pytest.raises(Refusal, match="type"):
        await visitor.post("app", shortcuts=[{"name": "Go", "callback_id": "go", "type": "other"}])
