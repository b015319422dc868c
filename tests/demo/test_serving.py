"""`mull demo` as a process: it answers, says where it is and how to end it, and leaves nothing behind."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

import pytest

LONGEST_SECONDS = 60
SETS_UP = "Setting up two schools …\n"
SAYS = re.compile(r"The demo is at (http://127\.0\.0\.1:\d+/)\. Ctrl-C ends it, and leaves nothing behind\.")


@contextmanager
def demo(folder: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    """The process, in an empty folder that is also HOME and where temporary things go."""
    places = {"PATH": os.defpath, "HOME": str(folder), "TMPDIR": str(folder)}
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "demo", "--no-browser", *options],
        cwd=folder,
        env=places,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def address(process: subprocess.Popen[str]) -> str:
    """Where it says it is; before, it says no more than what takes so long."""
    assert process.stdout is not None
    assert process.stdout.readline() == SETS_UP
    found = SAYS.fullmatch(process.stdout.readline().strip())
    assert found, process.communicate(timeout=LONGEST_SECONDS)
    return found[1]


def get(url: str) -> str:
    with build_opener(ProxyHandler({})).open(url, timeout=LONGEST_SECONDS) as answer:
        return str(answer.read().decode())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_answers_until_it_is_stopped_and_leaves_nothing_behind(
    tmp_path: Path, number: signal.Signals
) -> None:
    with demo(tmp_path, "--port", "0") as process:
        page = get(address(process))
        assert "I am not convinced" in page
        process.send_signal(number)
        out, err = process.communicate(timeout=LONGEST_SECONDS)
    assert (process.returncode, out, err) == (0, "", "")
    assert not list(tmp_path.iterdir())


def test_a_port_that_is_wished_for_and_taken_is_an_error_that_says_so(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with demo(tmp_path, "--port", str(port)) as process:
            out, err = process.communicate(timeout=LONGEST_SECONDS)
    assert (process.returncode, out) == (1, SETS_UP)
    assert f"Port {port} on 127.0.0.1 cannot be used" in err


def test_without_a_wish_it_is_at_the_next_port_that_is_free(tmp_path: Path) -> None:
    with demo(tmp_path) as first, demo(tmp_path) as second:
        ports = [int(address(process).rstrip("/").rpartition(":")[2]) for process in (first, second)]
        assert len(set(ports)) == 2
        assert all(8765 <= port < 8785 for port in ports)


def test_stopped_while_it_opens_it_leaves_nothing_behind_either(tmp_path: Path) -> None:
    with demo(tmp_path, "--port", "0") as process:
        _wait_for_something_in(tmp_path, process)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=LONGEST_SECONDS)
    assert (process.returncode, out, err) == (0, SETS_UP, "")
    assert not list(tmp_path.iterdir())


def _wait_for_something_in(folder: Path, process: subprocess.Popen[str]) -> None:
    """It has begun to open: its stores are there."""
    while process.poll() is None and not list(folder.glob("mull-demo-*/mull.db")):
        pass
