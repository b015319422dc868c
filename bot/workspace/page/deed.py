"""A deed: what one of the page's posts does, and how “what just happened” calls it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from bot.workspace.page.desk import Desk
from bot.workspace.state import User

JsonObject = dict[str, Any]
Words = Callable[[Desk, User, Any], str | None]
Run = Callable[[Desk, User, Any], Awaitable[JsonObject]]


class Refused(Exception):
    """The act cannot be done; the sentence is for the person."""


@dataclass(frozen=True)
class Deed:
    """`words` are found before it is done, because it may change what they describe."""

    order: type[BaseModel]
    run: Run
    words: Words


def plainly(words: str | None) -> Words:
    """The same words every time; None for what is no act of its own."""
    return lambda _desk, _user, _order: words
