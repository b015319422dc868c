"""Settings: every mistake is named at once, with the way out, and no value is ever printed."""

import base64
import os
from pathlib import Path

import pytest

from bot import settings
from bot.settings import KEYS, SLACK, Settings, SettingsError

KEY = base64.b64encode(bytes(range(32))).decode()
OTHER_KEY = base64.b64encode(bytes(range(32, 64))).decode()
GOOD = {
    "SLACK_BOT_TOKEN": "xoxb-1-2-three",
    "SLACK_APP_TOKEN": "xapp-1-2-three",
    "MULL_MASTER_KEYS": KEY,
}
WRONG = {
    "SLACK_BOT_TOKEN": ("xapp-hush", "does not begin with xoxb-"),
    "SLACK_APP_TOKEN": ("xoxb-hush", "does not begin with xapp-"),
    "SLACK_API_URL": ("ftp://hush.example", "looks like https://slack.com/api/"),
    "MULL_PUBLIC_URL": ("http://hush.example", "Use https."),
    "MULL_PROXY": ("hush:3128", "looks like http://proxy.school.example:3128"),
    "DATABASE_URL": ("mysql://hush@there/mull", "neither sqlite:///FILE nor postgresql://"),
    "MULL_KEYS_URL": ("sqlite:///:memory:?hush", "neither sqlite:///FILE nor postgresql://"),
    "MULL_MASTER_KEYS": ("hush hush", "`mull keys new`"),
    "MULL_PROMPTS": ("/hush/nowhere", "Make it, or leave the setting out"),
    "MULL_WATCH": ("hush", "neither HOST:PORT, such as 127.0.0.1:9464, nor off"),
    "MULL_LOG_LEVEL": ("HUSH", "DEBUG, INFO, WARNING or ERROR"),
    "MULL_PROMTS": ("hush", "Did you mean MULL_PROMPTS?"),
}


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {field.alias or "" for field in Settings.model_fields.values()}
    for name in names | {name for name in os.environ if name.startswith("MULL_")}:
        monkeypatch.delenv(name, raising=False)


def load(monkeypatch: pytest.MonkeyPatch, given: dict[str, str], env_file: Path | None = None) -> Settings:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    return settings.load(*SLACK, *KEYS, env_file=env_file)


def complaint(monkeypatch: pytest.MonkeyPatch, given: dict[str, str]) -> str:
    with pytest.raises(SettingsError) as refused:
        load(monkeypatch, GOOD | given)
    assert refused.value.names == tuple(given)
    return str(refused.value)


def test_right_settings_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load(monkeypatch, GOOD).master_key_list == [bytes(range(32))]


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_setting_is_named_with_the_way_out_and_its_value_is_not(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    value, way_out = WRONG[name]
    said = complaint(monkeypatch, {name: value})
    assert way_out in said
    assert "hush" not in said


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SLACK_API_URL", "https://[hush]/api/"),
        ("MULL_PROXY", "http://me:hush℀@proxy.example:3128"),
        ("DATABASE_URL", "postgresql://me:hush@there:port/mull"),
        ("DATABASE_URL", "postgresql://hush"),
        ("MULL_KEYS_URL", "sqlite://hush"),
        ("MULL_MASTER_KEYS", "hüsh"),
        ("MULL_MASTER_KEYS", KEY[:-8] + "hush"),
        ("MULL_MASTER_KEYS", KEY + ",hush"),
        ("MULL_MASTER_KEYS", " "),
    ],
)
def test_what_cannot_be_read_at_all_is_named_the_same_way(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = complaint(monkeypatch, {name: value})
    assert "`mull keys new`" in said or "looks like" in said or "is neither" in said
    assert "hush" not in said
    assert "hüsh" not in said


def test_everything_wrong_is_told_in_one_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError) as refused:
        load(monkeypatch, {name: value for name, (value, _) in WRONG.items()})
    assert set(refused.value.names) == set(WRONG)
    assert "hush" not in str(refused.value).lower()


def test_everything_missing_is_told_with_where_to_find_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError) as refused:
        load(monkeypatch, {"MULL_LOG_LEVEL": "LOUD"})
    assert set(refused.value.names) == {*SLACK, *KEYS, "MULL_LOG_LEVEL"}
    assert "“OAuth & Permissions”" in str(refused.value)


