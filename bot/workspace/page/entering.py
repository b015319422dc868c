"""What is pressed, typed and chosen on the page, as acts of exactly one element of exactly one surface."""

from datetime import datetime
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import Field

from bot.workspace.answering import Order
from bot.workspace.checks.elements import TYPED
from bot.workspace.choices import choose_by_value
from bot.workspace.fields import attach, press, type_into
from bot.workspace.members import Members, Outcome
from bot.workspace.page.rich_text import plain_text
from bot.workspace.state import User, World
from bot.workspace.targets import NotThere, Place, Target, find_exact, place_of

JsonObject = dict[str, Any]
SurfaceKind = Literal["message", "home", "modal"]
# What a control of the page holds: text, the value of an option, a date; a list of these; or nothing.
Raw = Annotated[str, Field(max_length=200_000)] | list[str] | None

_PRESSED = frozenset({"button", "workflow_button", "icon_button", "feedback_buttons"})


class _Spot(Order):
    """One element: `id` is the ts of its message or the id of its view."""

    surface: SurfaceKind
    id: str
    channel: str | None = None
    block_id: str
    action_id: str


class ActOrder(_Spot):
    """Something is pressed or changed. `entered`: with the Enter key."""

    value: Raw = None
    entered: bool = False


class SubmitOrder(Order):
    """The open modal is sent, with what its fields hold by block_id and action_id."""

    id: str
    values: dict[str, dict[str, Raw]] = Field(default_factory=dict)


class SuggestOrder(_Spot):
    """Options are asked for, of an external menu in which this was typed."""

    typed: str = Field(max_length=3000)


async def act(members: Members, user: User, order: ActOrder) -> Outcome:
    """It is done, and the app has heard of it if it hears of such things at once.

    NotThere, with a sentence, when the element is gone, or does not take this value.
    """
    target = _target(members, user, order)
    told = _enter(members, user, target, order.value)
    return await members.tell(user, target, told, order.entered)


async def submit(members: Members, user: User, order: SubmitOrder) -> Outcome:
    """The modal is sent with these values; fields that are not named keep what they had.

    What a field does not take is told as an error of its block, and then nothing is sent.
    """
    place = _place(members, user, "modal", order.id, None)
    errors = _fill_in(members, user, place, order.values)
    if errors:
        assert place.view is not None
        place.view.errors = errors
        return Outcome(acknowledged=False, errors=errors)
    return await members.submit(user)


def _fill_in(members: Members, user: User, place: Place, values: dict[str, dict[str, Raw]]) -> dict[str, str]:
    errors = {}
    for block_id, by_action in values.items():
        for action_id, value in by_action.items():
            try:
                _enter(members, user, find_exact(place, block_id, action_id), value)
            except NotThere as refused:
                errors[block_id] = str(refused)
    return errors


async def suggest(members: Members, user: User, order: SuggestOrder) -> JsonObject:
    """{options, option_groups, trouble}: what the app offers for what was typed."""
    return (await members.suggestions.ask(user, _target(members, user, order), order.typed)).as_json()


def _target(members: Members, user: User, spot: _Spot) -> Target:
    place = _place(members, user, spot.surface, spot.id, spot.channel)
    return find_exact(place, spot.block_id, spot.action_id)


def _place(members: Members, user: User, surface: SurfaceKind, surface_id: str, channel: str | None) -> Place:
    return place_of(members.workspace.world, user, surface, surface_id, channel)


def _enter(members: Members, user: User, target: Target, value: Raw) -> JsonObject:
    """The value is in the element's state; what the element tells of it."""
    kind = target.element["type"]
    if kind in _PRESSED:
        return press(target.element, value if isinstance(value, str) else None)
    if kind in TYPED:
        return _type(target, _one_text(value))
    wanted = _several(value)
    if kind == "file_input":
        return attach(members.workspace.files, user, target, wanted)
    if kind == "datetimepicker":
        wanted = [_unix(moment, user, target.state["selected_date_time"]) for moment in wanted]
    return _choose(members.workspace.world, members, user, target, wanted)


def _choose(world: World, members: Members, user: User, target: Target, wanted: list[str]) -> JsonObject:
    return choose_by_value(world, user, target, wanted, members.suggestions.last(user, target))


def _type(target: Target, text: str) -> JsonObject:
    """The text is in the field. Rich text whose words are the same keeps its styles: a text field shows none."""
    if target.element["type"] == "rich_text_input" and text == plain_text(target.state["rich_text_value"]):
        return dict(target.state)
    return type_into(target, text)


def _one_text(value: Raw) -> str:
    if isinstance(value, list):
        raise NotThere("A text field takes one text.")
    return (value or "").replace("\r\n", "\n")


def _several(value: Raw) -> list[str]:
    return value if isinstance(value, list) else [value] if value else []


def _unix(moment: str, user: User, before: int | None) -> str:
    """Unix seconds of a time on the person's own clock, as a browser writes it (2026-11-30T15:40).

    Of an hour that is there twice it is the first; one that a clock change skips counts from before the change.
    `before` stays to the second where the minute is the same: the field shows no seconds.
    """
    try:
        unix = int(datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(user.tz)).timestamp())
    except ValueError:
        raise NotThere(f"‘{moment}’ is not a date and time.") from None
    return str(before if before is not None and before // 60 == unix // 60 else unix)
