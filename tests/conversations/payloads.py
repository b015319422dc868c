"""What Slack tells us, written by hand: so that one thing can be told again, at once, late, and in another order."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from bot.domain.checkins import run_id as run_id_of
from bot.services.runs import Ref
from bot.slack.screens import ANSWER, ref_text
from bot.workspace.state import TEAM_ID

JsonObject = dict[str, Any]


@dataclass(frozen=True)
class Payload:
    """One thing that Slack tells: `kind` is that of its envelope."""

    kind: str
    body: JsonObject


def click(user: str, action_id: str, value: str, ts: str, **action: Any) -> Payload:
    """A button, in a message."""
    pressed = {"type": "button", "block_id": "b", "action_id": action_id, "value": value, "action_ts": ts}
    return Payload("interactive", _by(user, "block_actions") | {"actions": [pressed | action]})


def tap(user: str, occurrence: UUID, points: int, ts: str) -> Payload:
    """One tap of the scale in a check-in's message."""
    return click(user, f"check_in.tap.{points}", f"{occurrence} {points}", ts)


def draft(user: str, ref: Ref, question: str, text: str, ts: str) -> Payload:
    """What stands in a field while it is being typed."""
    typed = {
        "type": "plain_text_input",
        "block_id": question,
        "action_id": ANSWER + question,
        "value": text,
        "action_ts": ts,
    }
    return Payload("interactive", _by(user, "block_actions") | {"actions": [typed], "view": _view(ref)})


def submission(user: str, ref: Ref, values: Mapping[str, str | int]) -> Payload:
    """A window of a flow, submitted with these answers."""
    state = {question: {ANSWER + question: _element(value)} for question, value in values.items()}
    return Payload(
        "interactive",
        _by(user, "view_submission") | {"view": _view(ref) | {"state": {"values": state}}},
    )


def window(user: str, callback_id: str, about: UUID, view_id: str, state: JsonObject) -> Payload:
    """Any other window, submitted."""
    view = {"type": "modal", "id": view_id, "callback_id": callback_id, "private_metadata": str(about)}
    whole = view | {"blocks": [], "state": {"values": state}}
    return Payload("interactive", _by(user, "view_submission") | {"view": whole})


def said(user: str, text: str, ts: str) -> Payload:
    """Something typed into the conversation with us."""
    return event(
        f"Ev{user}{ts}",
        {
            "type": "message",
            "channel_type": "im",
            "channel": f"D{user}",
            "user": user,
            "text": text,
            "ts": ts,
        },
    )


def home_opened(user: str, ts: str) -> Payload:
    return event(
        f"Ev{user}{ts}",
        {"type": "app_home_opened", "tab": "home", "user": user, "channel": f"D{user}", "event_ts": ts},
    )


def changed(user: str, ts: str, *, zone: str = "Europe/London", deleted: bool = False) -> Payload:
    """What Slack says of somebody's account."""
    account = {"id": user, "team_id": TEAM_ID, "name": user, "tz": zone, "deleted": deleted}
    return event(f"Ev{user}{ts}", {"type": "user_change", "user": account, "event_ts": ts})


def event(event_id: str, told: JsonObject) -> Payload:
    body = {"type": "event_callback", "team_id": TEAM_ID, "event_id": event_id, "event": told}
    return Payload("events_api", body | {"api_app_id": "A0WORKSPACE", "event_time": 0})


def command(user: str, text: str = "") -> Payload:
    return Payload(
        "slash_commands",
        {"command": "/mull", "text": text, "user_id": user, "team_id": TEAM_ID, "trigger_id": "none"},
    )


def answers_to(occurrence: UUID, version: str, opened_ts: str = "") -> Ref:
    """What a window remembers of the check-in it answers."""
    return Ref(run_id_of(occurrence), version, occurrence, opened_ts=opened_ts)


def _by(user: str, kind: str) -> JsonObject:
    return {
        "type": kind,
        "user": {"id": user, "team_id": TEAM_ID},
        "team": {"id": TEAM_ID, "domain": "local"},
        "api_app_id": "A0WORKSPACE",
        "trigger_id": "none",
    }


def _view(ref: Ref) -> JsonObject:
    metadata = ref_text(ref)
    assert json.loads(metadata)
    return {
        "type": "modal",
        "id": f"V{ref.run_id.hex[:10]}",
        "callback_id": "run.screen",
        "private_metadata": metadata,
        "blocks": [{"type": "input", "block_id": "energy"}],
    }


def _element(value: str | int) -> JsonObject:
    if isinstance(value, int):
        return {"type": "radio_buttons", "selected_option": {"value": f"scale:{value}"}}
    if value.startswith("choice:"):
        return {"type": "radio_buttons", "selected_option": {"value": value.removeprefix("choice:")}}
    if value.startswith("date:"):
        return {"type": "datepicker", "selected_date": value.removeprefix("date:")}
    return {"type": "plain_text_input", "value": value}
