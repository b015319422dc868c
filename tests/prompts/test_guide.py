"""The guide's file: what is wrong with it is told with its line, and ours has nothing wrong."""

from pathlib import Path

import pytest

from bot.demo import signs
from bot.demo.guide import doors, our_guide
from bot.demo.opening import two_schools
from bot.prompts.guide_file import GuideFile, read_guide
from bot.prompts.mistakes import PromptMistakes
from bot.services.milestones import Milestone

ACCOUNTS = {"U_ANN", "U_BEN"}
SIGNS = {"answered", "typed"}
GUIDE = """\
title: A title
intro: An introduction.
doors:
  - id: teach
    title: I teach
    line: A line.
    person: U_ANN
    steps:
      - {id: tap, person: U_ANN, text: Tap., did: answered}
      - {id: wait, person: U_ANN, place: clock, text: Wait., clock: "2026-09-17 15:30"}
moments: {day: A day on}
groups: {guests: Guests}
"""


def guide(folder: Path, text: str = GUIDE) -> GuideFile:
    file = folder / "guide.yaml"
    file.write_text(text, encoding="utf-8")
    return read_guide(file, ACCOUNTS, SIGNS)


def test_ours_is_fine_and_has_the_five_doors() -> None:
    accounts = {one.id for one in two_schools().seed.people}
    titles = [door.title for door in doors(our_guide(accounts))]
    assert titles == ["I teach", "I coach", "I lead a school", "I answer for it", "I am not convinced"]


def test_each_of_our_doors_is_three_minutes_and_not_thirty() -> None:
    accounts = {one.id for one in two_schools().seed.people}
    assert all(4 <= len(door.steps) <= 10 for door in our_guide(accounts).doors)


def test_a_guide_is_read_with_its_steps(tmp_path: Path) -> None:
    (door,) = guide(tmp_path).doors
    assert [(step.id, step.did, step.place) for step in door.steps] == [
        ("tap", "answered", "messages"),
        ("wait", None, "clock"),
    ]
    assert str(door.steps[1].at) == "2026-09-17 15:30:00"


@pytest.mark.parametrize(
    ("wrong", "right", "told"),
    [
        ("did: answered", "did: answerd", r"guide\.yaml:9: nothing tells that 'answerd'. Perhaps 'answered'"),
        (
            "person: U_ANN\n",
            "person: U_ANNE\n",
            r":7: there is nobody with the account 'U_ANNE'. Perhaps 'U_ANN'",
        ),
        ("tap, person: U_ANN", "tap, person: U_CAT", r":9: there is nobody with the account 'U_CAT'"),
        (", did: answered", "", r":9: the step 'tap' does not say when it is done"),
        ("did: answered", 'did: answered, clock: "2026-09-17 15:30"', r":9: the step 'tap' .* says it twice"),
        ("2026-09-17 15:30", "Thursday", r":10: 'Thursday' is not a moment. Write it like 2026-09-17 15:30"),
        (
            "place: clock,",
            "place: clock, after: tab,",
            r":10: no step before 'wait' is called 'tab'. Perhaps 'tap'",
        ),
        ("id: wait", "id: tap", r"'tap' stands here twice"),
        ("place: clock", "place: cellar", r":10: 'cellar' is not something 'place' can be"),
        ("text: Tap., ", "", r":9: 'text' is missing"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, wrong: str, right: str, told: str) -> None:
    assert wrong in GUIDE
    with pytest.raises(PromptMistakes, match=told):
        guide(tmp_path, GUIDE.replace(wrong, right, 1))


def test_every_sign_has_a_word_of_its_own() -> None:
    assert len(signs.known()) == len(signs.WIRE) + len(Milestone)
