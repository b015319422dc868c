"""A flow's screens as modals: one field a question, what was typed before already in it."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from bot import clock
from bot.domain import flows
from bot.domain.calendar import week_of
from bot.domain.flows import Flow, Question, Value, taps
from bot.prompts import Prompts, worded
from bot.services.people import Known
from bot.services.runs import Finished, Ref, Screen
from bot.slack.blocks import LABEL, OPTION, Block, actions, button, context, modal, plain, quoted
from bot.slack.support import support_line
from bot.slack.times import day_month

ANSWER = "answer."
"""What the action id of every field begins with; the question's id follows, and is its block id too."""
RADIOS = 10
"""Slack's limit for radio buttons and checkboxes; more options make a menu."""


def screen_view(prompts: Prompts, screen: Screen, who: Known) -> Block:
    """The modal for a screen. The flow's own words may speak of the person's first name, school, coach and week."""
    flow = worded(screen.flow, _variables(prompts, screen, who))
    by_id = {question.id: question for question in flow.questions}
    questions = [by_id[question.id] for question in screen.questions]
    fields = [block for question in questions for block in _asked(prompts, question, screen)]
    view = prompts.view(
        "screen",
        inserts={"fields": fields},
        title=flow.title,
        intro=flow.intro if screen.first and flow.intro else "",
        seen_by=prompts.say(_seen_by(screen)),
        support=support_line(prompts, who.school),
        submit=prompts.say("keep" if questions[-1].id == _last_asked(flow, who) else "next"),
    )
    return modal(view, "run.screen", ref_text(screen.ref))


def finished_view(prompts: Prompts, finished: Finished, who: Known) -> Block:
    """The modal after the last screen: what is kept, who sees it, and what could come next."""
    coach = finished.coach.first_name if finished.coach else ""
    view = prompts.view(
        "finished",
        inserts={
            "title": [quoted(finished.step_title)] if finished.step_title else [],
            "choices": _choices(prompts, finished, coach),
        },
        title=finished.flow.title,
        step=finished.step_title is not None and not finished.task,
        task=finished.task,
        coach=coach,
        shared=finished.shared,
        by_rule=finished.flow.seen_by == "coach",
        support=support_line(prompts, who.school),
    )
    return modal(view)


def ref_text(ref: Ref) -> str:
    """A reference as a modal's private metadata: ids only."""
    parts = {
        "run": ref.run_id,
        "flow": ref.flow_version,
        "occurrence": ref.occurrence_id,
        "step": ref.step_id,
    }
    kept: dict[str, object] = {key: str(value) for key, value in parts.items() if value is not None}
    if ref.revisited is not None:
        kept["revisited"] = sorted(ref.revisited)
    if ref.opened_ts:
        kept["opened"] = ref.opened_ts
    return json.dumps(kept)


def ref_from(text: str) -> Ref:
    """The reference in a modal's private metadata."""
    parts = json.loads(text)
    occurrence, step, revisited = (parts.get(key) for key in ("occurrence", "step", "revisited"))
    return Ref(
        UUID(parts["run"]),
        parts["flow"],
        UUID(occurrence) if occurrence else None,
        UUID(step) if step else None,
        None if revisited is None else frozenset(revisited),
        parts.get("opened", ""),
    )


def values_in(view: Block) -> dict[str, Value | None]:
    """What stands in the fields of a submitted modal, by question id; None where a field was left empty."""
    fields = view["state"]["values"]
    return {
        question_id: value_of(elements[ANSWER + question_id])
        for question_id, elements in fields.items()
        if ANSWER + question_id in elements
    }


def value_of(element: Block) -> Value | None:
    """The value in one field, as the flow engine knows values."""
    return _READERS[element["type"]](element)


def _chosen(element: Block) -> str | None:
    option = element.get("selected_option")
    return str(option["value"]) if option else None


def _scale_or_choice(element: Block) -> Value | None:
    value = _chosen(element)
    if value is not None and value.startswith("scale:"):
        return int(value.removeprefix("scale:"))
    return value


def _number(element: Block) -> Value | None:
    text = element.get("value")
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        return str(text)
    return int(number) if number.is_integer() else number


_READERS: dict[str, Callable[[Block], Value | None]] = {
    "plain_text_input": lambda element: element.get("value"),
    "number_input": _number,
    "radio_buttons": _scale_or_choice,
    "static_select": _scale_or_choice,
    "checkboxes": lambda element: [option["value"] for option in element.get("selected_options") or []],
    "multi_static_select": lambda element: [
        option["value"] for option in element.get("selected_options") or []
    ],
    "datepicker": lambda element: element.get("selected_date"),
    "users_select": lambda element: element.get("selected_user"),
}


