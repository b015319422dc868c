"""A school's file: its fields, as docs/setup.md explains them."""

from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import Field

from bot.prompts.documents import Document, read
from bot.prompts.shapes import Shape, shaped

Name = Annotated[str, Field(min_length=1, max_length=200)]
Text = Annotated[str, Field(min_length=1, max_length=1_000)]
Key = Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,40}$")]


class QuietFile(Shape):
    """When the bot keeps quiet: wall-clock times, and the days of the weekend."""

    starts: str = Field("18:00", alias="from")
    ends: str = Field("7:30", alias="until")
    days: Annotated[list[str], Field(default_factory=lambda: ["saturday", "sunday"], max_length=6)]


class SupportLineFile(Shape):
    """Whom to ring, and how."""

    name: Name
    contact: Name


class SetAsideFile(Shape):
    """A time of the week that the school has set aside, by each person's wall clock."""

    on: str
    starts: str = Field(alias="from")
    ends: str = Field(alias="until")


class TermFile(Shape):
    """The first and the last day of a term, both days of school."""

    first: str
    last: str


class MemberFile(Shape):
    """Somebody in a school. Their account is given once, in whichever school names them first."""

    slack: str | None = None
    email: str | None = None
    name: Name | None = None
    roles: Annotated[list[str], Field(min_length=1)]
    manager: str | None = None
    days: Annotated[list[str] | None, Field(min_length=1, max_length=7)] = None


class PairFile(Shape):
    """A coach and a coachee, by their keys, and the talks they have agreed on, by the school's clock."""

    coach: str
    coachee: str
    talks: Annotated[list[str], Field(default_factory=list, max_length=100)]


class ProgrammeFile(Shape):
    """A programme and the pairs in it."""

    PARTS: ClassVar = {"pairs": PairFile}

    name: Name
    aim: Annotated[str, Field(max_length=1_000)] = ""
    starts: str | None = None
    ends: str | None = None
    sessions: Annotated[int, Field(ge=1, le=60)] = 6
    pairs: Annotated[list[PairFile], Field(default_factory=list)]


class DigestFile(Shape):
    """When coaches get their round-up."""

    audience: str = Field("coach", alias="for")
    on: str
    at: str
    starts: str | None = None


class CheckInFile(DigestFile):
    """When a flow comes round, and for whom."""

    audience: str = Field(alias="for")
    flow: str


class SchoolFile(Shape):
    """A school: its hours, its people, its pairs and what comes round."""

    PARTS: ClassVar = {
        "quiet": QuietFile,
        "support_lines": SupportLineFile,
        "set_aside": SetAsideFile,
        "terms": TermFile,
        "people": MemberFile,
        "programmes": ProgrammeFile,
        "check_ins": CheckInFile,
        "digests": DigestFile,
    }

    name: Name
    zone: str
    nation: str | None = None
    quiet: QuietFile = Field(default_factory=lambda: QuietFile.model_validate({}))
    after_school: str = "15:40"
    safeguarding_lead: Text | None = None
    support_lines: Annotated[list[SupportLineFile], Field(default_factory=list, max_length=10)]
    minimum_group: int = 5
    terms: Annotated[list[TermFile], Field(default_factory=list)]
    term_dates: Name | None = None
    closed: Annotated[list[str], Field(default_factory=list)]
    training: Annotated[list[str], Field(default_factory=list)]
    set_aside: Annotated[list[SetAsideFile], Field(default_factory=list, max_length=40)]
    people: Annotated[dict[Key, MemberFile], Field(default_factory=dict)]
    programmes: Annotated[dict[Key, ProgrammeFile], Field(default_factory=dict)]
    check_ins: Annotated[dict[Key, CheckInFile], Field(default_factory=dict)]
    digests: Annotated[dict[Key, DigestFile], Field(default_factory=dict)]


class SchoolsFile(Shape):
    """One file: one school or several, all in one workspace."""

    PARTS: ClassVar = {"schools": SchoolFile}

    schools: Annotated[dict[Key, SchoolFile], Field(min_length=1)]


def read_schools(path: Path) -> tuple[Document, SchoolsFile]:
    """What is written in a file. PromptMistakes when it is not YAML, or has other fields than these."""
    document = read(path)
    return document, shaped(document, SchoolsFile)
