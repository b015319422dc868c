"""A check-in's message: one tap, *Reflect now*, *Later*, *Not this time*; and how it reads when it is over."""

import re
from typing import Any
from uuid import UUID

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot import clock
from bot.domain.flows import taps
from bot.prompts import Message, Prompts, worded
from bot.services import checkins, runs
from bot.services.checkins import CheckIn
from bot.services.people import Known
from bot.slack.blocks import Block, actions, button, section
from bot.slack.screens import screen_view
from bot.slack.surface import Body, Surface
from bot.slack.times import when

TAP = re.compile(r"check_in\.tap\..+")


def message(prompts: Prompts, content: CheckIn, who: Known) -> Message:
    """The check-in as its message reads now. Answered, declined and past are one and the same (X12)."""
    occurrence = str(content.occurrence_id)
    if not content.open:
        return prompts.message("check_in_over", occurrence=occurrence)
    if content.later is not None:
        today = clock.now().astimezone(who.zone).date()
        return prompts.message("check_in_later", occurrence=occurrence, when=when(content.later, today))
    return prompts.message(
        "check_in",
        inserts={"taps": _taps(content)},
        occurrence=occurrence,
        question=_question(content, who),
        minutes=content.flow.minutes,
        also=prompts.say(content.also) if content.also else "",
        # A choice to share comes after the answer; only a flow that is the coach's by rule is theirs at the tap.
        seen_by=prompts.say("seen_by_coach" if content.flow.seen_by == "coach" else "seen_by_me"),
    )


def in_home(prompts: Prompts, content: CheckIn, who: Known) -> Block:
    """A check-in that waits, as Home shows it."""
    occurrence = str(content.occurrence_id)
    reflect = button(prompts.say("reflect_now"), "check_in.reflect", occurrence, primary=True)
    if content.later is not None:
        today = clock.now().astimezone(who.zone).date()
        return {**section(prompts.say("comes_back", when=when(content.later, today))), "accessory": reflect}
    return actions(
        reflect,
        button(prompts.say("remind_me_once"), "check_in.remind", occurrence),
        button(prompts.say("not_this_time"), "check_in.decline", occurrence),
    )


def listen(app: AsyncApp, surface: Surface) -> None:
    """Hear what people do with a check-in."""

    @app.action({"type": "block_actions", "action_id": "check_in.reflect"})
    async def reflect(ack: AsyncAck, body: Body, action: Body, client: AsyncWebClient) -> None:
        who = await surface.who(body)
        screen = await surface.read(
            body, runs.start, "", occurrence_id=UUID(action["value"]), opened_ts=action["action_ts"]
        )
        await client.views_open(trigger_id=body["trigger_id"], view=screen_view(surface.prompts, screen, who))
        await ack()

    @app.action({"type": "block_actions", "action_id": TAP})
    async def tap(ack: AsyncAck, body: Body, action: Body) -> None:
        occurrence, _, value = action["value"].partition(" ")
        await surface.write(body, runs.tap, UUID(occurrence), value, action["action_ts"])
        await ack()

    @app.action({"type": "block_actions", "action_id": "check_in.later"})
    async def later(ack: AsyncAck, body: Body, action: Body) -> None:
        await surface.write(body, checkins.later, UUID(action["value"]))
        await ack()

    @app.action({"type": "block_actions", "action_id": "check_in.remind"})
    async def remind(ack: AsyncAck, body: Body, action: Body) -> None:
        await surface.write(body, checkins.remind, UUID(action["value"]))
        await ack()

    @app.action({"type": "block_actions", "action_id": "check_in.decline"})
    async def decline(ack: AsyncAck, body: Body, action: Body) -> None:
        await surface.write(body, checkins.decline, UUID(action["value"]))
        await ack()


def _question(content: CheckIn, who: Known) -> str:
    """The question that a tap answers, in the flow's own words."""
    if content.question is None:
        return ""
    variables: dict[str, Any] = {
        "first_name": who.person.first_name,
        "role": who.role,
        "school": who.school.name,
        "coach": None,
        "week_of": "",
    }
    question = worded(content.flow, variables).question(content.question.id)
    return question.ask if question else ""


def _taps(content: CheckIn) -> list[Block]:
    if content.question is None:
        return []
    return [
        actions(
            *(
                button(tap.label, f"check_in.tap.{tap.value}", f"{content.occurrence_id} {tap.value}")
                for tap in taps(content.question)
            )
        )
    ]
