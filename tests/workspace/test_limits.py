"""Every limit that the checks declare decides: what is at it is taken, what is beyond it is refused, and where."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bot.workspace.checks.blocks import BLOCKS, SURFACES, allowed_on
from bot.workspace.checks.elements import ELEMENTS
from bot.workspace.checks.objects import OBJECTS
from bot.workspace.checks.surfaces import VIEWS
from tests.workspace.carriers import CARRIERS, SENT, Carrier, ours, payload, probes_of, view_probes
from tests.workspace.declared import AMENDS, Probe, rule_name, smallest
from tests.workspace.generated import TIDIES, block

VIEW_PROBES = [probe for kind in VIEWS for probe in view_probes(kind)]

each_part = pytest.mark.parametrize("carrier", CARRIERS, ids=[one.name for one in CARRIERS])


def wrongly_judged(probe: Probe) -> str | None:
    problems = ours(probe.whole)
    if probe.fits:
        return f"{probe.label}: {problems}" if problems else None
    if problems and probe.pointer in {problem.pointer for problem in problems}:
        return None
    return f"{probe.label} should be refused at {probe.pointer}: {problems}"


@each_part
def test_a_part_is_taken_at_each_of_its_limits_and_refused_beyond_it(carrier: Carrier) -> None:
    assert [told for probe in probes_of(carrier) if (told := wrongly_judged(probe))] == []


def test_a_view_is_taken_at_each_of_its_limits_and_refused_beyond_it() -> None:
    assert [told for probe in VIEW_PROBES if (told := wrongly_judged(probe))] == []


each_block = pytest.mark.parametrize("kind", SENT)


def surface_of(kind: str) -> str:
    return next(carrier.surface for carrier in CARRIERS if carrier.name == kind)


def places(part: object, at: str) -> Iterator[str]:
    """The JSON pointer of every part below this one."""
    inside = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for name, one in inside:
        yield f"{at}/{name}"
        yield from places(one, f"{at}/{name}")


def spoilt(part: Any, path: list[str], by: Any) -> Any:
    """A copy of the part with something else at this path."""
    if not path:
        return by
    name = int(path[0]) if isinstance(part, list) else path[0]
    inside = copy.copy(part)
    inside[name] = spoilt(part[name], path[1:], by)
    return inside


@each_block
@given(data=st.data())
@hypothesis_settings(max_examples=15)
def test_whatever_fits_is_taken(kind: str, data: st.DataObject) -> None:
    assert ours(payload(surface_of(kind), data.draw(block(kind)))) == []


@each_block
@given(data=st.data())
@hypothesis_settings(max_examples=15)
def test_whatever_is_spoilt_is_refused_where_it_is_spoilt(kind: str, data: st.DataObject) -> None:
    """A part that is none of a block's kinds of parts, anywhere in it, is pointed at."""
    whole = data.draw(block(kind))
    pointer = data.draw(st.sampled_from(list(places(whole, ""))))
    assume(not {"call", "fallback"} & set(pointer.split("/")))  # of these Slack publishes nothing
    broken = spoilt(whole, pointer.split("/")[1:], [None])
    surface = surface_of(kind)
    top = "/blocks/0" if surface == "message" else "/view/blocks/0"
    problems = ours(payload(surface, broken))
    assert any(problem.pointer.startswith(top + pointer) for problem in problems), (broken, problems)


def test_a_rule_between_fields_is_known_to_whoever_makes_values() -> None:
    shapes = [*BLOCKS.values(), *ELEMENTS.values(), *OBJECTS.values()]
    names = {rule_name(rule) for shape in shapes for rule in shape.rules}
    assert names <= AMENDS.keys()
    assert AMENDS.keys() == TIDIES.keys()


@each_block
@pytest.mark.parametrize("surface", SURFACES)
def test_a_block_stands_where_slack_lets_it_stand(kind: str, surface: str) -> None:
    problems = ours(payload(surface, {"type": kind} | smallest(BLOCKS[kind])))
    refused = [problem for problem in problems if problem.pointer.endswith("/blocks/0/type")]
    assert bool(refused) == (kind not in allowed_on(surface))


@pytest.mark.parametrize("surface", SURFACES)
def test_no_app_sends_the_block_of_a_remote_file(surface: str) -> None:
    assert ours(payload(surface, {"type": "file", "external_id": "x", "source": "remote"}))
