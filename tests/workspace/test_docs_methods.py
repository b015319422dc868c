"""The table of methods in docs/workspace.md is true: each method, its scope, and a test that holds it."""

import re
from pathlib import Path

import pytest

from bot.workspace.wire.api import METHODS

ROOT = Path(__file__).parents[2]
DOC = (ROOT / "docs/workspace.md").read_text(encoding="utf-8")
SECTION = DOC.partition("### Methods")[2].partition("\n### ")[0]
ROWS = re.findall(r"^\| `([\w.]+)` \| ([^|]+) \| `([^|`]+)` \|$", SECTION, re.MULTILINE)


def test_every_method_has_its_row_and_no_other() -> None:
    assert sorted(method for method, *_ in ROWS) == sorted(METHODS)


@pytest.mark.parametrize(("method", "scope"), [(method, scope) for method, scope, _ in ROWS])
def test_a_rows_scope_is_the_codes(method: str, scope: str) -> None:
    """Where the conversation decides, the code asks for it itself, and the row says so."""
    known = METHODS[method]
    if known.scope:
        assert scope.split(", ") == known.scope.split("|")
    else:
        assert scope.startswith(("none", "the kind", "im:write"))
    if known.token == "none":
        assert scope == "none, no token"


@pytest.mark.parametrize("test", sorted({test for *_, test in ROWS}))
def test_a_test_that_is_named_is_there(test: str) -> None:
    path, _, name = test.partition("::")
    assert re.search(rf"^(async )?def {name}\(", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize(("method", "test"), [(method, test) for method, _, test in ROWS])
def test_a_test_that_is_named_calls_its_method(method: str, test: str) -> None:
    """As slack_sdk spells it, or by its name, somewhere in the test or in what its file does for all."""
    path, _, _ = test.partition("::")
    source = (ROOT / path).read_text(encoding="utf-8")
    assert method in source or method.replace(".", "_") in source
