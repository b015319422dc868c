"""The table of events in docs/workspace.md is true: every event an app can be told of, and a test that holds it."""

import re
from pathlib import Path

import pytest

from bot.workspace.subscriptions import SCOPES

ROOT = Path(__file__).parents[2]
DOC = (ROOT / "docs/workspace.md").read_text(encoding="utf-8")
SECTION = DOC.partition("### Events")[2].partition("\n## ")[0].partition("\n### ")[0]
ROWS = re.findall(r"^\| `([\w.]+)` \| .+ \| `([^|`]+)` \|$", SECTION, re.MULTILINE)


def test_every_event_has_its_row_and_no_other() -> None:
    assert sorted(event for event, _ in ROWS) == sorted(SCOPES)


@pytest.mark.parametrize("test", sorted({test for _, test in ROWS}))
def test_a_test_that_is_named_is_there(test: str) -> None:
    path, _, name = test.partition("::")
    assert re.search(rf"^(async )?def {name}\(", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE)
