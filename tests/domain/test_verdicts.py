"""What each reply of Slack's means, and how long is waited after one that means: not now."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.outbox import MANNERS
from bot.domain.verdicts import NO_ANSWER, NOT_CONNECTED, VERDICTS, Verdict, backoff, verdict
from bot.models import LetterKind

MESSAGE, REPEATABLE = MANNERS[LetterKind.CHECK_IN], MANNERS[LetterKind.HOME]


@pytest.mark.parametrize(
    ("reply", "meaning"),
    [
        ("ok", Verdict.SENT),
        ("ratelimited", Verdict.SLOW_DOWN),
        (NOT_CONNECTED, Verdict.NOT_SENT),
        ("user_not_found", Verdict.THIS_PERSON),
        ("channel_not_found", Verdict.THIS_PERSON),
        ("user_disabled", Verdict.THIS_PERSON),
        ("messages_tab_disabled", Verdict.THIS_PERSON),
        ("invalid_auth", Verdict.THIS_WORKSPACE),
        ("account_inactive", Verdict.THIS_WORKSPACE),
        ("token_revoked", Verdict.THIS_WORKSPACE),
        ("missing_scope", Verdict.THIS_WORKSPACE),
        ("msg_too_long", Verdict.OUR_MISTAKE),
        ("invalid_blocks", Verdict.OUR_MISTAKE),
    ],
)
def test_a_reply_that_is_clear_means_the_same_for_every_letter(reply: str, meaning: Verdict) -> None:
    assert {verdict(reply, manner) for manner in MANNERS.values()} == {meaning}


@pytest.mark.parametrize(
    "reply",
    ["fatal_error", "internal_error", "request_timeout", "service_unavailable", "http_502", NO_ANSWER, ""],
)
def test_a_reply_that_is_unclear_is_looked_up_for_messages_and_tried_again_for_the_rest(reply: str) -> None:
    assert verdict(reply, MESSAGE) == Verdict.PERHAPS_SENT
    assert verdict(reply, REPEATABLE) == Verdict.NOT_SENT


@given(reply=st.text())
def test_a_reply_nobody_has_heard_of_is_never_taken_for_not_sent(reply: str) -> None:
    if reply not in VERDICTS:
        assert verdict(reply, MESSAGE) == Verdict.PERHAPS_SENT


def test_backing_off_grows_and_is_never_longer_than_five_minutes() -> None:
    waits = [backoff(tries) for tries in range(1, 1000)]
    assert waits[0] == timedelta(seconds=2)
    assert all(first <= second for first, second in pairwise(waits))
    assert waits[-1] == timedelta(minutes=5)
