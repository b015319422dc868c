"""Emoji shortcodes as pictures that have a name; a code that nobody knows stays text."""

import re

import emoji
from markupsafe import Markup, escape

_CODE = re.compile(r":([\w+'-]+):(?::skin-tone-([2-6]):)?")
_SKIN_TONE = {str(tone): chr(0x1F3F9 + tone) for tone in range(2, 7)}


def named(name: str, skin_tone: str | None = None) -> Markup:
    """The emoji of a shortcode (without its colons), or the code itself where it is not one."""
    picture = emoji.emojize(f":{name}:", language="alias")
    if not emoji.is_emoji(picture):
        return escape(f":{name}:")
    return _picture(picture + _SKIN_TONE.get(skin_tone or "", ""))


def of_code_points(points: str, name: str) -> Markup:
    """The emoji of hexadecimal code points (1f44b-1f3fc); without a sense in them, that of the shortcode."""
    try:
        picture = "".join(chr(int(point, 16)) for point in points.split("-"))
    except (ValueError, OverflowError):
        return named(name)
    return _picture(picture) if emoji.is_emoji(picture) else named(name)


def _picture(picture: str) -> Markup:
    spoken = emoji.demojize(picture, delimiters=("", "")).replace("_", " ")
    return Markup('<span class="emoji" role="img" aria-label="{}">{}</span>').format(spoken, picture)


def with_pictures(text: str) -> Markup:
    """Plain text, escaped, with the pictures of its shortcodes."""
    pieces, end = [], 0
    for found in _CODE.finditer(text):
        pieces += [escape(text[end : found.start()]), _known_or_text(found)]
        end = found.end()
    return Markup("").join([*pieces, escape(text[end:])])


def _known_or_text(found: re.Match[str]) -> Markup:
    name, tone = found.groups()
    return named(name, tone) if named(name) != escape(f":{name}:") else escape(found.group())
