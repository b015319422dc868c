"""What a person reads: the text of blocks in order, the buttons, and whom a message's text would notify."""

import html
import re
from collections.abc import Iterator
from typing import Any

from bot.workspace.checks.surfaces import elements_of, walk
from bot.workspace.emphasis import Emphasis
from bot.workspace.state import Message, View, World

JsonObject = dict[str, Any]

_ENTITY = re.compile(r"<([@#!])?([^<>|]+)(?:\|([^<>]*))?>")
_EMPHASIS = Emphasis("*_~`", r"(?<![\w*_~`])([*_~`])(?=\S)", r"(?<=\S){sign}(?![\w*_~`])")
_AT_WORD = re.compile(r"(?<!\w)@(channel|here|everyone)\b")


class Reading:
    """Turns blocks into what is seen; it needs the world for people's and channels' names."""

    def __init__(self, world: World) -> None:
        self._world = world

    def message(self, message: Message, viewer: str) -> str:
        """All that a viewer reads of a message, one piece a line: its blocks, or its text, then its attachments."""
        values = message.values_for(viewer)
        own = list(self.blocks(message.body.get("blocks") or [], values))
        pieces = own if message.body.get("blocks") else [self.mrkdwn(message.body.get("text", ""))]
        for attachment in message.body.get("attachments") or []:
            pieces += self._attachment(attachment, values)
        return "\n".join(pieces)

    def _attachment(self, attachment: JsonObject, values: dict[str, JsonObject]) -> Iterator[str]:
        for name in ("pretext", "author_name", "title", "text"):
            if attachment.get(name):
                yield self.mrkdwn(attachment[name])
        for field in attachment.get("fields") or []:
            yield from (self.mrkdwn(field[name]) for name in ("title", "value") if field.get(name))
        yield from self.blocks(attachment.get("blocks") or [], values)
        if attachment.get("footer"):
            yield self.mrkdwn(attachment["footer"])

    def view(self, view: View) -> str:
        """All readable text of a view: title, blocks with what is entered in them, errors, buttons."""
        body = view.body
        pieces = [body["title"]["text"]] if body.get("title") else []
        pieces += list(self.blocks(body["blocks"], view.values))
        pieces += view.errors.values()
        pieces += [body[name]["text"] for name in ("submit", "close") if body.get(name)]
        return "\n".join(pieces)

    def blocks(self, blocks: list[JsonObject], values: dict[str, JsonObject]) -> Iterator[str]:
        for block in blocks:
            yield from self._texts(block)
            for one in walk([block]):
                for state in values.get(one.get("block_id", ""), {}).values():
                    yield from (entered for entered in [state.get("value")] if isinstance(entered, str))

    def _texts(self, part: Any) -> Iterator[str]:
        if isinstance(part, list):
            for item in part:
                yield from self._texts(item)
        elif isinstance(part, dict):
            yield from self._texts_of_object(part)

    def _texts_of_object(self, part: JsonObject) -> Iterator[str]:
        kind = part.get("type", "")
        if kind in ("rich_text_section", "rich_text_quote", "rich_text_preformatted"):
            yield "".join(self._inline(piece) for piece in part["elements"])
        elif isinstance(part.get("text"), str):
            yield self.mrkdwn(part["text"]) if kind == "mrkdwn" else part["text"]
        else:
            for name, value in part.items():
                if name in ("alt_text", "caption", "title", "label") and isinstance(value, str):
                    yield value
                elif name not in ("confirm", "initial_option", "initial_options"):
                    yield from self._texts(value)

    def _inline(self, piece: JsonObject) -> str:
        match piece["type"]:
            case "user":
                return f"@{self._name(piece['user_id'])}"
            case "channel":
                return f"#{self._channel(piece['channel_id'])}"
            case "broadcast":
                return f"@{piece['range']}"
            case "emoji":
                return f":{piece['name']}:"
            case "date":
                return str(piece.get("fallback", piece["timestamp"]))
            case _:
                return str(piece.get("text") or piece.get("url") or "")

    def mrkdwn(self, text: str) -> str:
        """Slack's markup as it is shown: mentions by name, links by label, emphasis without its marks."""
        shown = _ENTITY.sub(self._entity, text)
        pieces, end = [], 0
        for _sign, start, stop in _EMPHASIS.spans(shown):
            pieces += [shown[end:start], shown[start + 1 : stop]]
            end = stop + 1
        return html.unescape("".join([*pieces, shown[end:]]))

    def _entity(self, found: re.Match[str]) -> str:
        sigil, target, label = found.groups()
        if sigil == "@":
            return f"@{self._name(target)}"
        if sigil == "#":
            return f"#{label or self._channel(target)}"
        if sigil == "!":
            return label or f"@{target.partition('^')[0]}"
        return label or target

    def _name(self, user_id: str) -> str:
        user = self._world.users.get(user_id)
        return user.shown_name if user else user_id

    def _channel(self, channel_id: str) -> str:
        channel = self._world.channels.get(channel_id)
        return channel.name if channel else channel_id


def buttons(blocks: list[JsonObject]) -> list[JsonObject]:
    """Every button in reading order, as {text, action_id, block_id, value}."""
    return [
        {
            "text": _label(element),
            "action_id": element.get("action_id"),
            "block_id": block.get("block_id"),
            "value": element.get("value"),
        }
        for block in walk(blocks)
        for element in elements_of(block)
        if element["type"].endswith("button")
    ]


def _label(element: JsonObject) -> str:
    text = element.get("text")
    return str(text["text"]) if isinstance(text, dict) else str(element.get("accessibility_label", ""))


def labels(blocks: list[JsonObject]) -> list[str]:
    """The labels of the inputs in reading order."""
    return [block["label"]["text"] for block in walk(blocks) if block["type"] == "input"]


def mentions(text: str, blocks: list[JsonObject], plain_at: bool = False) -> list[str]:
    """Whom a message would notify: `@channel`, a user's id, `!subteam^…`, in order and without repeats.

    Only mrkdwn and the mention elements of rich text notify; plain_text and text inside rich_text never do.
    `plain_at`: the call asked Slack to turn a bare @channel into a mention (parse=full, link_names).
    """
    found: dict[str, None] = {}
    for piece in [text, *_mrkdwn_pieces(blocks)]:
        for sigil, target, _label_text in _ENTITY.findall(piece):
            if sigil in ("@", "!") and not target.startswith("date^"):
                found[target if sigil == "@" else f"@{target}"] = None
        if plain_at:
            found |= {f"@{word}": None for word in _AT_WORD.findall(piece)}
    found |= dict.fromkeys(_rich_mentions(blocks))
    return list(found)


def _mrkdwn_pieces(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for item in part:
            yield from _mrkdwn_pieces(item)
    elif isinstance(part, dict):
        if part.get("type") in ("mrkdwn", "markdown") and isinstance(part.get("text"), str):
            yield part["text"]
        for value in part.values():
            yield from _mrkdwn_pieces(value)


def _rich_mentions(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for item in part:
            yield from _rich_mentions(item)
    elif isinstance(part, dict):
        match part.get("type"):
            case "user" if "user_id" in part:
                yield part["user_id"]
            case "usergroup" if "usergroup_id" in part:
                yield f"@subteam^{part['usergroup_id']}"
            case "broadcast" if "range" in part:
                yield f"@{part['range']}"
        for value in part.values():
            yield from _rich_mentions(value)
