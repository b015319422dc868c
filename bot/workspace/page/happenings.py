"""“What just happened”: each act of a person stepped into, with the calls that came of it."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot import clock
from bot.workspace.installation import Installation
from bot.workspace.page.concern import Concern

JsonObject = dict[str, Any]
HAPPENINGS = 12
ENTRIES = 60


@dataclass
class Happening:
    """An act in plain words, when it was (calendar time), and the journal's entries since.

    A `light` one, such as opening a place, gives way to the next that is light too.
    """

    n: int
    words: str
    at: datetime
    light: bool = False
    entries: deque[JsonObject] = field(default_factory=lambda: deque(maxlen=ENTRIES))


class Happenings:
    """Sorts the journal by whom an entry is about, for those who are watched."""

    def __init__(self, workspace: Installation) -> None:
        self._workspace = workspace
        self._of: dict[str, deque[Happening]] = {}
        self._concern = Concern(workspace)
        self._read = workspace.journal.last
        self._serial = 0

    def watch(self, user: str) -> None:
        """From now on what concerns this person is kept for them."""
        self.catch_up()
        self._of.setdefault(user, deque(maxlen=HAPPENINGS))

    def begin(self, user: str, words: str, light: bool = False) -> None:
        """This person did something; what comes now came of it."""
        self.watch(user)
        if light and self._of[user] and self._of[user][-1].light:
            self._of[user].pop()
        self._open(user, words, light)

    def withdraw(self, user: str) -> None:
        """The newest happening did not happen after all, unless something came of it."""
        self.catch_up()
        if self._of[user] and not self._of[user][-1].entries:
            self._of[user].pop()

    def of(self, user: str) -> list[Happening]:
        """Newest first."""
        self.catch_up()
        return list(self._of.get(user, ()))[::-1]

    def may_read(self, entry: JsonObject, user: str) -> bool:
        """Whether what was in this entry of the journal is this person's to read."""
        self.catch_up()
        return self._concern.may_read(entry, user)

    def catch_up(self) -> None:
        """Everything the journal holds has been looked at."""
        journal = self._workspace.journal
        fresh = journal.entries(after=self._read)
        self._read = journal.last
        for entry in fresh:
            for user in self._concern.look(entry):
                self._add(user, entry)

    def _add(self, user: str, entry: JsonObject) -> None:
        if user not in self._of:
            return
        if not self._of[user]:
            self._open(user, "Before you did anything here", light=True)
        self._of[user][-1].entries.append(entry)

    def _open(self, user: str, words: str, light: bool = False) -> None:
        self._serial += 1
        self._of[user].append(Happening(self._serial, words, clock.now(), light))
