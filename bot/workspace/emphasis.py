"""Where a sign opens and closes in a line of mrkdwn, found in one pass over the text.

A regular expression with both ends in it looks for the second anew from every first: a long text of nothing but
openings takes half a minute, and everybody waits.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator


class Emphasis:
    """`opens` has the sign as its group; `closes` is a pattern in which {sign} stands for it."""

    def __init__(self, signs: str, opens: str, closes: str) -> None:
        self._opens = re.compile(opens)
        self._closes = {sign: re.compile(closes.format(sign=re.escape(sign)) + r"|\n") for sign in signs}

    def spans(self, text: str) -> Iterator[tuple[str, int, int]]:
        """(sign, where it opens, where it closes), within one line, around something, and none within another."""
        closings = {
            sign: [one.start() for one in found.finditer(text)] for sign, found in self._closes.items()
        }
        end = 0
        for opening in self._opens.finditer(text):
            sign, start = opening.group(1), opening.start()
            stops = closings[sign]
            place = bisect_right(stops, start + 1)
            if start >= end and place < len(stops) and text[stops[place]] == sign:
                yield sign, start, stops[place]
                end = stops[place] + 1