def test_an_empty_setting_is_a_missing_one(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "is missing" in complaint(monkeypatch, {"SLACK_BOT_TOKEN": ""})


def test_the_newest_master_key_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    given = load(monkeypatch, GOOD | {"MULL_MASTER_KEYS": f"{OTHER_KEY}, {KEY}"})
    assert given.master_key_list == [bytes(range(32, 64)), bytes(range(32))]


@pytest.mark.parametrize(
    ("database", "keys"),
    [
        ("sqlite:///one.db", "sqlite:///one.db"),
        ("sqlite:///one.db", "sqlite:///./there/../one.db"),
        ("postgres://me:one@there/mull", "postgresql://you:two@there:5432/mull"),
        ("sqlite:///data/keys/keys.db", ""),
    ],
)
def test_keys_in_the_same_store_as_words_are_refused(
    database: str, keys: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    urls = {"DATABASE_URL": database, "MULL_KEYS_URL": keys, "MULL_LOG_LEVEL": "LOUD"}
    with pytest.raises(SettingsError, match="Keys need a store of their own") as refused:
        load(monkeypatch, GOOD | urls)
    assert set(refused.value.names) == {"MULL_KEYS_URL", "MULL_LOG_LEVEL"}


def test_two_databases_of_one_server_are_two_stores(monkeypatch: pytest.MonkeyPatch) -> None:
    urls = {"DATABASE_URL": "postgresql://there/mull", "MULL_KEYS_URL": "postgresql://there/keys"}
    assert load(monkeypatch, GOOD | urls).database_url.get_secret_value().startswith("postgresql+psycopg")


def test_tokens_never_travel_in_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Use https." in complaint(monkeypatch, {"SLACK_API_URL": "http://slack.example/api"})


@pytest.mark.parametrize("host", ["127.0.0.1:9000", "localhost", "[::1]:9000"])
def test_a_slack_on_this_machine_may_be_http(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    given = load(monkeypatch, GOOD | {"SLACK_API_URL": f"http://{host}/api"})
    assert given.slack_api_url == f"http://{host}/api/"


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("MULL_LOG_LEVEL=DEBUG\nDATABASE_URL=sqlite:///file.db\n")
    given = load(monkeypatch, GOOD | {"MULL_LOG_LEVEL": "ERROR"}, env_file)
    assert given.log_level == "ERROR"
    assert given.database_url.get_secret_value() == "sqlite:///file.db"


def test_a_file_saved_by_a_windows_editor_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("MULL_LOG_LEVEL=DEBUG\r\n", encoding="utf-8-sig")
    assert load(monkeypatch, GOOD, env_file).log_level == "DEBUG"


def test_a_file_that_is_not_text_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("MULL_LOG_LEVEL=DEBUG\n", encoding="utf-16")
    with pytest.raises(SettingsError, match="Save it as UTF-8"):
        load(monkeypatch, GOOD, env_file)


def test_a_misspelt_name_in_the_file_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("MULL_KEY_URL=sqlite:///hush.db\n")
    with pytest.raises(SettingsError, match="Did you mean MULL_KEYS_URL") as refused:
        load(monkeypatch, GOOD, env_file)
    assert "hush" not in str(refused.value)


def test_the_example_is_what_the_settings_say() -> None:
    there = Path(__file__).parent.parent / ".env.example"
    assert there.read_text(encoding="utf-8") == settings.example()


def test_the_example_filled_in_is_enough(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text(settings.example() + "".join(f"{name}={GOOD[name]}\n" for name in GOOD))
    assert load(monkeypatch, {}, env_file).log_level == "INFO"


def test_settings_shown_by_accident_show_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = repr(load(monkeypatch, GOOD | {"DATABASE_URL": "postgresql://me:hush@there/mull"}))
    assert not [value for value in (*GOOD.values(), "hush") if value in shown]


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("", ("127.0.0.1", 9464)),
        ("0.0.0.0:80", ("0.0.0.0", 80)),
        ("[::1]:9464", ("::1", 9464)),
        ("off", None),
    ],
)
def test_where_to_be_watched_is_an_address_or_nowhere(
    said: str, address: tuple[str, int] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = load(monkeypatch, GOOD | {"MULL_WATCH": said})
    assert (found.watch_address, found.watch_is_said) == (address, bool(said))


MANY = {
    "MULL_SLACK_CLIENT_ID": "1.2",
    "MULL_SLACK_CLIENT_SECRET": "hush",
    "MULL_PUBLIC_URL": "https://a.example/",
}


@pytest.mark.parametrize(
    ("given", "sockets", "http", "missing"),
    [
        ({}, True, False, {"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"}),
        ({}, False, True, {"SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"}),
        ({}, False, False, {"SLACK_BOT_TOKEN"}),
        ({"MULL_SLACK_CLIENT_ID": "1.2"}, True, False, {"SLACK_APP_TOKEN", "MULL_SLACK_CLIENT_SECRET"}),
        (
            {"MULL_SLACK_CLIENT_ID": "1.2"},
            False,
            True,
            {"SLACK_SIGNING_SECRET", "MULL_SLACK_CLIENT_SECRET", "MULL_PUBLIC_URL"},
        ),
        (MANY, False, False, set()),
    ],
)
def test_what_is_needed_depends_on_how_slack_is_heard_and_on_how_many_workspaces_there_are(
    given: dict[str, str], sockets: bool, http: bool, missing: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    asked = settings.needed(sockets=sockets, http=http, env_file=None)
    with pytest.raises(SettingsError) as refused:
        settings.load(*asked, env_file=None)
    assert set(refused.value.names) == missing | set(KEYS)


def test_a_public_address_ends_without_a_slash_and_the_clients_secret_is_not_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = load(monkeypatch, GOOD | MANY)
    assert found.public_url == "https://a.example"
    assert "hush" not in repr(found)


@pytest.mark.parametrize(
    "url", ["hush", "ftp://hush.example", "https://hush.example/?a", "https://hush.example/#a"]
)
def test_a_public_address_is_one(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "looks like https://mull.school.example" in complaint(monkeypatch, {"MULL_PUBLIC_URL": url})
