"""`mull doctor` names the setting that is wrong and the way out, goes on to the rest, and ends non-zero."""

import asyncio
import base64
import os
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from rich.console import Console

from bot import clock
from bot.commands.doctor import look
from bot.db import Database
from bot.models import School
from bot.services import workspaces
from bot.services.desk import Desk, Desks
from bot.services.workspaces import Identity
from bot.slack.client import session, web_client
from bot.slack.examination import Route, app_token
from bot.slack.manifest import SCOPES
from bot.vault import Vault
from bot.workspace.server import Workspace
from tests import cast
from tests.commands.conftest import CommandLine, Done

OTHER_KEY = base64.b64encode(bytes(32)).decode()
NOBODY = "http://127.0.0.1:1"
"""An address at which nothing listens."""


def marked(done: Done, mark: str) -> list[str]:
    """The lines with this mark."""
    return [line[2:] for line in done.out.splitlines() if line.startswith(mark)]


@pytest.fixture
def least(workspace: Workspace) -> None:
    """The app has been granted what the manifest asks for."""
    workspace.scopes = frozenset(scope for scope, _ in SCOPES)


async def test_a_whole_set_up_has_nothing_wrong(mull: CommandLine, least: None) -> None:
    done = await mull("doctor")
    assert (done.code, done.err, marked(done, "✗")) == (0, "", [])
    assert done.out.endswith("Nothing is wrong. Type: mull run\n")


Doctor = Callable[..., Awaitable[Done]]


@pytest.fixture
def doctor(mull: CommandLine, monkeypatch: pytest.MonkeyPatch) -> Doctor:
    """What `mull doctor` says with these settings changed, in this process: a new one each time takes seconds."""

    async def doctor(**settings: str) -> Done:
        for name in [name for name in os.environ if name.startswith(("MULL_", "SLACK_", "DATABASE_"))]:
            monkeypatch.delenv(name)
        for name, value in (mull.settings | settings).items():
            monkeypatch.setenv(name, value)
        monkeypatch.chdir(mull.folder)
        shown = StringIO()
        right = await look(Console(file=shown, width=400, highlight=False, markup=False))
        return Done(0 if right else 1, shown.getvalue(), "")

    return doctor


WRONG = {
    "bot token missing": ({"SLACK_BOT_TOKEN": ""}, "SLACK_BOT_TOKEN: is missing.", "OAuth & Permissions"),
    "bot token of another kind": ({"SLACK_BOT_TOKEN": "xapp-1"}, "SLACK_BOT_TOKEN: does not begin", "xoxb-"),
    "bot token unknown": ({"SLACK_BOT_TOKEN": "xoxb-0"}, "SLACK_BOT_TOKEN: Slack does not know", "Copy"),
    "app token missing": ({"SLACK_APP_TOKEN": ""}, "SLACK_APP_TOKEN: is missing.", "Basic Information"),
    "app token unknown": ({"SLACK_APP_TOKEN": "xapp-0"}, "SLACK_APP_TOKEN: Slack does not know", "make"),
    "address malformed": (
        {"SLACK_API_URL": "slack"},
        "SLACK_API_URL: is not an address",
        "https://slack.com",
    ),
    "nobody at the address": ({"SLACK_API_URL": f"{NOBODY}/api/"}, "SLACK_API_URL: 127.0.0.1", "Check"),
    "proxy malformed": ({"MULL_PROXY": "proxy"}, "MULL_PROXY: is not a proxy's address", "looks like"),
    "proxy that is not there": (
        {"MULL_PROXY": NOBODY, "SLACK_API_URL": "https://slack.invalid/api/"},
        "MULL_PROXY: the proxy does not answer",
        "Check",
    ),
    "database malformed": ({"DATABASE_URL": "mysql://a/b"}, "DATABASE_URL: is neither", "sqlite:///FILE"),
    "database not made yet": (
        {"DATABASE_URL": "sqlite:///new.db"},
        "DATABASE_URL: there is",
        "mull db upgrade",
    ),
    "database that is not one": ({"DATABASE_URL": "sqlite:///notes.txt"}, "DATABASE_URL: ", "Check the file"),
    "database under a file": (
        {"DATABASE_URL": "sqlite:///notes.txt/a.db"},
        "DATABASE_URL: ",
        "Choose another",
    ),
    "database far away": (
        {"DATABASE_URL": "postgresql://me:hunter2@127.0.0.1:1/mull"},
        "DATABASE_URL: mull on 127.0.0.1:1 cannot",
        "Check host",
    ),
    "keys not made yet": (
        {"MULL_KEYS_URL": "sqlite:///new.db"},
        "MULL_KEYS_URL: there is",
        "mull db upgrade",
    ),
    "keys without a table": ({"MULL_KEYS_URL": "sqlite:///empty.db"}, "MULL_KEYS_URL: ", "mull db upgrade"),
    "master key missing": ({"MULL_MASTER_KEYS": ""}, "MULL_MASTER_KEYS: is missing.", "mull keys new"),
    "master key cut off": ({"MULL_MASTER_KEYS": "c2hvcnQ="}, "MULL_MASTER_KEYS: holds", "mull keys new"),
    "master key of another": ({"MULL_MASTER_KEYS": OTHER_KEY}, "MULL_MASTER_KEYS: do not open", "Add it"),
    "erasures in no folder": ({"MULL_ERASURES": "no/such/list"}, "MULL_ERASURES: the folder", "mkdir -p"),
    "erasures a folder": ({"MULL_ERASURES": "."}, "MULL_ERASURES: . is a folder", "Name a file"),
    "prompts not there": ({"MULL_PROMPTS": "nowhere"}, "MULL_PROMPTS: is not a folder", "Make it"),
    "prompts with a mistake": (
        {"MULL_PROMPTS": "prompts"},
        "MULL_PROMPTS: prompts/flows",
        "mull flows check",
    ),
    "log level unknown": ({"MULL_LOG_LEVEL": "LOUD"}, "MULL_LOG_LEVEL: ", "DEBUG, INFO"),
    "a name misspelt": ({"MULL_PROMTS": "prompts"}, "MULL_PROMTS: is not a setting.", "MULL_PROMPTS"),
}


