"""A Bolt app that has nothing to do with Mull: it arranges lunches. It runs here as it would in Slack.

    python -m tests.workspace.example_app socket
    python -m tests.workspace.example_app http PORT

It takes SLACK_BOT_TOKEN, SLACK_APP_TOKEN, SLACK_SIGNING_SECRET and SLACK_API_URL from the environment, prints
“listening” once it hears Slack, and runs until it is stopped. Written with the synchronous Bolt, as most apps are.
"""

import os
import sys
from collections.abc import Callable
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_sdk import WebClient

JsonObject = dict[str, Any]
Do = Callable[..., Any]
DISHES = ("Bean stew", "Beetroot soup", "Leek pie", "Noodle soup")


def plain(text: str) -> JsonObject:
    return {"type": "plain_text", "text": text}


def option(text: str) -> JsonObject:
    return {"text": plain(text), "value": text.lower().replace(" ", "-")}


def field(name: str, label: str, element: JsonObject, **more: Any) -> JsonObject:
    return {
        "type": "input",
        "block_id": name,
        "label": plain(label),
        "element": element | {"action_id": name},
    } | more


def lunch_view(title: str = "A lunch") -> JsonObject:
    where = [option(place) for place in ("Staff room", "Garden", "Elsewhere", "You choose")]
    return {
        "type": "modal",
        "callback_id": "lunch",
        "notify_on_close": True,
        "title": plain(title),
        "submit": plain("Propose"),
        "close": plain("Not today"),
        "blocks": [
            field("where", "Where?", {"type": "static_select", "options": where}),
            field("dish", "Which dish?", {"type": "external_select", "min_query_length": 0}, optional=True),
            field("when", "On which day?", {"type": "datepicker"}, optional=True),
            field("avoid", "Anything to leave out?", {"type": "plain_text_input"}, optional=True),
        ],
    }


def note_view(text: str) -> JsonObject:
    return {
        "type": "modal",
        "title": plain("A lunch"),
        "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": text}}],
    }


def elsewhere_view() -> JsonObject:
    return {
        "type": "modal",
        "callback_id": "elsewhere",
        "title": plain("Elsewhere"),
        "submit": plain("Propose"),
        "blocks": [field("place", "Where is that?", {"type": "plain_text_input"})],
    }


def proposal(where: str, votes: int = 0) -> list[JsonObject]:
    button = {
        "type": "button",
        "action_id": "vote",
        "text": plain("I am coming"),
        "value": f"{where}|{votes}",
    }
    return [
        {"type": "section", "text": {"type": "mrkdwn", "text": f"Lunch: *{where}*. Coming: {votes}"}},
        {"type": "actions", "elements": [button]},
    ]


def hear(app: App) -> None:
    """Everything the app listens to."""

    @app.message("hungry")
    def hungry(message: JsonObject, say: Do) -> None:
        say(text="Say `/lunch` to propose one.", thread_ts=message["ts"])

    @app.event("app_home_opened")
    def home(event: JsonObject, client: WebClient) -> None:
        block = {"type": "header", "text": plain("Lunches near you")}
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [block]})

    @app.command("/lunch")
    def lunch(ack: Do, command: JsonObject, client: WebClient) -> None:
        if command["text"] == "help":
            ack("Say `/lunch` and fill in where.")
            return
        ack()
        client.views_open(trigger_id=command["trigger_id"], view=lunch_view())

    @app.shortcut("new_lunch")
    def new_lunch(ack: Do, shortcut: JsonObject, client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=shortcut["trigger_id"], view=lunch_view("A new lunch"))

    @app.shortcut("lunch_of_this")
    def lunch_of_this(ack: Do, shortcut: JsonObject, client: WebClient) -> None:
        ack()
        channel, ts = shortcut["channel"]["id"], shortcut["message_ts"]
        client.reactions_add(channel=channel, timestamp=ts, name="stew")
        client.chat_postMessage(channel=channel, thread_ts=ts, text="A good idea for a lunch.")

    @app.options("dish")
    def dishes(ack: Do, payload: JsonObject) -> None:
        typed = payload["value"].lower()
        ack(options=[option(dish) for dish in DISHES if typed in dish.lower()])

    hear_views(app)

    @app.action("vote")
    def vote(ack: Do, action: JsonObject, body: JsonObject, client: WebClient, respond: Do) -> None:
        ack()
        where, votes = action["value"].split("|")
        client.chat_update(
            channel=body["channel"]["id"],
            ts=body["message"]["ts"],
            text=f"Lunch: {where}",
            blocks=proposal(where, int(votes) + 1),
        )
        respond(text="You are on the list.", replace_original=False, response_type="ephemeral")


def hear_views(app: App) -> None:
    """The two modals, with every way there is of answering a submission."""

    @app.view("lunch")
    def proposed(ack: Do, view: JsonObject, body: JsonObject, client: WebClient) -> None:
        values = view["state"]["values"]
        where = values["where"]["where"]["selected_option"]["text"]["text"]
        if (values["avoid"]["avoid"]["value"] or "").strip().lower() == "everything":
            ack(response_action="errors", errors={"avoid": "Then there would be no lunch."})
        elif where == "Elsewhere":
            ack(response_action="push", view=elsewhere_view())
        elif where == "You choose":
            ack(response_action="update", view=note_view("The garden, then, if it is dry."))
        else:
            ack(response_action="clear")
            propose(client, body["user"]["id"], described(where, values))

    @app.view("elsewhere")
    def elsewhere(ack: Do, view: JsonObject, body: JsonObject, client: WebClient) -> None:
        ack(response_action="clear")
        propose(client, body["user"]["id"], view["state"]["values"]["place"]["place"]["value"])

    @app.view_closed("lunch")
    def closed(ack: Do, body: JsonObject, client: WebClient) -> None:
        ack()
        client.chat_postMessage(channel=body["user"]["id"], text="Another day, perhaps.")


def described(where: str, values: JsonObject) -> str:
    dish = values["dish"]["dish"]["selected_option"]
    day = values["when"]["when"]["selected_date"]
    return where + (f", {dish['text']['text']}" if dish else "") + (f", {day}" if day else "")


def propose(client: WebClient, user: str, where: str) -> None:
    client.chat_postMessage(channel=user, text=f"Lunch: {where}", blocks=proposal(where))


class _Server(ThreadingMixIn, WSGIServer):
    """A request in a thread of its own, as servers of apps have it."""

    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


def main() -> None:
    client = WebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
    app = App(client=client, signing_secret=os.environ["SLACK_SIGNING_SECRET"])
    hear(app)
    if sys.argv[1] == "socket":
        SocketModeHandler(app, os.environ["SLACK_APP_TOKEN"]).connect()  # type: ignore[no-untyped-call]
        print("listening", flush=True)  # noqa: T201 - whoever started it waits for this line
        sys.stdin.read()
    else:
        port = int(sys.argv[2])
        server = make_server("127.0.0.1", port, SlackRequestHandler(app), _Server, _Quiet)
        print("listening", flush=True)  # noqa: T201
        server.serve_forever()


if __name__ == "__main__":
    main()
