"""Prompts: every flow and every sentence a person reads, checked before anything runs.

A folder holds `flows/ID.yaml`, `messages/NAME.yaml` and `sentences.yaml`; docs/flows.md is the format.
Later folders are laid over earlier ones: flows and messages file by file, sentences one by one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from bot import content
from bot.domain.flows import Flow, Question, longest
from bot.errors import NotFound
from bot.prompts.documents import parse
from bot.prompts.flow_file import VARIABLES, flow_of, worded
from bot.prompts.folders import Reading
from bot.prompts.messages import Inserts, Layout, Message, View
from bot.prompts.mistakes import Mistake, PromptMistakes
from bot.prompts.templates import fitted, render, slack_text

__all__ = [
    "OURS",
    "VARIABLES",
    "Message",
    "Mistake",
    "PromptMistakes",
    "Prompts",
    "View",
    "fitted",
    "load",
    "slack_text",
    "worded",
]

OURS = content.folder("prompts")
"""The prompts that come with Mull."""

NOTHING: Inserts = MappingProxyType({})


@dataclass(frozen=True)
class Prompts:
    """All prompts, checked."""

    flows: Mapping[str, Flow]
    messages: Mapping[str, Layout]
    sentences: Mapping[str, str]

    def flow(self, flow_id: str) -> Flow:
        """The flow of that id, as it is now. Raises NotFound."""
        try:
            return self.flows[flow_id]
        except KeyError:
            raise NotFound(f"There is no flow '{flow_id}'. `mull flows list` names them all.") from None

    def read_flow(self, text: str, name: str) -> Flow:
        """The flow of a stored text, `name` being what to call it in a mistake. Raises PromptMistakes.

        Only its fields are read: it was checked when it was stored, and a stricter rule since then must not
        stop anybody half way through it.
        """
        return _read_flow(text, name)

    def message(self, name: str, *, inserts: Inserts = NOTHING, **variables: object) -> Message:
        """A message with its words, text from variables escaped for Slack.

        Raises NotFound for an unknown name and WrongMessage when the variables or inserts are not the file's.
        """
        return self._layout(name).message(inserts, variables)

    def view(self, name: str, *, inserts: Inserts = NOTHING, **variables: object) -> View:
        """A modal or Home with its words; errors as for `message`. A title too long for Slack is cut."""
        return self._layout(name).view(inserts, variables)

    def say(self, key: str, **variables: object) -> str:
        """One sentence, as plain text that nobody has escaped. Raises NotFound for an unknown key."""
        if key not in self.sentences:
            raise NotFound(f"There is no sentence '{key}'.")
        return render(self.sentences[key], variables, escape=False)

    def complaint(self, key: str, question: Question) -> str:
        """The sentence for what `complaint` found wrong with an answer to this question."""
        most = longest(question) if question.kind in ("short_text", "long_text") else question.at_most
        return self.say(key, at_least=question.at_least, at_most=most, options=len(question.options))

    def _layout(self, name: str) -> Layout:
        try:
            return self.messages[name]
        except KeyError:
            raise NotFound(f"There is no message '{name}'.") from None


def load(*folders: Path) -> Prompts:
    """The prompts in these folders, later ones laid over earlier ones.

    Raises PromptMistakes, with all of them.
    """
    reading = Reading()
    for folder in folders:
        reading.add(folder)
    reading.finish()
    flows = {flow_id: flow for flow_id, (_, flow) in sorted(reading.flows.items())}
    return Prompts(
        MappingProxyType(flows), MappingProxyType(reading.messages), MappingProxyType(reading.sentences)
    )


@lru_cache(maxsize=256)
def _read_flow(text: str, name: str) -> Flow:
    return flow_of(parse(text, name))
