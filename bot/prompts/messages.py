"""Message files: Slack's blocks with their words in them, and places where code puts the blocks it builds.

A message has `text`, what a lock screen shows; a modal, or Home, has `title`. In a list, an item `insert:
name` is where the code's own blocks go, and `if: name` beside anything keeps it only while that variable is
true.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from bot.errors import MullError
from bot.prompts.documents import Document, Path_
from bot.prompts.flow_file import Text, Title
from bot.prompts.mistakes import Mistake, nearest
from bot.prompts.shapes import Shape, shaped
from bot.prompts.templates import fitted, is_template, problems, render

Block = dict[str, Any]
Inserts = Mapping[str, Sequence[Block]]

TITLE = 24
MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100

# What Slack reads as a name or an address, never as text: it is not unescaped there, so it is not escaped
# here.
_VERBATIM = frozenset({"type", "action_id", "block_id", "value", "url", "image_url", "callback_id", "style"})
LONGEST = 3_000
# Slack's limits for a text object, by what holds it; LONGEST elsewhere.
_LIMITS = {"header": 150, "button": 75, "placeholder": 150, "label": 2_000, "hint": 2_000, "description": 75}


class WrongMessage(MullError):
    """The code and a message file disagree about what goes into it."""


@dataclass(frozen=True)
class Message:
    """What chat.postMessage takes: `text` for notifications, and the blocks."""

    text: str
    blocks: list[Block]


@dataclass(frozen=True)
class View:
    """What a modal or Home shows.

    Home has no use for `title`; `submit` and `close` are None where not given.
    """

    title: str
    submit: str | None
    close: str | None
    blocks: list[Block]


class MessageFile(Shape):
    uses: Annotated[list[str], Field(default_factory=list, alias="with")]
    text: Text | None = None
    title: Title | None = None
    submit: Title | None = None
    close: Title | None = None
    blocks: list[Block]


@dataclass(frozen=True)
class Layout:
    """A message file that has been checked."""

    name: str
    file: MessageFile
    uses: frozenset[str]
    inserts: frozenset[str]

    def message(self, inserts: Inserts, variables: Mapping[str, object]) -> Message:
        """Rendered. Raises WrongMessage for a view, or when more or less is given than the file declares."""
        if self.file.text is None:
            raise WrongMessage(f"'{self.name}' is a view, not a message.")
        self._agree(inserts, variables)
        return Message(render(self.file.text, variables, escape=True), self._blocks(inserts, variables))

    def view(self, inserts: Inserts, variables: Mapping[str, object]) -> View:
        """Rendered.

        Raises WrongMessage for a message, or when more or less is given than the file declares.
        """
        if self.file.title is None:
            raise WrongMessage(f"'{self.name}' is a message, not a view.")
        self._agree(inserts, variables)
        title, submit, close = (
            _short(render(text, variables, escape=False)) if text else None
            for text in (self.file.title, self.file.submit, self.file.close)
        )
        return View(title or "", submit, close, self._blocks(inserts, variables))

    def _agree(self, inserts: Inserts, variables: Mapping[str, object]) -> None:
        for kind, given, declared in (
            ("variables", set(variables), self.uses),
            ("inserts", set(inserts), self.inserts),
        ):
            if given != declared:
                raise WrongMessage(f"'{self.name}' takes the {kind} {sorted(declared)}, not {sorted(given)}.")

    def _blocks(self, inserts: Inserts, variables: Mapping[str, object]) -> list[Block]:
        return list(_items(self.file.blocks, inserts, variables))


def _items(items: Sequence[Any], inserts: Inserts, variables: Mapping[str, object]) -> Iterator[Any]:
    for item in items:
        if isinstance(item, dict) and "if" in item:
            if not variables[item["if"]]:
                continue
            item = {key: value for key, value in item.items() if key != "if"}
        if isinstance(item, dict) and "insert" in item:
            yield from inserts[item["insert"]]
        else:
            yield _filled("", item, inserts, variables)


def _filled(key: str, node: Any, inserts: Inserts, variables: Mapping[str, object]) -> Any:
    if isinstance(node, str):
        return render(node, variables, escape=key not in _VERBATIM)
    if isinstance(node, dict):
        filled = {name: _filled(name, value, inserts, variables) for name, value in node.items()}
        return {name: _fits(name, value, filled) for name, value in filled.items()}
    return list(_items(node, inserts, variables)) if isinstance(node, list) else node


def _fits(name: str, part: Any, holder: Block) -> Any:
    """A text object no longer than Slack takes it here: names and lines of a school's own can be long."""
    if not (isinstance(part, dict) and part.get("type") in ("plain_text", "mrkdwn")):
        return fitted(part, LONGEST) if name == "text" and isinstance(part, str) else part
    return part | {"text": fitted(part["text"], _limit(name, holder))}


