"""Every kind of field, filled in as a person does; and what Slack's client does not let through."""

from typing import Any

import pytest

from bot.workspace.fields import refused_by_client
from bot.workspace.filling import stored_view
from bot.workspace.server import Workspace
from bot.workspace.visitor import Person, Refusal
from tests.workspace.builders import JsonObject, field, home, modal, plain

OPTIONS = [{"text": plain(text), "value": text.lower()} for text in ("One", "Two", "Three")]


def asking(kind: str, **more: Any) -> JsonObject:
    return home(
        {"type": "input", "label": plain("Field"), "element": {"type": kind, "action_id": "a"} | more}
    )


FIELDS: list[tuple[str, JsonObject, list[str], Any]] = [
    ("static_select", {"options": OPTIONS}, ["Two"], "two"),
    ("static_select", {"option_groups": [{"label": plain("g"), "options": OPTIONS}]}, ["One"], "one"),
    ("multi_static_select", {"options": OPTIONS}, ["One", "Three"], ["one", "three"]),
    ("radio_buttons", {"options": OPTIONS}, ["Three"], "three"),
    ("checkboxes", {"options": OPTIONS}, ["One", "Two"], ["one", "two"]),
    ("checkboxes", {"options": OPTIONS, "initial_options": OPTIONS[:1]}, [], []),
    ("users_select", {}, ["Ben Baker"], "U_BEN"),
    ("multi_users_select", {}, ["ann", "U_BEN"], ["U_ANN", "U_BEN"]),
    ("datepicker", {}, ["2026-11-30"], "2026-11-30"),
    ("timepicker", {}, ["15:40"], "15:40"),
    ("datetimepicker", {}, ["1795000000"], 1795000000),
]


@pytest.mark.parametrize(("kind", "element", "options", "value"), FIELDS, ids=[case[0] for case in FIELDS])
async def test_what_is_chosen_is_kept_as_slack_keeps_it(
    workspace: Workspace,
    client: Any,
    ann: Person,
    kind: str,
    element: JsonObject,
    options: list[str],
    value: Any,
) -> None:
    await client.views_publish(user_id="U_ANN", view=asking(kind, **element))
    await ann.choose("Field", *options, in_home=True)
    screen = await ann.home()
    assert screen is not None
    assert screen.values == {"a": value}


@pytest.mark.parametrize(
    ("kind", "element", "options", "sentence"),
    [
        ("static_select", {"options": OPTIONS}, ["Four"], "‘One’, ‘Two’, ‘Three’"),
        ("radio_buttons", {"options": OPTIONS}, ["One", "Two"], "takes 1, not 2"),
        ("multi_static_select", {"options": OPTIONS, "max_selected_items": 1}, ["One", "Two"], "takes 1"),
        ("users_select", {}, ["Nobody"], "called ‘Nobody’"),
    ],
)
async def test_only_what_is_offered_can_be_chosen(
    client: Any, ann: Person, kind: str, element: JsonObject, options: list[str], sentence: str
) -> None:
    await client.views_publish(user_id="U_ANN", view=asking(kind, **element))
    with pytest.raises(Refusal, match=sentence):
        await ann.choose("Field", *options, in_home=True)


async def test_nothing_can_be_typed_into_a_menu(client: Any, ann: Person) -> None:
    await client.views_publish(user_id="U_ANN", view=asking("users_select"))
    with pytest.raises(Refusal, match="nothing can be typed"):
        await ann.type("Field", "x", in_home=True)


@pytest.mark.parametrize("words", ["שלום 👋🏽 مرحبا", "a" * 3000, "<!channel> & <b>", "line\nline"])
async def test_text_is_kept_as_typed(client: Any, ann: Person, words: str) -> None:
    await client.views_publish(user_id="U_ANN", view=asking("plain_text_input", multiline=True))
    await ann.type("a", words, in_home=True)
    screen = await ann.home()
    assert screen is not None
    assert screen.values == {"a": words}


@pytest.mark.parametrize(
    ("element", "typed", "refused"),
    [
        ({"type": "email_text_input"}, "ann", True),
        ({"type": "email_text_input"}, "ann@school.example", False),
        ({"type": "url_text_input"}, "school", True),
        ({"type": "url_text_input"}, "https://school.example", False),
        ({"type": "number_input", "is_decimal_allowed": False}, "1.5", True),
        ({"type": "number_input", "is_decimal_allowed": True, "max_value": "2"}, "1.5", False),
        ({"type": "number_input", "is_decimal_allowed": True, "max_value": "2"}, "2.5", True),
        ({"type": "number_input", "is_decimal_allowed": True, "min_value": "2"}, "1", True),
        ({"min_length": 3}, "ab", True),
        ({"min_length": 3}, "abc", False),
        ({"max_length": 3}, "abcd", True),
        ({}, "   ", True),
    ],
)
def test_slacks_client_refuses_what_does_not_fit_the_field(
    element: JsonObject, typed: str, refused: bool
) -> None:
    view = stored_view(modal(field("Field", "a", "b", element=element)), "U_ANN", "V1")
    view.values["b"]["a"]["value"] = typed
    assert bool(refused_by_client(view)) is refused
