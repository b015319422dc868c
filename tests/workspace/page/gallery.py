"""Every block and every element that the checks know, on the surfaces that take them."""

import copy
from typing import Any

from bot.workspace.checks.blocks import allowed_on
from tests.workspace.builders import JsonObject, actions, button, plain, section

DAY = 1_795_000_000  # Wednesday, 18 November 2026, 11:06:40 UTC


def mrkdwn(text: str) -> JsonObject:
    return {"type": "mrkdwn", "text": text}


def option(text: str, **more: Any) -> JsonObject:
    return {"text": plain(text), "value": text.lower()} | more


def run(*pieces: JsonObject) -> JsonObject:
    return {"type": "rich_text_section", "elements": list(pieces)}


def words(text: str, **style: bool) -> JsonObject:
    return {"type": "text", "text": text} | ({"style": style} if style else {})


def rich(*parts: JsonObject) -> JsonObject:
    return {"type": "rich_text", "elements": list(parts)}


def image(alt: str) -> JsonObject:
    return {"type": "image", "image_url": "https://pictures.example/one.png", "alt_text": alt}


OPTIONS = [option("Empty"), option("Half", description=plain("getting there")), option("Full")]
GROUPS = [
    {"label": plain("Morning"), "options": [option("Registration"), option("Maths")]},
    {"label": plain("Afternoon"), "options": [option("Reading")]},
]
CONFIRM = {
    "title": plain("Are you sure?"),
    "text": mrkdwn("It is *gone* afterwards."),
    "confirm": plain("Yes, delete"),
    "deny": plain("Keep it"),
    "style": "danger",
}

ELEMENTS: dict[str, JsonObject] = {
    "button": {"text": plain("Press"), "value": "v1", "style": "primary"},
    "workflow_button": {
        "text": plain("Start the workflow"),
        "workflow": {"trigger": {"url": "https://x.example"}},
    },
    "icon_button": {"icon": "trash", "text": plain("Delete"), "confirm": CONFIRM},
    "feedback_buttons": {
        "positive_button": {"text": plain("Good"), "value": "yes"},
        "negative_button": {"text": plain("Bad"), "value": "no"},
    },
    "overflow": {"options": [option("Edit"), option("Share", url="https://share.example")]},
    "checkboxes": {
        "options": [option("Tea", description=mrkdwn("with _milk_")), option("Coffee")],
        "initial_options": [option("Coffee")],
    },
    "radio_buttons": {"options": OPTIONS, "initial_option": OPTIONS[1]},
    "static_select": {"placeholder": plain("How full?"), "options": OPTIONS, "initial_option": OPTIONS[2]},
    "multi_static_select": {
        "placeholder": plain("Which lessons?"),
        "option_groups": GROUPS,
        "initial_options": [option("Maths")],
        "max_selected_items": 2,
    },
    "external_select": {"placeholder": plain("Look up a pupil premium strand"), "min_query_length": 1},
    "multi_external_select": {
        "placeholder": plain("Look up strands"),
        "initial_options": [option("Reading aloud")],
    },
    "users_select": {"placeholder": plain("Who?"), "initial_user": "U_BEN"},
    "multi_users_select": {"placeholder": plain("Who was there?"), "initial_users": ["U_ANN"]},
    "conversations_select": {"placeholder": plain("Where?")},
    "multi_conversations_select": {"placeholder": plain("Which conversations?")},
    "channels_select": {"placeholder": plain("Which channel?")},
    "multi_channels_select": {"placeholder": plain("Which channels?")},
    "datepicker": {"initial_date": "2026-11-30"},
    "timepicker": {"initial_time": "15:40", "timezone": "Europe/London"},
    "datetimepicker": {"initial_date_time": DAY},
    "plain_text_input": {
        "multiline": True,
        "max_length": 200,
        "initial_value": "The printer.",
        "placeholder": plain("One line is enough"),
    },
    "rich_text_input": {"initial_value": rich(run(words("Started already")))},
    "email_text_input": {"placeholder": plain("name@school.example")},
    "url_text_input": {"initial_value": "https://school.example"},
    "number_input": {"is_decimal_allowed": True, "initial_value": "1.5"},
    "file_input": {"filetypes": ["pdf", "png"], "max_files": 2},
    "image": {"image_url": "https://pictures.example/one.png", "alt_text": "A bird table in the snow"},
}


