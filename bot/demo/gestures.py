"""What people do with their hands: tap, type, answer, close. Each can be done, and told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.demo.stage import Stage, WentWrong
from bot.demo.transcript import Transcript
from bot.workspace.visitor import Outcome, Person, Screen

TYPED = "plain_text_input"
MOST_SCREENS = 20

Block = dict[str, Any]


class Gesture(Protocol):
    """Something somebody does. `told` is None for everyone but the first of those who do the same."""

    async def play(self, person: Person, stage: Stage, told: Transcript | None) -> None:
        """They have done it, and the transcript has it."""


@dataclass(frozen=True)
class Invited:
    """The coaching lead has everyone invited, which is done from the command line."""

    async def play(self, person: Person, stage: Stage, told: Transcript | None) -> None:
        if told:
            told.does("demo_invites")
        await stage.invite()


@dataclass(frozen=True)
class Taps:
    """Taps a button: in the open modal if there is one, else in Home or in the newest message that has it."""

    button: str
    in_home: bool = False

    async def play(self, person: Person, stage: Stage, told: Transcript | None) -> None:
        if told:
            told.does("demo_taps", button=self.button)
        worked(await person.click(self.button, in_home=self.in_home))
        await _show(person, told)


@dataclass(frozen=True)
class Answers:
    """Fills in the open screen, by the questions' words, and sends it. What is not named is left empty."""

    given: Mapping[str, str] = field(default_factory=dict)

    async def play(self, person: Person, stage: Stage, told: Transcript | None) -> None:
        given = {question: answer for question, answer in self.given.items() if answer}
        screen = await person.wait_for_modal(next(iter(self.given)))
        for question, answer in given.items():
            typed = _is_typed(screen, question)
            worked(await (person.type(question, answer) if typed else person.choose(question, answer)))
        if told:
            told.screen(screen, given)
        worked(await person.submit())
        await _show(person, told)


@dataclass(frozen=True)
class FillsIn:
    """Goes through a flow to its end, whatever its screens are: what is named is answered, of other choices that are
    required the first is taken, and the rest is left empty."""

    given: Mapping[str, str]

    async def play(self, person: Person, stage: Stage, told: Transcript | None) -> None:
        for _ in range(MOST_SCREENS):
            screen = await person.modal()
            if screen is None or screen.submit is None:
                return
            for block in screen.blocks:
                await self._answer(person, block)
            worked(await person.submit())
        raise WentWrong(f"There was no end of screens in ‘{screen.title if screen else ''}’.")

    async def _answer(self, person: Person, block: Block) -> None:
        if block["type"] != "input":
            return
        question, element = block["label"]["text"], block["element"]
        answer = self.given.get(question)
        if element["type"] == TYPED and answer:
            worked(await person.type(question, answer))
        elif element["type"] != TYPED and (answer or not block.get("optional")):
            worked(await person.choose(question, answer or element["options"][0]["text"]["text"]))


@dataclass(frozen=True)
class Sends:
    """Sends an open screen that asks nothing."""

    async def play(self, person: Person, stage: Stage, told: Transcript | None) -> None:
        screen = await person.wait_for_modal()
        if told:
            told.does("demo_taps", button=screen.submit)
        worked(await person.submit())


@dataclass(frozen=True)
class Closes:
    """Closes the open modal."""

    async def play(self, person: Person, stage: Stage, told: Transcript | None) -> None:
        worked(await person.close())


@dataclass(frozen=True)
class OpensHome:
    """Opens Home, and looks at it."""

    async def play(self, person: Person, stage: Stage, told: Transcript | None) -> None:
        if told:
            told.does("demo_opens_home")
        await person.open_home()
        await stage.calm()
        home = await person.wait_for_home()
        if told:
            told.screen(home)


@dataclass(frozen=True)
class Commands:
    """Types a slash command."""

    command: str
    text: str = ""

    async def play(self, person: Person, stage: Stage, told: Transcript | None) -> None:
        if told:
            told.does("demo_commands", command=f"{self.command} {self.text}".strip())
        worked(await person.command(self.command, self.text))
        await _show(person, told)


@dataclass(frozen=True)
class Types:
    """Types into the conversation."""

    text: str

    async def play(self, person: Person, stage: Stage, told: Transcript | None) -> None:
        if told:
            told.does("demo_types", text=self.text)
        await person.say(self.text)
        await stage.calm()
        if told:
            await told.news(stage)


@dataclass(frozen=True)
class Removes:
    """Removes from Slack what they typed last."""

    async def play(self, person: Person, stage: Stage, told: Transcript | None) -> None:
        if told:
            told.does("demo_removes")
        own = [message for message in await person.messages() if message.user == person.id]
        await person.delete(own[-1].ts)


async def _show(person: Person, told: Transcript | None) -> None:
    """A screen that asks something is told when it is answered; any other at once."""
    screen = await person.modal()
    if told and screen and not screen.labels:
        told.screen(screen)


def worked(outcome: Outcome) -> None:
    """It did. WentWrong otherwise."""
    if not outcome.acknowledged or outcome.trouble or outcome.errors:
        raise WentWrong(f"Something did not work as it should: {outcome.trouble or outcome.errors}")


def _is_typed(screen: Screen, question: str) -> bool:
    for block in screen.blocks:
        if block["type"] == "input" and block["label"]["text"] == question:
            return bool(block["element"]["type"] == TYPED)
    raise WentWrong(f"The screen ‘{screen.title}’ does not ask ‘{question}’. It asks: {screen.labels}")
