"""What a menu, radio buttons, checkboxes or a picker offer, and choosing from it: by name, or by value."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from bot.workspace.filling import value_field
from bot.workspace.state import BOT_USER_ID, Channel, User, World
from bot.workspace.targets import NotThere, Target

JsonObject = dict[str, Any]

_KINDS_OF_CHANNEL = ("im", "mpim", "private", "public")
_MOMENTS = ("selected_date", "selected_time", "selected_date_time")


@dataclass(frozen=True)
class Offer:
    """One thing to choose: `told` is what the app gets, `names` what a person may call it (the first is shown)."""

    value: str
    names: tuple[str, ...]
    told: Any
    description: str | None = None


@dataclass(frozen=True)
class OfferGroup:
    label: str | None
    offers: tuple[Offer, ...]


def of_options(given: JsonObject) -> list[OfferGroup]:
    """The offers of anything with `options` or `option_groups`: an element, or what an app suggested."""
    groups = [OfferGroup(None, _offers(given["options"]))] if given.get("options") else []
    listed = given.get("option_groups") or []
    return groups + [OfferGroup(group["label"]["text"], _offers(group["options"])) for group in listed]


def _offers(options: Iterable[JsonObject]) -> tuple[Offer, ...]:
    return tuple(_offer(option) for option in options)


def _offer(option: JsonObject) -> Offer:
    description = (option.get("description") or {}).get("text")
    return Offer(option["value"], (option["text"]["text"],), dict(option), description)


def offered(world: World, user: User, element: JsonObject) -> list[OfferGroup]:
    """What this person can choose. Of an external menu that is nothing until its app is asked."""
    kind = element["type"].removeprefix("multi_")
    if kind == "users_select":
        return [OfferGroup(None, tuple(_person(one) for one in world.users.values() if not one.deleted))]
    if kind == "channels_select":
        return [OfferGroup(None, _channels(world, user, {"include": ["public"]}))]
    if kind == "conversations_select":
        return [OfferGroup(None, _channels(world, user, element.get("filter") or {}))]
    return of_options(element)


def _person(user: User) -> Offer:
    return Offer(user.id, (user.shown_name, user.name, user.id), user.id)


def _channels(world: World, user: User, wanted: JsonObject) -> tuple[Offer, ...]:
    """Conversations that this person is in, and public channels; narrowed as the menu's `filter` says."""
    kinds = wanted.get("include") or _KINDS_OF_CHANNEL
    no_bots = bool(wanted.get("exclude_bot_users"))
    return tuple(
        _conversation(world, user, channel)
        for channel in world.channels.values()
        if channel.kind in kinds
        and (channel.kind == "public" or user.id in channel.members)
        and not channel.archived
        and not (no_bots and channel.kind == "im" and _has_bot(world, channel))
    )


def _has_bot(world: World, channel: Channel) -> bool:
    return any(member == BOT_USER_ID or world.users[member].is_bot for member in channel.members)


def _conversation(world: World, user: User, channel: Channel) -> Offer:
    if channel.kind in ("private", "public"):
        return Offer(channel.id, (f"#{channel.name}", channel.name, channel.id), channel.id)
    others = [world.users[member] for member in channel.members if member != user.id] or [user]
    shown = ", ".join(other.shown_name for other in others)
    return Offer(channel.id, (shown, channel.name, channel.id), channel.id)


def choose_by_name(
    world: World, user: User, target: Target, wanted: list[str], more: JsonObject
) -> JsonObject:
    """As `choose_by_value`, by what a person reads: texts of options, names or ids, dates, times."""
    return _choose(world, user, target, wanted, more, by_name=True)


def choose_by_value(
    world: World, user: User, target: Target, wanted: list[str], more: JsonObject
) -> JsonObject:
    """The options of these values (ids, dates, times) are chosen. What the element then tells of it.

    `more` are options that the app suggested for it. NotThere says what there is instead.
    """
    return _choose(world, user, target, wanted, more, by_name=False)


def _choose(
    world: World, user: User, target: Target, wanted: list[str], more: JsonObject, by_name: bool
) -> JsonObject:
    element = target.element
    name = _name_of_choice(element)
    if name in _MOMENTS:
        chosen: list[Any] = [_moment(name, one) for one in wanted]
    else:
        offers = [offer for group in _all_offers(world, user, target, more) for offer in group.offers]
        chosen = [_find(element, offers, one, by_name) for one in wanted]
    value = _as_many_as_it_takes(element, name, chosen)
    if element["type"] != "overflow":
        target.state[name] = value
    return {name: value}


def _name_of_choice(element: JsonObject) -> str:
    return "selected_option" if element["type"] == "overflow" else value_field(element["type"])


def _all_offers(world: World, user: User, target: Target, more: JsonObject) -> list[OfferGroup]:
    """Those of the element, those suggested, and for an external menu what is chosen in it already."""
    found = offered(world, user, target.element) + of_options(more)
    if target.element["type"].endswith("external_select"):
        before = target.state[_name_of_choice(target.element)]
        found += of_options({"options": before if isinstance(before, list) else [before] if before else []})
    return found


def _find(element: JsonObject, offers: list[Offer], wanted: str, by_name: bool) -> Any:
    for offer in offers:
        if (wanted in offer.names) if by_name else (wanted == offer.value):
            return offer.told
    if not _name_of_choice(element).startswith("selected_option"):
        raise NotThere(f"There is nobody and nothing called ‘{wanted}’ here.")
    there = ", ".join(f"‘{offer.names[0]}’" for offer in offers)
    raise NotThere(f"There is no option ‘{wanted}’. The options there are: {there}.")


def _as_many_as_it_takes(element: JsonObject, name: str, chosen: list[Any]) -> Any:
    several = name.endswith("s")
    most = element.get("max_selected_items")
    if (not several and len(chosen) > 1) or (most and len(chosen) > most):
        raise NotThere(f"‘{element['action_id']}’ takes {most or 1}, not {len(chosen)}.")
    return chosen if several else (chosen[0] if chosen else None)


def _moment(name: str, wanted: str) -> str | int:
    """A date (2026-11-30), a time (15:40) or Unix seconds, refused where it is none."""
    try:
        if name == "selected_date":
            return date.fromisoformat(wanted).isoformat()
        if name == "selected_time":
            return f"{time.fromisoformat(wanted):%H:%M}"
        return int(wanted)
    except ValueError:
        raise NotThere(
            f"‘{wanted}’ is not a {name.removeprefix('selected_').replace('_', ' and ')}."
        ) from None
