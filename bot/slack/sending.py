"""The one call of Slack's that sends a letter."""

from collections.abc import Awaitable
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.prompts import Message, Prompts
from bot.services.delivery import Claim
from bot.services.drafts import Draft
from bot.services.home import HomeContent
from bot.slack import history, render
from bot.slack.blocks import Block


def drawn(prompts: Prompts, claim: Claim, draft: Draft) -> Message | Block:
    """A letter as Slack will show it: a message, or Home."""
    if isinstance(draft.content, HomeContent):
        return render.home_view(prompts, draft.content)
    return render.message(prompts, claim.kind, draft.content, draft.who)


def call(client: AsyncWebClient, claim: Claim, drawn: Message | Block) -> Awaitable[Any]:
    """The call that sends a letter, not yet begun."""
    if not isinstance(drawn, Message):
        return client.views_publish(user_id=claim.slack_user_id, view=drawn)
    if claim.message_ts is not None and claim.channel_id is not None:
        return client.chat_update(
            channel=claim.channel_id, ts=claim.message_ts, text=drawn.text, blocks=drawn.blocks
        )
    return client.chat_postMessage(
        # Slack opens the conversation by itself, which is one call less for everybody's first message.
        channel=claim.channel_id or claim.slack_user_id,
        text=drawn.text,
        blocks=drawn.blocks,
        metadata=history.metadata(claim.letter_id),
        unfurl_links=False,
        unfurl_media=False,
    )