def element(kind: str, **more: Any) -> JsonObject:
    named = {} if kind == "image" else {"action_id": f"act_{kind}"}
    return {"type": kind} | named | ELEMENTS[kind] | more


def inputs(*kinds: str) -> list[JsonObject]:
    return [
        {
            "type": "input",
            "block_id": f"in_{kind}",
            "label": plain(f"Field: {kind}"),
            "hint": plain(f"A hint for {kind}"),
            "optional": kind.startswith("multi"),
            "element": element(kind),
        }
        for kind in kinds
    ]


def accessories(*kinds: str) -> list[JsonObject]:
    return [section(f"Beside a {kind}", block_id=f"by_{kind}", accessory=element(kind)) for kind in kinds]


_SERIES = [
    {"name": "Reading", "data": [{"label": "Sep", "value": 12}, {"label": "Oct", "value": 18.5}]},
    {"name": "Maths", "data": [{"label": "Sep", "value": -4}, {"label": "Oct", "value": 9}]},
]
_AXES = {"categories": ["Sep", "Oct"], "x_label": "Month", "y_label": "Steps"}


def chart(kind: str) -> JsonObject:
    plotted = {"type": kind, "series": _SERIES, "axis_config": _AXES}
    segments = [{"label": "Tried", "value": 3}, {"label": "Let pass", "value": 1}]
    shape = {"type": "pie", "segments": segments} if kind == "pie" else plotted
    return {"type": "data_visualization", "title": f"Steps, a {kind}", "chart": shape}


_INLINE = [
    words("Bold", bold=True),
    words(" and code", code=True),
    words(" and all", italic=True, strike=True, underline=True, highlight=True),
    {"type": "link", "url": "https://school.example", "text": " a link"},
    {"type": "emoji", "name": "wave", "unicode": "1f44b"},
    {"type": "user", "user_id": "U_BEN"},
    {"type": "channel", "channel_id": "C_NOWHERE"},
    {"type": "usergroup", "usergroup_id": "S_COACHES"},
    {"type": "team", "team_id": "T_TEAM"},
    {"type": "broadcast", "range": "here"},
    {"type": "color", "value": "#336699"},
    {"type": "date", "timestamp": DAY, "format": "{date_long} at {time}", "fallback": "some day"},
]
_CARD = {
    "type": "card",
    "hero_image": image("A classroom"),
    "icon": image("A leaf"),
    "title": plain("Wait three seconds"),
    "subtitle": mrkdwn("from *Sam*"),
    "body": mrkdwn("After a question, count to three."),
    "subtext": plain("Kept by four people"),
    "actions": [button("Open", "open_card")],
}
_TASK = {
    "type": "task_card",
    "task_id": "t1",
    "title": "Read the notes",
    "status": "in_progress",
    "details": rich(run(words("Four pages"))),
    "output": rich(run(words("Two points"))),
    "sources": [{"type": "url", "url": "https://notes.example", "text": "The notes"}],
}

