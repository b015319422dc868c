"""`mull demo` as a process of its own: what a newcomer starts."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/?")
STARTS_WITHIN_SECONDS = 60.0
ENDS_WITHIN_SECONDS = 30.0


@contextmanager
def running_demo(folder: Path) -> Iterator[str]:
    """The address of a demo of one's own; it is stopped with Ctrl-C at the end, and must end well.

    What it prints is kept in `folder`/demo.log.
    """
    with (folder / "demo.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "demo", "--no-browser", "--port", "0"],
            cwd=folder,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[2]), "COLUMNS": "200"},
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        try:
            yield _address(process)
        finally:
            process.send_signal(signal.SIGINT)
            # What it still says is taken off its hands, so that it does not wait to be read.
            process.communicate(timeout=ENDS_WITHIN_SECONDS)
    assert process.returncode == 0, (folder / "demo.log").read_text(encoding="utf-8")


def _address(process: subprocess.Popen[str]) -> str:
    """Waits for the line that names it; a demo that never says it is killed, and then the output ends."""
    assert process.stdout is not None
    given_up = Timer(STARTS_WITHIN_SECONDS, process.kill)
    given_up.start()
    try:
        for line in process.stdout:
            if found := ADDRESS.search(line):
                return found.group(0).rstrip("/")
    finally:
        given_up.cancel()
    raise AssertionError("mull demo did not say where its page is")
