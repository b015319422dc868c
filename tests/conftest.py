"""What every test can have: real stores on both databases, a vault, desks and the time."""

import io
import logging
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from filelock import FileLock
from hypothesis import settings as hypothesis_settings

from bot import clock, log, prompts
from bot.db import Database
from bot.domain.outbox import Timing
from bot.prompts import Prompts
from bot.services.desk import Desks
from bot.vault import Vault
from tests.browser import chromium
from tests.stores import MASTER_KEY as MASTER_KEY
from tests.stores import StoreUrls as StoreUrls
from tests.stores import create, migrated, named, postgres_server

hypothesis_settings.register_profile("ours", deadline=None)
hypothesis_settings.load_profile("ours")


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
    with FileLock(shared / "postgres.lock"):
        server = postgres_server(shared)
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(scope="session")
def postgres_template(postgres: str) -> tuple[str, str]:
    """Names of two migrated databases, which a test's own are copies of."""
    names = tuple(f"template_{part}_{uuid4().hex}" for part in ("mull", "keys"))
    for name in names:
        create(postgres, name)
    migrated(*(named(postgres, name) for name in names))
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
        create(server, name, template)
    return StoreUrls(*(named(server, name) for name in names))


@pytest.fixture(params=["sqlite", "postgresql"])
def new_stores(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], StoreUrls]:
    """Makes two stores in which nobody has ever migrated anything, as often as it is asked."""
    if request.param == "sqlite":
        return lambda: new_on_sqlite(tmp_path)
    server: str = request.getfixturevalue("postgres")
    return lambda: new_on_postgresql(server)


def new_on_sqlite(folder: Path) -> StoreUrls:
    """Two stores in this folder in which nobody has ever migrated anything."""
    return StoreUrls(*(f"sqlite:///{folder}/{uuid4()}/{part}.db" for part in ("mull", "keys")))


def new_on_postgresql(server: str) -> StoreUrls:
    """Two databases in which nobody has ever migrated anything."""
    names = [f"empty_{uuid4().hex}" for _ in range(2)]
    for name in names:
        create(server, name)
    return StoreUrls(*(named(server, name) for name in names))


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
    # Slack's pace is real time, which no test waits for: tests/slack/test_pace.py looks at it.
    made = Desks(database, vault, our_prompts, clock.now, clock.wall, Timing(paced=False))
    yield made
    made.close()


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What is logged, at the most talkative level there is."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    stream = io.StringIO()
    log.set_up("DEBUG", stream)
    yield stream
    logging.basicConfig(level=level, handlers=before, force=True)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Nobody overlooks that the journeys in a browser were left out."""
    if missing := chromium.missing():
        terminalreporter.write_sep("=", missing, red=True, bold=True)
