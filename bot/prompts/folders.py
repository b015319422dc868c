"""Folders of prompts: read one over the other, every mistake gathered on the way."""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path

from bot.domain.flows import Flow
from bot.domain.questions import COMPLAINTS
from bot.prompts import flow_checks
from bot.prompts.documents import Document, read
from bot.prompts.flow_file import flow_of
from bot.prompts.messages import Layout, layout_of
from bot.prompts.mistakes import Mistake, PromptMistakes, nearest
from bot.prompts.templates import problems, variables_of

COMPLAINT_VARIABLES = frozenset({"at_least", "at_most", "options"})
"""What a sentence about an answer that cannot be taken may speak of."""


@dataclass
class Reading:
    """What has been read so far. `flows` keeps each flow's document, for the mistakes found at the end."""

    flows: dict[str, tuple[Document, Flow]] = field(default_factory=dict)
    messages: dict[str, Layout] = field(default_factory=dict)
    sentences: dict[str, str] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    folders: int = 0

    def add(self, folder: Path) -> None:
        """Lay a folder over what has been read."""
        self.folders += 1
        if not any((folder / part).exists() for part in ("flows", "messages", "sentences.yaml")):
            what, do = "there are no prompts in this folder", "It holds flows/, messages/ or sentences.yaml"
            self.mistakes.append(Mistake(str(folder), 0, what, do))
        self._each(folder / "flows", self._flow)
        self._each(folder / "messages", self._message)
        if (folder / "sentences.yaml").exists():
            self._gather(folder / "sentences.yaml", self._sentences)

    def finish(self) -> None:
        """Look at what no single file can show. Raises PromptMistakes when anything at all was wrong."""
        broken = bool(self.mistakes)
        for document, flow in self.flows.values():
            for index, ending in enumerate(flow.ends):
                # A flow that could not be read is not known either, and its own mistake says so.
                if ending.offer is not None and ending.offer not in self.flows and not broken:
                    what = f"there is no flow '{ending.offer}' to offer"
                    self.mistakes.append(
                        document.mistake(what, nearest(ending.offer, self.flows), "ends", index)
                    )
        for key in COMPLAINTS:
            if key not in self.sentences and not broken:
                self.mistakes.append(Mistake("sentences.yaml", 0, f"there is no sentence '{key}'", "Add it"))
        if self.mistakes:
            raise PromptMistakes(self.mistakes)

    def _each(self, folder: Path, take: Callable[[Path, Document], None]) -> None:
        for path in sorted(folder.glob("*")) if folder.is_dir() else ():
            if path.suffix == ".yaml":
                self._gather(path, take)
            elif path.suffix in (".yml", ".json"):
                what = "a prompt file's name ends in .yaml, so this one is not read"
                self.mistakes.append(Mistake(str(path), 0, what, "Rename it"))

    def _gather(self, path: Path, take: Callable[[Path, Document], None]) -> None:
        try:
            take(path, read(path))
        except PromptMistakes as error:
            self.mistakes += error.mistakes

    def _flow(self, path: Path, document: Document) -> None:
        flow = flow_of(document)
        if flow.id != path.stem:
            what = f"the flow '{flow.id}' is in a file called '{path.name}'"
            self.mistakes.append(document.mistake(what, f"Call the file '{flow.id}.yaml'", "id"))
        self.mistakes += flow_checks.mistakes(document, flow)
        self.flows[path.stem] = (document, flow)

    def _message(self, path: Path, document: Document) -> None:
        layout, found = layout_of(document, path.stem)
        self.mistakes += found
        if self.folders > 1:
            self.mistakes += self._overlay_mistakes(document, layout)
        self.messages[path.stem] = layout

    def _overlay_mistakes(self, document: Document, layout: Layout) -> list[Mistake]:
        """A message laid over another must take what the code gives to that one."""
        under = self.messages.get(layout.name)
        if under is None:
            what = f"there is no message '{layout.name}' for this to replace"
            return [document.mistake(what, nearest(layout.name, self.messages))]
        found = []
        if layout.uses != under.uses:
            do = f"They are: {', '.join(sorted(under.uses)) or 'none'}"
            found.append(
                document.mistake("'with' names other variables than the message it replaces", do, "with")
            )
        if layout.inserts != under.inserts:
            do = f"They are: {', '.join(sorted(under.inserts)) or 'none'}"
            found.append(
                document.mistake("the inserts are not those of the message it replaces", do, "blocks")
            )
        if (layout.file.text is None) != (under.file.text is None):
            found.append(
                document.mistake("a message cannot replace a view, nor a view a message", "Change it")
            )
        return found

    def _sentences(self, _: Path, document: Document) -> None:
        data = document.data
        if not isinstance(data, dict) or not all(isinstance(text, str) for text in data.values()):
            what = "sentences.yaml is lines of 'key: sentence'"
            raise PromptMistakes([document.mistake(what, "Put quotes around each sentence")])
        for key, text in data.items():
            if self.folders > 1 and key not in self.sentences:
                what = f"there is no sentence '{key}' for this to replace"
                self.mistakes.append(document.mistake(what, nearest(key, self.sentences), key))
                continue
            self._sentence(document, key, text)

    def _sentence(self, document: Document, key: str, text: str) -> None:
        found = list(problems(text, self._sentence_variables(key), message=False))
        self.mistakes += [document.mistake(what, do, key) for what, do in found]
        if not found:
            self.sentences[key] = text

    def _sentence_variables(self, key: str) -> AbstractSet[str] | None:
        """What the sentence may speak of: one laid over another, what that one did.

        None: whatever it likes.
        """
        if key in COMPLAINTS:
            return COMPLAINT_VARIABLES
        return variables_of(self.sentences[key]) if key in self.sentences else None
