"""docs/faults.md: every fault says what happens and what is seen, and names a test and log lines that are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOC = (ROOT / "docs/faults.md").read_text(encoding="utf-8")
HEAD = ["fault", "what happens", "a person sees", "the operator sees", "test"]
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in DOC.splitlines()
    if line.startswith("| ") and not line.startswith("| ---")
]
FAULTS = [row for row in ROWS if row != HEAD]
SOURCE = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "bot").rglob("*.py"))


def test_there_are_thirty_at_least_and_no_fault_is_told_twice() -> None:
    names = [row[0] for row in FAULTS]
    assert len(names) == len(set(names)) >= 30


@pytest.mark.parametrize("row", FAULTS, ids=[row[0] for row in FAULTS])
def test_a_fault_says_what_is_seen_and_names_a_test_and_log_lines_that_are_there(row: list[str]) -> None:
    assert len(row) == len(HEAD)
    assert all(row)
    found = re.fullmatch(r"`(tests/[\w/]+\.py)::(\w+)`", row[-1])
    assert found, row[-1]
    assert re.search(
        rf"^(async )?def {found[2]}\(", (ROOT / found[1]).read_text(encoding="utf-8"), re.MULTILINE
    )
    logged = re.findall(r"`([a-z]+\.[a-z_]+)`", row[3])
    assert [event for event in logged if f'"{event}"' not in SOURCE] == []
