"""“What just happened”: bytes and reasons for everybody, words for their writer alone."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from bot import clock, settings
from bot.demo.acts import DRAFT, DRAINED, TANK, WORDED
from bot.demo.explaining import SIGHTS
from bot.demo.host import DemoHost
from bot.demo.serving import open_demo
from bot.domain import privacy
from bot.models import ChangeKind, LetterKind, LetterState
from bot.prompts import Prompts
from bot.workspace.page.host import Line, Panel
from tests.demo.journeys import (
    AMIRA,
    HELEN,
    JOURNEYS,
    PRIYA,
    RUTH,
    SAM,
    THURSDAY,
    fill_in,
    open_home,
    somebody,
)

pytestmark = pytest.mark.xdist_group("explaining")

CANARY = "A canary that sings for Amira alone"
TYPED = "A canary that Helen typed where Slack can see it"
STEP = "Wait three seconds after a question"
NOTE = "A canary that sings for Priya alone"
VIEWERS = (AMIRA, PRIYA, HELEN, SAM, "U_LENA", "U_OWEN", RUTH)


@dataclass
class Told:
    """The panels on each act, by what it was and who looks."""

    panels: dict[tuple[str, str], list[Panel]] = field(default_factory=dict)

    def lines(self, act: str, viewer: str, title: str) -> list[Line]:
        found = [panel for panel in self.panels[act, viewer] if panel.title == title]
        return [line for panel in found for line in panel.lines]

    def words(self, act: str, viewer: str) -> str:
        lines = [line for panel in self.panels[act, viewer] for line in panel.lines]
        return "\n".join(f"{line.label}\n{line.value}" for line in lines)


KEPT, SEEN, LEFT = "What is kept of it", "Who may see it, and why", "What left for Slack"


@pytest.fixture(scope="module")
def told() -> Iterator[Told]:
    settings.drop_proxies()
    yield asyncio.run(_tell())
    clock.reset()


async def _tell() -> Told:
    told = Told()
    async with open_demo() as host:
        for who in (AMIRA, PRIYA, HELEN, RUTH):
            host.stepped_into(who)
        await _acts(host, told)
    return told


async def _acts(host: DemoHost, told: Told) -> None:
    amira, stage = somebody(host, AMIRA), host.company.stage

    async def explained(act: str, **which: str) -> None:
        await stage.calm()
        entries = stage.workspace.journal.entries(marks.pop(), **which)
        for viewer in VIEWERS:
            panels = [panel for entry in entries for panel in await host.explain(entry, viewer)]
            told.panels[act, viewer] = panels
        marks.append(stage.workspace.journal.last)

    marks = [stage.workspace.journal.last]
    await amira.click("Reflect now")
    await explained("opens")
    await fill_in(host, AMIRA, {TANK: "Half", DRAINED: CANARY})
    await explained("writes", method="view_submission")
    await amira.command("/mull", "step")
    await fill_in(host, AMIRA, {DRAFT: CANARY, WORDED: STEP})
    await open_home(host, AMIRA)
    await explained("makes a step", method="view_submission")
    await amira.click("Let Priya see this", in_home=True)
    await explained("shares")
    await host.pass_time(THURSDAY)
    await explained("passes", kind="call")
    await open_home(host, PRIYA)
    await somebody(host, PRIYA).click("Followed up", in_home=True)
    await fill_in(host, PRIYA, {"A note to yourself": NOTE})
    await explained("follows up", method="view_submission")
    await amira.click("Take it back", in_home=True)
    await explained("takes back")
    await somebody(host, HELEN).say(TYPED)
    await explained("types")
    await JOURNEYS["doubt"]["no"](host)
    await explained("declines")


def marks_of(lines: list[Line]) -> dict[str, str]:
    return {line.label.partition(",")[0]: line.kind for line in lines}


def test_a_click_that_opens_a_window_has_stored_nothing(told: Told) -> None:
    (line,) = told.lines("opens", AMIRA, KEPT)
    assert line.value.startswith("Nothing.")


def test_what_is_written_is_shown_in_bytes_and_beside_them_to_its_writer_in_words(told: Told) -> None:
    lines = told.lines("writes", AMIRA, KEPT)
    at = next(index for index, line in enumerate(lines) if line.value == CANARY)
    assert lines[at].label == "What you see"
    assert (lines[at - 1].label, lines[at - 1].kind) == ("What took the most out of you?", "bytes")
    assert CANARY not in lines[at - 1].value
    digits, _, count = lines[at - 1].value.partition(" … ")
    assert bytes.fromhex(digits)
    assert count == "101 bytes, sealed"


def test_nobodys_words_are_told_to_anybody_else_whatever_was_done(told: Told) -> None:
    writers = {CANARY: AMIRA, NOTE: PRIYA, STEP: AMIRA, TYPED: HELEN}
    leaks = [
        (act, viewer)
        for act, viewer in told.panels
        for words, writer in writers.items()
        if viewer != writer and words in told.words(act, viewer)
    ]
    assert leaks == []


def test_the_writer_of_each_sees_their_own(told: Told) -> None:
    assert CANARY in told.words("writes", AMIRA)
    assert STEP in told.words("makes a step", AMIRA)
    assert NOTE in told.words("follows up", PRIYA)


@pytest.mark.parametrize("viewer", [PRIYA, HELEN, SAM])
def test_others_are_shown_the_bytes_and_no_more(told: Told, viewer: str) -> None:
    assert {line.kind for line in told.lines("writes", viewer, KEPT)} == {"bytes"}


def test_an_answer_is_its_writers_alone_with_a_reason_for_everybody_else(told: Told) -> None:
    lines = told.lines("writes", AMIRA, SEEN)
    assert marks_of(lines) == {
        "Amira Shah": "yes",
        "Priya Nair": "no",
        "Helen Ward": "no",
        "Lena Fox": "no",
        "Whoever owns this Slack": "no",
        "Whoever looks after the server": "no",
    }
    assert len({line.value for line in lines}) == 6


def test_a_shared_step_is_the_coachs_too_until_it_is_taken_back(told: Told) -> None:
    assert marks_of(told.lines("makes a step", AMIRA, SEEN))["Priya Nair"] == "no"
    assert marks_of(told.lines("shares", AMIRA, SEEN))["Priya Nair"] == "yes"
    assert marks_of(told.lines("shares", AMIRA, SEEN))["Helen Ward"] == "no"
    assert marks_of(told.lines("takes back", AMIRA, SEEN))["Priya Nair"] == "no"


def test_a_coachs_note_is_the_coachs_alone(told: Told) -> None:
    seen = marks_of(told.lines("follows up", PRIYA, SEEN))
    assert seen["Priya Nair"] == "yes"
    assert "Amira Shah" not in seen


def test_what_is_typed_is_kept_as_a_draft_and_said_to_be_slacks_as_well(told: Told) -> None:
    draft, seen = told.lines("types", HELEN, KEPT)
    assert (draft.kind, seen.value) == ("bytes", TYPED)
    assert "a draft" in draft.label
    assert marks_of(told.lines("types", HELEN, SEEN))["Whoever owns this Slack"] == "yes"
    assert "Helen: an offer to keep what was typed" in {
        line.label for line in told.lines("types", HELEN, LEFT)
    }


def test_what_leaves_is_named_by_what_it_is_and_for_whom(told: Told) -> None:
    labels = {line.label for line in told.lines("takes back", AMIRA, LEFT)}
    assert {"Priya: a message, drawn again", "Priya: Home, drawn again", "Amira: Home, drawn again"} <= labels
    assert "Priya: a round-up" in {line.label for line in told.lines("passes", PRIYA, LEFT)}


def test_a_no_is_kept_so_that_nobody_asks_again(told: Told) -> None:
    (line,) = told.lines("declines", RUTH, KEPT)
    assert line.value.startswith("Ruth said no.")


def test_every_reason_of_the_gate_has_words(our_prompts: Prompts) -> None:
    reasons = {one for one in vars(privacy).values() if isinstance(one, privacy.Sight)}
    assert set(SIGHTS) == reasons
    assert all(our_prompts.say(f"explain_sight_{name}") for name in SIGHTS.values())


def test_every_kind_of_letter_its_states_and_every_change_have_words(our_prompts: Prompts) -> None:
    keys = [f"explain_letter_{kind}" for kind in LetterKind]
    keys += [f"explain_state_{state}" for state in LetterState]
    keys += [f"explain_change_{kind}" for kind in ChangeKind]
    assert all(our_prompts.say(key) for key in keys)


def test_every_part_has_words_for_not_seeing(our_prompts: Prompts) -> None:
    assert all(our_prompts.say(f"explain_unseen_{part}") for part in ("writer", "coach", "head", "lead"))
