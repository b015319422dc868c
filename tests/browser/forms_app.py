"""A Bolt app with a window for every kind of input, and a message and a Home with everything that can be pressed.

    python -m tests.browser.forms_app

It takes SLACK_BOT_TOKEN, SLACK_APP_TOKEN, SLACK_SIGNING_SECRET and SLACK_API_URL from the environment, prints
“listening” once it hears Slack, then a line of JSON for everything that it is told, and runs until it is stopped.
"""

import json
import os
import re
import sys
from collections.abc import Callable
from typing import Any

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

JsonObject = dict[str, Any]
Do = Callable[..., Any]
ANY = re.compile(".*")
TREES = ("Alder", "Beech", "Birch", "Hazel", "Rowan")
COMMANDS = [
    {"command": "/form", "description": "Open a window", "usage_hint": "its name"},
    {"command": "/form-of-old", "description": "Open the old window"},
]
SHORTCUTS = [
    {"name": "Fill something in", "callback_id": "anywhere", "type": "global", "description": "A short form"},
    {"name": "Ask about this", "callback_id": "about_this", "type": "message"},
]


def plain(text: str) -> JsonObject:
    return {"type": "plain_text", "text": text}


def option(text: str) -> JsonObject:
    return {"text": plain(text), "value": text.lower().replace(" ", "_")}


def options(*texts: str) -> list[JsonObject]:
    return [option(text) for text in texts]


GROUPS = [
    {"label": plain("Morning"), "options": options("Maths", "Reading")},
    {"label": plain("Afternoon"), "options": options("Music", "Games")},
]
CONFIRM = {
    "title": plain("Fell the tree?"),
    "text": plain("It takes a hundred years to grow another."),
    "confirm": plain("Fell it"),
    "deny": plain("Let it stand"),
    "style": "danger",
}

# label: element. The name of an element is its label in small letters.
TYPED: dict[str, JsonObject] = {
    "One line": {"type": "plain_text_input", "max_length": 40},
    "Some lines": {"type": "plain_text_input", "multiline": True},
    "Styled words": {"type": "rich_text_input"},
    "Number": {"type": "number_input", "is_decimal_allowed": True},
    "Mail": {"type": "email_text_input"},
    "Link": {"type": "url_text_input"},
    "Day": {"type": "datepicker"},
    "Time": {"type": "timepicker"},
    "Moment": {"type": "datetimepicker"},
}
CHOSEN: dict[str, JsonObject] = {
    "One menu": {"type": "static_select", "options": options("Empty", "Half", "Full")},
    "Grouped menu": {"type": "static_select", "option_groups": GROUPS},
    "Some lessons": {"type": "multi_static_select", "option_groups": GROUPS, "max_selected_items": 2},
    "One tree": {"type": "external_select", "min_query_length": 2},
    "Some trees": {"type": "multi_external_select", "min_query_length": 0},
    "One person": {"type": "users_select"},
    "Some people": {"type": "multi_users_select"},
    "One channel": {"type": "channels_select"},
    "Some channels": {"type": "multi_channels_select"},
    "One conversation": {"type": "conversations_select", "filter": {"include": ["public"]}},
    "Some conversations": {"type": "multi_conversations_select", "filter": {"include": ["public"]}},
    "One of these": {"type": "radio_buttons", "options": options("Tea", "Coffee", "Neither")},
    "Any of these": {"type": "checkboxes", "options": options("Bread", "Butter", "Honey")},
    "Files": {"type": "file_input", "filetypes": ["txt", "png"], "max_files": 2},
}
BUTTONS: list[JsonObject] = [
    {"type": "button", "action_id": "plain", "text": plain("Say hello"), "value": "hello"},
    {"type": "button", "action_id": "fell", "text": plain("Fell"), "style": "danger", "confirm": CONFIRM},
    {"type": "overflow", "action_id": "more", "options": options("Water it", "Prune it")},
    {
        "type": "static_select",
        "action_id": "menu",
        "placeholder": plain("Which?"),
        "options": options(*TREES),
    },
    {"type": "datepicker", "action_id": "day"},
    {"type": "checkboxes", "action_id": "boxes", "options": options("Leaves", "Roots")},
]


def name_of(label: str) -> str:
    return label.lower().replace(" ", "_")


