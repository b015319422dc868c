"""Who and what a workspace begins with: checked on the way in, also from a file."""

from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator
from ruamel.yaml import YAML

from bot.workspace.offers import CommandOffer, Offers, ShortcutOffer
from bot.workspace.state import User


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PersonSeed(_Strict):
    """A person of the workspace; `id` begins with U or W, `tz` is an IANA zone."""

    id: str = Field(pattern=r"^[UW][A-Z0-9_]+$")
    name: str
    real_name: str = ""
    email: str | None = None
    tz: str = "Europe/London"
    title: str = ""
    is_admin: bool = False
    is_owner: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False
    is_bot: bool = False
    deleted: bool = False

    @field_validator("tz")
    @classmethod
    def _is_a_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"{value} is not an IANA time zone, such as Europe/London") from error
        return value

    def as_user(self) -> User:
        return User(**self.model_dump())


class ChannelSeed(_Strict):
    """A channel and its members; the first of them made it."""

    name: str
    kind: Literal["private", "public"] = "public"
    members: list[str] = Field(min_length=1)


class GroupSeed(_Strict):
    """A user group: people who are mentioned together by its handle."""

    handle: str
    name: str = ""
    members: list[str]
    disabled: bool = False


class Seed(_Strict):
    """The file given with --people."""

    name: str = "Local workspace"
    domain: str = "local"
    people: list[PersonSeed] = []
    channels: list[ChannelSeed] = []
    groups: list[GroupSeed] = []
    commands: list[CommandOffer] = []
    shortcuts: list[ShortcutOffer] = []

    @property
    def offers(self) -> Offers:
        return Offers(commands=self.commands, shortcuts=self.shortcuts)


def read_seed(file: Path) -> Seed:
    """The seed in a YAML or JSON file; pydantic's ValidationError names what is wrong in it."""
    content: Any = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))
    return Seed.model_validate({"people": content} if isinstance(content, list) else content or {})
