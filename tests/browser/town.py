"""A workspace and an app as processes of their own, with no Mull in them: for what the page does with any app."""

import json
import os
import queue
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from threading import Thread, Timer
from typing import Any
from urllib.parse import urlsplit

JsonObject = dict[str, Any]

ROOT = Path(__file__).parents[2]
STARTS_WITHIN_SECONDS = 60.0
ENDS_WITHIN_SECONDS = 30.0
HEARS_WITHIN_SECONDS = 30.0
BEN = "U_BEN"
OWNER = "U_OWNER"
PEOPLE = {
    "name": "Hillside",
    "people": [
        {"id": BEN, "name": "ben", "real_name": "Ben Baker", "tz": "America/New_York"},
        {"id": OWNER, "name": "olga", "real_name": "Olga Owner", "is_owner": True},
        {"id": "U_GONE", "name": "gil", "real_name": "Gil Gone", "deleted": True},
    ],
    "channels": [
        {"name": "garden", "members": [BEN, OWNER]},
        {"name": "heads", "kind": "private", "members": [OWNER]},
    ],
}


@dataclass
class Town:
    """A workspace that runs, and what its app has printed that nobody has read yet."""

    address: str
    env: dict[str, str]
    lines: "queue.Queue[str]" = field(default_factory=queue.Queue)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def newcomer(self, **more: Any) -> str:
        """Somebody new, whom nobody has written to: tests that share a town do not meet. They are in #garden."""
        number = next(self.numbers)
        person = {"id": f"U_NEW{number}", "name": f"new{number}", "real_name": f"Nora Number {number}"} | more
        self.order("people", **person)
        self.order(f"channels/{self.channel('garden')}/members", user=person["id"])
        return str(person["id"])

    def channel(self, name: str) -> str:
        """The id of the channel of that name."""
        found = self._ask("GET", "/_workspace/channels", None)
        return str(next(one["id"] for one in found if one["name"] == name))

    def order(self, path: str, **body: Any) -> Any:
        """A post to the control API."""
        return self._ask("POST", f"/_workspace/{path}", body)

    def clear_faults(self) -> None:
        self._ask("DELETE", "/_workspace/faults", None)

    def call(self, method: str, **arguments: Any) -> Any:
        """What the app would call: a method of the Web API, which must go well."""
        answer = self._ask("POST", f"/api/{method}", arguments, self.env["SLACK_BOT_TOKEN"])
        assert answer["ok"], answer
        return answer

    def heard(self, what: str) -> JsonObject:
        """The next thing of that kind that the app was told; what comes before it is passed over."""
        while True:
            told: JsonObject = json.loads(self.lines.get(timeout=HEARS_WITHIN_SECONDS))
            if told["what"] == what:
                return told

    def forget(self) -> None:
        """What the app was told until now is of no interest."""
        while not self.lines.empty():
            self.lines.get()

    def _ask(self, verb: str, path: str, body: Any, token: str = "") -> Any:
        """With a connection that no proxy is asked for."""
        connection = HTTPConnection(urlsplit(self.address).netloc, timeout=HEARS_WITHIN_SECONDS)
        headers = {"Content-Type": "application/json"} | (
            {"Authorization": f"Bearer {token}"} if token else {}
        )
        connection.request(verb, path, None if body is None else json.dumps(body), headers)
        response = connection.getresponse()
        read = response.read()
        connection.close()
        assert response.status == 200, read
        return json.loads(read)


@contextmanager
def running_town(folder: Path, app: str, *arguments: str) -> Iterator[Town]:
    """A town with this module running in it as its app; both are gone afterwards, and ended without a complaint."""
    people = folder / "people.json"
    people.write_text(json.dumps(PEOPLE))
    workspace = _start(folder, "bot", "workspace", "--people", str(people), "--movable-clock")
    env = dict(_line(workspace).split("=", 1) for _ in range(4))
    town = Town(_line(workspace).removeprefix("# page: ").rstrip("/"), env)
    try:
        with _running_app(folder, app, arguments, town):
            yield town
    finally:
        workspace.send_signal(signal.SIGTERM)
        workspace.communicate(timeout=ENDS_WITHIN_SECONDS)
    assert workspace.returncode == 0, (folder / "bot.log").read_text()
    assert "Traceback" not in (folder / "bot.log").read_text() + (folder / f"{app}.log").read_text()


@contextmanager
def _running_app(folder: Path, app: str, arguments: tuple[str, ...], town: Town) -> Iterator[None]:
    process = _start(folder, app, *arguments, **town.env)
    assert _line(process) == "listening"
    reader = Thread(target=lambda: [town.lines.put(line) for line in process.stdout or ()])
    reader.start()
    try:
        yield
    finally:
        process.kill()
        process.wait(ENDS_WITHIN_SECONDS)
        reader.join(ENDS_WITHIN_SECONDS)
        for pipe in (process.stdin, process.stdout):
            assert pipe is not None
            pipe.close()


def _start(folder: Path, module: str, *arguments: str, **env: str) -> "subprocess.Popen[str]":
    with (folder / f"{module}.log").open("w", encoding="utf-8") as log:
        return subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=folder,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)} | env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )


def _line(process: "subprocess.Popen[str]") -> str:
    """The next line it prints; a process that says nothing is killed, and then there is none."""
    assert process.stdout is not None
    given_up = Timer(STARTS_WITHIN_SECONDS, process.kill)
    given_up.start()
    try:
        line = process.stdout.readline()
    finally:
        given_up.cancel()
    assert line, "the process ended before it said where it is"
    return line.strip()
