"""App Home: what is waiting, my steps, what was shared with me; and the way in for those who have not said yes."""

from collections.abc import Iterable
from uuid import UUID

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.digests import Line
from bot.domain.flows import Question, Value, taps
from bot.domain.steps import OpenStep
from bot.models import StepKind
from bot.prompts import Prompts, View
from bot.services import joining, runs, sharing, steps
from bot.services.coaching import Coachee, SharedRun
from bot.services.home import HomeContent, OwnShared
from bot.services.people import Known
from bot.slack import checkins, my_time
from bot.slack.blocks import Block, actions, asked, button, context, modal, quoted, rich, run, section
from bot.slack.digest import step_buttons, step_line
from bot.slack.screens import screen_view
from bot.slack.support import support_line
from bot.slack.surface import Body, Surface
from bot.slack.times import day_month

OWN, SHARED, COACHED, WAITING = 30, 12, 36, 4
"""The most blocks of each. Slack takes a hundred in Home, and refuses all of it for one too many; eighteen are left for
the lines around these."""


def view(prompts: Prompts, content: HomeContent) -> Block:
    """Home as it is now."""
    who = content.who
    if not content.joined:
        declined = who.person.declined_at is not None
        drawn = prompts.view(
            "home_not_joined",
            school=who.school.name,
            first_name=who.person.first_name,
            undecided=not declined,
            declined=declined,
        )
        return {"type": "home", "blocks": drawn.blocks}
    mine = _up_to(OWN, (_own_step(prompts, step, content) for step in content.steps))
    shared = _up_to(SHARED, (_own_shared(prompts, one, who) for one in content.shared_runs))
    coached = _up_to(COACHED, (item for one in content.coachees for item in _coachee(prompts, one, who)))
    drawn = prompts.view(
        "home",
        inserts={
            "waiting": [checkins.in_home(prompts, one, who) for one in content.waiting[:WAITING]],
            "steps": mine,
            "shared": shared,
            "coachees": coached,
            "figures": _figures(prompts, content),
            "absence": my_time.in_home(prompts, content.absence),
            "round_up": _round_up(prompts) if content.round_up_waits else [],
        },
        first_name=who.person.first_name,
        support=support_line(prompts, who.school),
        safeguarding=who.school.safeguarding_lead or "",
        reflects=bool({"teacher", "leader"} & who.roles),
        nothing_waiting=not content.waiting,
        any_steps=bool(mine),
        any_shared=bool(shared),
        coaches=bool(content.coachees),
        leads=content.figures is not None,
        going=not content.absence.paused,
    )
    return {"type": "home", "blocks": drawn.blocks}


def shared_view(
    prompts: Prompts, title: str, first_name: str, answers: Iterable[tuple[Question, Value]]
) -> View:
    """What somebody shared, as their coach reads it."""
    blocks = [_answered(question, value) for question, value in answers]
    return prompts.view("shared_run", inserts={"answers": blocks}, title=title, first_name=first_name)


