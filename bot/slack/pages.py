"""The few pages that Mull shows outside Slack: a title, some sentences, one button at most. The words are prompts."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web
from markupsafe import Markup

STYLE = """
:root { color-scheme: light dark; --ink: #1d2b2b; --paper: #f7f6f2; --deep: #2f4f4f; --on-deep: #fff }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e8e2; --paper: #182020; --deep: #9fc7c0; --on-deep: #102020 } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.125rem/1.6 system-ui, sans-serif }
main { max-width: 34rem; margin: 0 auto; padding: 12vh 1.5rem 4rem }
h1 { font-size: 1.6rem; line-height: 1.25 }
a { display: inline-block; margin-top: 1rem; padding: .75rem 1.5rem; border-radius: .5rem; background: var(--deep);
  color: var(--on-deep); text-decoration: none }
a:focus-visible { outline: 3px solid var(--ink); outline-offset: 3px }
"""
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
_HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
"""Nothing is loaded or framed; the address, which holds a code for a minute, goes to nobody and into no cache."""

_PAGE = Markup("""<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
<h1>{title}</h1>
{said}
</main>
</body>
</html>
""")


@dataclass(frozen=True)
class Button:
    """Where the one button leads, and what stands on it."""

    says: str
    to: str


def page(
    title: str, paragraphs: Sequence[str], button: Button | None = None, status: int = 200
) -> web.Response:
    """A whole page. Whatever stands in the words is shown as it is, and never read as HTML."""
    said = [Markup("<p>{}</p>").format(paragraph) for paragraph in paragraphs]
    if button is not None:
        said.append(Markup('<p><a href="{}">{}</a></p>').format(button.to, button.says))
    html = _PAGE.format(title=title, style=Markup(STYLE), said=Markup("\n").join(said))
    return web.Response(text=html, content_type="text/html", status=status, headers=_HEADERS)
