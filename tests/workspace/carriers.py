"""Everything that the checks know by name, in a message or a view that carries it: what there is to compare."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.workspace.checks import check_message, check_view
from bot.workspace.checks.blocks import BLOCKS, SURFACES, allowed_on
from bot.workspace.checks.elements import ELEMENTS, IN_ACTIONS, IN_CONTEXT_ACTIONS, IN_INPUT
from bot.workspace.checks.objects import OBJECTS
from bot.workspace.checks.shapes import Check, Problem
from bot.workspace.checks.surfaces import VIEWS
from tests.workspace.builders import JsonObject
from tests.workspace.declared import Probe, Put, probes, smallest


@dataclass(frozen=True)
class Carrier:
    """A named part, how it gets into a block, and where that block stands."""

    name: str
    check: Check
    into_block: Put
    pointer: str
    surface: str


def payload(surface: str, *blocks: Any) -> JsonObject:
    """A message or a view of these blocks and nothing else of note."""
    if surface == "message":
        return {"text": "x", "blocks": list(blocks)}
    needs = {"title": {"type": "plain_text", "text": "x"}, "submit": {"type": "plain_text", "text": "x"}}
    return {"type": surface, "blocks": list(blocks)} | (needs if surface == "modal" else {})


def ours(whole: JsonObject) -> list[Problem]:
    """What our checks say."""
    return check_view(whole) if "type" in whole else check_message(whole)


def _typed(name: str, put: Put) -> Put:
    return lambda value: put({"type": name} | value)


def _in_actions(element: JsonObject) -> JsonObject:
    return {"type": "actions", "elements": [element]}


def _in_input(element: JsonObject) -> JsonObject:
    return {"type": "input", "label": {"type": "plain_text", "text": "x"}, "element": element}


def _element(name: str) -> Carrier:
    put, pointer, surface = _typed(name, _in_input), "/element", "modal"
    if name in IN_ACTIONS:
        put, pointer, surface = _typed(name, _in_actions), "/elements/0", "message"
    elif name in IN_CONTEXT_ACTIONS:
        put, pointer, surface = (
            _typed(name, lambda value: {"type": "context_actions", "elements": [value]}),
            "/elements/0",
            "message",
        )
    elif name not in IN_INPUT:
        put, pointer, surface = (
            _typed(name, lambda value: {"type": "context", "elements": [value]}),
            "/elements/0",
            "message",
        )
    named = f"{name} element" if name in BLOCKS else name
    return Carrier(named, ELEMENTS[name], put, pointer, surface)


# object → the element that carries it, and the field that it is there; a number is its place in a list
_HELD: dict[str, tuple[str, str]] = {
    "confirm": ("button", "confirm"),
    "dispatch_action_config": ("plain_text_input", "dispatch_action_config"),
    "filter": ("conversations_select", "filter"),
    "option": ("static_select", "options"),
    "option of a choice": ("radio_buttons", "options"),
    "option of an overflow menu": ("overflow", "options"),
    "option group": ("static_select", "option_groups"),
    "slack_file": ("image", "slack_file"),
    "workflow": ("workflow_button", "workflow"),
}


def _object(name: str) -> Carrier:
    element, field = _HELD[name]
    holder = _element(element)
    rest = {
        key: part for key, part in smallest(ELEMENTS[element]).items() if key not in ("options", "image_url")
    }
    listed = field.startswith("option")

    def put(value: Any) -> JsonObject:
        block: JsonObject = holder.into_block(rest | {field: [value] if listed else value})
        return block

    return Carrier(name, OBJECTS[name], put, f"{holder.pointer}/{field}{'/0' * listed}", holder.surface)


# Where a block may hold most: a file is asked for in a modal only, and a message has a limit over all its blocks.
_BEST = {"input": "modal", "rich_text": "home"}


def _block(name: str) -> Carrier:
    surface = _BEST.get(name) or next(one for one in SURFACES if name in allowed_on(one))
    return Carrier(name, BLOCKS[name], _typed(name, lambda value: value), "", surface)


SENT = sorted(name for name in BLOCKS if any(name in allowed_on(surface) for surface in SURFACES))
CARRIERS = [
    *map(_block, SENT),
    *map(_element, sorted(ELEMENTS)),
    *map(_object, OBJECTS),
]


def probes_of(carrier: Carrier) -> Iterator[Probe]:
    """Both sides of every limit of a part, each as a whole message or view."""
    top = "/view/blocks/0" if carrier.surface != "message" else "/blocks/0"
    yield from probes(
        carrier.check,
        lambda value: payload(carrier.surface, carrier.into_block(value)),
        "",
        top + carrier.pointer,
    )


def view_probes(kind: str) -> Iterator[Probe]:
    """Both sides of every limit of a view itself. What its blocks hold is each block's own."""
    for probe in probes(VIEWS[kind], lambda value: {"type": kind} | value, "", "/view"):
        if not probe.label.startswith("blocks") and isinstance(probe.whole.get("blocks"), list):
            yield Probe(
                probe.label,
                probe.whole | {"blocks": payload("home", _DIVIDER)["blocks"]},
                probe.fits,
                probe.pointer,
            )


_DIVIDER = {"type": "divider"}