BLOCKS: dict[str, list[JsonObject]] = {
    "section": [
        section(
            "*A section* with <https://school.example|a link>, <@U_BEN> and `code`\n> a quote\nand :wave:"
        ),
        {"type": "section", "fields": [mrkdwn("*Step*\nWaiting"), plain("Coach :seedling:")]},
    ],
    "header": [{"type": "header", "text": plain("Good to have you back")}],
    "divider": [{"type": "divider"}],
    "context": [{"type": "context", "elements": [image("A small leaf"), mrkdwn("Only _you_ see this.")]}],
    "actions": [
        actions(*(element(kind) for kind in ("button", "workflow_button", "overflow", "datepicker"))),
        actions(
            button("Delete everything", "wipe", style="danger", confirm=CONFIRM),
            button("Read about it", "read", url="https://school.example/read"),
        ),
    ],
    "context_actions": [
        {"type": "context_actions", "elements": [element("feedback_buttons"), element("icon_button")]}
    ],
    "input": inputs("plain_text_input"),
    "image": [image("A tall tree") | {"title": plain("The yard")}],
    "rich_text": [
        rich(
            run(*_INLINE),
            {
                "type": "rich_text_list",
                "style": "bullet",
                "indent": 0,
                "elements": [run(words("one")), run(words("two"))],
            },
            {
                "type": "rich_text_list",
                "style": "ordered",
                "indent": 1,
                "offset": 2,
                "elements": [run(words("three"))],
            },
            {"type": "rich_text_quote", "elements": [words("said somebody")]},
            {"type": "rich_text_preformatted", "elements": [words("line 1\nline 2")]},
        )
    ],
    "markdown": [
        {
            "type": "markdown",
            "text": "# A title\n\n**bold**, ~~gone~~\n\n- a\n- b\n\n| a | b |\n|-|-|\n| 1 | 2 |",
        }
    ],
    "video": [
        {
            "type": "video",
            "title": plain("How to wait"),
            "title_url": "https://video.example/1",
            "description": plain("Four minutes"),
            "video_url": "https://video.example/embed/1",
            "thumbnail_url": "https://video.example/1.png",
            "alt_text": "A teacher waiting",
            "author_name": "Sam",
            "provider_name": "School video",
        }
    ],
    "file": [{"type": "file", "external_id": "plan-7", "source": "remote"}],
    "call": [{"type": "call", "call_id": "R1", "call": {"v1": {"name": "Coaching talk"}}}],
    "auth_provider": [
        {
            "type": "auth_provider",
            "value": "calendar",
            "name": plain("School calendar"),
            "is_connected": True,
            "description": plain("Finds a time for both"),
            "connected_identity": plain("ann@school.example"),
            "disconnect_url": "https://calendar.example/leave",
            "accessory": element("overflow"),
        },
        {
            "type": "auth_provider",
            "value": "papers",
            "name": plain("Shared papers"),
            "is_connected": False,
            "auth_url": "https://papers.example/join",
        },
    ],
    "table": [
        {
            "type": "table",
            "rows": [
                [{"type": "raw_text", "text": "Step"}, {"type": "raw_text", "text": "Times"}],
                [rich(run(words("Waiting", bold=True))), {"type": "raw_text", "text": "4"}],
            ],
            "column_settings": [{"align": "left"}, {"align": "right"}],
        }
    ],
    "data_table": [
        {
            "type": "data_table",
            "caption": "Sessions this term",
            "page_size": 2,
            "rows": [[{"type": "raw_text", "text": "Week"}, {"type": "raw_text", "text": "Held"}]]
            + [
                [
                    {"type": "raw_text", "text": f"Week {week}"},
                    {"type": "raw_number", "value": week * 3, "text": f"{week * 3}"},
                ]
                for week in range(1, 6)
            ],
        }
    ],
    "data_visualization": [chart("bar"), chart("pie")],
    "card": [_CARD],
    "carousel": [
        {"type": "carousel", "elements": [_CARD, _CARD | {"actions": [button("Open it", "open_it")]}]}
    ],
    "container": [
        {
            "type": "container",
            "title": plain("A fold"),
            "subtitle": plain("two things"),
            "icon": image("A box"),
            "is_collapsible": True,
            "child_blocks": [section("inside the fold"), {"type": "divider"}],
        },
        {
            "type": "container",
            "rich_text_title": rich(run(words("A frame", bold=True))),
            "has_header_divider": True,
            "width": "narrow",
            "child_blocks": [section("inside the frame")],
        },
    ],
    "alert": [
        {"type": "alert", "text": mrkdwn(f"Level *{level}*"), "level": level}
        for level in ("default", "info", "warning", "error", "success")
    ],
    "task_card": [_TASK],
    "plan": [{"type": "plan", "title": "Before Thursday", "tasks": [_TASK | {"status": "complete"}]}],
}


def on(surface: str) -> list[JsonObject]:
    """Every kind of block that this surface takes, in alphabetical order."""
    kinds = sorted(set(BLOCKS) & allowed_on(surface))
    return [copy.deepcopy(block) for kind in kinds for block in BLOCKS[kind]]
