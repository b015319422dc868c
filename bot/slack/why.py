"""Why did nothing come? The last seven days, told to the one they are about; and what `mull why` prints."""

from datetime import date
from zoneinfo import ZoneInfo

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.why import Told
from bot.prompts import Prompts
from bot.services import why
from bot.services.why import Day
from bot.slack.blocks import Block, modal, rich, run
from bot.slack.surface import Body, Surface
from bot.slack.times import at_time, day_month, weekday_month


def view(prompts: Prompts, days: list[Day], zone: ZoneInfo) -> Block:
    """The window, the newest day first."""
    told = [
        rich(run(heading(day), bold=True), run(f"\n{_lines(prompts, day, zone)}")) for day in reversed(days)
    ]
    return modal(prompts.view("why", inserts={"days": told}))


def listen(app: AsyncApp, surface: Surface) -> None:
    """Hear somebody ask."""

    @app.action({"type": "block_actions", "action_id": "why.open"})
    async def opened(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        who = await surface.who(body)
        days = await surface.read(body, why.for_owner)
        await client.views_open(trigger_id=body["trigger_id"], view=view(surface.prompts, days, who.zone))
        await ack()


def heading(day: Day) -> str:
    """The day itself."""
    return weekday_month(day.local_date)


def sentence(prompts: Prompts, told: Told, day: date, zone: ZoneInfo) -> str:
    """What became of one thing that was due on a local date."""
    at = told.at.astimezone(zone) if told.at else None
    on = f"on {day_month(at.date())} " if at and at.date() != day else ""
    return prompts.say(
        f"why_{told.key}",
        thing=prompts.say(f"why_thing_{told.kind}") if told.kind else "",
        at=f"{on}at {at_time(at)}" if at else "",
        because=_because(prompts, told),
    )


def _because(prompts: Prompts, told: Told) -> str:
    """The reason in words; Slack's own code as it is."""
    own = f"because_own_{told.because}"
    key = own if told.own and own in prompts.sentences else f"because_{told.because}"
    return prompts.say(key, name=told.holiday) if key in prompts.sentences else told.because


def _lines(prompts: Prompts, day: Day, zone: ZoneInfo) -> str:
    return "\n".join(sentence(prompts, told, day.local_date, zone) for told in day.told)
