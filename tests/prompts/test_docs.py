"""docs/flows.md tells the truth: its example loads, and every field, kind and variable stands in it."""

import re
from pathlib import Path
from typing import get_args

import pytest

from bot.domain.flows import Kind, Operator, Role
from bot.prompts import OURS, VARIABLES, load
from bot.prompts.flow_file import FlowFile, QuestionFile

DOCS = (OURS.parent / "docs/flows.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", DOCS, re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_is_a_flow_that_passes_the_check(tmp_path: Path, example: str) -> None:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows/end-of-term.yaml").write_text(example, encoding="utf-8")
    assert load(OURS, tmp_path).flow("end-of-term").text == example


def test_every_field_kind_operator_role_and_variable_is_explained() -> None:
    words = {*FlowFile.names(), *QuestionFile.names(), *get_args(Kind), *get_args(Role), *VARIABLES}
    assert not [word for word in words if not re.search(rf"`{{*[{{ ]*{word}\b", DOCS)]
    assert not [operator for operator in get_args(Operator) if f"{{{operator}:" not in DOCS]


def test_there_is_an_example() -> None:
    assert EXAMPLES
