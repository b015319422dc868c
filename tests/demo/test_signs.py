"""Signs on the wire: what somebody did themselves, and the app has taken."""

from typing import Any

import pytest

from bot.demo.signs import on_the_wire

Entry = dict[str, Any]
ANN, BEN = "U_ANN", "U_BEN"


def envelope(method: str, user: str = ANN, **args: Any) -> Entry:
    return {"kind": "envelope", "method": method, "user": user, "envelope_id": "e1", "args": args}


ACK: Entry = {"kind": "ack", "method": "e1", "envelope_id": "e1"}


def sent(field: str, value: str | None) -> dict[str, Any]:
    return {"state": {"values": {"q": {"answer.q": {"type": field, "value": value}}}}}


HOME = envelope("app_home_opened", event={"tab": "home"})
TYPED = envelope("message", event={"text": "hello"})
WROTE = envelope("view_submission", view=sent("plain_text_input", "a line"))
ASKED = envelope("block_actions", actions=[{"action_id": "join.who_sees"}])


@pytest.mark.parametrize(
    ("sign", "entry"),
    [("opened_home", HOME), ("typed", TYPED), ("wrote", WROTE), ("asked_who_sees", ASKED)],
)
def test_it_counts_once_the_app_has_taken_it_and_for_nobody_else(sign: str, entry: Entry) -> None:
    assert on_the_wire(sign, ANN, [entry, ACK])
    assert not on_the_wire(sign, ANN, [entry])
    assert not on_the_wire(sign, BEN, [entry, ACK])


def test_the_messages_tab_is_not_home() -> None:
    assert not on_the_wire("opened_home", ANN, [envelope("app_home_opened", event={"tab": "messages"}), ACK])


def test_a_window_sent_without_a_word_is_nothing_written() -> None:
    for view in (sent("plain_text_input", None), sent("radio_buttons", "yes")):
        assert not on_the_wire("wrote", ANN, [envelope("view_submission", view=view), ACK])


def test_taking_back_what_was_typed_is_not_typing() -> None:
    removed = envelope("message", event={"subtype": "message_deleted"})
    assert not on_the_wire("typed", ANN, [removed, ACK])


def test_an_export_is_an_act_of_the_page_and_needs_no_app() -> None:
    assert on_the_wire("exported", ANN, [{"kind": "person", "method": "export", "user": ANN}])
    assert not on_the_wire("exported", ANN, [{"kind": "person", "method": "say", "user": ANN}])


def test_what_nobody_was_there_to_take_does_not_count() -> None:
    missed = {name: value for name, value in TYPED.items() if name != "envelope_id"}
    assert not on_the_wire("typed", ANN, [missed, ACK])
