"""What came in a body: text, a form, JSON. Whatever cannot be read ends in one error, before anything is done."""

import json
import re
from collections.abc import Iterable
from typing import Any

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

# No block or view of Slack's is nested half as deep; what is would only exhaust the stack.
_DEEPEST = 60
_HALF_OF_A_PAIR = re.compile(r"\\u[dD][89a-fA-F]")
# What aiohttp raises for an unknown charset, an ill-formed form of several parts, or bytes that are not compressed.
WRONG = (ValueError, LookupError, RuntimeError, HttpProcessingError, web.RequestPayloadError)


class Unreadable(ValueError):
    """The body is not what it says it is."""


async def text_of(request: web.Request) -> str:
    """The body as text that can be written again. Unreadable; HTTP 413 where it is too large."""
    try:
        text = await request.text()
        # Some charsets have a word for half of a surrogate pair, which no answer of ours could be encoded with.
        text.encode()
    except WRONG as wrong:
        raise Unreadable(f"The body cannot be read: {type(wrong).__name__}.") from wrong
    return text


async def form_of(request: web.Request) -> dict[str, str]:
    """The fields of a form that are no files. Unreadable; HTTP 413 where it is too large."""
    try:
        form = {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
        "".join([*form, *form.values()]).encode()
    except WRONG as wrong:
        raise Unreadable(f"The form cannot be read: {type(wrong).__name__}.") from wrong
    return form


def read_json(text: str) -> Any:
    """What the text says. ValueError when it is no JSON, nested so deep that nobody meant it, or not text that can
    be written again: one message with half of a surrogate pair, and no page that shows it could be sent."""
    try:
        found = json.loads(text)
    except RecursionError:
        raise ValueError("nested too deep") from None
    _check_depth(found)
    if _HALF_OF_A_PAIR.search(text):
        json.dumps(found, ensure_ascii=False).encode()
    return found


def _check_depth(found: Any) -> None:
    level, depth = [found], 0
    while level:
        depth += 1
        if depth > _DEEPEST:
            raise ValueError("nested too deep")
        level = [part for one in level for part in _parts(one)]


def _parts(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()
