"""A way to a workspace that can be cut, as a network can, and mended."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from urllib.parse import urlsplit


class Line:
    """Passes on, byte by byte, what is sent to its `address`; while it is cut, whoever comes is turned away."""

    def __init__(self, address: str) -> None:
        to = urlsplit(address)
        self._to = (to.hostname, to.port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._whole = True
        self._open: list[socket.socket] = []
        self._threads = [Thread(target=self._accept)]
        self._threads[0].start()

    def cut(self) -> None:
        self._whole = False
        for one in self._open:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        self._whole = True

    def close(self) -> None:
        """Nothing goes through any more, and nothing is left open."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._threads[0].join()
        self.cut()
        for thread in self._threads:
            thread.join()
        for one in (self._listener, *self._open):
            one.close()

    def _accept(self) -> None:
        with suppress(OSError):  # it is closed
            while True:
                self._connect(self._listener.accept()[0])

    def _connect(self, here: socket.socket) -> None:
        if not self._whole:
            here.close()
            return
        there = socket.create_connection(self._to)
        self._open += [here, there]
        for one, other in ((here, there), (there, here)):
            self._threads.append(Thread(target=_pass_on, args=(one, other)))
            self._threads[-1].start()


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while sent := one.recv(65_536):
            other.sendall(sent)
    with suppress(OSError):
        other.shutdown(socket.SHUT_RDWR)


@contextmanager
def line_to(address: str) -> Iterator[Line]:
    """A line that is whole, until the end."""
    line = Line(address)
    yield line
    line.close()
