"""Where our verdict differs from others', over both sides of every limit, as the tables of docs/workspace.md say it."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache

from bot.workspace.checks.surfaces import VIEWS
from tests.workspace.builders import JsonObject, actions, button, field, home, modal, plain, section
from tests.workspace.carriers import CARRIERS, ours, payload, probes_of, view_probes
from tests.workspace.declared import Probe
from tests.workspace.others import Verdict, slack_sdk_says, slackblocks_says

OTHERS: dict[str, Callable[[JsonObject], Verdict]] = {
    "slack_sdk": slack_sdk_says,
    "slackblocks": slackblocks_says,
}

# What an SDK that builds blocks has little reason to look at: counted, not listed part by part.
_KINDS = {
    "a type": "a value of another type",
    "empty": "an empty string",
    "a stranger": "a property that there is not",
    "whole": "a fraction where a whole number belongs",
    "not": "an object or element that may not stand there",
}


@cache
def judged() -> list[tuple[str, Probe, bool, dict[str, Verdict]]]:
    """Every probe of every part, with our verdict and the others'."""
    return [
        (part, probe, not ours(probe.whole), {name: says(probe.whole) for name, says in OTHERS.items()})
        for part, found in _all_probes()
        for probe in found
    ]


def _all_probes() -> Iterator[tuple[str, Iterator[Probe]]]:
    for carrier in CARRIERS:
        yield carrier.name, probes_of(carrier)
    for kind in VIEWS:
        yield f"{kind} view", view_probes(kind)


def _kind(probe: Probe) -> str | None:
    last = probe.label.rpartition(": ")[2]
    return _KINDS.get("not" if last.startswith("not ") else last)


def kinds_table() -> list[str]:
    """How much of what is refused here for such a reason is taken there."""
    wrong = [(_kind(probe), verdicts) for _, probe, fits, verdicts in judged() if not fits and _kind(probe)]
    return [
        f"| {kind} | " + " | ".join(_counts(kind, name, wrong) for name in OTHERS) + " |"
        for kind in _KINDS.values()
    ]


def _counts(kind: str, name: str, wrong: list[tuple[str | None, dict[str, Verdict]]]) -> str:
    found = Counter(verdicts[name] for one, verdicts in wrong if one == kind)
    return f"{found[Verdict.TAKES]} of {found.total() - found[Verdict.SILENT]}"


def parts_table() -> list[str]:
    """For each part: limits that the others do not hold, and what they refuse though it is taken here."""
    rows: dict[str, list[list[str]]] = {}
    for part, probe, fits, verdicts in judged():
        row = rows.setdefault(part, [[], [], []])
        if _kind(probe) is None:
            for column, (name, verdict) in enumerate(verdicts.items()):
                if not fits and verdict is Verdict.TAKES:
                    row[column].append(_told(probe.label))
                if fits and verdict is Verdict.REFUSES:
                    row[2].append(f"{_told(probe.label)} ({name})")
    return [f"| {part} | {' | '.join(map(_listed, row))} |" for part, row in rows.items() if any(row)]


def _told(label: str) -> str:
    """A label without the kinds of chart, cell and rich text on the way to what it is about."""
    label = re.sub(r"^.*\((\w+)\)\.?(?=\w+: |\w+$)", r"\1 ", label)
    return re.sub(r"\(\w+\)", "", label).replace("[]", "")


def _listed(labels: list[str]) -> str:
    return ", ".join(dict.fromkeys(labels))


def silence() -> list[str]:
    """For each of the others, the parts of which it knows nothing at all."""
    lines = []
    for name in OTHERS:
        heard = {part for part, _, _, verdicts in judged() if verdicts[name] is not Verdict.SILENT}
        unheard = dict.fromkeys(part for part, _, _, _ in judged() if part not in heard)
        lines.append(f"- {name}: {', '.join(f'`{part}`' for part in unheard)}.")
    return lines


def _raw(cells: int, size: int = 1) -> list[list[JsonObject]]:
    return [[{"type": "raw_text", "text": "x" * size}] * cells] * 2


