"""docs/workspace.md tells of every block, element and object what is checked and which test holds it, and says so."""

import re
from pathlib import Path

import pytest

from bot.workspace.checks.blocks import BLOCKS
from bot.workspace.checks.elements import ELEMENTS
from tests.workspace import test_limits
from tests.workspace.carriers import CARRIERS
from tests.workspace.tables import TABLES, blocks_table, elements_table, objects_table

DOC = (Path(__file__).parents[2] / "docs" / "workspace.md").read_text(encoding="utf-8")
PRINT = "python -m tests.workspace.tables prints the tables as they should be"


def table(head: str) -> list[str]:
    """The rows of the table with this head."""
    found = re.search(rf"^{re.escape(head)}\n\|[ -|]*\n((?:\|.*\n)*)", DOC, re.MULTILINE)
    assert found, head
    return found[1].splitlines()


@pytest.mark.parametrize(
    "head", [head for head, rows in TABLES.items() if rows.__module__ == __package__ + ".tables"]
)
def test_a_table_of_limits_says_what_is_enforced(head: str) -> None:
    assert table(head) == TABLES[head](), PRINT


def test_every_block_and_element_is_in_its_table() -> None:
    assert [
        re.findall(r"`(\w+)`", row)[0] for row in table("| block | surfaces | limits checked | test |")
    ] == [*BLOCKS]
    assert [re.findall(r"`(\w+)`", row)[0] for row in table("| element | in | limits checked | test |")] == [
        *ELEMENTS
    ]


@pytest.mark.parametrize("row", [*blocks_table(), *elements_table(), *objects_table()])
def test_the_test_that_a_row_names_is_there(row: str) -> None:
    named = re.search(r"`(test_\w+)(?:\[(.+)\])?` \|$", row)
    assert named
    assert callable(getattr(test_limits, named[1]))
    assert named[2] is None or named[2] in {carrier.name for carrier in CARRIERS}
