"""A coach's digest: who has something for you, with *Nudge* and *Followed up* beside each step."""

from uuid import UUID

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.digests import Line
from bot.domain.steps import Standing
from bot.prompts import Message, Prompts, View
from bot.services import coaching, digests
from bot.services.coaching import Nudge
from bot.services.digests import DigestContent
from bot.slack.blocks import Block, actions, button, context, modal, quoted, rich, run
from bot.slack.surface import Body, Surface
from bot.slack.times import count, day_month

MOST_LINES = 15
"""Each takes two blocks and Slack takes fifty; whoever has more finds them in Home."""
MOST_IN_WINDOW = 50
NOTE = "note"


def message(prompts: Prompts, content: DigestContent) -> Message:
    """The digest as its message reads now."""
    round_up = content.round_up
    waiting = {line.coachee_id for line in round_up.lines if line.step.id not in content.followed_up}
    lines = [block for line in round_up.lines[:MOST_LINES] for block in _line(prompts, line, content)]
    return prompts.message(
        "digest",
        inserts={"lines": lines},
        coachees=round_up.coachees,
        with_something=len(waiting),
        with_something_in_words=count(len(waiting)).capitalize(),
        coachees_in_words=count(round_up.coachees),
        nothing_else=0 < len(waiting) < round_up.coachees,
        more=max(0, len(round_up.lines) - MOST_LINES),
        also=_also(prompts, content),
    )


def round_up_view(prompts: Prompts, content: DigestContent) -> View:
    """A round-up that did not come as a message. What can be done about each step stands beside it in Home."""
    round_up = content.round_up
    waiting = {line.coachee_id for line in round_up.lines}
    return prompts.view(
        "round_up",
        inserts={"lines": [step_line(prompts, line) for line in round_up.lines[:MOST_IN_WINDOW]]},
        coachees=round_up.coachees,
        with_something=len(waiting),
        with_something_in_words=count(len(waiting)).capitalize(),
        coachees_in_words=count(round_up.coachees),
    )


def nudge_message(prompts: Prompts, content: Nudge) -> Message:
    """A nudge as its message reads now. It names no step: only who asks."""
    if not content.open or not content.coach_name:
        return prompts.message("nudge_over")
    return prompts.message(
        "nudge", coach=content.coach_name, step=str(content.step_id), also=_also(prompts, content)
    )


def step_line(prompts: Prompts, line: Line) -> Block:
    """One step of one coachee: name, where it stands, and the title its owner wrote to be shared."""
    words = prompts.say(
        f"standing_{line.step.standing}", on=day_month(line.step.plan.on) if line.step.plan.on else ""
    )
    return rich(run(line.first_name, bold=True), run(f" · {words}: "), run(line.step.title, italic=True))


def step_buttons(prompts: Prompts, step_id: UUID) -> Block:
    """What a coach can do about a step."""
    return actions(
        button(prompts.say("nudge"), "coach.nudge", str(step_id)),
        button(prompts.say("followed_up"), "coach.followed_up", str(step_id)),
    )


def listen(app: AsyncApp, surface: Surface) -> None:
    """Hear what a coach does with a step."""
    prompts = surface.prompts

    @app.action({"type": "block_actions", "action_id": "coach.round_up"})
    async def round_up(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        content = await surface.read(body, digests.in_home)
        await client.views_open(trigger_id=body["trigger_id"], view=modal(round_up_view(prompts, content)))
        await ack()

    @app.action({"type": "block_actions", "action_id": "coach.nudge"})
    async def nudge(ack: AsyncAck, body: Body, action: Body, client: AsyncWebClient) -> None:
        who = await surface.who(body)
        step, owner = await surface.read(body, coaching.step, UUID(action["value"]))
        view = prompts.view("nudge_preview", coach=who.person.first_name, first_name=owner.first_name)
        await client.views_open(trigger_id=body["trigger_id"], view=modal(view, "coach.nudge", str(step.id)))
        await ack()

    @app.view("coach.nudge")
    async def nudged(ack: AsyncAck, body: Body, view: Body) -> None:
        await surface.write(body, coaching.nudge, UUID(view["private_metadata"]), view["id"])
        await ack()

    @app.action({"type": "block_actions", "action_id": "coach.followed_up"})
    async def follow_up(ack: AsyncAck, body: Body, action: Body, client: AsyncWebClient) -> None:
        # The step's words are shown here, and that they were looked at is noted: so this click does write.
        step, owner = await surface.write(body, coaching.step, UUID(action["value"]))
        view = prompts.view("follow_up", inserts={"step": [quoted(step.title)]}, first_name=owner.first_name)
        await client.views_open(
            trigger_id=body["trigger_id"], view=modal(view, "coach.followed_up", str(step.id))
        )
        await ack()

    @app.view("coach.followed_up")
    async def followed_up(ack: AsyncAck, body: Body, view: Body) -> None:
        note = view["state"]["values"][NOTE][NOTE].get("value")
        await surface.write(body, coaching.followed_up, UUID(view["private_metadata"]), note, view["id"])
        await ack()


def _also(prompts: Prompts, content: DigestContent | Nudge) -> str:
    return prompts.say(content.also) if content.also else ""


def _line(prompts: Prompts, line: Line, content: DigestContent) -> list[Block]:
    blocks = [step_line(prompts, line)]
    if line.step.id in content.followed_up:
        return [*blocks, context(prompts.say("noted_followed_up"))]
    # Once its owner has answered, the question is no longer on its way, and there is something to follow up.
    if line.step.id in content.nudged and line.step.standing != Standing.AWAITING_FOLLOW_UP:
        return [*blocks, context(prompts.say("noted_nudged", first_name=line.first_name))]
    return [*blocks, step_buttons(prompts, line.step.id)]
