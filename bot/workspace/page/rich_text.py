"""rich_text blocks as HTML: what Slack's composer makes, and the safe way to show a person's words."""

import re
from typing import Any

from markupsafe import Markup, escape

from bot.workspace.page import emojis
from bot.workspace.page.mrkdwn import Mrkdwn
from bot.workspace.page.names import link

JsonObject = dict[str, Any]

_STYLES = (("code", "code"), ("bold", "strong"), ("italic", "em"), ("strike", "s"), ("underline", "u"))
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}|#[0-9a-fA-F]{3}")


class RichText:
    """Draws rich text for one viewer."""

    def __init__(self, mrkdwn: Mrkdwn) -> None:
        self._mrkdwn = mrkdwn
        self._names = mrkdwn.names

    def html(self, rich_text: JsonObject) -> Markup:
        return Markup("").join(self._part(part) for part in rich_text["elements"])

    def _part(self, part: JsonObject) -> Markup:
        match part["type"]:
            case "rich_text_list":
                return self._list(part)
            case "rich_text_quote":
                return Markup("<blockquote>{}</blockquote>").format(self._run(part["elements"]))
            case "rich_text_preformatted":
                return Markup("<pre>{}</pre>").format(self._run(part["elements"], breaks=False))
            case _:
                return Markup('<div class="rich-line">{}</div>').format(self._run(part["elements"]))

    def _list(self, part: JsonObject) -> Markup:
        items = Markup("").join(
            Markup("<li>{}</li>").format(self._run(item["elements"])) for item in part["elements"]
        )
        depth = Markup(' class="indent-{}"').format(int(part.get("indent") or 0))
        if part["style"] == "bullet":
            return Markup("<ul{}>{}</ul>").format(depth, items)
        start = int(part.get("offset") or 0) + 1
        return Markup('<ol{} start="{}">{}</ol>').format(depth, start, items)

    def _run(self, pieces: list[JsonObject], breaks: bool = True) -> Markup:
        return Markup("").join(_styled(self._inline(piece, breaks), piece) for piece in pieces)

    def _inline(self, piece: JsonObject, breaks: bool) -> Markup:
        match piece["type"]:
            case "text":
                return _lines(piece["text"]) if breaks else escape(piece["text"])
            case "link":
                return link(piece["url"], escape(piece.get("text") or piece["url"]))
            case "emoji":
                return self._emoji(piece)
            case "date":
                return self._mrkdwn.date(
                    piece["timestamp"], piece["format"], piece.get("url") or "", piece.get("fallback") or ""
                )
            case "color":
                return _colour(piece["value"])
            case _:
                return self._mention(piece)

    def _mention(self, piece: JsonObject) -> Markup:
        match piece["type"]:
            case "user":
                return self._names.user(piece["user_id"])
            case "channel":
                return self._names.channel(piece["channel_id"])
            case "broadcast":
                return self._names.everyone(piece["range"])
            case "usergroup":
                return self._names.group(piece["usergroup_id"])
            case _:
                return self._names.group(piece["team_id"], piece["team_id"])

    def _emoji(self, piece: JsonObject) -> Markup:
        if piece.get("unicode"):
            return emojis.of_code_points(piece["unicode"], piece["name"])
        tone = piece.get("skin_tone")
        return emojis.named(piece["name"], str(tone) if tone else None)


def _lines(text: str) -> Markup:
    return Markup("<br>").join(emojis.with_pictures(line) for line in text.split("\n"))


def _styled(shown: Markup, piece: JsonObject) -> Markup:
    style = piece.get("style") or {}
    for name, tag in _STYLES:
        if style.get(name):
            shown = Markup(f"<{tag}>{{}}</{tag}>").format(shown)
    if style.get("highlight") or style.get("client_highlight"):
        shown = Markup("<mark>{}</mark>").format(shown)
    return shown


def _colour(value: str) -> Markup:
    """A colour's code with a swatch beside it; drawn, because a style attribute would be refused."""
    if not _COLOUR.fullmatch(value):
        return escape(value)
    return Markup(
        '<span class="colour"><svg width="12" height="12" aria-hidden="true"><rect width="12" height="12" '
        'rx="3" fill="{0}"/></svg> {0}</span>'
    ).format(value)


def plain_text(rich_text: JsonObject | None) -> str:
    """The words alone, a line for each part: what a text field can show of rich text."""
    lines = []
    for part in (rich_text or {}).get("elements", []):
        items = part["elements"] if part["type"] == "rich_text_list" else [part]
        runs = [item["elements"] for item in items]
        lines += ["".join(str(piece.get("text") or piece.get("url") or "") for piece in run) for run in runs]
    return "\n".join(lines)
