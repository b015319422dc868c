"""It is safe to be honest here: what is typed is nowhere but with those who may read it."""

import io
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from bot import log
from bot.db import Database
from bot.workspace.visitor import Person
from tests.cast import AMIRA, HELEN, JO, LENA, OWEN, PRIYA
from tests.conversations.conftest import Stage

MONDAY = datetime(2026, 9, 14, 7, 10, tzinfo=UTC)
THURSDAY = datetime(2026, 9, 17, 14, 30, tzinfo=UTC)
CANARY = "zephyr-canary"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Everything that is logged, at the most talkative level there is."""
    stream = io.StringIO()
    before = logging.getLogger().level
    log.set_up("DEBUG", stream)
    yield stream
    logging.getLogger().setLevel(before)


async def test_a_phrase_typed_into_every_input_is_found_nowhere_else(
    stage: Stage, written: io.StringIO
) -> None:
    amira, priya = stage.person(AMIRA), stage.person(PRIYA)
    await stage.clock_to(MONDAY)
    await amira.wait_for_message("How full is the tank today?")
    await amira.say(f"{CANARY} typed <!channel>")
    await amira.wait_for_message("Shall I keep what you wrote")
    await amira.click("Keep it")
    await amira.wait_for("If there is a line to add")

    await _through(amira, "weekly-reflection")
    await amira.close()
    await _through(amira, "action-step", first={"Is this about teaching, or about leading?": "Teaching"})
    await amira.click("Let Priya see this")
    await amira.wait_for_modal("You and Priya see this.")
    await amira.close()

    await stage.clock_to(THURSDAY)
    await priya.wait_for_message("Your coachee has something for you.")
    await priya.click("Followed up")
    await priya.type("A note to yourself", f"{CANARY} of the coach")
    await priya.submit()
    await priya.wait_for("Followed up.")
    await amira.open_home()
    await amira.wait_for_home("How is it going?")
    await amira.click("How is it going?", in_home=True)
    await _walk(
        amira, {"Did a moment for it come?": "It came, and I tried", "becomes of the step?": "I change it"}
    )

    for other in (JO, OWEN, HELEN, LENA):
        assert not await stage.person(other).sees(CANARY)
    assert not await amira.sees("of the coach")
    assert not await priya.sees("typed")
    assert await _private_messages_name_nothing(stage)
    assert CANARY not in written.getvalue()
    assert _found_in(stage.mull.stores.database) == []
    assert _found_in(stage.mull.stores.keys) == []


async def test_what_a_person_types_mentions_nobody_wherever_it_is_shown(stage: Stage) -> None:
    amira, priya = stage.person(AMIRA), stage.person(PRIYA)
    await stage.clock_to(MONDAY)
    step = "<!channel> *stop* {{ 7 * 7 }} &amp;"
    await _through(
        amira, "action-step", first={"Is this about teaching, or about leading?": "Teaching"}, words=step
    )
    await amira.click("Let Priya see this")
    await amira.wait_for_modal("You and Priya see this.")
    await stage.clock_to(THURSDAY)
    digest = await priya.wait_for_message("Your coachee has something for you.")
    assert step in digest.shown
    assert digest.mentions == []


TEXTS = ("x" * 3000, "👩‍🏫 gut 🎉", "مرحبا بكم في المدرسة", "<!channel> & <b>", "  two  spaces  ")


async def test_text_is_kept_as_it_was_typed_and_as_it_was_changed(stage: Stage) -> None:
    amira = stage.person(AMIRA)
    await stage.clock_to(MONDAY)
    await amira.wait_for_message("How full is the tank today?")
    await amira.click("Good")
    await amira.wait_for("If there is a line to add")
    await amira.click("If there is a line to add")
    before = None
    for words in TEXTS:
        modal = await amira.wait_for_modal("Which ten minutes")
        assert modal.values["answer.moment_taught"] == before
        await amira.type("Which ten minutes of this week would you gladly teach again?", words)
        await amira.submit()
        await amira.close()
        await amira.click("If there is a line to add")
        await amira.submit()
        before = words


async def test_what_cannot_be_stored_is_refused_in_place_with_a_sentence(stage: Stage) -> None:
    amira = stage.person(AMIRA)
    await stage.clock_to(MONDAY)
    await amira.wait_for_message("How full is the tank today?")
    await amira.click("Good")
    await amira.wait_for("If there is a line to add")
    await amira.click("If there is a line to add")
    await amira.type("Which ten minutes of this week would you gladly teach again?", "a\x00b")
    outcome = await amira.submit()
    assert "cannot be kept" in outcome.errors["moment_taught"]
    assert await amira.modal() is not None


async def _through(person: Person, flow: str, first: dict[str, str] | None = None, words: str = "") -> None:
    """Open a flow and write into everything that can be written into."""
    await person.command("/mull", {"weekly-reflection": "reflect", "action-step": "step"}[flow])
    answers = {
        "How full is the tank": "Low",
        "would there be a next time": "Yes, it is something",
        **(first or {}),
    }
    await _walk(person, answers, words)


async def _walk(person: Person, answers: dict[str, str], words: str = "") -> None:
    """Screen by screen: choices as told, else the first; words into every field for words."""
    for _ in range(20):
        modal = await person.modal()
        assert modal is not None
        if not modal.submit:
            return
        for block in modal.blocks:
            if block["type"] == "input":
                await _fill(person, block, answers, words)
        outcome = await person.submit()
        assert not outcome.errors, outcome.errors
    raise AssertionError("the flow does not end")


async def _fill(person: Person, block: dict[str, object], answers: dict[str, str], words: str) -> None:
    label, element = block["label"]["text"], block["element"]  # type: ignore[index]
    if element["type"] == "plain_text_input":  # type: ignore[index]
        await person.type(label, words or f"{CANARY} {block['block_id']}")
    elif element["type"] == "radio_buttons":  # type: ignore[index]
        told = next((answer for key, answer in answers.items() if key in label), "")
        options = [option["text"]["text"] for option in element["options"]]  # type: ignore[index]
        await person.choose(label, next((one for one in options if one.startswith(told)), options[0]))
    elif element["type"] == "datepicker":  # type: ignore[index]
        await person.choose(label, "2026-09-16")


async def _private_messages_name_nothing(stage: Stage) -> bool:
    """No message to a person carries their words; a coach's digest may carry titles, and nothing else does."""
    posted = [*await stage.visitor.calls("chat.postMessage"), *await stage.visitor.calls("chat.update")]
    telling = [call for call in posted if CANARY in str(call["args"])]
    return all("round-up" in str(call["args"]) and f"{CANARY} title" in str(call["args"]) for call in telling)


def _found_in(store: Database) -> list[str]:
    """Where the phrase stands in a store: in its files with the write-ahead log, or in any column."""
    if store.dialect == "sqlite":
        folder = Path(str(store.url.database)).parent
        return [str(file) for file in folder.iterdir() if CANARY.encode() in file.read_bytes()]
    found = []
    with store.read() as session:
        for table in inspect(session.connection()).get_table_names():
            rows = session.execute(text(f'SELECT * FROM "{table}"')).all()
            found += [
                table
                for row in rows
                if CANARY in str([bytes(c) if isinstance(c, memoryview) else c for c in row])
            ]
    return found
