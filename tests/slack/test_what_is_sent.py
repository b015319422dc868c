"""Every message and view that Mull can render, at its fullest and its barest, is taken: here and by others."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from bot.domain.digests import listing
from bot.domain.flows import Flow, one_tap, screens
from bot.domain.my_time import Wishes
from bot.domain.steps import Standing
from bot.models import LetterKind, Role
from bot.prompts import OURS, View, load
from bot.prompts.messages import Layout
from bot.services.catch_up import CatchUp
from bot.services.checkins import CheckIn
from bot.services.coaching import Nudge
from bot.services.digests import DigestContent
from bot.services.letters import Content, Invitation, KindReply, Typed
from bot.services.runs import Finished, Ref, Screen
from bot.slack import digest, home, my_time, render, why
from bot.slack.blocks import Block, modal, quoted
from bot.slack.screens import finished_view, screen_view
from tests.sent import refused
from tests.slack.extremes import (
    CROWD,
    NOW,
    bare_home,
    extreme_flows,
    full_answers,
    full_home,
    full_week,
    person,
    somebody,
    step,
)
from tests.workspace.carriers import ours
from tests.workspace.others import Verdict, slack_sdk_says, slackblocks_says


class Remembering(dict[str, Layout]):
    """Messages that know which of them were asked for."""

    def __init__(self, messages: Mapping[str, Layout]) -> None:
        super().__init__(messages)
        self.asked_for: set[str] = set()

    def __getitem__(self, name: str) -> Layout:
        self.asked_for.add(name)
        return super().__getitem__(name)


MESSAGES = Remembering(load(OURS).messages)
PROMPTS = replace(load(OURS), messages=MESSAGES)
FLOWS = [*PROMPTS.flows.values(), *extreme_flows(PROMPTS)]
WHO = somebody(*Role)
"""In every role, so that Home has everything in it."""

Shown = Iterator[tuple[str, Block]]


def letters() -> Shown:
    """Every letter, in every state it can be in."""
    contents: list[tuple[LetterKind, Content]] = [
        *(
            (LetterKind.INVITATION, Invitation(WHO.person.first_name, WHO.school.name, joined, declined))
            for joined, declined in ((False, False), (True, False), (False, True))
        ),
        *(
            (LetterKind.NUDGE, Nudge(uuid4(), WHO.person.first_name, is_open, also))
            for is_open in (True, False)
            for also in ALSO
        ),
        *((kind, Typed(uuid4(), is_open)) for kind in TYPED for is_open in (True, False)),
        *((LetterKind.CATCH_UP, content) for content in catch_ups()),
        *((LetterKind.REPLY, KindReply(joined)) for joined in (True, False)),
        *((LetterKind.DIGEST, content) for content in digests()),
        *((LetterKind.CHECK_IN, content) for content in check_ins()),
    ]
    for kind, content in contents:
        told = render.message(PROMPTS, kind, content, WHO)
        yield f"{kind} {type(content).__name__}", {"text": told.text, "blocks": told.blocks}


ALSO = ("", "also_waits", "welcome_back", "out_of_reach")
TYPED = (LetterKind.TYPED_ANSWER, LetterKind.TYPED_TOO_LONG)


def digests() -> Iterator[DigestContent]:
    for count in (0, 1, 2, CROWD):
        lines = [(uuid4(), WHO.person.first_name, step(one)) for one in Standing for _ in range(count)]
        content = DigestContent(listing(lines, count))
        ids = frozenset(line.step.id for line in content.round_up.lines)
        yield from (content, replace(content, followed_up=ids), replace(content, nudged=ids))
        yield from (replace(content, also=also) for also in ALSO)


def catch_ups() -> Iterator[CatchUp]:
    for was_away in (True, False):
        for count in (0, 1, CROWD):
            yield CatchUp(count, was_away)
            yield CatchUp(count, was_away, uuid4())
            yield CatchUp(count, was_away, None, uuid4())


def check_ins() -> Iterator[CheckIn]:
    for flow in FLOWS:
        yield from (CheckIn(uuid4(), flow, one_tap(flow), open=True, also=also) for also in ALSO)
        yield CheckIn(uuid4(), flow, None, open=False)
        yield CheckIn(uuid4(), flow, None, open=True, later=NOW)


def homes() -> Shown:
    yield "full", render.home_view(PROMPTS, full_home(FLOWS[-1], WHO))
    yield "not joined", render.home_view(PROMPTS, replace(bare_home(WHO), joined=False))
    for role in Role:
        who = somebody(role)
        yield f"bare, {role}", render.home_view(PROMPTS, bare_home(who))
        yield f"full, {role}", render.home_view(PROMPTS, full_home(FLOWS[0], who))


def flow_screens() -> Shown:
    """Every screen of every flow, empty and with everything typed already."""
    for flow in FLOWS:
        for answers in ({}, full_answers(flow)):
            for questions in screens(flow, full_answers(flow)):
                for coach in (None, person()):
                    ref = Ref(
                        uuid4(), flow.version, uuid4(), uuid4(), frozenset(one.id for one in flow.questions)
                    )
                    screen = Screen(ref, flow, questions, answers, True, coach, coach is not None)
                    yield f"{flow.id} {questions[0].id}", screen_view(PROMPTS, screen, WHO)
        yield from ((f"{flow.id} finished", view) for view in finished(flow))


def finished(flow: Flow) -> Iterator[Block]:
    for shared in (True, False):
        for coach in (person(), None):
            for title, task in ((None, False), ("&" * 150, False), ("&" * 150, True)):
                yield finished_view(PROMPTS, Finished(uuid4(), flow, coach, shared, title, task), WHO)


def windows() -> Shown:
    """The other windows that open on a click."""
    name = WHO.person.first_name
    for flow in FLOWS:
        yield (
            f"what was shared, {flow.id}",
            modal(home.shared_view(PROMPTS, flow.title, name, answered(flow))),
        )
    told: list[tuple[str, View, str]] = [
        ("who sees", PROMPTS.view("who_sees", safeguarding=WHO.school.safeguarding_lead or ""), ""),
        ("who sees, nobody named", PROMPTS.view("who_sees", safeguarding=""), ""),
        ("nudge", PROMPTS.view("nudge_preview", coach=name, first_name=name), "coach.nudge"),
        (
            "follow up",
            PROMPTS.view("follow_up", inserts={"step": [quoted("&" * 150)]}, first_name=name),
            "coach.followed_up",
        ),
        *(
            (f"trouble, {key}", PROMPTS.view("trouble", sentence=one), "")
            for key, one in PROMPTS.sentences.items()
        ),
    ]
    yield from ((what, modal(view, callback, str(uuid4()))) for what, view, callback in told)
    yield from (("a round-up", modal(digest.round_up_view(PROMPTS, content))) for content in digests())
    yield "why", why.view(PROMPTS, full_week(), WHO.zone)
    for wishes in (Wishes(0, False), Wishes(2, True, True, NOW.time(), NOW.time(), NOW.date(), NOW.date())):
        yield "my time", my_time.view(PROMPTS, wishes, WHO.school)


def answered(flow: Flow) -> list[tuple[Any, Any]]:
    return [(question, full_answers(flow)[question.id]) for question in flow.questions]


def commands() -> Shown:
    for joined in (True, False):
        for occurrence in ("", str(uuid4())):
            for steps in (0, 1, CROWD):
                told = PROMPTS.message("command", joined=joined, occurrence=occurrence, steps=steps)
                yield "command", {"text": told.text, "blocks": told.blocks}


EVERYTHING = {
    "letters": letters,
    "homes": homes,
    "screens": flow_screens,
    "windows": windows,
    "commands": commands,
}


@pytest.mark.parametrize("shown", EVERYTHING.values(), ids=list(EVERYTHING))
def test_nothing_that_mull_renders_is_refused(shown: Callable[[], Shown]) -> None:
    assert [(what, problems[0]) for what, whole in shown() if (problems := ours(whole))] == []


@pytest.mark.parametrize("shown", EVERYTHING.values(), ids=list(EVERYTHING))
def test_what_mull_renders_is_taken_by_a_validator_that_is_not_ours(shown: Callable[[], Shown]) -> None:
    for what, whole in shown():
        verdicts = {slack_sdk_says(whole), slackblocks_says(whole)}
        assert Verdict.TAKES in verdicts, what
        assert Verdict.REFUSES not in verdicts, what


def test_every_message_and_view_is_among_them() -> None:
    MESSAGES.asked_for.clear()
    for shown in EVERYTHING.values():
        list(shown())
    assert MESSAGES.asked_for == set(MESSAGES)


def test_what_others_would_refuse_is_found_in_a_journal() -> None:
    wordy = modal(PROMPTS.view("trouble", sentence="x")) | {"title": {"type": "plain_text", "text": "x" * 25}}
    calls = [{"kind": "call", "method": "views.open", "args": {"view": wordy}}]
    answers = [{"kind": "ack", "method": "e", "response": {"response_action": "update", "view": wordy}}]
    assert [way for way, _, _ in refused([*calls, *answers])] == ["views.open", "acknowledgement"]
