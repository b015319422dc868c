"""Reactions as the page offers and shows them: a small set to choose from, each with a name."""

from dataclasses import dataclass

import emoji

from bot.workspace.page.whereabouts import name_of
from bot.workspace.state import Message, World


@dataclass(frozen=True)
class Choice:
    """A reaction one can give: Slack's short name, and what a person calls it."""

    name: str
    label: str

    @property
    def sign(self) -> str:
        return picture(self.name)


CHOICES = (
    Choice("+1", "thumbs up"),
    Choice("white_check_mark", "done"),
    Choice("eyes", "looking at it"),
    Choice("heart", "heart"),
    Choice("raised_hands", "hands up"),
    Choice("bulb", "good idea"),
    Choice("thinking_face", "thinking"),
    Choice("tada", "celebrating"),
)


@dataclass(frozen=True)
class Given:
    """A reaction on a message: who gave it, and whether the reader is one of them."""

    name: str
    sign: str
    count: int
    mine: bool
    who: str


def picture(name: str) -> str:
    """The emoji of this short name; an unknown one stays as it is written."""
    return emoji.emojize(f":{name}:", language="alias")


def given(world: World, message: Message, viewer: str) -> list[Given]:
    found = []
    for reaction in message.body.get("reactions", []):
        users = [str(user) for user in reaction["users"]]
        who = ", ".join("you" if user == viewer else name_of(world, user) for user in users)
        name = str(reaction["name"])
        found.append(Given(name, picture(name), len(users), viewer in users, who))
    return found
