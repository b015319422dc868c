"""Mistakes in prompt files: what is wrong, in which file and line, what to do. All are told at once."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from bot.errors import MullError


@dataclass(frozen=True, order=True)
class Mistake:
    """One thing wrong in one file. `line` counts from 1; 0 is the file as a whole."""

    file: str
    line: int
    what: str
    do: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.what}. {self.do}."


class PromptMistakes(MullError):
    """The prompts cannot be used; `mistakes` holds every reason, in order of file and line."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(sorted(set(mistakes)))
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


def nearest(word: str, known: Iterable[str]) -> str:
    """What to do about a word that is not known: the nearest one that is, or all of them."""
    words = sorted(known)
    close = difflib.get_close_matches(word, words, n=1)
    if close:
        return f"Perhaps '{close[0]}' was meant"
    return f"Known here: {', '.join(words)}" if words else "Take it out"
