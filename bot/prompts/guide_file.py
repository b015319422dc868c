"""The guide's file: doors of the demo, what to try behind each, and what moments of the clock are called."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from bot.prompts.documents import Document, Path_, read
from bot.prompts.mistakes import Mistake, PromptMistakes, nearest
from bot.prompts.shapes import Shape, shaped

Words = Annotated[str, Field(min_length=1, max_length=300)]
Id = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$")]


class StepFile(Shape):
    """One thing to try. It is done by what `person` did, or when the clock has come to a wall-clock time.

    `after`: what was done before that earlier step was does not count.
    """

    id: Id
    person: str
    place: Literal["messages", "home", "clock", "export"] = "messages"
    text: Words
    did: str | None = None
    clock: str | None = None
    after: str | None = None

    @property
    def at(self) -> datetime | None:
        """The time of `clock`, without a zone."""
        return datetime.strptime(self.clock, "%Y-%m-%d %H:%M") if self.clock else None  # noqa: DTZ007 - the school's


class DoorFile(Shape):
    """A way in."""

    PARTS: ClassVar = {"steps": StepFile}

    id: Id
    title: Words
    line: Words
    person: str
    steps: Annotated[list[StepFile], Field(min_length=1, max_length=12)]


class GuideFile(Shape):
    """The whole of it."""

    PARTS: ClassVar = {"doors": DoorFile}

    title: Words
    intro: Annotated[str, Field(min_length=1, max_length=600)]
    doors: list[DoorFile]
    moments: Mapping[str, Words]
    groups: Mapping[str, Words]


def read_guide(path: Path, accounts: Collection[str], signs: Collection[str]) -> GuideFile:
    """The guide in a file. PromptMistakes, with all of them, also for people and signs that are not there."""
    document = read(path)
    guide = shaped(document, GuideFile)
    if mistakes := list(_mistakes(document, guide, accounts, signs)):
        raise PromptMistakes(mistakes)
    return guide


def _mistakes(
    document: Document, guide: GuideFile, accounts: Collection[str], signs: Collection[str]
) -> Iterator[Mistake]:
    yield from _twice(document, [door.id for door in guide.doors], ("doors",))
    for number, door in enumerate(guide.doors):
        at = ("doors", number)
        if door.person not in accounts:
            yield _nobody(document, door.person, accounts, (*at, "person"))
        yield from _twice(document, [step.id for step in door.steps], (*at, "steps"))
        for index, step in enumerate(door.steps):
            yield from _step_mistakes(document, step, accounts, signs, (*at, "steps", index))
            earlier = [one.id for one in door.steps[:index]]
            if step.after is not None and step.after not in earlier:
                what = f"no step before '{step.id}' is called '{step.after}'"
                yield document.mistake(what, nearest(step.after, earlier), *at, "steps", index, "after")


def _step_mistakes(
    document: Document, step: StepFile, accounts: Collection[str], signs: Collection[str], at: Path_
) -> Iterator[Mistake]:
    if step.person not in accounts:
        yield _nobody(document, step.person, accounts, (*at, "person"))
    if (step.did is None) == (step.clock is None):
        what = f"the step '{step.id}' does not say when it is done, or says it twice"
        yield document.mistake(what, "Write either 'did' or 'clock'", *at)
    if step.did is not None and step.did not in signs:
        yield document.mistake(f"nothing tells that '{step.did}'", nearest(step.did, signs), *at, "did")
    try:
        _ = step.at
    except ValueError:
        do = "Write it like 2026-09-17 15:30"
        yield document.mistake(f"'{step.clock}' is not a moment", do, *at, "clock")


def _nobody(document: Document, account: str, accounts: Collection[str], at: Path_) -> Mistake:
    return document.mistake(f"there is nobody with the account '{account}'", nearest(account, accounts), *at)


def _twice(document: Document, ids: list[str], at: Path_) -> Iterator[Mistake]:
    for one, count in Counter(ids).items():
        if count > 1:
            yield document.mistake(f"'{one}' stands here twice", "Call one of them something else", *at)
