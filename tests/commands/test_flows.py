"""`mull flows` shows, checks and plays the flows, and exits non-zero when it could not."""

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.cli import main


@dataclass(frozen=True)
class Done:
    """How a command ended and what it printed."""

    returncode: int
    stdout: str
    stderr: str


Mull = Callable[..., Done]


@pytest.fixture
def mull(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Mull:
    """The real command line, with somebody's typing on its input."""

    def run(*arguments: str, typed: str = "") -> Done:
        monkeypatch.setattr(sys, "argv", ["mull", "flows", *arguments])
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        monkeypatch.setenv("COLUMNS", "400")
        code = 0
        try:
            main()
        except SystemExit as stopped:
            code = int(stopped.code or 0)
        printed = capsys.readouterr()
        return Done(code, printed.out, printed.err)

    return run


def test_list_shows_each_flow_with_what_it_asks_of_people(mull: Mull) -> None:
    shown = mull("list").stdout
    assert [line.split()[0] for line in shown.splitlines()] == [
        "flow", "action-step", "step-follow-up", "weekly-reflection",
    ]  # fmt: skip
    assert "teacher, leader" in shown


def test_check_says_that_ours_are_fine(mull: Mull) -> None:
    done = mull("check")
    assert (done.returncode, done.stdout.startswith("All are fine: 3 flows")) == (0, True)


def test_check_tells_every_mistake_of_a_folder_and_fails(mull: Mull, tmp_path: Path) -> None:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows/ours.yaml").write_text("id: ours\ntitle: Ours\ncolour: red\n")
    done = mull("check", str(tmp_path))
    assert done.returncode == 1
    assert f"{tmp_path}/flows/ours.yaml:3: there is no field 'colour' here." in done.stderr
    assert "'questions' is missing" in done.stderr


def test_a_folder_laid_over_ours_is_listed(mull: Mull, tmp_path: Path) -> None:
    (tmp_path / "flows").mkdir()
    text = "id: brief\ntitle: '[Brief]'\nfor: [coach]\nminutes: 1\nseen_by: me\nquestions:\n"
    (tmp_path / "flows/brief.yaml").write_text(text + "  - {id: a, ask: 'A?', kind: short_text}\n")
    assert "[Brief]" in mull("list", "--prompts", str(tmp_path)).stdout


def test_play_walks_to_the_end_and_shows_what_would_be_made(mull: Mull) -> None:
    first = ["leading", "support with the plan", "3", "ask [before] telling"]
    tests = ["", "Tuesdays", "", "", "2"]
    last = ["", "meeting", "2026-11-24", "a recording"]  # the title is left as it stands
    typed = "\n".join([*first, *tests, *last, ""])
    done = mull("play", "action-step", "--as", "leader", typed=typed)
    assert done.returncode == 0, done.stderr
    assert "This would be made an action step: ask [before] telling" in done.stdout
    assert "This would be kept as a task, neither coached nor counted: support with the plan" in done.stdout


def test_play_says_what_is_wrong_with_an_answer_and_asks_again(mull: Mull) -> None:
    done = mull("play", "weekly-reflection", typed="nine\n6\n\n2\nthe boiler\n\n\n")
    assert done.stdout.count("Choose one of those offered.") == 2
    assert "This one needs an answer before the next." in done.stdout
    assert "drained_by: the boiler" in done.stdout


def test_play_that_runs_out_of_answers_fails(mull: Mull) -> None:
    done = mull("play", "step-follow-up", typed="1\n")
    assert (done.returncode, done.stderr) == (1, "Stopped before the end. Nothing was kept.\n")


def test_play_asks_a_role_its_own_questions(mull: Mull) -> None:
    led = mull("play", "weekly-reflection", "--as", "leader", typed="5\n\n\n").stdout
    assert "kept out of it" in led
    assert "teach again" not in led


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("play", "nonesuch"), "There is no flow 'nonesuch'"),
        (("play", "action-step", "--as", "coach"), "is not for a coach"),
        (("play", "action-step", "--as", "pupil"), "There is no role 'pupil'"),
        (("check", "no/such/folder"), "There are no prompts in this folder"),
    ],
)
def test_what_cannot_be_done_is_said_on_stderr_with_exit_1(
    mull: Mull, arguments: tuple[str, ...], said: str
) -> None:
    done = mull(*arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert said.lower() in done.stderr.lower()
