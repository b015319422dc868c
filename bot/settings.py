"""The only reader of the environment. Everything missing or malformed is told at once, and no value is printed."""

import base64
import difflib
import os
from pathlib import Path
from typing import Any, Literal

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from sqlalchemy import make_url

from bot import addresses
from bot.errors import MullError

SLACK = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN")
"""What talking to Slack over Socket Mode needs."""
KEYS = ("MULL_MASTER_KEYS",)
"""What opening and sealing needs."""
MANY = "MULL_SLACK_CLIENT_ID"
"""With this, Mull can be installed in many workspaces, and needs no token in the settings."""


class SettingsError(MullError):
    """One or more settings are missing or malformed. The text has a line for each, `complaints` each by name."""

    def __init__(self, complaints: dict[str, str]) -> None:
        self.names = tuple(complaints)
        self.complaints = complaints
        lines = "\n".join(f"  {name}: {complaint}" for name, complaint in complaints.items())
        super().__init__(
            f"Mull cannot start with these settings (from the environment, or .env in this folder):\n{lines}"
        )


class Settings(BaseSettings):
    """Every setting Mull has. Field descriptions are what `.env.example` and the complaints say."""

    model_config = SettingsConfigDict(extra="ignore", hide_input_in_errors=True, env_ignore_empty=True)

    slack_bot_token: SecretStr | None = Field(
        None,
        alias="SLACK_BOT_TOKEN",
        description="The bot token, from “OAuth & Permissions” of your Slack app. Begins with xoxb-.",
    )
    slack_app_token: SecretStr | None = Field(
        None,
        alias="SLACK_APP_TOKEN",
        description="The app-level token with connections:write, from “Basic Information”. Begins with xapp-.",
    )
    slack_signing_secret: SecretStr | None = Field(
        None,
        alias="SLACK_SIGNING_SECRET",
        description="From “Basic Information”. Only needed when Slack calls Mull over HTTP.",
    )
    slack_client_id: str | None = Field(
        None,
        alias="MULL_SLACK_CLIENT_ID",
        description="From “Basic Information”. With it, Mull can be installed in many workspaces, from its own page.",
    )
    slack_client_secret: SecretStr | None = Field(
        None,
        alias="MULL_SLACK_CLIENT_SECRET",
        description="From “Basic Information”, beside the client id. Only needed for many workspaces.",
    )
    public_url: str | None = Field(
        None,
        alias="MULL_PUBLIC_URL",
        description="Where `--http` is reached from outside, such as https://mull.school.example. "
        "Only needed for many workspaces.",
    )
    slack_api_url: str = Field(
        "https://slack.com/api/",
        alias="SLACK_API_URL",
        description="Where Slack's Web API is. Change it for GovSlack, or for `mull workspace`.",
    )
    slack_proxy: str | None = Field(
        None,
        alias="MULL_PROXY",
        description="The proxy to reach Slack through, such as http://proxy.school.example:3128. "
        "Never used for this machine itself.",
    )
    database_url: SecretStr = Field(
        SecretStr("sqlite:///data/mull.db"),
        alias="DATABASE_URL",
        description="Where everything but keys is kept: sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME.",
    )
    keys_url: SecretStr = Field(
        SecretStr("sqlite:///data/keys/keys.db"),
        alias="MULL_KEYS_URL",
        description="Where people's keys are kept: another file, or another PostgreSQL database. Back it up apart.",
    )
    master_keys: SecretStr | None = Field(
        None,
        alias="MULL_MASTER_KEYS",
        description="The master keys, newest first, separated by commas. `mull keys new` makes one. "
        "Write it on paper and put it in the safe.",
    )
    erasures: Path = Field(
        Path("data/erasures.log"),
        alias="MULL_ERASURES",
        description="The append-only list of who was erased. Keep it beside neither store's backups.",
    )
    prompts: Path | None = Field(
        None,
        alias="MULL_PROMPTS",
        description="A folder laid out like prompts/, with your own flows and messages, laid over ours.",
    )
    backups: Path | None = Field(
        None,
        alias="MULL_BACKUPS",
        description="The folder for backups of the database. `mull backup` fills it.",
    )
    key_backups: Path | None = Field(
        None,
        alias="MULL_KEY_BACKUPS",
        description="The folder for backups of people's keys: apart from the other, better on another machine.",
    )
    watch: str = Field(
        "127.0.0.1:9464",
        alias="MULL_WATCH",
        description="Where /healthz, /readyz and /metrics can be read: HOST:PORT, or off. "
        "Each process on a machine needs a port of its own.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", alias="MULL_LOG_LEVEL", description="DEBUG, INFO, WARNING or ERROR."
    )

    @field_validator("slack_bot_token", "slack_app_token")
    @classmethod
    def _token(cls, token: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        prefix = "xoxb-" if info.field_name == "slack_bot_token" else "xapp-"
        if token and not token.get_secret_value().startswith((prefix, f"xoxe.{prefix}")):
            raise ValueError(f"does not begin with {prefix}. Is it another of Slack's tokens?")
        return token

    @field_validator("slack_api_url")
    @classmethod
    def _api_url(cls, url: str) -> str:
        parts = addresses.web_address(url)
        if parts is None:
            raise ValueError("is not an address. It looks like https://slack.com/api/")
        if addresses.in_clear(parts):
            raise ValueError("is http, and tokens would travel in clear. Use https.")
        return url.rstrip("/") + "/"

    @field_validator("public_url")
    @classmethod
    def _public_url(cls, url: str | None) -> str | None:
        return addresses.public_address(url) if url else None

    @field_validator("slack_proxy")
    @classmethod
    def _proxy(cls, url: str | None) -> str | None:
        if url and addresses.web_address(url) is None:
            raise ValueError("is not a proxy's address. It looks like http://proxy.school.example:3128")
        return url

    @field_validator("database_url", "keys_url")
    @classmethod
    def _database(cls, url: SecretStr, info: ValidationInfo) -> SecretStr:
        parts = addresses.database_address(url.get_secret_value())
        if parts is None:
            raise ValueError("is neither sqlite:///FILE nor postgresql://USER:PASSWORD@HOST/NAME.")
        other = info.data.get("database_url")
        if other and addresses.store(make_url(other.get_secret_value())) == addresses.store(parts):
            raise ValueError("is the same as DATABASE_URL. Keys need a store of their own.")
        return SecretStr(parts.render_as_string(hide_password=False))

    @field_validator("master_keys")
    @classmethod
    def _keys(cls, keys: SecretStr | None) -> SecretStr | None:
        if keys:
            decode_keys(keys.get_secret_value())
        return keys

    @field_validator("prompts")
    @classmethod
    def _folder(cls, folder: Path | None) -> Path | None:
        if folder and not folder.is_dir():
            raise ValueError("is not a folder. Make it, or leave the setting out.")
        return folder

    @field_validator("watch")
    @classmethod
    def _watch(cls, address: str) -> str:
        host, _, port = address.rpartition(":")
        if address != "off" and not (host and port.isdecimal() and int(port) < 65536):
            raise ValueError("is neither HOST:PORT, such as 127.0.0.1:9464, nor off.")
        return address

    @property
    def watch_address(self) -> tuple[str, int] | None:
        """Host and port to be watched at; None when nobody wants to."""
        host, _, port = self.watch.rpartition(":")
        return (host.strip("[]"), int(port)) if host else None

    @property
    def watch_is_said(self) -> bool:
        """Whether somebody chose where to be watched at: then it has to be there."""
        return "watch" in self.model_fields_set

    @property
    def master_key_list(self) -> list[bytes]:
        """The master keys, 32 bytes each, newest first."""
        return decode_keys(self.master_keys.get_secret_value()) if self.master_keys else []


def decode_keys(text: str) -> list[bytes]:
    """The keys in a comma-separated list of base64 (32 bytes each), in order. ValueError says what is wrong."""
    try:
        keys = [base64.b64decode(part.strip(), validate=True) for part in text.split(",") if part.strip()]
    except ValueError:
        raise ValueError("is not what `mull keys new` printed: a character is missing or wrong.") from None
    if not keys or any(len(key) != 32 for key in keys):
        raise ValueError("holds a key of the wrong length. `mull keys new` makes a right one.")
    return keys


def needed(*, sockets: bool, http: bool, env_file: Path | None = Path(".env")) -> tuple[str, ...]:
    """The names of what must be set to hear Slack over sockets, over HTTP, or (neither) not at all.

    Of the two tokens, the bot's stands with each installation where there can be many workspaces.
    """
    many = MANY in _names_given(env_file)
    names = {
        "SLACK_BOT_TOKEN": not many,
        "SLACK_APP_TOKEN": sockets,
        "SLACK_SIGNING_SECRET": http,
        "MULL_SLACK_CLIENT_SECRET": many,
        "MULL_PUBLIC_URL": many and http,
    }
    return (*(name for name, is_needed in names.items() if is_needed), *KEYS)


def needed_to_run(env_file: Path | None = Path(".env")) -> tuple[str, ...]:
    """The names of what `mull run` needs, in the way that these settings seem to mean."""
    given = _names_given(env_file)
    http = "SLACK_SIGNING_SECRET" in given and "SLACK_APP_TOKEN" not in given
    return needed(sockets=not http, http=http, env_file=env_file)


def load(*needed: str, env_file: Path | None = Path(".env")) -> Settings:
    """The settings, with every name in `needed` (such as SLACK_BOT_TOKEN) present.

    The environment wins over `env_file`. SettingsError lists everything wrong at once, without any value.
    """
    given = _names_given(env_file)
    complaints = _misspelt(given)
    settings = None
    try:
        settings = Settings(_env_file=env_file, _env_file_encoding="utf-8")
    except ValidationError as error:
        complaints |= dict(_complaint(problem) for problem in error.errors(include_input=False))
    for name in needed:
        if name not in given and name not in complaints:
            complaints[name] = f"is missing. {describe(name)}"
    if settings is None or complaints:
        raise SettingsError(complaints)
    return settings


class _Given(Settings):
    """Settings that are what they were given to be, whatever the environment says."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        *_others: PydanticBaseSettingsSource,
        **_more: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)


def given(**values: object) -> Settings:
    """These settings, by name (such as SLACK_BOT_TOKEN), and defaults for the rest: no environment, no file."""
    return _Given.model_validate(values)


def load_what_is_right(*needed: str, env_file: Path | None = Path(".env")) -> tuple[Settings, dict[str, str]]:
    """`load` for somebody who looks for what is wrong: what it complains of, by name, has its default instead."""
    try:
        return load(*needed, env_file=env_file), {}
    except SettingsError as error:
        right = {name: value for name, value in _set_in(env_file).items() if name not in error.complaints}
        return _Given.model_validate(right), error.complaints


def describe(name: str) -> str:
    """What the setting of this name is for, in a sentence."""
    return next(field.description or "" for field in Settings.model_fields.values() if field.alias == name)


def example() -> str:
    """The text of `.env.example`: every setting with what it is for; those with a default are commented out."""
    lines = ["# Copy this file to .env and fill it in. Made from bot/settings.py; a test keeps it true."]
    for field in Settings.model_fields.values():
        default = field.default.get_secret_value() if isinstance(field.default, SecretStr) else field.default
        needed = field.alias in SLACK + KEYS
        lines += ["", f"# {field.description}", f"{'' if needed else '# '}{field.alias}={default or ''}"]
    return "\n".join(lines) + "\n"


def drop_proxies() -> None:
    """This process uses no proxy any more. aiohttp would send even what is for 127.0.0.1 through HTTP_PROXY."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        os.environ.pop(name, None)
        os.environ.pop(name.lower(), None)


def hide_from_bolt() -> None:
    """Bolt reads SLACK_ names itself, and some of them switch on file stores of its own. We have read them."""
    for name in [name for name in os.environ if name.startswith("SLACK_")]:
        del os.environ[name]


def _set_in(env_file: Path | None) -> dict[str, str]:
    """Everything that is set to something, the environment before the file."""
    try:
        in_file = dotenv_values(env_file) if env_file and env_file.is_file() else {}
    except UnicodeDecodeError:
        raise SettingsError({str(env_file): "is not plain text. Save it as UTF-8 and try again."}) from None
    return {name: value for name, value in {**in_file, **os.environ}.items() if value}


def _names_given(env_file: Path | None) -> set[str]:
    return set(_set_in(env_file))


def _misspelt(given: set[str]) -> dict[str, str]:
    """A MULL_ name we do not know is a setting that would silently do nothing."""
    known = [field.alias or "" for field in Settings.model_fields.values()]
    complaints = {}
    for name in sorted(given):
        if name.startswith("MULL_") and name not in known:
            near = difflib.get_close_matches(name, known, 1)
            complaints[name] = "is not a setting." + (f" Did you mean {near[0]}?" if near else "")
    return complaints


def _complaint(problem: Any) -> tuple[str, str]:
    name = str(problem["loc"][0])
    if name in Settings.model_fields:  # that is how a default that will not do is told
        name = Settings.model_fields[name].alias or name
    if problem["type"] == "value_error":
        return name, problem["msg"].removeprefix("Value error, ")
    return name, f"is malformed. {describe(name)}"
