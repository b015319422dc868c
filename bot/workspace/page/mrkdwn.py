"""Slack's mrkdwn as HTML. Whatever is in the text, only the tags written here come out of it."""

import re
from collections.abc import Callable, Iterable
from datetime import datetime

from markupsafe import Markup, escape

from bot.workspace.emphasis import Emphasis
from bot.workspace.page import dates, emojis
from bot.workspace.page.names import Names, is_link, link
from bot.workspace.state import User, World

_FENCE = re.compile(r"```\n?(.+?)\n?```", re.DOTALL)
_QUOTED_LINE = re.compile(r"(?:>|&gt;) ?(.*)")
_QUOTED_REST = re.compile(r"(?:>>>|&gt;&gt;&gt;) ?")
_ATOM = re.compile(r"`([^`\n]+)`|<([^<>\n]+)>|(https?://[^\s<>|\x00]+)")
_TRAILING = ".,;:!?'\")]}"
_KEPT = re.compile("\x00(\\d+)\x00")
_TAGS = {"*": "strong", "_": "em", "~": "s"}
_EMPHASIS = Emphasis("*_~", r"(?<!\w)([*_~])(?!\s|\1)", r"(?<!\s)(?<!{sign}){sign}(?!\w|{sign})")


def unescaped(text: str) -> str:
    """Slack's three escapes undone, and no others: `&quot;` is six characters that somebody typed."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


class Mrkdwn:
    """Reads mrkdwn for one viewer: mentions by name, dates in their zone."""

    def __init__(self, world: World, viewer: User, now: datetime) -> None:
        self.names = Names(world, viewer)
        self._zone = viewer.tz
        self._now = now

    def html(self, text: str, verbatim: bool = False) -> Markup:
        """The whole text: fenced code, quotes and lines. `verbatim`: addresses in it are not made links."""
        pieces, end = [], 0
        for found in _FENCE.finditer(text):
            pieces.append(self._paragraphs(text[end : found.start()], verbatim))
            pieces.append(Markup("<pre>{}</pre>").format(self._code(found.group(1))))
            end = found.end()
        return Markup("").join([*pieces, self._paragraphs(text[end:], verbatim)])

    def _paragraphs(self, text: str, verbatim: bool) -> Markup:
        """Lines, with those that are quoted gathered into quotes."""
        pieces: list[Markup] = []
        for quoted, lines in _runs(text.strip("\n").split("\n") if text.strip("\n") else []):
            shown = Markup("<br>").join(self.inline(line, verbatim) for line in lines)
            pieces.append(Markup("<blockquote>{}</blockquote>").format(shown) if quoted else shown)
        return Markup("").join(pieces)

    def _code(self, text: str) -> Markup:
        """Code keeps its signs; only mentions and links in it are read as such."""
        return escape(unescaped(re.sub(r"<([^<>\n|]+)(?:\|([^<>\n]+))?>", lambda it: it[2] or it[1], text)))

    def inline(self, text: str, verbatim: bool = False) -> Markup:
        """One line: code, links, mentions, dates, emphasis, emoji."""
        kept: list[Markup] = []

        def keep(found: re.Match[str]) -> str:
            shown, rest = self._atom(found, verbatim)
            kept.append(shown)
            return f"\x00{len(kept) - 1}\x00{rest}"

        # A NUL stands for what is read already, so that no emphasis begins inside an address.
        return self._emphasis(_ATOM.sub(keep, text.replace("\x00", "")), kept, frozenset())

    def _atom(self, found: re.Match[str], verbatim: bool) -> tuple[Markup, str]:
        code, entity, address = found.groups()
        if code is not None:
            return Markup("<code>{}</code>").format(self._code(code)), ""
        if entity is not None:
            return self._entity(entity), ""
        bare = unescaped(address).rstrip(_TRAILING)
        rest = unescaped(address)[len(bare) :]
        return (escape(bare) if verbatim else link(bare, escape(bare))), str(escape(rest))

    def _entity(self, entity: str) -> Markup:
        target, _bar, label = entity.partition("|")
        read = self._readers.get(target[:1])
        if read:
            return read(self, target[1:], label)
        address = unescaped(target)
        if not is_link(address):
            return escape(f"<{unescaped(entity)}>")
        return link(address, emojis.with_pictures(unescaped(label) or address.removeprefix("mailto:")))

    def _user(self, target: str, _label: str) -> Markup:
        return self.names.user(target)

    def _channel(self, target: str, label: str) -> Markup:
        return self.names.channel(target, unescaped(label))

    def _command(self, target: str, label: str) -> Markup:
        """`<!here>`, `<!subteam^S1|@group>`, `<!date^…>`; anything else by its label."""
        name, *parts = target.split("^")
        if name in ("here", "channel", "everyone"):
            return self.names.everyone(name)
        if name == "date" and len(parts) > 1:
            return self.date(parts[0], parts[1], parts[2] if len(parts) > 2 else "", unescaped(label))
        return self.names.group("^".join(parts) or name, unescaped(label))

    _readers: dict[str, Callable[["Mrkdwn", str, str], Markup]] = {  # noqa: RUF012 - a table of methods
        "@": _user,
        "#": _channel,
        "!": _command,
    }

    def date(self, unix: str | float, template: str, url: str, fallback: str) -> Markup:
        """A moment in the viewer's zone, with the date for machines; the fallback where it is none."""
        try:
            moment = dates.moment_of(float(unix), self._zone)
            words = dates.shown(float(unix), unescaped(template), self._zone, self._now)
        except ValueError:
            return escape(fallback or str(unix))
        shown = Markup('<time datetime="{}">{}</time>').format(moment.isoformat(), words)
        return link(unescaped(url), shown) if url else shown

    def _emphasis(self, text: str, kept: list[Markup], within: frozenset[str]) -> Markup:
        pieces, end = [], 0
        for sign, start, stop in _EMPHASIS.spans(text):
            if sign in within:
                continue
            pieces.append(_with_kept(text[end:start], kept))
            shown = self._emphasis(text[start + 1 : stop], kept, within | {sign})
            pieces.append(Markup(f"<{_TAGS[sign]}>{{}}</{_TAGS[sign]}>").format(shown))
            end = stop + 1
        return Markup("").join([*pieces, _with_kept(text[end:], kept)])


def _runs(lines: Iterable[str]) -> list[tuple[bool, list[str]]]:
    """The lines in runs of quoted and not quoted ones; after `>>>` all the rest is quoted."""
    runs: list[tuple[bool, list[str]]] = []
    to_the_end = False
    for line in lines:
        rest = _QUOTED_REST.match(line)
        quoted = _QUOTED_LINE.fullmatch(line)
        if rest and not to_the_end:
            to_the_end, line = True, line[rest.end() :]
        elif quoted and not to_the_end:
            line = quoted.group(1)
        is_quote = to_the_end or bool(quoted)
        if not runs or runs[-1][0] != is_quote:
            runs.append((is_quote, []))
        runs[-1][1].append(line)
    return runs


def _with_kept(text: str, kept: list[Markup]) -> Markup:
    """Plain text with its emoji, and what was read before in its place."""
    pieces = _KEPT.split(text)
    shown = [
        kept[int(piece)] if odd else emojis.with_pictures(unescaped(piece))
        for odd, piece in ((index % 2, piece) for index, piece in enumerate(pieces))
    ]
    return Markup("").join(shown)