def field(label: str, element: JsonObject, **more: Any) -> JsonObject:
    name = name_of(label)
    return {
        "type": "input",
        "block_id": name,
        "label": plain(label),
        "element": element | {"action_id": name},
    } | more


def window(name: str, blocks: list[JsonObject], title: str = "A form") -> JsonObject:
    return {
        "type": "modal",
        "callback_id": name,
        "notify_on_close": True,
        "title": plain(title),
        "submit": plain("Send"),
        "blocks": blocks,
    }


def windows() -> dict[str, JsonObject]:
    """By name, as `/form NAME` opens them."""
    typed = [field(label, element) for label, element in TYPED.items()]
    chosen = [field(label, element) for label, element in CHOSEN.items()]
    every = [block | {"optional": True} for block in [*typed, *chosen]]
    live = field("Seen at once", {"type": "static_select", "options": options("Bud", "Leaf")})
    heard = field("Heard on Enter", {"type": "plain_text_input"}, dispatch_action=True, optional=True)
    line = field("One line", {"type": "plain_text_input"})
    pressed = {"type": "actions", "block_id": "pressed", "elements": BUTTONS}
    return {
        "typed": window("typed", typed),
        "chosen": window("chosen", chosen),
        "every": window("every", every),
        "strict": window("strict", [*typed, *chosen]),
        "wrong": window("wrong", [line, field("Some lines", TYPED["Some lines"], optional=True)]),
        "live": window("live", [live | {"dispatch_action": True}, heard, line]),
        "pressed": window("pressed", [pressed, line]),
    }


def board(text: str) -> list[JsonObject]:
    return [
        {"type": "section", "block_id": "what", "text": plain(text)},
        {"type": "actions", "block_id": "pressed", "elements": BUTTONS},
    ]


def tell(what: str, **more: Any) -> None:
    print(json.dumps({"what": what} | more), flush=True)  # noqa: T201 - whoever started it reads this


def hear(app: App) -> None:
    """Everything the app listens to."""

    @app.event(ANY)
    def event(event: JsonObject, client: WebClient) -> None:
        if event["type"] == "app_home_opened":
            client.views_publish(user_id=event["user"], view={"type": "home", "blocks": board("Your trees")})

    @app.command("/form")
    def form(ack: Do, command: JsonObject, client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=command["trigger_id"], view=windows()[command["text"]])

    @app.shortcut(ANY)
    def shortcut(ack: Do, shortcut: JsonObject, client: WebClient) -> None:
        ack()
        about = (shortcut.get("message") or {}).get("text", "")
        tell("shortcut", callback_id=shortcut["callback_id"], about=about)
        client.views_open(trigger_id=shortcut["trigger_id"], view=windows()["wrong"])

    @app.action(ANY)
    def action(ack: Do, action: JsonObject, body: JsonObject, respond: Do) -> None:
        ack()
        told = {name: part for name, part in action.items() if name.startswith(("selected", "value"))}
        tell("action", action_id=action["action_id"], told=told)
        if body.get("response_url") and action["action_id"] == "plain":
            respond(text="Hello, and nobody else sees this.", replace_original=False)

    @app.options(ANY)
    def trees(ack: Do, payload: JsonObject) -> None:
        typed = payload["value"].lower()
        ack(options=[option(tree) for tree in TREES if typed in tree.lower()])

    @app.view(ANY)
    def submitted(ack: Do, view: JsonObject) -> None:
        values = {
            name: state for by_action in view["state"]["values"].values() for name, state in by_action.items()
        }
        tell("submitted", values=values)
        if "wrong" in (values["one_line"]["value"] or ""):
            ack(response_action="errors", errors={"one_line": "Not that, please."})
        else:
            ack()

    @app.view_closed(ANY)
    def closed(ack: Do, view: JsonObject) -> None:
        ack()
        tell("closed", callback_id=view["callback_id"])


def main() -> None:
    client = WebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
    app = App(client=client, signing_secret=os.environ["SLACK_SIGNING_SECRET"])
    hear(app)
    SocketModeHandler(app, os.environ["SLACK_APP_TOKEN"]).connect()  # type: ignore[no-untyped-call]
    print("listening", flush=True)  # noqa: T201
    sys.stdin.read()


if __name__ == "__main__":
    main()
