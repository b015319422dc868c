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
from tests.workspace.builders import JsonObject, plain
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
def test_its_limits_decide(carrier: Carrier) -> None:
    """What is at a limit is taken, what is beyond it is refused at its place."""
    assert [told for probe in probes_of(carrier) if (told := wrongly_judged(probe))] == []


def test_a_views_own_limits_decide() -> None:
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


def element(kind: str, **more: Any) -> JsonObject:
    return {"type": "input", "label": plain("l"), "element": {"type": kind, "action_id": "a"} | more}


def chart(*points: str, names: tuple[str, ...] = ("s",)) -> JsonObject:
    series = [{"name": name, "data": [{"label": point, "value": 1} for point in points]} for name in names]
    lines = {"type": "line", "series": series, "axis_config": {"categories": ["a", "b"]}}
    return {"type": "data_visualization", "title": "t", "chart": lines}


def data_table(*rows: list[JsonObject], **more: Any) -> JsonObject:
    return {"type": "data_table", "caption": "c", "rows": list(rows)} | more


def folding(**more: bool) -> JsonObject:
    return {"type": "container", "title": plain("t"), "child_blocks": [{"type": "divider"}]} | more


RAW = {"type": "raw_text", "text": "x"}
RICH = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": []}]}
ONE, OTHER = {"text": plain("x"), "value": "1"}, {"text": plain("y"), "value": "2"}
TASK = {"task_id": "1", "title": "t", "status": "pending"}
NUMBERS = {"is_decimal_allowed": False}

# a rule, a block that breaks it and nothing else, the place that is pointed at
BROKEN: list[tuple[str, JsonObject, str]] = [
    ("options_or_groups", element("static_select"), "/element"),
    (
        "options_or_groups",
        element("static_select", options=[ONE], option_groups=[{"label": plain("g"), "options": [ONE]}]),
        "/element",
    ),
    ("distinct_values", element("checkboxes", options=[ONE, ONE]), "/element/options"),
    (
        "initial_is_offered",
        element("radio_buttons", options=[ONE], initial_option=OTHER),
        "/element/initial_option",
    ),
    ("in_order", element("plain_text_input", min_length=9, max_length=3), "/element"),
    ("in_order", element("rich_text_input", min_lines=9, max_lines=3), "/element"),
    (
        "initial_fits",
        element("plain_text_input", max_length=3, initial_value="four"),
        "/element/initial_value",
    ),
    ("numbers_fit", element("number_input", **NUMBERS, min_value="9", max_value="3"), "/element"),
    ("numbers_fit", element("number_input", **NUMBERS, initial_value="9", max_value="3"), "/element"),
    ("numbers_fit", element("number_input", **NUMBERS, initial_value="0.5"), "/element/initial_value"),
    ("not_dispatched", element("file_input") | {"dispatch_action": True}, "/dispatch_action"),
    ("divider_or_fold", folding(is_collapsible=True, has_header_divider=True), ""),
    ("divider_or_fold", folding(default_collapsed=True), ""),
    ("header_is_plain", data_table([RICH], [RAW]), "/rows/0/0"),
    ("rows_are_even", data_table([RAW], [RAW, RAW]), "/rows"),
    (
        "row_header_is_a_column",
        data_table([RAW], [RAW], row_header_column_index=1),
        "/row_header_column_index",
    ),
    ("each_once", chart("a", "b", names=("s", "s")), "/chart/series"),
    ("each_once", {"type": "plan", "title": "t", "tasks": [TASK, TASK]}, "/tasks"),
    ("a_point_for_each_category", chart("a", "c"), "/chart/series/0/data"),
]


@pytest.mark.parametrize(("rule", "broken", "place"), BROKEN, ids=[case[0] for case in BROKEN])
def test_what_breaks_a_rule_between_fields_is_refused_where_it_does(
    rule: str, broken: JsonObject, place: str
) -> None:
    surface = surface_of(broken["type"])
    top = "/blocks/0" if surface == "message" else "/view/blocks/0"
    assert [problem.pointer for problem in ours(payload(surface, broken))] == [top + place]


def test_every_rule_between_fields_is_broken_here_and_kept_by_whoever_makes_values() -> None:
    shapes = [*BLOCKS.values(), *ELEMENTS.values(), *OBJECTS.values()]
    names = {rule_name(rule) for shape in shapes for rule in shape.rules}
    assert names <= {rule for rule, _, _ in BROKEN}
    assert {rule for rule, _, _ in BROKEN} == AMENDS.keys() == TIDIES.keys()


@each_block
@pytest.mark.parametrize("surface", SURFACES)
def test_a_block_stands_where_slack_lets_it_stand(kind: str, surface: str) -> None:
    problems = ours(payload(surface, {"type": kind} | smallest(BLOCKS[kind])))
    refused = [problem for problem in problems if problem.pointer.endswith("/blocks/0/type")]
    assert bool(refused) == (kind not in allowed_on(surface))


@pytest.mark.parametrize("surface", SURFACES)
def test_no_app_sends_the_block_of_a_remote_file(surface: str) -> None:
    assert ours(payload(surface, {"type": "file", "external_id": "x", "source": "remote"}))
