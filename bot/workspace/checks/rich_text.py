"""Rich text: what Slack's own composer makes, and the safe way to show a person's words."""

from bot.workspace.checks.objects import BLOCK_ID, URL
from bot.workspace.checks.shapes import Check, boolean, by_type, many, number, one_of, shape, string

_STYLE = shape(
    dict.fromkeys(("bold", "italic", "strike", "code", "underline", "highlight"), boolean)
    | {"client_highlight": boolean, "unlink": boolean}
)
_ID = string(255)

_INLINE: dict[str, Check] = {
    "text": shape({"text": string(40_000), "style": _STYLE}, required=("text",)),
    "link": shape({"url": URL, "text": string(3000), "unsafe": boolean, "style": _STYLE}, required=("url",)),
    "emoji": shape(
        {"name": _ID, "unicode": _ID, "skin_tone": number(1, 6), "style": _STYLE}, required=("name",)
    ),
    "user": shape({"user_id": _ID, "style": _STYLE}, required=("user_id",)),
    "channel": shape({"channel_id": _ID, "style": _STYLE}, required=("channel_id",)),
    "usergroup": shape({"usergroup_id": _ID, "style": _STYLE}, required=("usergroup_id",)),
    "team": shape({"team_id": _ID, "style": _STYLE}, required=("team_id",)),
    "broadcast": shape(
        {"range": one_of("here", "channel", "everyone"), "style": _STYLE}, required=("range",)
    ),
    "color": shape({"value": string(7)}, required=("value",)),
    "date": shape(
        {"timestamp": number(), "format": string(255), "url": URL, "fallback": string(3000), "style": _STYLE},
        required=("timestamp", "format"),
    ),
}
_BORDER = number(0, 1, whole=True)
_RUN = many(by_type(_INLINE), 0)
_SECTION = shape({"elements": _RUN}, required=("elements",))

_PARTS: dict[str, Check] = {
    "rich_text_section": _SECTION,
    "rich_text_quote": shape({"elements": _RUN, "border": _BORDER}, required=("elements",)),
    "rich_text_preformatted": shape(
        {"elements": _RUN, "border": _BORDER, "language": string(255)}, required=("elements",)
    ),
    "rich_text_list": shape(
        {
            "elements": many(by_type({"rich_text_section": _SECTION}), 1),
            "style": one_of("bullet", "ordered"),
            "indent": number(0, 8, whole=True),
            "offset": number(0, whole=True),
            "border": _BORDER,
        },
        required=("elements", "style"),
    ),
}

RICH_TEXT = shape({"block_id": BLOCK_ID, "elements": many(by_type(_PARTS), 1)}, required=("elements",))
RICH_TEXT_ONLY = by_type({"rich_text": RICH_TEXT})