@pytest.fixture
def lived_in(mull: CommandLine, least: None) -> CommandLine:
    """A set-up with somebody's key in it, and things lying about that a setting may lead to by mistake."""
    store = Database(mull.settings["MULL_KEYS_URL"], erase_deleted=True)
    masters = [base64.b64decode(mull.settings["MULL_MASTER_KEYS"])]
    Vault(store, masters).ensure_key(uuid4(), datetime(2026, 9, 1, tzinfo=UTC))
    store.dispose()
    (mull.folder / "notes.txt").write_text("not a database, but long enough to be taken for one\n" * 100)
    (mull.folder / "empty.db").write_bytes(b"")
    (mull.folder / "prompts/flows").mkdir(parents=True)
    (mull.folder / "prompts/flows/ours.yaml").write_text("id: ours\ncolour: red\n")
    return mull


@pytest.mark.parametrize("case", WRONG)
async def test_one_wrong_setting_is_named_with_the_way_out(
    lived_in: CommandLine, doctor: Doctor, case: str
) -> None:
    settings, said, way_out = WRONG[case]
    done = await doctor(**settings)
    wrong = marked(done, "✗")
    assert done.code == 1
    assert [line for line in wrong if line.startswith(said) and way_out in line] != [], wrong
    assert {line.partition(":")[0] for line in wrong} == {said.partition(":")[0]}


async def test_no_secret_is_ever_printed(lived_in: CommandLine) -> None:
    done = await lived_in("doctor", DATABASE_URL="postgresql://me:hunter2@127.0.0.1:1/mull")
    secrets = [lived_in.settings[name] for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "MULL_MASTER_KEYS")]
    assert [secret for secret in (*secrets, "hunter2") if secret in done.out + done.err] == []


async def test_everything_wrong_is_told_in_one_go(doctor: Doctor) -> None:
    done = await doctor(SLACK_BOT_TOKEN="hello", MULL_KEYS_URL="sqlite:///new.db", MULL_ERASURES=".")
    named = {line.partition(":")[0] for line in marked(done, "✗")}
    assert named == {"SLACK_BOT_TOKEN", "MULL_KEYS_URL", "MULL_ERASURES"}
    assert {"SLACK_APP_TOKEN", "socket", "DATABASE_URL"} <= {
        line.partition(":")[0] for line in marked(done, "✓")
    }


async def test_both_stores_in_one_file_are_noticed_however_they_are_spelt(
    lived_in: CommandLine, doctor: Doctor
) -> None:
    other = lived_in.settings["DATABASE_URL"].replace("mull.db", "../stores/mull.db")
    assert "MULL_KEYS_URL: is the same as DATABASE_URL" in (await doctor(MULL_KEYS_URL=other)).out


async def test_missing_scopes_are_named(doctor: Doctor, workspace: Workspace, least: None) -> None:
    workspace.scopes -= {"im:history", "commands"}
    done = await doctor()
    assert done.code == 1
    assert marked(done, "✗")[0].startswith("scopes: the app is not allowed commands, im:history — Paste")


async def test_scopes_beyond_what_is_needed_are_a_hint(
    doctor: Doctor, workspace: Workspace, least: None
) -> None:
    workspace.scopes |= {"channels:history"}
    done = await doctor()
    assert done.code == 0
    said = "scopes: the app may do more than Mull needs: channels:history"
    assert any(said in hint for hint in marked(done, "⚠"))


