"""What a fortnight of the cast shows of Mull: who sees what, and that nothing is refused or lost on the way."""

import json

import pytest

from bot.demo.cast import AMIRA, HELEN, JO, LENA, OWEN, PRIYA, RUTH, TOM
from tests.demo.conftest import Entry, Played

PRIVATE = {
    "The printer, mostly.": AMIRA,
    "Fractions, once they argued": AMIRA,
    "Stop answering my own questions": AMIRA,
    "The slow thinkers would get a word in.": AMIRA,
    "Four hands that never go up.": AMIRA,
    "Silence frightens me": AMIRA,
    "Ask about the lower table": PRIYA,
    "would not let me stop reading aloud": JO,
    "All of them would have to think.": JO,
    "By phone. Try it in the second half.": OWEN,
    "The budget meeting.": HELEN,
    "I was short with the site team.": HELEN,
}
SHARED_WITH_OWEN = "The map lesson. Nobody asked me what to do next."
FIRST_STEP = "Wait three seconds after a question"
SECOND_STEP = "Ask what they noticed before I say what I noticed"


def _holds(entry: Entry, words: str) -> bool:
    return words in json.dumps(entry, ensure_ascii=False)


@pytest.mark.parametrize("words", PRIVATE)
def test_private_words_were_written_by_their_writer_and_sent_by_mull_to_nobody_else(
    played: Played, words: str
) -> None:
    writer = PRIVATE[words]
    envelopes = [entry for entry in played.journal if entry["kind"] == "envelope" and _holds(entry, words)]
    theirs = {entry.get("envelope_id") for entry in played.journal if entry.get("user") == writer}
    answers = [entry for entry in played.journal if entry["kind"] == "ack" and _holds(entry, words)]
    assert envelopes
    assert not [entry for entry in played.journal if entry["kind"] == "call" and _holds(entry, words)]
    assert {entry["envelope_id"] for entry in answers} <= theirs


@pytest.mark.parametrize("words", PRIVATE)
def test_nobody_else_has_private_words_on_a_screen_afterwards(played: Played, words: str) -> None:
    others = played.homes.keys() - {PRIVATE[words]}
    assert not [who for who in others if words in played.homes[who] + played.conversations[who]]


def test_a_shared_reflection_is_opened_by_the_coach_it_was_shared_with_and_by_nobody_else(
    played: Played,
) -> None:
    opened = [
        entry for entry in played.journal if entry["kind"] == "call" and _holds(entry, SHARED_WITH_OWEN)
    ]
    clicks = [entry for entry in played.journal if entry.get("args", {}).get("trigger_id")]
    by = {entry["user"] for entry in clicks for one in opened if _asked_by(entry, one)}
    assert {entry["method"] for entry in opened} == {"views.open"}
    assert by == {OWEN}


def _asked_by(click: Entry, call: Entry) -> bool:
    return bool(click["kind"] == "envelope" and click["args"]["trigger_id"] == call["args"]["trigger_id"])


def test_sharing_a_step_shares_its_line_and_not_the_answers_it_was_made_of(played: Played) -> None:
    assert SECOND_STEP in played.homes[PRIYA]
    assert "Read" not in played.homes[PRIYA].split("\n")


def test_a_step_without_a_day_stands_in_its_owners_home(played: Played) -> None:
    assert SECOND_STEP in played.homes[AMIRA]


def test_a_step_taken_back_is_gone_from_every_digest_that_named_it(played: Played) -> None:
    posted = [entry for entry in played.journal if entry["method"] == "chat.postMessage"]
    assert [entry for entry in posted if _holds(entry, FIRST_STEP)]
    assert FIRST_STEP not in played.conversations[PRIYA] + played.homes[PRIYA]
    assert FIRST_STEP in played.homes[AMIRA]


def test_whoever_says_no_is_never_written_to_again(played: Played) -> None:
    assert played.conversations[RUTH].count("I will not ask again") == 2  # one message: notification and body
    assert "Two minutes" not in played.conversations[RUTH]


def test_whoever_is_away_finds_nothing_piled_up(played: Played) -> None:
    assert (
        played.conversations[TOM].count("Done for this week.") == 2
    )  # his one check-in: notification and body
    assert "Nothing is sent to Tom: they are on leave." in played.transcript


def test_the_lead_sees_counts(played: Played) -> None:
    assert "4 pairs at work." in played.homes[LENA]


def test_each_who_ended_their_check_in_in_their_own_way_reads_the_same(played: Played) -> None:
    """Answered late, answered with a tap, declined: X12."""
    for who in (AMIRA, TOM, JO, HELEN):
        assert "Done for this week." in played.conversations[who]
        assert "How full is the tank" not in played.conversations[who]
