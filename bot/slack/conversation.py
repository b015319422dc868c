"""Whatever else people say or press: an answer typed instead of given, `/mull`, an old button, a stranger."""

import re
from uuid import UUID

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.prompts import Message, Prompts
from bot.services import home, installations, joining, runs, typed
from bot.services.letters import Invitation, KindReply, Typed
from bot.slack.blocks import modal
from bot.slack.screens import screen_view
from bot.slack.surface import Body, Surface

LINK = re.compile(r"<(?P<url>(?:https?://|mailto:)[^|>]+)(?:\|(?P<label>[^>]*))?>")
BROADCAST = re.compile(r"<!(channel|here|everyone)(?:\|[^>]*)?>")
ANYTHING = re.compile(r".*")
COMMANDS = {"step": "action-step", "reflect": "weekly-reflection"}


def invitation_message(prompts: Prompts, content: Invitation) -> Message:
    """The invitation, or what became of it."""
    if content.joined:
        return prompts.message("invitation_joined")
    if content.declined:
        return prompts.message("invitation_declined")
    return prompts.message("invitation", first_name=content.first_name, school=content.school_name)


def typed_message(prompts: Prompts, content: Typed, *, too_long: bool) -> Message:
    """What is said about something typed: it can be the answer; and how to remove it from Slack."""
    if not content.open:
        return prompts.message("typed_over")
    return prompts.message(
        "typed_too_long" if too_long else "typed_answer", occurrence=str(content.occurrence_id)
    )


def reply_message(prompts: Prompts, content: KindReply) -> Message:
    """A kind reply to anything else."""
    return prompts.message("reply" if content.joined else "reply_not_joined")


def as_typed(text: str) -> str:
    """A message's text as its writer typed it: Slack marks up links and broadcasts, and escapes & < >."""
    text = LINK.sub(lambda found: found["label"] or found["url"], text)
    text = BROADCAST.sub(r"@\1", text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def listen(app: AsyncApp, surface: Surface) -> None:
    """Hear everything that no other conversation hears. Must be registered last."""
    _hear_events(app, surface)
    _hear_command(app, surface)
    _hear_typed(app, surface)
    _hear_anything(app, surface.prompts)


def _hear_events(app: AsyncApp, surface: Surface) -> None:
    @app.event("message")
    async def said(body: Body, event: Body) -> None:
        typed_by_person = (
            event.get("channel_type") == "im" and not event.get("subtype") and not event.get("bot_id")
        )
        if typed_by_person and event.get("user") and event.get("text"):
            await surface.write(body, typed.hear, as_typed(event["text"]), event["ts"], body["event_id"])

    @app.event("user_change")
    async def moved(body: Body, event: Body) -> None:
        user = event["user"]
        spoken = {"team_id": body["team_id"], "user_id": user["id"]}
        await surface.write(
            spoken,
            joining.account_changed,
            zone=user.get("tz"),
            deleted=bool(user.get("deleted")),
            ts=event.get("event_ts", ""),
        )

    @app.event("app_uninstalled")
    @app.event("tokens_revoked")
    async def gone(body: Body, event: Body) -> None:
        # Either comes first, or alone, and by then the token is dead already.
        if event["type"] == "tokens_revoked" and not (event.get("tokens") or {}).get("bot"):
            return  # somebody's own token, which is none of ours
        await surface.desks.write(installations.gone, body["team_id"], event["type"], body.get("event_time"))
        surface.forget(body["team_id"])


def _hear_command(app: AsyncApp, surface: Surface) -> None:
    prompts = surface.prompts

    @app.command("/mull")
    async def command(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        who = await surface.who(body)
        flow_id = COMMANDS.get(body.get("text", "").strip().lower())
        if flow_id and who.person.joined_at:
            screen = await surface.read(body, runs.start, flow_id)
            await client.views_open(trigger_id=body["trigger_id"], view=screen_view(prompts, screen, who))
            await ack()
            return
        content = await surface.read(body, home.waiting_for)
        told = prompts.message(
            "command",
            joined=content.joined,
            occurrence=str(content.waiting[0].occurrence_id) if content.waiting else "",
            steps=len(content.steps),
        )
        await ack(text=told.text, blocks=told.blocks, response_type="ephemeral")


def _hear_typed(app: AsyncApp, surface: Surface) -> None:
    """What was typed is kept or left out."""

    @app.action({"type": "block_actions", "action_id": "typed.keep"})
    async def keep(ack: AsyncAck, body: Body, action: Body) -> None:
        await surface.write(body, typed.keep, UUID(action["value"]))
        await ack()

    @app.action({"type": "block_actions", "action_id": "typed.discard"})
    async def discard(ack: AsyncAck, body: Body, action: Body) -> None:
        await surface.write(body, typed.discard, UUID(action["value"]))
        await ack()


def _hear_anything(app: AsyncApp, prompts: Prompts) -> None:
    @app.event(ANYTHING)
    async def not_ours() -> None:
        """A subscription that Mull does not use: acknowledged, or Slack would bring it again and again."""

    @app.action(ANYTHING)
    async def unknown_button(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await say_in_modal(prompts, client, body, prompts.say("unknown_button"))
        await ack()

    @app.view(ANYTHING)
    async def unknown_screen(ack: AsyncAck) -> None:
        told = prompts.view("trouble", sentence=prompts.say("unknown_button"))
        await ack(response_action="update", view=modal(told))


async def say_in_modal(
    prompts: Prompts, client: AsyncWebClient, body: Body, sentence: str
) -> AsyncSlackResponse:
    """One sentence, to the one who clicked and nobody else: in a modal, over the one that is open if there is one."""
    view = modal(prompts.view("trouble", sentence=sentence))
    if body.get("view", {}).get("type") == "modal":
        return await client.views_push(trigger_id=body["trigger_id"], view=view)
    return await client.views_open(trigger_id=body["trigger_id"], view=view)