@pytest.mark.parametrize(("minutes", "said"), [(5, "behind"), (-5, "ahead of")])
async def test_a_clock_that_is_off_is_noticed(
    mull: CommandLine, least: None, minutes: int, said: str
) -> None:
    clock.move_to(datetime.now(UTC) + timedelta(minutes=minutes))
    done = await mull("doctor")
    (line,) = marked(done, "✗")
    assert (done.code, line.startswith("clock: is "), f"seconds {said} Slack's" in line) == (1, True, True)


async def test_tokens_of_two_apps_are_noticed(workspace: Workspace) -> None:
    route = Route(workspace.api_url, None, "MULL_PROXY")
    async with session() as http:
        client = web_client(http, token=workspace.bot_token, api_url=workspace.api_url)
        found = [str(one) async for one in app_token(http, client, route, workspace.app_token, "A_OTHER")]
    assert found[-1].startswith(
        "✗ SLACK_APP_TOKEN: belongs to the app A0WORKSPACE, and SLACK_BOT_TOKEN to A_OTHER"
    )


async def test_a_removed_app_is_said(doctor: Doctor, workspace: Workspace) -> None:
    workspace.revoked = "account_inactive"
    assert "SLACK_BOT_TOKEN: the app has been removed" in (await doctor()).out


async def test_a_school_without_somebody_to_turn_to_is_a_hint(
    doctor: Doctor, least: None, desks_here: Desks
) -> None:
    def found(desk: Desk) -> None:
        workspace = workspaces.recognise(desk, Identity(cast.TEAM, "Local", "UMULL", "BMULL"))
        desk.session.add(School(workspace_id=workspace.id, key="oak", name="Oak", zone="Europe/London"))

    desks_here.do(found)
    done = await doctor()
    hints = [hint for hint in marked(done, "⚠") if hint.startswith("school oak")]
    assert (done.code, len(hints)) == (0, 2)
    assert hints[0].startswith("school oak: names no safeguarding lead")


@pytest.fixture
def desks_here(mull: CommandLine, our_prompts: Any) -> Any:
    stores = [Database(mull.settings[name]) for name in ("DATABASE_URL", "MULL_KEYS_URL")]
    desks = Desks(stores[0], Vault(stores[1], [bytes(32)]), our_prompts, clock.now, clock.wall)
    yield desks
    desks.close()
    for store in stores:
        store.dispose()


def certificate(
    name: str, issuer: str, key: ec.EllipticCurvePrivateKey, *, is_ca: bool
) -> x509.CertificateBuilder:
    """A certificate for this machine that still wants signing."""
    now, here = datetime.now(UTC), x509.IPAddress(ip_address("127.0.0.1"))
    return (
        x509.CertificateBuilder()
        .subject_name(named(name))
        .issuer_name(named(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([here]), critical=False)
    )


def named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


@pytest.fixture(scope="module")
def filter_(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what a filtering proxy has: its own root, and a certificate it made for somebody else's name."""
    folder = tmp_path_factory.mktemp("filter")
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = certificate("Safe Web Filter", "Safe Web Filter", root_key, is_ca=True).sign(
        root_key, hashes.SHA256()
    )
    shown = certificate("slack", "Safe Web Filter", key, is_ca=False).sign(root_key, hashes.SHA256())
    pem = serialization.Encoding.PEM
    (folder / "root.pem").write_bytes(root.public_bytes(pem))
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "shown.pem").write_bytes(private + shown.public_bytes(pem))
    return folder


@pytest.fixture
async def filtered(workspace: Workspace, filter_: Path) -> AsyncIterator[str]:
    """The workspace's address behind a filter that signs traffic anew."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(filter_ / "shown.pem")
    runner = web.AppRunner(workspace._app(), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    workspace.address = f"https://127.0.0.1:{runner.addresses[0][1]}"
    yield workspace.api_url
    await runner.cleanup()


async def test_a_filter_that_signs_traffic_anew_is_recognised(doctor: Doctor, filtered: str) -> None:
    done = await doctor(SLACK_API_URL=filtered)
    assert done.code == 1
    (line,) = marked(done, "✗")
    assert "was issued by “Safe Web Filter”, whom this machine does not trust" in line
    assert all(
        host in line for host in ("slack.com", "*.slack.com", "wss-primary.slack.com", "SSL_CERT_FILE")
    )


async def test_a_filter_whose_root_is_trusted_lets_mull_work(
    mull: CommandLine, filtered: str, filter_: Path, least: None
) -> None:
    done = await mull("doctor", SLACK_API_URL=filtered, SSL_CERT_FILE=str(filter_ / "root.pem"))
    assert (done.code, marked(done, "✗")) == (0, [])


async def test_a_page_that_is_not_slacks_is_recognised(doctor: Doctor) -> None:
    async def blocked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\nConnection: close\r\n\r\nBlocked")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(blocked, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    done = await doctor(SLACK_API_URL=f"http://127.0.0.1:{port}/api/")
    server.close()
    assert "SLACK_API_URL: something answers at 127.0.0.1, and it is not Slack (HTTP 200)" in done.out
