"""Rich text: what Slack's own composer makes, and the safe way to show a person's words."""

from bot.workspace.checks.objects import BLOCK_ID, ID, URL
from bot.workspace.checks.shapes import BOOLEAN, ByType, Check, Many, Number, Shape, String, one_of

_STYLE = Shape(
    dict.fromkeys(("bold", "italic", "strike", "code", "underline", "highlight"), BOOLEAN)
    | {"client_highlight": BOOLEAN, "unlink": BOOLEAN}
)

INLINE: dict[str, Check] = {
    "text": Shape({"text": String(40_000), "style": _STYLE}, required=("text",)),
    "link": Shape({"url": URL, "text": String(3000), "unsafe": BOOLEAN, "style": _STYLE}, required=("url",)),
    "emoji": Shape(
        {"name": ID, "unicode": ID, "skin_tone": Number(1, 6, whole=True), "style": _STYLE},
        required=("name",),
    ),
    "user": Shape({"user_id": ID, "style": _STYLE}, required=("user_id",)),
    "channel": Shape({"channel_id": ID, "style": _STYLE}, required=("channel_id",)),
    "usergroup": Shape({"usergroup_id": ID, "style": _STYLE}, required=("usergroup_id",)),
    "team": Shape({"team_id": ID, "style": _STYLE}, required=("team_id",)),
    "broadcast": Shape(
        {"range": one_of("here", "channel", "everyone"), "style": _STYLE}, required=("range",)
    ),
    "color": Shape({"value": String(7)}, required=("value",)),
    "date": Shape(
        {
            "timestamp": Number(0, whole=True),
            "format": String(255),
            "url": URL,
            "fallback": String(3000),
            "style": _STYLE,
        },
        required=("timestamp", "format"),
    ),
}
_BORDER = Number(0, 1, whole=True)
_RUN = Many(ByType(INLINE), 0)
_SECTION = Shape({"elements": _RUN}, required=("elements",))

PARTS: dict[str, Check] = {
    "rich_text_section": _SECTION,
    "rich_text_quote": Shape({"elements": _RUN, "border": _BORDER}, required=("elements",)),
    "rich_text_preformatted": Shape(
        {"elements": _RUN, "border": _BORDER, "language": String(255)}, required=("elements",)
    ),
    "rich_text_list": Shape(
        {
            "elements": Many(ByType({"rich_text_section": _SECTION}), 1),
            "style": one_of("bullet", "ordered"),
            "indent": Number(0, 8, whole=True),
            "offset": Number(0, whole=True),
            "border": _BORDER,
        },
        required=("elements", "style"),
    ),
}

RICH_TEXT = Shape({"block_id": BLOCK_ID, "elements": Many(ByType(PARTS), 1)}, required=("elements",))
RICH_TEXT_ONLY = ByType({"rich_text": RICH_TEXT})
