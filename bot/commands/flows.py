"""`mull flows`: the flows there are, what is wrong with them, and a walk through one."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, get_args

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.domain.flows import (
    Answers,
    Flow,
    Kind,
    Question,
    Role,
    Value,
    begins_with,
    complaint,
    next_screen,
    pruned,
    taps,
)
from bot.errors import MullError, Refused
from bot.prompts import OURS, VARIABLES, Prompts, load, worded

flows = typer.Typer(help="The flows: list, check and play them.", no_args_is_help=True)

Folder = Annotated[
    Path | None,
    typer.Option("--prompts", help="A folder of your own, laid over the prompts that come with Mull."),
]


def prompts_with(folder: Path | None) -> Prompts:
    """Our prompts, with a folder laid over them. Raises PromptMistakes."""
    return load(OURS) if folder is None else load(OURS, folder)


@flows.command("list")
def list_(prompts: Folder = None) -> None:
    """Show every flow, one a line."""
    table = Table("flow", "title", "for", "minutes", "seen by", box=None, pad_edge=False)
    for flow in prompts_with(prompts).flows.values():
        table.add_row(flow.id, escape(flow.title), ", ".join(flow.audience), str(flow.minutes), flow.seen_by)
    Console().print(table)


@flows.command()
def check(
    folder: Annotated[
        Path | None, typer.Argument(help="A folder of your own to check, laid over ours.")
    ] = None,
    prompts: Folder = None,
) -> None:
    """Check all flows, messages and sentences. Every mistake is told with its file and line."""
    found = prompts_with(folder or prompts)
    counts = f"{len(found.flows)} flows, {len(found.messages)} messages, {len(found.sentences)} sentences"
    Console().print(f"All are fine: {counts}.", highlight=False)


@flows.command()
def play(
    flow: Annotated[str, typer.Argument(help="The flow's id, as `mull flows list` shows it.")],
    role: Annotated[str | None, typer.Option("--as", help="teacher, leader, coach or lead.")] = None,
    prompts: Folder = None,
) -> None:
    """Walk through a flow in the terminal. Nothing is kept."""
    found = prompts_with(prompts)
    chosen = found.flow(flow)
    player = Player(found, chosen, _role(chosen, role))
    player.play()


def _role(flow: Flow, role: str | None) -> str:
    if role is None:
        return flow.audience[0]
    if role not in flow.audience:
        known = role in get_args(Role)
        what = f"'{flow.id}' is not for a {role}" if known else f"There is no role '{role}'"
        raise Refused(f"{what}. It can be played as: {', '.join(flow.audience)}.")
    return role


class Stopped(MullError):
    """The input ended before the flow did."""


class Player:
    """One walk through a flow: screen by screen, each answer checked where it is given."""

    def __init__(self, prompts: Prompts, flow: Flow, role: str) -> None:
        self.prompts = prompts
        self.role = role
        self.console = Console(highlight=False, markup=False)
        someone: Mapping[str, str | None] = dict(
            zip(VARIABLES, ("Sam", role, "your school", "Priya", "21 September"), strict=True)
        )
        self.flow = worded(flow, someone)

    def play(self) -> None:
        """Ask until there is nothing left to ask, then show what would come of it."""
        self._begin()
        answers: dict[str, Value] = {}
        passed: set[str] = set()
        while screen := next_screen(self.flow, answers, passed, role=self.role):
            self.console.rule(style="dim")
            for question in screen:
                value = self._ask(question, answers)
                if value is not None:
                    answers[question.id] = value
                passed.add(question.id)
        self._end(pruned(self.flow, answers, role=self.role))

    def _begin(self) -> None:
        say = self.prompts.say
        self.console.print(self.flow.title, style="bold")
        self.console.print(say("play_minutes", minutes=self.flow.minutes), style="dim")
        self.console.print(say(f"seen_by_{self.flow.seen_by}"), style="dim")
        if self.flow.intro:
            self.console.print(self.flow.intro)

    def _ask(self, question: Question, answers: Answers) -> Value | None:
        """The answer, asked for again until it can be taken; None when the question is left."""
        self._show(question)
        first = begins_with(question, answers)
        if first:
            self.console.print(f"[{first}]", style="dim")
        while True:
            typed = self._typed() or first or ""
            value = read_value(question, typed)
            key = complaint(question, value)
            if key is None:
                return value if value not in ("", []) else None
            self.console.print(self.prompts.complaint(key, question), style="yellow")

    def _show(self, question: Question) -> None:
        say = self.prompts.say
        if question.examples:
            self.console.print(say("play_weak", example=question.examples.weak), style="dim")
            self.console.print(say("play_strong", example=question.examples.strong), style="dim")
        self.console.print(question.ask, style="bold")
        if question.help:
            self.console.print(question.help, style="dim")
        for number, tap in enumerate(taps(question), start=1):
            self.console.print(f"  {number}  {tap.label}")
        if question.low and question.high:
            self.console.print(f"  1: {question.low} · {question.steps}: {question.high}", style="dim")
        if question.optional:
            self.console.print(say("play_optional"), style="dim")

    def _typed(self) -> str:
        try:
            return self.console.input("> ").strip()
        except EOFError:
            raise Stopped(self.prompts.say("play_stopped")) from None

    def _end(self, answers: Answers) -> None:
        self.console.rule(style="dim")
        self._kept(answers)
        for key, words in made_from(self.flow, answers):
            self.console.print(self.prompts.say(key, **words), style="bold")
        if self.flow.seen_by == "ask" and answers:
            self.console.print(self.prompts.say("play_share"))
        for ending in self.flow.ends:
            if ending.offer:
                offered = self.prompts.flow(ending.offer)
                self.console.print(self.prompts.say("play_offer", title=offered.title))

    def _kept(self, answers: Answers) -> None:
        self.console.print(self.prompts.say("play_kept" if answers else "play_nothing"), style="bold")
        for question_id, value in answers.items():
            shown = ", ".join(value) if isinstance(value, list) else str(value)
            self.console.print(f"  {question_id}: {shown}")


def made_from(flow: Flow, answers: Answers) -> list[tuple[str, dict[str, Value]]]:
    """What complete answers would make, as sentences with what they speak of."""
    if flow.makes == "follow_up":
        decision = next(
            o.label
            for q in flow.questions
            if q.id == "decision"
            for o in q.options
            if o.value == answers["decision"]
        )
        return [("play_follow_up", {"decision": decision})]
    if flow.makes is None:
        return []
    title, draft = answers["title"], answers["draft"]
    match answers["repeatable"]:
        case "task":
            return [("play_task", {"title": title})]
        case "both":
            return [("play_step", {"title": title}), ("play_task", {"title": draft})]
        case _:
            return [("play_step", {"title": title})]


def read_value(question: Question, typed: str) -> Value:
    """What somebody typed, as a value of this question's kind where it reads as one, and as it is where not.

    Options are typed by their number or value; several with commas between them.
    """
    kind: Kind = question.kind
    if kind == "choices":
        return [_picked(question, part.strip()) for part in typed.split(",") if part.strip()]
    if kind == "choice":
        return _picked(question, typed)
    if kind in ("scale", "number"):
        return _number(typed)
    return typed


def _picked(question: Question, typed: str) -> str:
    if typed.isdecimal() and 1 <= int(typed) <= len(question.options):
        return question.options[int(typed) - 1].value
    return typed


def _number(typed: str) -> Value:
    for read in (int, float):
        try:
            return read(typed)
        except ValueError:
            continue
    return typed
