"""The transcript: what people do and what they see, printed as it happens, for somebody who reads along.

Everything on it was read off people's screens. What one person alone can see is told under their name.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from rich.console import Console
from rich.text import Text

from bot.demo.cast import BY_ID
from bot.demo.stage import News, Stage
from bot.domain.outbox import MANNERS
from bot.models import Letter
from bot.prompts import Prompts
from bot.services.answers import Kept
from bot.slack.times import DAYS, at_time, day_month
from bot.workspace.reading import Reading
from bot.workspace.visitor import Message, Screen

WIDEST = 96
MARGIN = " " * 7
QUOTED = re.compile(r"^> ?")
SMALL = "dim"
MESSAGE, SCREEN = "▌ ", "│ "

Block = dict[str, Any]
Piece = tuple[str, str]
"""A line of text and its style."""


class Transcript:
    """Prints. `begin` says when and who; everything after it is theirs, until the next."""

    def __init__(self, console: Console, prompts: Prompts, reading: Reading) -> None:
        self._console = console
        self._prompts = prompts
        self._reading = reading
        self._width = min(console.width, WIDEST)
        self._day: date | None = None
        self._moment: datetime | None = None
        self._time = ""
        self._apart = False
        self._who: Sequence[str] = ()
        self._told: set[str] = set()
        self._told_just_now: set[str] = set()
        self._open_title = ""

    def say(self, key: str, style: str = "", **more: object) -> None:
        """A paragraph of the narrator's."""
        self._lines("", self._prompts.say(key, **more), style)

    def blank(self) -> None:
        """An empty line."""
        self._console.print()

    def begin(self, moment: datetime, who: Sequence[str] = ()) -> None:
        """It is `moment` (in the school's zone), and these people do something, or time does. Told if anything is."""
        self._moment, self._who = moment, who
        self._time, self._apart = at_time(moment), True
        self._told_just_now = set()

    def does(self, key: str, **more: object) -> None:
        """Whoever it is does something."""
        self._open_title = ""
        self._head(
            self._prompts.say(key, who=self._names(self._who), many=len(self._who) > 1, **more), "bold"
        )

    def screen(self, screen: Screen, given: Mapping[str, str] | None = None) -> None:
        """A modal or Home as it stands, with what was answered in it.

        Small print is told once in one window, and what helps with questions in the whole demo.
        """
        known = frozenset(self._told if screen.labels else self._told_just_now)
        pieces = [piece for block in screen.blocks for piece in self._screen_block(block, given or {})]
        worth_telling = [(words, style) for words, style in pieces if style != SMALL or words not in known]
        title = screen.title or "Home"
        if worth_telling:
            again = title == self._open_title
            self._body("├" if again else "┌ ", "" if again else title, "bold")
        for words, style in worth_telling:
            self._body(SCREEN, words, style)
        self._open_title = title
        self._remember(words for words, _ in pieces)

    def kept(self, kept: Kept) -> None:
        """So much has come to be kept, sealed."""
        if kept.answers:
            names = self._names(self._who)
            words = self._prompts.say(
                "demo_kept", who=names, answers=kept.answers, sealed_bytes=kept.sealed_bytes
            )
            self._lines(MARGIN, words, "green")

    async def news(self, stage: Stage) -> None:
        """What has come to people's screens since, and what was not sent after all."""
        for one in await stage.news():
            self._news(one)
        for who, letter in await stage.not_sent():
            self._not_sent(who, letter)

    def message(self, message: Message) -> None:
        """A message: what a lock screen shows, then what stands in the conversation."""
        for words, style in self.reading_of(message):
            self._body(MESSAGE, words, style)

    def reading_of(self, message: Message) -> Iterator[Piece]:
        """The lines of a message, the notification's first."""
        yield message.text, "bold cyan"
        for block in message.blocks:
            yield from (piece for piece in self._read(block) if piece[0] != message.text)

    def _news(self, one: News) -> None:
        self._apart = self._apart or not self._who
        names = self._names(one.who)
        if one.changed:
            self._head(self._prompts.say("demo_changed", who=names, when=self._when(one.message)), SMALL)
        else:
            self._head(self._prompts.say("demo_gets", who=names, many=len(one.who) > 1), SMALL)
        words = f"{one.message.text}\n{one.message.shown}"
        if words in self._told:
            self._body(MESSAGE, self._prompts.say("demo_as_before", text=one.message.text), "cyan")
        else:
            self.message(one.message)
        self._told.add(words)

    def _not_sent(self, who: str, letter: Letter) -> None:
        """Only what somebody would have noticed: not what merely draws a screen again."""
        if MANNERS[letter.kind].unasked:
            self._apart = self._apart or not self._who
            reason = self._prompts.say(f"not_sent_{letter.reason}")
            self._head(self._prompts.say("demo_not_sent", who=self._names([who]), reason=reason), SMALL)

    def _when(self, message: Message) -> str:
        """When a message came, for somebody who remembers it: the time today, or the day."""
        assert self._moment is not None
        sent = datetime.fromtimestamp(float(message.ts), self._moment.tzinfo)
        if sent.date() == self._moment.date():
            return at_time(sent)
        return f"{DAYS[sent.weekday()]} {day_month(sent.date())}"

    def _screen_block(self, block: Block, given: Mapping[str, str]) -> Iterator[Piece]:
        return self._question(block, given) if block["type"] == "input" else self._read(block)

    def _remember(self, told: Iterable[str]) -> None:
        told = set(told)
        self._told |= told
        self._told_just_now |= told

    def _question(self, block: Block, given: Mapping[str, str]) -> Iterator[Piece]:
        """A question, what helps with it, and the answer; one left empty again is not worth a line."""
        question, element = block["label"]["text"], block["element"]
        if question in self._told and not given.get(question):
            return
        yield question, ""
        if "hint" in block:
            yield f"  {block['hint']['text']}", SMALL
        if element.get("options"):
            yield "  " + " · ".join(option["text"]["text"] for option in element["options"]), SMALL
        yield f"  → {self._answer(element, given.get(question))}", "yellow"

    def _answer(self, element: Block, answer: str | None) -> str:
        if not answer:
            return self._prompts.say("demo_left_empty")
        if element["type"] == "datepicker":
            return day_month(date.fromisoformat(answer))
        return f"“{answer}”" if element["type"] == "plain_text_input" else answer

    def _read(self, block: Block) -> Iterator[Piece]:
        if block["type"] == "actions":
            yield " ".join(f"[{button['text']['text']}]" for button in block["elements"]), "blue"
            return
        style = {"context": SMALL, "header": "bold"}.get(block["type"], "")
        for words in self._reading.blocks([block], {}):
            yield from ((QUOTED.sub("> ", line), style) for line in words.split("\n"))

    def _names(self, who: Sequence[str]) -> str:
        *most, last = [BY_ID[one].first_name for one in dict.fromkeys(who)]
        return f"{', '.join(most)} and {last}" if most else last

    def _head(self, words: str, style: str) -> None:
        """A line beside the time, which is told once; what belongs together stands together."""
        if self._moment and self._moment.date() != self._day:
            self._day = self._moment.date()
            self._console.print()
            heading = f"── {DAYS[self._day.weekday()]} {day_month(self._day)} {self._day.year} "
            self._console.print(Text(heading.ljust(self._width, "─"), style="bold"))
        if self._apart:
            self._console.print()
            self._apart = False
        self._lines(f"{self._time:>5}  ", words, style)
        self._time = ""

    def _body(self, edge: str, words: str, style: str) -> None:
        self._lines(MARGIN + edge, words, style)

    def _lines(self, edge: str, words: str, style: str) -> None:
        """Wrapped to the width, each line behind its edge."""
        hanging = " " * (len(words) - len(words.lstrip()))
        for line in Text(words.strip()).wrap(self._console, self._width - len(edge) - len(hanging)):
            told = Text.assemble(edge, hanging, (line.plain, style))
            told.rstrip()
            self._console.print(told)
            edge = edge if edge.strip() in ("▌", "│") else " " * len(edge)
