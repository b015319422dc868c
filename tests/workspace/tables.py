"""The tables of docs/workspace.md about blocks, as they follow from the code; run as a module, it prints them."""

import sys
from collections.abc import Iterator

from bot.workspace.checks.blocks import BLOCKS, SURFACES, allowed_on
from bot.workspace.checks.elements import ELEMENTS, IN_ACTIONS, IN_CONTEXT_ACTIONS, IN_INPUT, IN_SECTION
from bot.workspace.checks.objects import OBJECTS
from bot.workspace.checks.shapes import ByType, Check, Form, Many, Number, OneOf, Shape, String
from tests.workspace import differences
from tests.workspace.carriers import CARRIERS, SENT
from tests.workspace.declared import rule_name

_NAMED = {id(shape): name for name, shape in OBJECTS.items()}
# A shape without a name of its own is told where it stands, if it has one of these.
_TOLD = {"series", "segments", "categories", "data", "label", "title", "text"}
_HOLDERS = {
    "section": IN_SECTION,
    "actions": IN_ACTIONS,
    "input": IN_INPUT,
    "context_actions": IN_CONTEXT_ACTIONS,
    "context": frozenset({"image"}),
    "card": frozenset({"button", "image"}),
    "container": frozenset({"image"}),
    "auth_provider": frozenset({"overflow"}),
}


def blocks_table() -> list[str]:
    return [f"| `{name}` | {_surfaces(name)} | {in_words(BLOCKS[name])} | {_test(name)} |" for name in BLOCKS]


def elements_table() -> list[str]:
    return [
        f"| `{name}` | {_holders(name)} | {in_words(ELEMENTS[name])} | {_test(name)} |" for name in ELEMENTS
    ]


def objects_table() -> list[str]:
    return [f"| {name} | {in_words(shape)} | {_test(name)} |" for name, shape in OBJECTS.items()]


def _surfaces(name: str) -> str:
    found = [surface for surface in SURFACES if name in allowed_on(surface)]
    return "all" if len(found) == len(SURFACES) else ", ".join(found) or "none: only Slack makes it"


def _holders(name: str) -> str:
    """The blocks that an element may stand in."""
    return ", ".join(holder for holder, held in _HOLDERS.items() if name in held)


def _test(name: str) -> str:
    if name in BLOCKS and name not in SENT:
        return "`test_no_app_sends_the_block_of_a_remote_file`"
    known = {carrier.name for carrier in CARRIERS}
    return (
        f"`test_its_limits_decide[{name}]`" if name in known else f"`test_its_limits_decide[{name} element]`"
    )


def in_words(shape: Shape) -> str:
    """The limits of a shape, as they are enforced, in a line."""
    told = [words for name, check in shape.fields.items() if (words := _field(name, check))]
    needs = [f"needs {_names(shape.required)}"] if shape.required else []
    needs += [f"one of {_names(shape.any_of)}"] if shape.any_of else []
    needs += [f"not both {_names(shape.not_both)}"] if shape.not_both else []
    rules = dict.fromkeys(rule_name(rule).replace("_", " ") for rule in shape.rules)
    return "; ".join([*needs, *told, *rules]) or "no limit of its own"


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _field(name: str, check: Check) -> str | None:
    """A limit of a field. Ids and addresses have the same everywhere, and are told once, above the table."""
    if name in ("block_id", "action_id") or name.endswith("url"):
        return None
    size = ", ".join(_sizes(check))
    return f"`{name}` {size}" if size else None


def _sizes(check: Check) -> Iterator[str]:
    match check:
        case String():
            yield f"{check.at_most:,}"
        case Number():
            low = check.at_least if check.above is None else check.above + 1
            yield f"{low:,} or more" if check.at_most is None else f"{low:,} to {check.at_most:,}"
        case OneOf():
            yield " / ".join(check.allowed)
        case Form():
            yield check.message.removeprefix("must be ")
        case Many():
            yield _count(check)
            yield from (f"each {size}" for size in _sizes(check.each))
        case ByType() if check.types <= {"plain_text", "mrkdwn"}:
            yield from dict.fromkeys(size for kind in check.shapes.values() for size in _text(kind))
        case Shape() if id(check) not in _NAMED and check.fields.keys() & {
            "series",
            "segments",
            "title",
            "text",
        }:
            yield f"({in_words(check)})"


def _count(check: Many) -> str:
    return f"{check.at_least} to {check.at_most}" if check.at_most else f"{check.at_least} or more"


def _text(shape: Check) -> Iterator[str]:
    if isinstance(shape, Shape):
        yield from _sizes(shape.fields["text"])


_OURS_THEIRS = "| part | slack_sdk does not hold | slackblocks does not hold | refused there, taken here |"

TABLES = {
    "| block | surfaces | limits checked | test |": blocks_table,
    "| element | in | limits checked | test |": elements_table,
    "| object | limits checked | test |": objects_table,
    "| taken there, refused here | slack_sdk | slackblocks |": differences.kinds_table,
    _OURS_THEIRS: differences.parts_table,
    "| the whole | here | slack_sdk | slackblocks |": differences.wholes_table,
}
"""Each table, by its head."""


def main() -> None:
    for head, table in TABLES.items():
        rule = "|" + " --- |" * (head.count("|") - 1)
        sys.stdout.write("\n".join([head, rule, *table()]) + "\n\n")
    sys.stdout.write("\n".join(differences.silence()) + "\n")


if __name__ == "__main__":
    main()