def listen(app: AsyncApp, surface: Surface) -> None:
    """Hear what people do in Home, and in the invitation, which offers the same."""
    prompts = surface.prompts

    @app.event("app_home_opened")
    async def opened(body: Body) -> None:
        if body["event"].get("tab") == "home":
            await surface.write(
                body, joining.home_opened, body["event"].get("channel"), body["event"].get("event_ts", "")
            )

    @app.action({"type": "block_actions", "action_id": "join.yes"})
    async def yes(ack: AsyncAck, body: Body) -> None:
        who = await surface.who(body)
        # The key is committed before anything of theirs can be.
        await surface.desks.ensure_key(who.id)
        await surface.write(body, joining.join)
        await ack()

    @app.action({"type": "block_actions", "action_id": "join.no"})
    async def no(ack: AsyncAck, body: Body) -> None:
        await surface.write(body, joining.decline)
        await ack()

    @app.action({"type": "block_actions", "action_id": "join.who_sees"})
    async def who_sees(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        who = await surface.who(body)
        told = prompts.view("who_sees", safeguarding=who.school.safeguarding_lead or "")
        await client.views_open(trigger_id=body["trigger_id"], view=modal(told))
        await ack()

    @app.action({"type": "block_actions", "action_id": "step.follow_up"})
    async def follow_up(ack: AsyncAck, body: Body, action: Body, client: AsyncWebClient) -> None:
        who = await surface.who(body)
        screen = await surface.read(body, runs.start, "step-follow-up", step_id=UUID(action["value"]))
        step = await surface.read(body, steps.own_opened, UUID(action["value"]))
        view = screen_view(prompts, screen, who)
        # In the modal, the step may be named: it opened on a tap, on one person's screen.
        view["blocks"] = [quoted(step.title), *view["blocks"]]
        await client.views_open(trigger_id=body["trigger_id"], view=view)
        await ack()

    @app.action({"type": "block_actions", "action_id": "step.share"})
    async def share(ack: AsyncAck, body: Body, action: Body) -> None:
        await surface.write(body, steps.share, UUID(action["value"]), shared=True)
        await ack()

    @app.action({"type": "block_actions", "action_id": "step.take_back"})
    async def take_back(ack: AsyncAck, body: Body, action: Body) -> None:
        await surface.write(body, steps.share, UUID(action["value"]), shared=False)
        await ack()

    @app.action({"type": "block_actions", "action_id": "coach.read"})
    async def read(ack: AsyncAck, body: Body, action: Body, client: AsyncWebClient) -> None:
        # Looking at what somebody shared is noted for them to see, so this click does write.
        seen = await surface.write(body, sharing.read, UUID(action["value"]))
        drawn = shared_view(prompts, seen.flow.title, seen.owner.first_name, seen.answers)
        await client.views_open(trigger_id=body["trigger_id"], view=modal(drawn))
        await ack()


def _up_to(most: int, items: Iterable[list[Block]]) -> list[Block]:
    """As many whole items as fit: none without its buttons."""
    fitting: list[Block] = []
    for item in items:
        if len(fitting) + len(item) > most:
            break
        fitting += item
    return fitting


def _own_step(prompts: Prompts, step: OpenStep, content: HomeContent) -> list[Block]:
    """A step as its owner sees it: its words, who sees it, and what to do about it."""
    is_task = step.kind == StepKind.TASK
    on = prompts.say("step_on", on=day_month(step.plan.on)) if step.plan.on else ""
    # Slack refuses the whole of Home for one empty text.
    lines: list[Block] = [rich(run(step.title, bold=True), *([run(on)] if on else []))]
    buttons = [button(prompts.say("how_did_it_go"), "step.follow_up", str(step.id))]
    if content.coach is not None and not is_task:
        key, action = ("take_back", "step.take_back") if step.shared else ("let_coach_see", "step.share")
        buttons.append(button(prompts.say(key, coach=content.coach.first_name), action, str(step.id)))
    seen = "task_seen" if is_task else "step_shared" if step.shared else "seen_by_me"
    coach = content.coach.first_name if content.coach else ""
    small = [prompts.say(seen, coach=coach) if seen == "step_shared" else prompts.say(seen)]
    if step.id in content.wonderings:
        small.insert(0, prompts.say("coach_wonders", coach=content.wonderings[step.id]))
    return [
        *lines,
        context(" ".join(small)),
        actions(*buttons),
    ]


def _own_shared(prompts: Prompts, shared: OwnShared, who: Known) -> list[Block]:
    """Something its owner shares: of which day, who has opened it, and the way to take it back."""
    written = shared.run.completed_at
    on = day_month(written.astimezone(who.zone).date()) if written else ""
    looked = [
        prompts.say("opened_by", name=person.first_name, on=day_month(at.astimezone(who.zone).date()))
        for person, at in shared.openings
    ]
    return [
        section(prompts.say("shared_reflection", on=on)),
        context(" ".join(looked) or prompts.say("opened_by_nobody")),
        actions(button(prompts.say("take_back"), "run.take_back", str(shared.run.id))),
    ]


def _round_up(prompts: Prompts) -> list[Block]:
    """The way to a round-up that did not come as a message."""
    opens = button(prompts.say("open_round_up"), "coach.round_up", "-")
    return [{**section(prompts.say("round_up_waits")), "accessory": opens}]


def _coachee(prompts: Prompts, coachee: Coachee, coach: Known) -> list[list[Block]]:
    """What one coachee shares with this coach, thing by thing."""
    name = coachee.person.first_name
    items = [
        [step_line(prompts, Line(coachee.person.id, name, step)), step_buttons(prompts, step.id)]
        for step in coachee.steps
    ]
    items += [_shared_with_coach(prompts, name, one, coach) for one in coachee.shared]
    return items or [[rich(run(name, bold=True), run(prompts.say("coachee_nothing")))]]


def _shared_with_coach(prompts: Prompts, name: str, one: SharedRun, coach: Known) -> list[Block]:
    words = prompts.say("coachee_shared", on=day_month(one.completed_at.astimezone(coach.zone).date()))
    return [
        rich(run(name, bold=True), run(words)),
        actions(button(prompts.say("read"), "coach.read", str(one.run_id))),
    ]


def _answered(question: Question, value: Value) -> Block:
    labels = {tap.value: tap.label for tap in taps(question)}
    values = value if isinstance(value, list) else [value]
    return asked(question.ask, ", ".join(labels.get(str(one), str(one)) for one in values))


def _figures(prompts: Prompts, content: HomeContent) -> list[Block]:
    """What a coaching lead sees: counts, and a sentence where there are too few to count."""
    figures = content.figures
    if figures is None:
        return []
    if figures.pairs is None:
        return [section(prompts.say("figures_too_few"))]
    lines = [prompts.say("figures_pairs", pairs=figures.pairs)]
    if figures.steps_open is not None:
        lines.append(prompts.say("figures_open", steps=figures.steps_open))
    if figures.steps_embedded is not None:
        lines.append(prompts.say("figures_embedded", steps=figures.steps_embedded))
    return [section(" ".join(lines))]
