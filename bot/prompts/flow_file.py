"""Flow files: the fields a flow is written in, and the flow they make."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, ClassVar

from pydantic import Field

from bot.domain.flows import (
    Condition,
    Ending,
    Examples,
    Flow,
    Kind,
    Maker,
    Operator,
    Option,
    Question,
    Role,
    SeenBy,
)
from bot.prompts.documents import Document
from bot.prompts.shapes import Shape, shaped
from bot.prompts.templates import render

VARIABLES = ("first_name", "role", "school", "coach", "week_of")
"""What a flow's texts may speak of.

`coach` is a name, or None for a person without one; the others are text.
"""

POINTS = 5
"""A scale has this many points when its file does not say."""

# Slack's limits: a view's title, a field's label and hint, a radio button's or option's label and value, a
# section.
Title = Annotated[str, Field(min_length=1, max_length=24)]
Line = Annotated[str, Field(min_length=1, max_length=2_000)]
Label = Annotated[str, Field(min_length=1, max_length=75)]
Text = Annotated[str, Field(min_length=1, max_length=3_000)]
Example = Annotated[str, Field(min_length=1, max_length=1_000)]
Id = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$")]
FlowId = Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,40}$")]


class ExamplesFile(Shape):
    weak: Example
    strong: Example


class QuestionFile(Shape):
    PARTS: ClassVar = {"examples": ExamplesFile}

    id: Id
    ask: Line
    kind: Kind
    audience: Annotated[list[Role], Field(default_factory=list, alias="for")]
    help: Line | None = None
    examples: ExamplesFile | None = None
    options: Annotated[dict[Id, Label], Field(default_factory=dict, max_length=100)]
    low: Label | None = None
    high: Label | None = None
    steps: int | None = None
    points: Annotated[list[Label], Field(default_factory=list)]
    optional: bool = False
    when: Annotated[dict[str, dict[Operator, Any]], Field(default_factory=dict)]
    at_least: int | float | None = None
    at_most: int | float | None = None
    starts_with: Annotated[list[str], Field(default_factory=list)]

    def question(self) -> Question:
        return Question(
            id=self.id,
            ask=self.ask,
            kind=self.kind,
            audience=tuple(self.audience),
            help=self.help,
            examples=Examples(self.examples.weak, self.examples.strong) if self.examples else None,
            options=tuple(Option(value, label) for value, label in self.options.items()),
            low=self.low,
            high=self.high,
            steps=(len(self.points) or self.steps or POINTS) if self.kind == "scale" else None,
            points=tuple(self.points),
            optional=self.optional,
            when=tuple(
                Condition(question, operator, operand)
                for question, comparison in self.when.items()
                for operator, operand in comparison.items()
            ),
            at_least=self.at_least,
            at_most=self.at_most,
            starts_with=tuple(self.starts_with),
        )


class EndingFile(Shape):
    offer: str | None = None


class FlowFile(Shape):
    PARTS: ClassVar = {"questions": QuestionFile, "ends": EndingFile}

    id: FlowId
    title: Title
    audience: Annotated[list[Role], Field(min_length=1, alias="for")]
    minutes: Annotated[int, Field(ge=1, le=60)]
    seen_by: SeenBy
    about: str | None = None
    intro: Text | None = None
    questions: Annotated[list[QuestionFile], Field(min_length=1, max_length=60)]
    ends: Annotated[list[EndingFile], Field(default_factory=list, max_length=3)]
    makes: Maker | None = None


def flow_of(document: Document) -> Flow:
    """The flow written in a document. Raises PromptMistakes when its fields are not those of a flow."""
    file = shaped(document, FlowFile)
    return Flow(
        id=file.id,
        title=file.title,
        audience=tuple(file.audience),
        minutes=file.minutes,
        seen_by=file.seen_by,
        intro=file.intro,
        questions=tuple(question.question() for question in file.questions),
        ends=tuple(Ending(end.offer) for end in file.ends),
        makes=file.makes,
        version=hashlib.sha256(document.text.encode()).hexdigest(),
        text=document.text,
        about=file.about,
    )


def worded(flow: Flow, variables: Mapping[str, str | None]) -> Flow:
    """The flow with its texts filled in for one person.

    `variables` holds each of `VARIABLES`. Nothing is escaped.
    """

    def fill(text: str) -> str:
        return render(text, variables, escape=False)

    def filled(question: Question) -> Question:
        examples = question.examples
        return replace(
            question,
            ask=fill(question.ask),
            help=fill(question.help) if question.help else None,
            examples=Examples(fill(examples.weak), fill(examples.strong)) if examples else None,
        )

    return replace(
        flow,
        intro=fill(flow.intro) if flow.intro else None,
        questions=tuple(filled(question) for question in flow.questions),
    )
