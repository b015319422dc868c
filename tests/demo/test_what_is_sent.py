"""Whatever Mull sent in a fortnight is taken by validators that are not ours."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.demo.conftest import Entry, Played
from tests.workspace.carriers import ours
from tests.workspace.others import Verdict, slack_sdk_says, slackblocks_says

pytestmark = pytest.mark.xdist_group("fortnight")


def sent(journal: list[Entry]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every message and view, as it went over the wire: as a call of its own, or in an acknowledgement."""
    for entry in journal:
        args = entry.get("args") or {}
        if entry["kind"] == "call" and "view" in args:
            yield entry["method"], args["view"]
        elif entry["kind"] == "call" and str(entry["method"]).startswith("chat."):
            yield entry["method"], {name: args[name] for name in ("text", "blocks") if args.get(name)}
        elif entry["kind"] == "ack":
            answer = entry.get("response") or {}
            if "view" in answer:
                yield "acknowledgement", answer["view"]
            elif "blocks" in answer:
                yield "answer to a command", {"text": answer.get("text"), "blocks": answer["blocks"]}


def test_there_was_every_way_of_sending_something(played: Played) -> None:
    ways = {way for way, _ in sent(played.journal)}
    assert ways >= {"chat.postMessage", "chat.update", "views.open", "views.publish", "acknowledgement"}


def test_nothing_that_was_sent_would_be_refused_by_others(played: Played) -> None:
    for way, whole in sent(played.journal):
        assert {slack_sdk_says(whole), slackblocks_says(whole)} == {Verdict.TAKES}, (way, whole)
        assert ours(whole) == [], way
