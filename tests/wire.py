"""The wire between Mull and its PostgreSQL, which breaks at the moment of a commit."""

import contextlib
import socket
import threading
from enum import StrEnum

from sqlalchemy import make_url

COMMIT = b"COMMIT"


class Fate(StrEnum):
    """What happens to a commit on its way."""

    REPLY_LOST = "the server commits, and the connection breaks before its answer arrives"
    REQUEST_LOST = "the connection breaks before the server hears of it"
    HELD_UP = "the connection breaks, and the server hears of the commit a little later"
    SILENCE = "the server hears of nothing, and nobody is told anything"
    SWALLOWED = "the server commits, and its answer never comes"


class Wire:
    """Stands between a client and a server; `fate` befalls every commit while it is set. `url` is its own address."""

    HELD_UP_SECONDS = 0.3

    def __init__(self, url: str) -> None:
        self._server = make_url(url)
        self._door = socket.create_server(("127.0.0.1", 0))
        self.fate: Fate | None = None
        self._ends: list[socket.socket] = []
        port = self._door.getsockname()[1]
        away = self._server.set(host="127.0.0.1", port=port).difference_update_query(["host"])
        self.url = away.render_as_string(hide_password=False)
        threading.Thread(target=self._open, daemon=True).start()

    def close(self) -> None:
        """Everything on it is cut."""
        for end in [self._door, *self._ends]:
            _cut(end)

    def _open(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._door.accept()
                far = self._reach()
                self._ends += [near, far]
                _Line(self, near, far).start()

    def _reach(self) -> socket.socket:
        host = str(self._server.query.get("host") or self._server.host)
        port = self._server.port or 5432
        if not host.startswith("/"):
            return socket.create_connection((host, port))
        far = socket.socket(socket.AF_UNIX)
        far.connect(f"{host}/.s.PGSQL.{port}")
        return far


class _Line:
    """One connection."""

    def __init__(self, wire: Wire, near: socket.socket, far: socket.socket) -> None:
        self._wire, self._near, self._far = wire, near, far
        self._deaf, self._done = threading.Event(), threading.Event()

    def start(self) -> None:
        for work in (self._to_server, self._to_client):
            threading.Thread(target=work, daemon=True).start()

    def _to_server(self) -> None:
        with contextlib.suppress(OSError):
            while chunk := self._near.recv(65536):
                if COMMIT in chunk and self._wire.fate is not None:
                    self._befall(self._wire.fate, chunk)
                else:
                    self._far.sendall(chunk)
        _cut(self._far)

    def _befall(self, fate: Fate, chunk: bytes) -> None:
        if fate in (Fate.REPLY_LOST, Fate.SWALLOWED):
            self._deaf.set()
            self._far.sendall(chunk)
        if fate == Fate.REPLY_LOST:
            self._done.wait()
        if fate == Fate.HELD_UP:
            self._deaf.set()
        if fate in (Fate.REPLY_LOST, Fate.REQUEST_LOST, Fate.HELD_UP):
            _cut(self._near)
        if fate == Fate.HELD_UP:
            threading.Event().wait(self._wire.HELD_UP_SECONDS)
            self._far.sendall(chunk)
            self._done.wait()

    def _to_client(self) -> None:
        with contextlib.suppress(OSError):
            while chunk := self._far.recv(65536):
                if self._deaf.is_set():
                    self._done.set()
                else:
                    self._near.sendall(chunk)
        _cut(self._near)


def _cut(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
