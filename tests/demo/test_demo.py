"""`mull demo`, as somebody in a fresh clone would run it."""

import os
import subprocess
import sys
from pathlib import Path

WEEKDAYS = (
    "Monday 14 September",
    "Tuesday 15 September",
    "Wednesday 16 September",
    "Thursday 17 September",
    "Friday 18 September",
    "Monday 21 September",
    "Tuesday 22 September",
    "Wednesday 23 September",
    "Thursday 24 September",
    "Friday 25 September",
)
MISLEADING = {
    "SLACK_BOT_TOKEN": "not a token",
    "SLACK_CLIENT_ID": "1.2",
    "SLACK_CLIENT_SECRET": "3",
    "SLACK_API_URL": "http://slack.invalid/",
    "DATABASE_URL": "mysql://nowhere",
    "MULL_PROMPTS": "/nowhere",
    "MULL_LOG_LEVEL": "LOUD",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "http_proxy": "http://127.0.0.1:9",
}


def _demo(folder: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run in an empty folder that is also HOME and where temporary things go."""
    places = {"PATH": os.defpath, "HOME": str(folder), "TMPDIR": str(folder)}
    return subprocess.run(
        [sys.executable, "-m", "bot", "demo", *options],
        cwd=folder,
        env=places | environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_a_fortnight_ends_well_with_the_digest_and_leaves_nothing_behind(tmp_path: Path) -> None:
    done = _demo(tmp_path, "--days", "14")
    assert (done.returncode, done.stderr) == (0, "")
    positions = [done.stdout.index(day) for day in WEEKDAYS]
    assert positions == sorted(positions)
    assert "Priya's round-up of Thursday 24 September" in done.stdout.partition("Who saw what")[2]
    assert "\x1b" not in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert not list(tmp_path.iterdir())


def test_what_the_environment_and_a_settings_file_say_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("MULL_KEYS_URL=rubbish\n", encoding="utf-8")
    done = _demo(tmp_path, "--days", "1", **MISLEADING)
    assert (done.returncode, done.stderr) == (0, "")
    assert "An invitation. No reply needed." in done.stdout


def test_a_terminal_that_knows_few_letters_is_no_obstacle(tmp_path: Path) -> None:
    done = _demo(tmp_path, "--days", "1", PYTHONIOENCODING="ascii")
    assert done.returncode == 0