def _limit(name: str, holder: Block) -> int:
    return _LIMITS.get(name, _LIMITS.get(str(holder.get("type")), LONGEST))


def _short(title: str) -> str:
    """Slack refuses a whole view for one title too long: a school's long name must not do that."""
    return title if len(title) <= TITLE else f"{title[: TITLE - 1].rstrip()}…"


def layout_of(document: Document, name: str) -> tuple[Layout, list[Mistake]]:
    """The message written in a document, and what is wrong with it.

    Raises PromptMistakes for wrong fields.
    """
    file = shaped(document, MessageFile)
    parts = list(_parts(file.blocks, ("blocks",)))
    inserts = frozenset(str(part["insert"]) for _, part in parts if "insert" in part)
    layout = Layout(name, file, frozenset(file.uses), inserts)
    return layout, [
        *_shape_mistakes(document, file),
        *_part_mistakes(document, file, parts),
        *_texts(document, file),
    ]


def _parts(node: Any, path: Path_) -> Iterator[tuple[Path_, Block]]:
    """Every mapping below a node, with its path."""
    if isinstance(node, dict):
        yield path, node
        for key, value in node.items():
            yield from _parts(value, (*path, key))
    elif isinstance(node, list):
        for index, item in enumerate(node):
            yield from _parts(item, (*path, index))


def _shape_mistakes(document: Document, file: MessageFile) -> Iterator[Mistake]:
    if (file.text is None) == (file.title is None):
        what = "a message has 'text', a modal or Home has 'title', and this has both or neither"
        yield document.mistake(what, "Keep one of the two")
    if file.text is not None and (file.submit or file.close):
        yield document.mistake("a message has no 'submit' or 'close'", "Take them out")
    most = VIEW_BLOCKS if file.text is None else MESSAGE_BLOCKS
    if len(file.blocks) > most:
        yield document.mistake(
            f"there are {len(file.blocks)} blocks", f"Slack takes {most} at most", "blocks"
        )


def _part_mistakes(
    document: Document, file: MessageFile, parts: Sequence[tuple[Path_, Block]]
) -> Iterator[Mistake]:
    for path, part in parts:
        if len(path) == 2 and "type" not in part and "insert" not in part:
            yield document.mistake("a block has no 'type'", "Give it one, or 'insert: name'", *path)
        if "insert" in part and not (isinstance(part["insert"], str) and set(part) <= {"insert", "if"}):
            yield document.mistake("an insert is a name and at most an 'if'", "Take the rest out", *path)
        if "if" in part and part["if"] not in file.uses:
            what = f"'{part['if']}' is not a variable of this message"
            yield document.mistake(what, nearest(str(part["if"]), file.uses), *path, "if")
        if ("if" in part or "insert" in part) and not isinstance(path[-1], int):
            yield document.mistake("'if' and 'insert' stand in a list", "Put it after a dash", *path)
        yield from _length_mistakes(document, path, part)


def _length_mistakes(document: Document, path: Path_, part: Block) -> Iterator[Mistake]:
    for key, value in part.items():
        text = value.get("text") if isinstance(value, dict) else None
        limit = _limit(key, part)
        if isinstance(text, str) and len(text) > limit and not is_template(text):
            yield document.mistake(
                f"this text has {len(text):,} characters", f"Slack takes {limit:,}", *path, key
            )


def _texts(document: Document, file: MessageFile) -> Iterator[Mistake]:
    known = frozenset(file.uses)
    for path, source in _strings(document.data, ()):
        for what, do in problems(source, known, message=True):
            yield document.mistake(what, do, *path)


def _strings(node: object, path: Path_) -> Iterator[tuple[Path_, str]]:
    if isinstance(node, str):
        yield path, node
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from _strings(value, (*path, key))
    elif isinstance(node, list):
        for index, item in enumerate(node):
            yield from _strings(item, (*path, index))
