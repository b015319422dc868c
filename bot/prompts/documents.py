"""Documents: YAML files read so that every value knows the line it stands on.

YAML 1.2, the safe and plain part of it: no aliases or anchors, tags, merge keys, directives or second
documents, and bounded in size and depth. A file that uses one of them is refused, with the line.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from io import StringIO
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    NodeEvent,
    ScalarEvent,
)
from ruamel.yaml.reader import ReaderError

from bot.prompts.mistakes import Mistake, PromptMistakes

LARGEST_BYTES = 256 * 1024
DEEPEST = 12

Path_ = tuple[str | int, ...]


@dataclass(frozen=True)
class Document:
    """One file: plain dicts, lists and scalars in `data`, and the line of each, by its path from the top."""

    file: str
    text: str
    data: object
    lines: Mapping[Path_, int]

    def line(self, *path: str | int) -> int:
        """The line of the value at `path`, or of the nearest thing around it that is there."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def mistake(self, what: str, do: str, *path: str | int) -> Mistake:
        return Mistake(self.file, self.line(*path), what, do)


def read(path: Path) -> Document:
    """The document in a file. Raises PromptMistakes."""
    if path.stat().st_size > LARGEST_BYTES:
        raise PromptMistakes(
            [Mistake(str(path), 0, "the file is larger than 256 KB", "Split it into several")]
        )
    try:
        return parse(path.read_bytes().decode("utf-8"), str(path))
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise PromptMistakes(
            [Mistake(str(path), line, "there is a character that is not UTF-8", "Save the file as UTF-8")]
        ) from None


def parse(text: str, file: str) -> Document:
    """The document in a text. Raises PromptMistakes."""
    try:
        refused = [Mistake(file, line, what, do) for line, what, do in _refused(text)]
        if refused:
            raise PromptMistakes(refused)
        loaded = YAML(typ="rt").load(text)
    except YAMLError as error:
        raise PromptMistakes([_explained(error, text, file)]) from None
    except ValueError:
        # A whole number of thousands of digits is one that Python itself will not read.
        raise PromptMistakes(
            [
                Mistake(
                    file,
                    0,
                    "there is a number that cannot be read",
                    "Put quotes around it, or make it shorter",
                )
            ]
        ) from None
    lines: dict[Path_, int] = {}
    return Document(file, text, _plain(loaded, (), lines), lines)


def _refused(text: str) -> Iterator[tuple[int, str, str]]:
    depth = 0
    for event in YAML(typ="rt").parse(StringIO(text)):
        line = event.start_mark.line + 1
        if isinstance(event, CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                yield line, f"this is nested deeper than {DEEPEST} levels", "Make it flatter"
                return
        elif isinstance(event, CollectionEndEvent):
            depth -= 1
        found = _too_clever(event)
        if found:
            yield line, *found


def _too_clever(event: Event) -> tuple[str, str] | None:
    if isinstance(event, AliasEvent) or (isinstance(event, NodeEvent) and event.anchor):
        return "aliases and anchors (* and &) are not read here", "Write the text out, or put it in quotes"
    if isinstance(event, CollectionStartEvent | ScalarEvent) and event.tag:
        return "tags (!) are not read here", "Take it out, or put the text in quotes"
    if isinstance(event, ScalarEvent) and event.value == "<<" and event.style is None:
        return "merge keys (<<) are not read here", "Write the fields out"
    if isinstance(event, DocumentStartEvent) and (event.version or event.tags):
        return "directives (%) are not read here", "Take the line out"
    return None


def _explained(error: YAMLError, text: str, file: str) -> Mistake:
    do = "Check the indentation, the colons and the quotes around this line"
    if isinstance(error, ReaderError):
        line = text[: error.position].count("\n") + 1
        return Mistake(file, line, "there is a character that YAML does not allow", "Take it out")
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line = mark.line + 1 if mark else 0
    if isinstance(error, DuplicateKeyError):
        return Mistake(file, line, "this field stands here twice", "Keep one of the two")
    problem = error.problem if isinstance(error, MarkedYAMLError) else None
    return Mistake(file, line, f"this is not YAML ({problem or 'it cannot be read'})", do)


def _plain(node: object, path: Path_, lines: dict[Path_, int]) -> object:
    if isinstance(node, CommentedMap):
        lines.setdefault(path, node.lc.line + 1)
        for key in node:
            lines[*path, _key(key)] = node.lc.key(key)[0] + 1
        return {_key(key): _plain(value, (*path, _key(key)), lines) for key, value in node.items()}
    if isinstance(node, CommentedSeq):
        lines.setdefault(path, node.lc.line + 1)
        for index in range(len(node)):
            lines[*path, index] = node.lc.item(index)[0] + 1
        return [_plain(value, (*path, index), lines) for index, value in enumerate(node)]
    return _scalar(node)


def _key(key: object) -> str:
    return str(_scalar(key))


def _scalar(node: object) -> object:
    """Without the round-trip loader's own subclasses; a date is the text it was written as."""
    if isinstance(node, str):
        return str(node)
    if isinstance(node, date):
        return node.isoformat()
    if node is None or isinstance(node, bool):
        return node
    if isinstance(node, int):
        return int(node)
    return float(node) if isinstance(node, float) else str(node)
