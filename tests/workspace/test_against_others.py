"""Our verdict beside those of others: what differs is listed in docs/workspace.md, and nothing else does."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.workspace.builders import JsonObject, home, modal, section
from tests.workspace.carriers import SENT, ours, payload
from tests.workspace.differences import OTHERS, WHOLES, judged, silence
from tests.workspace.generated import block
from tests.workspace.others import Verdict, slack_sdk_says, slackblocks_says
from tests.workspace.tables import TABLES
from tests.workspace.test_docs_blocks import DOC, PRINT, table
from tests.workspace.test_limits import surface_of


@pytest.mark.parametrize("head", list(TABLES)[3:])
def test_every_difference_is_listed_and_every_listed_one_is_there(head: str) -> None:
    assert table(head) == TABLES[head](), PRINT


def test_what_the_others_know_nothing_of_is_listed() -> None:
    assert [line for line in silence() if line not in DOC] == [], PRINT


@pytest.mark.parametrize("name", OTHERS)
def test_the_others_do_judge(name: str) -> None:
    """A validator that we asked in the wrong way would say nothing, or the same of everything."""
    verdicts = [(fits, found[name]) for _, _, fits, found in judged()]
    assert sum(verdict is not Verdict.SILENT for _, verdict in verdicts) > len(verdicts) / 2
    assert sum(fits and verdict is Verdict.TAKES for fits, verdict in verdicts) > 500
    assert sum(not fits and verdict is Verdict.REFUSES for fits, verdict in verdicts) > 500


@pytest.mark.parametrize("says", OTHERS.values(), ids=OTHERS)
def test_what_is_plainly_right_or_wrong_is_so_for_the_others_too(
    says: Callable[[JsonObject], Verdict],
) -> None:
    for right in (payload("message", section("x")), modal(section("x")), home(section("x"))):
        assert says(right) is Verdict.TAKES
    for wrong in (payload("message", section("x" * 3001)), modal(section("x"), title="x" * 25)):
        assert says(wrong) is Verdict.REFUSES


@pytest.mark.parametrize("kind", SENT)
@given(data=st.data())
@hypothesis_settings(max_examples=15)
def test_slacks_sdk_takes_whatever_fits(kind: str, data: st.DataObject) -> None:
    assert slack_sdk_says(payload(surface_of(kind), data.draw(block(kind)))) is not Verdict.REFUSES


def refused_there(part: Any, inside: str = "") -> bool:
    """Whether something in it is refused by slackblocks and taken here, as the table says."""
    if isinstance(part, list):
        return any(refused_there(one, inside) for one in part)
    if not isinstance(part, dict):
        return False
    kind = part.get("type", inside)
    listed = part.keys() & {"slack_icon", "agent_prompt_display"} or (inside, kind) == ("table", "raw_number")
    empty = str(kind).startswith("rich_text_") and part.get("elements") == []
    return bool(listed or empty) or any(refused_there(one, kind) for one in part.values())


@pytest.mark.parametrize("kind", SENT)
@given(data=st.data())
@hypothesis_settings(max_examples=15, suppress_health_check=[HealthCheck.filter_too_much])
def test_slackblocks_takes_whatever_fits_but_for_what_is_listed(kind: str, data: st.DataObject) -> None:
    whole = payload(surface_of(kind), data.draw(block(kind)))
    assume(not refused_there(whole))
    assert slackblocks_says(whole) is not Verdict.REFUSES


@pytest.mark.parametrize("whole", WHOLES.values(), ids=list(WHOLES))
def test_nothing_here_is_taken_that_both_others_refuse(whole: JsonObject) -> None:
    if not ours(whole):
        assert Verdict.TAKES in {says(whole) for says in OTHERS.values()}
