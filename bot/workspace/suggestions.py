"""Options that an app suggests while a person types into an external menu (`block_suggestion`)."""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from bot.workspace.checks.objects import OPTION_GROUP, PLAIN_OPTION
from bot.workspace.checks.shapes import Many, Shape
from bot.workspace.installation import Installation
from bot.workspace.state import User
from bot.workspace.targets import NotThere, Place, Target

JsonObject = dict[str, Any]

MOST = 100
_LEAST_TYPED = 3
# Menus whose last suggestions are remembered, so that what is chosen can be held against them.
_REMEMBERED = 500
_ANSWER = Shape({"options": Many(PLAIN_OPTION, 0, MOST), "option_groups": Many(OPTION_GROUP, 0, MOST)})


@dataclass
class Suggested:
    """What the app offers for what was typed: options, or groups of them; `trouble` where it gave neither."""

    options: list[JsonObject] = field(default_factory=list)
    option_groups: list[JsonObject] = field(default_factory=list)
    trouble: str | None = None

    def as_json(self) -> JsonObject:
        return {"options": self.options, "option_groups": self.option_groups, "trouble": self.trouble}


def least_typed(element: JsonObject) -> int:
    """How many characters somebody must type before the app is asked."""
    given = element.get("min_query_length")
    return _LEAST_TYPED if given is None else int(given)


class Suggestions:
    """Asks the app, and remembers what it last offered in each menu to each person."""

    def __init__(self, workspace: Installation) -> None:
        self._workspace = workspace
        self._last: OrderedDict[tuple[str, ...], JsonObject] = OrderedDict()

    async def ask(self, user: User, target: Target, typed: str) -> Suggested:
        """What the app suggests; nothing at all before `min_query_length` characters.

        NotThere for an element that does not ask its app.
        """
        element = target.element
        if not element["type"].endswith("external_select"):
            raise NotThere(
                f"‘{element['action_id']}’ is a {element['type']}: its app is not asked for options."
            )
        if len(typed) < least_typed(element):
            return Suggested()
        payload = self._workspace.interactions.suggestion(user, target, typed)
        delivered = await self._workspace.delivery.deliver("interactive", payload)
        if delivered.acknowledged:
            found = _understood(delivered.response)
        else:
            found = Suggested(trouble="The options could not be loaded.")
        if not found.trouble:
            self._remember(_key(user, target), found.as_json())
        return found

    def _remember(self, key: tuple[str, ...], options: JsonObject) -> None:
        self._last[key] = options
        self._last.move_to_end(key)
        while len(self._last) > _REMEMBERED:
            self._last.popitem(last=False)

    def last(self, user: User, target: Target) -> JsonObject:
        """The options that this menu last offered to this person."""
        return self._last.get(_key(user, target), {})

    async def for_names(self, user: User, target: Target, names: list[str]) -> JsonObject:
        """The options among which these names are to be found: each is typed in, where the menu is external."""
        options: list[JsonObject] = []
        if target.element["type"].endswith("external_select"):
            for name in names:
                found = await self.ask(user, target, name)
                if found.trouble:
                    raise NotThere(found.trouble)
                options += found.options
                options += [option for group in found.option_groups for option in group["options"]]
        return {"options": options}


def _key(user: User, target: Target) -> tuple[str, ...]:
    return (user.id, _surface_id(target.place), target.block["block_id"], target.element["action_id"])


def _surface_id(place: Place) -> str:
    if place.view:
        return place.view.id
    assert place.message is not None
    return place.message.ts


def _understood(answer: JsonObject | None) -> Suggested:
    """The app's answer, or what is wrong with it: a menu with a broken option shows none."""
    if not isinstance(answer, dict) or not ("options" in answer or "option_groups" in answer):
        return Suggested(trouble="The options could not be loaded: the app answered with none.")
    problem = next(_ANSWER(answer, ""), None)
    if problem:
        return Suggested(trouble=f"The options could not be loaded: {problem}")
    return Suggested(answer.get("options") or [], answer.get("option_groups") or [])
