"""My time: a window in which a person says how often and when they are written to; *Pause* and *I am back* in Home."""

from datetime import date, time

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.my_time import Wishes
from bot.models import School
from bot.prompts import Message, Prompts
from bot.services import catch_up, my_time
from bot.services.catch_up import CatchUp
from bot.services.my_time import Absence
from bot.slack.blocks import LABEL, OPTION, Block, button, modal, plain, section
from bot.slack.surface import Body, Surface
from bot.slack.times import at_time, count, weekday_month

WEEKLY = {"0": "time_none", "1": "time_one", "2": "time_two"}
UNTOUCHED = {"leave": "time_leave_it", "remind": "time_remind_once"}
HOURS = {"school": "time_school_hours", "own": "time_own_hours"}


def view(prompts: Prompts, wishes: Wishes, school: School) -> Block:
    """The window, as things are set now."""
    hours = {"opens": at_time(school.quiet_from), "closes": at_time(school.quiet_until)}
    choices = [
        _choice(prompts, "weekly", WEEKLY, str(wishes.unasked_per_week)),
        _choice(prompts, "untouched", UNTOUCHED, "remind" if wishes.reminders else "leave"),
        _choice(prompts, "hours", HOURS, "own" if wishes.own_hours else "school", **hours),
    ]
    pickers = [
        *(_time(prompts, name, getattr(wishes, name)) for name in ("quiet_from", "quiet_until")),
        *(_date(prompts, name, getattr(wishes, name)) for name in ("away_from", "away_until")),
    ]
    return modal(prompts.view("my_time", inserts={"fields": [*choices, *pickers]}), "time.change", "-")


def in_home(prompts: Prompts, absence: Absence) -> list[Block]:
    """What Home says while nothing is sent because its owner wished so, and the one tap that ends it."""
    found = []
    if absence.paused:
        found.append(_line(prompts.say("home_paused"), prompts.say("go_on_again"), "time.go_on"))
    if absence.away_until is not None:
        first = weekday_month(absence.away_from) if absence.away_from else ""
        key, label = ("home_away", "i_am_back") if absence.has_begun else ("home_away_soon", "here_after_all")
        told = prompts.say(key, first=first, last=weekday_month(absence.away_until))
        found.append(_line(told, prompts.say(label), "time.back"))
    return found


def catch_up_message(prompts: Prompts, content: CatchUp) -> Message:
    """What somebody who is back is told: how much waits, and nothing of what it is (X12)."""
    if content.waiting == 0:
        return prompts.message("catch_up_over")
    occurrence, step = (str(one) if one else "" for one in (content.occurrence_id, content.step_id))
    return prompts.message(
        "catch_up",
        was_away=content.was_away,
        count=content.waiting,
        in_words=count(content.waiting),
        occurrence=occurrence,
        step="" if occurrence else step,
    )


def listen(app: AsyncApp, surface: Surface) -> None:
    """Hear what people do about their time."""
    prompts = surface.prompts

    @app.action({"type": "block_actions", "action_id": "time.open"})
    async def opened(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        who = await surface.who(body)
        wishes = await surface.read(body, my_time.settings)
        await client.views_open(trigger_id=body["trigger_id"], view=view(prompts, wishes, who.school))
        await ack()

    @app.view("time.change")
    async def changed(ack: AsyncAck, body: Body, view: Body) -> None:
        wrong = await surface.write(body, my_time.change, wishes_in(view))
        errors = {field: prompts.say(key) for field, key in wrong.items()}
        await (ack(response_action="errors", errors=errors) if errors else ack())

    @app.action({"type": "block_actions", "action_id": "time.pause"})
    async def pause(ack: AsyncAck, body: Body) -> None:
        await surface.write(body, my_time.pause)
        await ack()

    @app.action({"type": "block_actions", "action_id": "time.go_on"})
    async def go_on(ack: AsyncAck, body: Body) -> None:
        await surface.write(body, my_time.go_on)
        await ack()

    @app.action({"type": "block_actions", "action_id": "catch_up.leave"})
    async def leave_it(ack: AsyncAck, body: Body) -> None:
        await surface.write(body, catch_up.leave_it)
        await ack()

    @app.action({"type": "block_actions", "action_id": "time.back"})
    async def back(ack: AsyncAck, body: Body) -> None:
        await surface.write(body, my_time.back)
        await ack()


def wishes_in(view: Body) -> Wishes:
    """What stands in the submitted window."""
    fields = {name: field[name] for name, field in view["state"]["values"].items()}

    def chosen(name: str) -> str:
        return str((fields[name].get("selected_option") or {}).get("value"))

    def at(name: str) -> time | None:
        return (
            time.fromisoformat(fields[name]["selected_time"]) if fields[name].get("selected_time") else None
        )

    def on(name: str) -> date | None:
        return (
            date.fromisoformat(fields[name]["selected_date"]) if fields[name].get("selected_date") else None
        )

    return Wishes(
        int(chosen("weekly")),
        chosen("untouched") == "remind",
        chosen("hours") == "own",
        at("quiet_from"),
        at("quiet_until"),
        on("away_from"),
        on("away_until"),
    )


def _choice(prompts: Prompts, name: str, words: dict[str, str], now: str, **variables: str) -> Block:
    options = [
        {"text": plain(prompts.say(key, **variables), OPTION), "value": value} for value, key in words.items()
    ]
    chosen = next(option for option in options if option["value"] == now)
    element = {"type": "radio_buttons", "action_id": name, "options": options, "initial_option": chosen}
    return _input(prompts, name, element, optional=False)


def _time(prompts: Prompts, name: str, now: time | None) -> Block:
    initial = {"initial_time": f"{now:%H:%M}"} if now else {}
    return _input(prompts, name, {"type": "timepicker", "action_id": name, **initial})


def _date(prompts: Prompts, name: str, now: date | None) -> Block:
    initial = {"initial_date": now.isoformat()} if now else {}
    return _input(prompts, name, {"type": "datepicker", "action_id": name, **initial})


def _input(prompts: Prompts, name: str, element: Block, *, optional: bool = True) -> Block:
    block = {
        "type": "input",
        "block_id": name,
        "label": plain(prompts.say(f"time_{name}"), LABEL),
        "optional": optional,
        "element": element,
    }
    hint = f"time_{name}_hint"
    return {**block, "hint": plain(prompts.say(hint), LABEL)} if hint in prompts.sentences else block


def _line(told: str, label: str, action_id: str) -> Block:
    return {**section(told), "accessory": button(label, action_id, "-")}
