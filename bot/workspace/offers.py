"""What the app offers by name: slash commands and shortcuts, as its manifest lists them."""

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from ruamel.yaml import YAML


class CommandOffer(BaseModel):
    """A slash command of the app."""

    model_config = ConfigDict(frozen=True)

    command: str = Field(pattern=r"^/\S+$")
    description: str = ""
    usage_hint: str = ""


class ShortcutOffer(BaseModel):
    """A shortcut: `global` ones are reached from anywhere, `message` ones from a message."""

    model_config = ConfigDict(frozen=True)

    name: str
    callback_id: str
    type: Literal["global", "message"]
    description: str = ""


class Offers(BaseModel):
    """All of them. Empty means that nobody said; then any command may be typed."""

    commands: list[CommandOffer] = []
    shortcuts: list[ShortcutOffer] = []


def from_manifest(manifest: dict[str, Any]) -> Offers:
    """The offers in an app manifest; pydantic's ValidationError names what is wrong in them."""
    features = manifest.get("features") or {}
    return Offers.model_validate(
        {"commands": features.get("slash_commands") or [], "shortcuts": features.get("shortcuts") or []}
    )


def read_manifest(file: Path) -> Offers:
    """The offers in a manifest file, YAML or JSON."""
    content: Any = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))
    return from_manifest(content or {})