_TABLE = {"type": "table", "rows": _raw(1)}
_DATA = {"type": "data_table", "caption": "c", "rows": _raw(5, 2_000)}
_PIE = {"type": "pie", "segments": [{"label": "a", "value": 1}]}
_CHART = {"type": "data_visualization", "title": "t", "chart": _PIE}
_TASK = {"type": "task_card", "task_id": "1", "title": "t", "status": "pending"}
_FILE = {"type": "input", "label": plain("l"), "element": {"type": "file_input"}}
_CARD = {"type": "card", "title": plain("t")}
_TWO = {"text": plain("x"), "value": "1"}
_NO_SUBMIT = {name: part for name, part in modal(field("l", "a")).items() if name != "submit"}


def _focused(name: str) -> JsonObject:
    return field("l", name, element={"focus_on_load": True})


def _menu(kind: str, **more: object) -> JsonObject:
    return actions({"type": kind, "action_id": "a", "options": [_TWO], **more})


# What no single part decides.
WHOLES: dict[str, JsonObject] = {
    "51 blocks in a message": payload("message", *[section("x")] * 51),
    "101 blocks in a modal": modal(*[section("x")] * 101),
    "101 blocks in Home": home(*[section("x")] * 101),
    "a message without anything": {},
    "a text of 4,001 characters": {"text": "x" * 4_001},
    "13,201 characters over all blocks": payload("message", *[section("x" * 2_640)] * 5, section("x")),
    "12,001 characters of markdown in two blocks": payload(
        "message", *[{"type": "markdown", "text": "x" * size} for size in (6_000, 6_001)]
    ),
    "two tables": payload("message", _TABLE, _TABLE),
    "10,001 characters in a table": payload("message", {"type": "table", "rows": _raw(2, 2_501)}),
    "40,000 characters in data tables": payload("message", _DATA, _DATA),
    "three charts": payload("message", _CHART, _CHART, _CHART),
    "101 attachments": {"text": "x", "attachments": [{"text": "x"}] * 101},
    "a block that is wrong in an attachment": {
        "text": "x",
        "attachments": [{"blocks": [section("x" * 3_001)]}],
    },
    "a block_id twice": payload("message", section("x", block_id="b"), section("y", block_id="b")),
    "an action_id twice in a block": payload("message", actions(button("x", "a"), button("y", "a"))),
    "an action_id in two blocks": payload("message", actions(button("x", "a")), actions(button("y", "a"))),
    "two elements with the focus": modal(_focused("a"), _focused("b")),
    "an input without a submit button": _NO_SUBMIT,
    "a view of 250,001 bytes": home(*[section("x" * 3_000)] * 84),
    "a view of no blocks": home(),
    "options and option groups": payload(
        "message", _menu("static_select", option_groups=[{"label": plain("g"), "options": [_TWO]}])
    ),
    "two options of one value": payload("message", _menu("radio_buttons", options=[_TWO, _TWO])),
    "an initial option that is not offered": payload(
        "message", _menu("static_select", initial_option={"text": plain("y"), "value": "9"})
    ),
    "a day that is none": payload("message", actions({"type": "datepicker", "initial_date": "2026-02-30"})),
    "a time that is none": payload("message", actions({"type": "timepicker", "initial_time": "24:30"})),
    "a shortest length above the longest": modal(field("l", "a", element={"min_length": 9, "max_length": 3})),
    "a smallest number above the largest": modal(
        field(
            "l",
            "a",
            element={"type": "number_input", "is_decimal_allowed": True, "min_value": "9", "max_value": "3"},
        )
    ),
    "a pending task outside a plan": payload("message", _TASK),
    "a file input in a message": payload("message", _FILE),
    "a file input in Home": home(_FILE),
    "a file block": payload("message", {"type": "file", "external_id": "x", "source": "remote"}),
    "a card in a modal": modal(_CARD),
    "a carousel in a modal": modal({"type": "carousel", "elements": [_CARD]}),
    "an alert in a message": payload("message", {"type": "alert", "text": plain("x")}),
    "a table in a modal": modal(_TABLE),
    "a chart in Home": home(_CHART),
    "markdown in Home": home({"type": "markdown", "text": "x"}),
    "a call in Home": home({"type": "call", "call_id": "R1"}),
}


def wholes_table() -> list[str]:
    """What no single part decides, and who takes it."""
    return [
        f"| {what} | {'refuses' if ours(whole) else 'takes'} | "
        + " | ".join(says(whole).value for says in OTHERS.values())
        + " |"
        for what, whole in WHOLES.items()
    ]
