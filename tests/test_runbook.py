"""The runbook tells of everything that can occur: events in the log, metrics, states of letters."""

import ast
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

import bot
from bot import meters
from bot.models import LetterState
from bot.services import attention
from bot.services.watching import Standing
from bot.watch import Seen, _Told

ROOT = Path(__file__).resolve().parents[1]
RUNBOOK = (ROOT / "docs/runbook.md").read_text(encoding="utf-8")
LEVELS = {"event": "INFO", "warning": "WARNING", "alert": "ERROR"}


def calls(file: Path) -> Iterator[tuple[str, str]]:
    """The name of every event that a module logs, and its level; also through a name it gave to one of ours."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    ours = {f"log.{name}": level for name, level in LEVELS.items()}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and (
            told := re.findall(r"log\.\w+(?!\w|\()", ast.unparse(node.value))
        ):
            for target in node.targets:
                ours[ast.unparse(target)] = max(
                    (ours.get(one, "INFO") for one in told), key=list(LEVELS.values()).index
                )
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ours and node.args:
            for constant in ast.walk(node.args[0]):
                if isinstance(constant, ast.Constant) and isinstance(constant.value, str):
                    yield constant.value, ours[ast.unparse(node.func)]


def logged() -> dict[str, set[str]]:
    """Event → its levels, as the code has them."""
    found: dict[str, set[str]] = {}
    for file in Path(bot.__file__).parent.rglob("*.py"):
        if file.name != "log.py" and "workspace" not in file.relative_to(Path(bot.__file__).parent).parts:
            for name, level in calls(file):
                found.setdefault(name, set()).add(level)
    return found


def table(first: str) -> dict[str, list[str]]:
    """A table of the runbook: each name in its first column → the other cells of its row."""
    found = re.search(rf"^\| {first} \|.*\n\|[ -|]*\n((?:\|.*\n)+)", RUNBOOK, re.MULTILINE)
    assert found, first
    rows = [[cell.strip() for cell in line.strip().strip("|").split(" | ")] for line in found[1].splitlines()]
    return {name: row[1:] for row in rows for name in re.findall(r"`([^`]+)`", row[0])}


def test_the_runbook_tells_of_every_event_that_is_logged() -> None:
    assert sorted(set(logged()) - set(table("event"))) == []


def test_the_runbook_says_of_each_event_how_bad_it_is() -> None:
    told = {name: row[0] for name, row in table("event").items()}
    assert {name for name, levels in logged().items() if told[name] not in levels} == set()


def test_events_are_found_wherever_they_are_logged(tmp_path: Path) -> None:
    file = tmp_path / "some.py"
    file.write_text(
        'tell = log.event if fine else log.warning\ntell("a.told", id=1)\n'
        'log.alert("b.bad" if bad else "c.worse", error=error)\nlog.set_up("DEBUG")\n'
    )
    assert set(calls(file)) == {("a.told", "WARNING"), ("b.bad", "ERROR"), ("c.worse", "ERROR")}


def test_an_event_is_a_noun_of_ours_and_what_became_of_it() -> None:
    assert [name for name in logged() if not re.fullmatch(r"[a-z]+\.[a-z_]+", name)] == []


def test_the_runbook_explains_every_state_of_a_letter() -> None:
    assert set(table("state")) == set(LetterState)


@pytest.fixture
def metrics() -> set[str]:
    """The name of every metric there is."""
    seen, standing = [Seen("start", True, "done")], Standing({("sent", "home"): 1}, 0.0, 0, 1.0)
    ages = {"mull_job_age_seconds": ("", dict), "mull_socket_pong_age_seconds": ("", dict)}
    told = [*meters.registry.collect(), *_Told(seen, standing, ages).collect()]  # type: ignore[arg-type]
    return {f"{one.name}_total" if one.type == "counter" else one.name for one in told}


def test_the_runbook_explains_every_metric(metrics: set[str]) -> None:
    assert set(table("metric")) == metrics


def test_every_metric_in_an_alert_is_one(metrics: set[str]) -> None:
    rules = re.search(r"```yaml\n(.*?)```", RUNBOOK, re.DOTALL)
    assert rules
    assert set(re.findall(r"\bmull_\w+", rules[1])) - metrics == set()


def test_ages_are_told_under_the_names_in_the_runbook() -> None:
    code = "".join((ROOT / one).read_text(encoding="utf-8") for one in ("bot/app.py", "bot/watch.py"))
    assert set(re.findall(r'"(mull_\w+_age_seconds)"', code)) <= set(table("metric"))


def test_the_times_in_the_runbook_are_the_codes() -> None:
    told = [attention.LATE, attention.OVERDUE, attention.REMEMBERED]
    assert told == [timedelta(minutes=5), timedelta(minutes=15), timedelta(weeks=1)]
