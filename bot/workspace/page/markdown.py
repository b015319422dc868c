"""The `markdown` block: standard Markdown, read by markdown-it, with no HTML of its own let through."""

from collections.abc import Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from markupsafe import Markup, escape

from bot.workspace.page.names import is_link

_TOP_HEADING = 3


class _Renderer(RendererHTML):
    """Images are named, never fetched; links open beside the page; headings stand below the page's own."""

    def image(self, tokens: Sequence[Token], index: int, options: OptionsDict, env: Any) -> str:
        alt = self.renderInlineAsText(tokens[index].children or [], options, env)
        return str(Markup('<span class="picture-name">{}</span>').format(alt or "An image"))

    def link_open(self, tokens: Sequence[Token], index: int, options: OptionsDict, env: Any) -> str:
        token = tokens[index]
        token.attrSet("target", "_blank")
        token.attrSet("rel", "noopener noreferrer nofollow")
        return self.renderToken(tokens, index, options, env)

    def heading_open(self, tokens: Sequence[Token], index: int, options: OptionsDict, env: Any) -> str:
        return f"<{_lower(tokens[index].tag)}>"

    def heading_close(self, tokens: Sequence[Token], index: int, options: OptionsDict, env: Any) -> str:
        return f"</{_lower(tokens[index].tag)}>\n"

    def th_open(self, tokens: Sequence[Token], index: int, options: OptionsDict, env: Any) -> str:
        """A cell's side as a class: the page's policy lets no style attribute through."""
        token = tokens[index]
        side = str(token.attrs.pop("style", "")).removeprefix("text-align:")
        if side:
            token.attrSet("class", f"b-{side}")
        return self.renderToken(tokens, index, options, env)

    td_open = th_open


def _lower(tag: str) -> str:
    return f"h{min(6, int(tag[1]) + _TOP_HEADING - 1)}"


def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False, "breaks": True}, renderer_cls=_Renderer)
    reader.validateLink = is_link  # type: ignore[method-assign]
    return reader.enable(["table", "strikethrough"])


_READER = _reader()


def html(text: str) -> Markup:
    """The text as HTML. Links lead to http, https and mailto only; anything else in it stays text."""
    # Markdown-it drops a NUL itself; everything that is not markup comes out of it escaped.
    return Markup(_READER.render(text)) if text.strip() else escape("")
