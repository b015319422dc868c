"""Draws docs/pictures/thread.svg: a few moments of the demo, as its transcript has them.

Run it from the top folder when the transcript has changed: .venv/bin/python docs/pictures/make.py
"""

import asyncio
import io
from collections.abc import Iterable, Iterator
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from bot import log, settings
from bot.demo.play import play

PICTURE = Path(__file__).with_name("thread.svg")
DAYS = 14
COLUMNS = 83
"""As wide as still reads well where a README is shown."""

MOMENTS = (
    ("── Tuesday 15 September", "8:12 "),
    ("8:14 ", "│ Only you see this"),
    ("│ What took the most out of you?", "│ Which ten minutes"),
    ("│ Kept.", "8:31 "),
    ("Amira taps [Let Priya see this]", "15:40 "),
    ("── Thursday 17 September", "Nothing is sent to Owen"),
)
"""How the first line of each moment begins in the transcript, and how the first line after it does."""
LEFT_OUT = Text("       ⋮", style="dim")

DESCRIPTION = (
    "A terminal with an excerpt of the demo. Three teachers are asked how full the tank is today. One of them, Amira, "
    "answers in a window, adds a line that only she sees, and the message then says “Done for this week.” Later she "
    "lets her coach Priya see an action step, and on Thursday Priya's round-up names it."
)
INK, PAPER = (0x1A, 0x19, 0x17), (0xFD, 0xFC, 0xF9)
NORMAL = [
    INK,
    (0xA3, 0x2A, 0x1F),  # red
    (0x2F, 0x6B, 0x3A),  # green: what is kept
    (0x7A, 0x55, 0x00),  # yellow: what somebody answers
    (0x1F, 0x55, 0x9E),  # blue: buttons
    (0x7C, 0x3A, 0x78),  # magenta
    (0x0F, 0x62, 0x6B),  # cyan: what a lock screen shows
    (0x6B, 0x68, 0x60),  # white
]
THEME = TerminalTheme(PAPER, INK, NORMAL)

# Rich's own frame fetches its font from another host; this one takes whatever the reader has.
FRAME = """\
<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="{unique_id}-about">
<desc id="{unique_id}-about">DESCRIPTION</desc>
<style>
.{unique_id}-matrix {{
    font-family: ui-monospace, "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
    font-size: {char_height}px; line-height: {line_height}px;
}}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal"><rect width="{terminal_width}" height="{terminal_height}"/></clipPath>
{lines}
</defs>
<rect width="{width}" height="{height}" rx="10" fill="#fdfcf9" stroke="#d8d3c6" stroke-width="2"/>
<g transform="translate({terminal_x}, 26)" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def transcript() -> list[Text]:
    """The demo's transcript, line by line, in its colours."""
    console = Console(
        file=io.StringIO(),
        record=True,
        width=COLUMNS,
        force_terminal=True,
        color_system="standard",
        highlight=False,
    )
    asyncio.run(play(DAYS, console))
    return list(Text.from_ansi(console.export_text(styles=True)).split("\n"))


def excerpt(lines: Iterable[Text]) -> Iterator[Text]:
    """The moments, with a mark where something was left out. LookupError names one that is not there any more."""
    rest, kept = _Lines(lines), Text()
    for number, (first, after) in enumerate(MOMENTS):
        left_out = list(rest.until(first))
        if number and left_out:
            yield LEFT_OUT
            yield from () if kept.plain.strip() else (Text(),)
        for kept in rest.until(after):
            yield kept


class _Lines:
    """Lines that are read up to one, and from there on."""

    def __init__(self, lines: Iterable[Text]) -> None:
        self._lines = list(lines)

    def until(self, beginning: str) -> Iterator[Text]:
        """The next lines, up to the first that begins so."""
        while self._lines:
            if self._lines[0].plain.strip().startswith(beginning):
                return
            yield self._lines.pop(0)
        raise LookupError(f"No line of the transcript begins with {beginning!r} there.")


def draw(lines: Iterable[Text]) -> str:
    """The lines as an SVG that needs nothing from anywhere else."""
    console = Console(
        file=io.StringIO(), record=True, width=COLUMNS, color_system="truecolor", force_terminal=True
    )
    for line in lines:
        console.print(line)
    return console.export_svg(
        theme=THEME, code_format=FRAME.replace("DESCRIPTION", DESCRIPTION), unique_id="thread"
    )


if __name__ == "__main__":
    settings.drop_proxies()
    settings.hide_from_bolt()
    log.set_up("WARNING")
    PICTURE.write_text(draw(excerpt(transcript())), encoding="utf-8")
