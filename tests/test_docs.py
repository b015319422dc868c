"""What the documents name is there: commands and options, settings, files, scopes, hosts, the fields of a school."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from bot.cli import cli
from bot.prompts.shapes import Shape
from bot.services import school_file
from bot.settings import Settings
from bot.slack.examination import HOSTS
from bot.slack.manifest import APP_SCOPE, SCOPES

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = sorted([*ROOT.glob("docs/**/*.md"), *ROOT.glob("*.md")])
SETUP = (ROOT / "docs/setup.md").read_text(encoding="utf-8")

every_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))


def code(document: Path) -> list[str]:
    """Every line of code in a document: in a fence, or in the running text."""
    text = document.read_text(encoding="utf-8")
    fences = re.findall(r"```\w*\n(.*?)```", text, re.DOTALL)
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    return [line.strip() for part in (*fences, *spans) for line in part.splitlines()]


def commands(document: Path) -> Iterator[list[str]]:
    for line in code(document):
        if found := re.match(r"(?:\S*/)?mull ([a-z][^#]*)", line):
            yield found[1].split()


def complaint(words: list[str]) -> str | None:
    """Why this is not a command of ours."""
    command: Any = typer.main.get_command(cli)
    for word in words:
        if known := getattr(command, "commands", None):
            if word not in known:
                return f"no command {word}"
            command = known[word]
        elif word.startswith("--") and word not in {name for one in command.params for name in one.opts}:
            return f"no option {word}"
    return None


@every_document
def test_every_command_named_is_there(document: Path) -> None:
    assert [(words, wrong) for words in commands(document) if (wrong := complaint(words))] == []


@every_document
def test_every_make_target_named_is_there(document: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8").replace("$(VENV)", ".venv")
    named = {found[1] for line in code(document) if (found := re.match(r"make (\S+)", line))}
    assert [
        target for target in named if not re.search(rf"^{re.escape(target)}:", makefile, re.MULTILINE)
    ] == []


@every_document
def test_every_setting_named_is_there(document: Path) -> None:
    known = {field.alias for field in Settings.model_fields.values()}
    named = set(
        re.findall(r"\b(?:MULL_[A-Z_]+|SLACK_[A-Z_]+|DATABASE_URL)\b", document.read_text(encoding="utf-8"))
    )
    assert named - known == set()


@every_document
def test_every_file_named_is_there(document: Path) -> None:
    ours = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")} - {
        "data"
    }
    alone = {
        "Procfile",
        "Makefile",
        "README.md",
        "ARCHITECTURE.md",
        "CHANGELOG.md",
        ".env.example",
        "pyproject.toml",
    }
    named = {
        word
        for line in code(document)
        for word in line.split()
        if word in alone or word.split("/")[0] in ours
    }
    named |= set(re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text(encoding="utf-8")))
    missing = [name for name in named if "/" in name or name in alone if not any(there(document, name))]
    assert missing == []


@every_document
def test_every_heading_linked_to_is_there(document: Path) -> None:
    links = re.findall(r"\]\(([^)#:]*)#([^)]+)\)", document.read_text(encoding="utf-8"))
    missing = [
        f"{path}#{name}" for path, name in links if name not in headings(document.parent / path, document)
    ]
    assert missing == []


def headings(linked: Path, document: Path) -> set[str]:
    """The anchors of a document (of this one, for a link without a path), as GitHub makes them."""
    text = (document if linked.is_dir() else linked).read_text(encoding="utf-8")
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def there(document: Path, name: str) -> Iterator[bool]:
    """Whether a name is a file's, seen from the top or from the document; it may end in a member of a module,
    or in the name of a test."""
    for folder in (ROOT, document.parent):
        yield (folder / name.partition("::")[0].rstrip(".,:")).exists()


def rows(first: str) -> dict[str, str]:
    """A table of the set-up, by its first column, found by the heading of that."""
    table = re.search(rf"^\| {first} \|.*\n\|[ -|]*\n((?:\|.*\n)+)", SETUP, re.MULTILINE)
    assert table, first
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in table[1].splitlines()]
    return {row[0]: row[1] for row in cells}


def test_the_scopes_stand_there_as_they_are_with_their_reasons() -> None:
    assert rows("scope") == {f"`{scope}`": reason for scope, reason in (*SCOPES, APP_SCOPE)}


def test_the_hosts_are_those_the_doctor_names() -> None:
    assert re.findall(r"`([^`]+)`", " ".join(rows("host"))) == list(HOSTS)


def test_every_field_of_a_school_is_explained() -> None:
    school, person = " ".join(f"{a} {b}" for a, b in rows("field").items()), rows("field of a person")
    of_school = [
        name
        for shape in vars(school_file).values()
        if isinstance(shape, type) and issubclass(shape, Shape)
        if shape.__name__ not in ("Shape", "MemberFile", "SchoolsFile")
        for name in shape.names()
    ]
    assert [name for name in of_school if f"`{name}`" not in school] == []
    assert [name for name in school_file.MemberFile.names() if f"`{name}`" not in " ".join(person)] == []
