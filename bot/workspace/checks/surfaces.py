"""What holds for a whole message or view: counts, lengths over all blocks, ids that must be unique."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from bot.workspace.checks.attachments import ATTACHMENTS, blocks_of
from bot.workspace.checks.blocks import BLOCKS, HOME, MESSAGE, MODAL, allowed_on
from bot.workspace.checks.objects import plain
from bot.workspace.checks.shapes import (
    ANYTHING,
    BOOLEAN,
    ByType,
    Check,
    JsonObject,
    Many,
    Problem,
    Shape,
    String,
    wrong,
)

TEXT_LIMIT = 4_000
ALL_BLOCKS_LIMIT = 13_200
VIEW_BYTES = 250_000
_PER_MESSAGE = {"table": 1, "data_visualization": 2}
CHARACTERS_PER_MESSAGE = {"markdown": 12_000, "table": 10_000, "data_table": 20_000}
"""How much text all blocks of a type may have together. Tables have this bound of their own, and not that over all."""


def check_message(payload: JsonObject, surface: str = MESSAGE) -> list[Problem]:
    """What Slack would refuse in a message, or would cut: an empty list means that it is sent as it is.

    `payload` holds `text` and `blocks` as given to chat.postMessage. Codes: no_text, msg_too_long (text over
    4,000 characters, which chat.update refuses), invalid_blocks, msg_blocks_too_long, invalid_attachments,
    too_many_attachments.
    """
    blocks = payload.get("blocks") or []
    attachments = payload.get("attachments") or []
    problems = list(_check_text(payload))
    wrong_parts = check_blocks(blocks, surface, "/blocks", 50) + _check_attachments(attachments, surface)
    return problems + (wrong_parts or list(_check_sums([*blocks, *blocks_of(attachments)])))


def _check_attachments(attachments: Any, surface: str) -> list[Problem]:
    problems = [_as_attachments(problem) for problem in ATTACHMENTS(attachments, "/attachments")]
    for index, attachment in enumerate([] if problems else attachments):
        at = f"/attachments/{index}/blocks"
        problems += check_blocks(attachment.get("blocks") or [], surface, at, 50)
    return problems


def _as_attachments(problem: Problem) -> Problem:
    many = problem.pointer == "/attachments" and problem.message.startswith("no more than")
    return replace(problem, code="too_many_attachments" if many else "invalid_attachments")


def check_blocks(blocks: Any, surface: str, at: str, at_most: int) -> list[Problem]:
    """Every problem of a list of blocks on a surface, each with its JSON pointer below `at`."""
    problems = list(Many(ByType(BLOCKS, allowed_on(surface)), 0, at_most)(blocks, at))
    if not problems:
        problems += _unique_block_ids(blocks, at)
        problems += _unique_action_ids(blocks, at)
        problems += _one_focus(blocks, at)
        problems += _files_in_modals(blocks, surface, at)
    return problems


def check_view(view: JsonObject) -> list[Problem]:
    """What Slack would refuse in a view (views.open, push, update, publish); pointers begin at /view."""
    kind = view.get("type") if isinstance(view, dict) else None
    if not isinstance(kind, str) or kind not in VIEWS:
        return [Problem("invalid_arguments", "must be one of: modal, home", "/view/type")]
    problems = list(VIEWS[kind](view, "/view"))
    blocks = view.get("blocks")
    if isinstance(blocks, list):
        problems += check_blocks(blocks, kind, "/view/blocks", 100)
        problems += _submit_where_needed(view, blocks)
    if len(json.dumps(view, ensure_ascii=False).encode("utf-8", "surrogatepass")) > VIEW_BYTES:
        problems.append(Problem("view_too_large", f"must be less than {VIEW_BYTES} bytes", "/view"))
    return [_as_argument(problem) for problem in problems]


def walk(blocks: Any) -> Iterator[JsonObject]:
    """Every block, those inside containers and carousels included, in reading order."""
    for block, _ in _placed(blocks, ""):
        yield block


def _placed(blocks: list[JsonObject], at: str) -> Iterator[tuple[JsonObject, str]]:
    """Every block with its JSON pointer."""
    for index, block in enumerate(blocks):
        yield block, f"{at}/{index}"
        yield from _placed(block.get("child_blocks") or [], f"{at}/{index}/child_blocks")
        if block["type"] == "carousel":
            yield from _placed(block["elements"], f"{at}/{index}/elements")


def elements_of(block: JsonObject) -> list[JsonObject]:
    """The elements that a block holds directly: its accessory, its input element, its list of them."""
    single = [block[name] for name in ("accessory", "element") if isinstance(block.get(name), dict)]
    listed = block.get("actions") if block.get("type") == "card" else None
    if block.get("type") in ("actions", "context_actions", "context"):
        listed = block.get("elements")
    return single + list(listed or [])


def _as_argument(problem: Problem) -> Problem:
    return replace(problem, code=problem.code if problem.code == "view_too_large" else "invalid_arguments")


_SHARED: dict[str, Check] = {
    "blocks": Many(ANYTHING, 0),
    "private_metadata": String(3000, at_least=0),
    "callback_id": String(255, at_least=0),
    "external_id": String(255, at_least=0),
}
VIEWS: dict[str, Shape] = {
    HOME: Shape(_SHARED | {"title": plain(24)}, required=("blocks",)),
    MODAL: Shape(
        _SHARED
        | {
            "title": plain(24),
            "submit": plain(24),
            "close": plain(24),
            "clear_on_close": BOOLEAN,
            "notify_on_close": BOOLEAN,
            "submit_disabled": BOOLEAN,
        },
        required=("title", "blocks"),
    ),
}


def _submit_where_needed(view: JsonObject, blocks: list[Any]) -> Iterator[Problem]:
    has_input = any(isinstance(block, dict) and block.get("type") == "input" for block in blocks)
    if has_input and view["type"] == MODAL and not view.get("submit"):
        yield from wrong("missing required field: submit", "/view")


def _check_text(payload: JsonObject) -> Iterator[Problem]:
    text = payload.get("text")
    if text is not None and not isinstance(text, str):
        yield Problem("invalid_arguments", "must be a string", "/text")
    elif not (text or "").strip() and not payload.get("blocks") and not payload.get("attachments"):
        yield Problem("no_text", "a message needs text or blocks", "/text")
    elif text and len(text) > TEXT_LIMIT:
        yield Problem("msg_too_long", f"must be less than {TEXT_LIMIT + 1} characters", "/text")


def _check_sums(blocks: list[JsonObject]) -> Iterator[Problem]:
    inside = list(walk(blocks))
    if characters([block for block in blocks if "table" not in block["type"]]) > ALL_BLOCKS_LIMIT:
        said = f"must be less than {ALL_BLOCKS_LIMIT + 1} characters over all blocks"
        yield Problem("msg_blocks_too_long", said, "/blocks")
    kinds = Counter(block["type"] for block in inside)
    for kind, most in _PER_MESSAGE.items():
        if kinds[kind] > most:
            yield from wrong(f"no more than {most} {kind} blocks allowed", "/blocks")
    for kind, limit in CHARACTERS_PER_MESSAGE.items():
        if characters([block for block in inside if block["type"] == kind]) > limit:
            yield from wrong(f"must be less than {limit + 1} characters over all {kind} blocks", "/blocks")


def characters(part: Any) -> int:
    """How many characters a person would read in this part of a message."""
    if isinstance(part, list):
        return sum(characters(item) for item in part)
    if not isinstance(part, dict):
        return 0
    own = part.get("text")
    rest = (value for name, value in part.items() if name != "text" or not isinstance(own, str))
    return (len(own) if isinstance(own, str) else 0) + sum(characters(value) for value in rest)


def _unique_block_ids(blocks: list[JsonObject], at: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for block, place in _placed(blocks, at):
        block_id = block.get("block_id")
        if block_id in seen:
            yield from wrong(f"`block_id` {block_id} already exists", f"{place}/block_id")
        if block_id:
            seen.add(block_id)


def _unique_action_ids(blocks: list[JsonObject], at: str) -> Iterator[Problem]:
    """Within one block, as Slack documents it: two blocks may use the same action_id."""
    for block, place in _placed(blocks, at):
        ids = Counter(element.get("action_id") for element in elements_of(block))
        for action_id, count in ids.items():
            if action_id and count > 1:
                yield from wrong(f"`action_id` {action_id} already exists in this block", f"{place}/elements")


def _one_focus(blocks: list[JsonObject], at: str) -> Iterator[Problem]:
    focused = [
        element for block in walk(blocks) for element in elements_of(block) if element.get("focus_on_load")
    ]
    if len(focused) > 1:
        yield from wrong("only one element may have focus_on_load", at)


def _files_in_modals(blocks: list[JsonObject], surface: str, at: str) -> Iterator[Problem]:
    """A file can be asked for in a modal only."""
    for block, place in _placed(blocks, at):
        if surface != MODAL and block["type"] == "input" and block["element"]["type"] == "file_input":
            yield from wrong("unsupported type: file_input", f"{place}/element/type")