def _seen_by(screen: Screen) -> str:
    """The sentence for who will see what is written here."""
    if screen.shared:
        return "seen_by_coach"
    if screen.step_shared:
        return "seen_by_follow_up"
    return (
        "seen_by_me"
        if screen.coach is None and screen.flow.seen_by == "ask"
        else f"seen_by_{screen.flow.seen_by}"
    )


def _last_asked(flow: Flow, who: Known) -> str:
    """The question nothing can come after, for somebody in this role."""
    return [one for one in flow.questions if not one.audience or who.role in one.audience][-1].id


def _asked(prompts: Prompts, question: Question, screen: Screen) -> list[Block]:
    """A question with its examples before it."""
    examples = []
    if question.examples:
        examples = [
            context(prompts.say("example_weak", example=question.examples.weak)),
            context(prompts.say("example_strong", example=question.examples.strong)),
        ]
    value = screen.values.get(question.id) or flows.begins_with(question, screen.values)
    block = {
        "type": "input",
        "block_id": question.id,
        "label": plain(question.ask, LABEL),
        "optional": question.optional,
        "element": {"action_id": ANSWER + question.id, **_element(question, value)},
    }
    if question.help:
        block["hint"] = plain(question.help, LABEL)
    if question.kind in ("short_text", "long_text"):
        block["dispatch_action"] = True
    return [*examples, block]


def _element(question: Question, value: Value | None) -> Block:
    if question.kind in ("short_text", "long_text"):
        return _text(question, value)
    if question.kind == "number":
        return _with(
            "number_input", {"is_decimal_allowed": True, **_bounds(question)}, initial_value=_str(value)
        )
    if question.kind == "date":
        return _with("datepicker", {}, initial_date=_str(value))
    if question.kind == "person":
        return _with("users_select", {}, initial_user=_str(value))
    return _options(question, value)


def _text(question: Question, value: Value | None) -> Block:
    shape: Block = {
        "multiline": question.kind == "long_text",
        "max_length": flows.longest(question),
        # What is typed is kept while it is typed: closing the modal loses nothing.
        "dispatch_action_config": {"trigger_actions_on": ["on_character_entered"]},
    }
    return _with("plain_text_input", shape, initial_value=_str(value))


def _options(question: Question, value: Value | None) -> Block:
    mark = "scale:" if question.kind == "scale" else ""
    options = [
        {"text": plain(_label(question, tap.value, tap.label), OPTION), "value": f"{mark}{tap.value}"}
        for tap in taps(question)
    ]
    chosen = value if isinstance(value, list) else [] if value is None else [str(value)]
    picked = [option for option in options if str(option["value"]).removeprefix(mark) in chosen]
    few = len(options) <= RADIOS
    if question.kind == "choices":
        return _with(
            "checkboxes" if few else "multi_static_select", {"options": options}, initial_options=picked
        )
    initial = picked[0] if picked else None
    return _with("radio_buttons" if few else "static_select", {"options": options}, initial_option=initial)


def _label(question: Question, value: str, label: str) -> str:
    """The ends of a scale whose points have no names say what they mean."""
    if question.kind != "scale" or question.points:
        return label
    ends = {"1": question.low, str(question.steps): question.high}
    return f"{label}: {ends[value]}" if ends.get(value) else label


def _with(kind: str, shape: Block, **initial: Any) -> Block:
    return {"type": kind, **shape, **{key: value for key, value in initial.items() if value}}


def _bounds(question: Question) -> Block:
    bounds = {"min_value": question.at_least, "max_value": question.at_most}
    return {key: str(value) for key, value in bounds.items() if value is not None}


def _str(value: Value | None) -> str | None:
    return None if value is None or isinstance(value, list) else str(value)


def _choices(prompts: Prompts, finished: Finished, coach: str) -> list[Block]:
    """Letting the coach see it or taking it back, and the flows it offers."""
    run_id = str(finished.run_id)
    buttons = []
    if coach and finished.flow.seen_by == "ask" and not finished.task:
        key, action = ("take_back", "run.take_back") if finished.shared else ("let_coach_see", "run.share")
        buttons.append(button(prompts.say(key, coach=coach), action, run_id))
    # Slack refuses a row with the same button twice.
    for offer in dict.fromkeys(ending.offer for ending in finished.flow.ends if ending.offer):
        words = prompts.say("offer_step") if offer == "action-step" else prompts.flow(offer).title
        buttons.append(button(words, f"run.next.{offer}", offer))
    return [actions(*buttons)] if buttons else []


def _variables(prompts: Prompts, screen: Screen, who: Known) -> dict[str, str | None]:
    return {
        "first_name": who.person.first_name,
        "role": who.role,
        "school": who.school.name,
        "coach": screen.coach.first_name if screen.coach else None,
        "week_of": day_month(week_of(clock.now(), who.zone).astimezone(who.zone).date()),
    }
