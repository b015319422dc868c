"""What each reply of Slack's means for the letter it is about, and how long to wait after one that means: not now."""

from datetime import timedelta
from enum import StrEnum

from bot.domain.outbox import Manner


class Verdict(StrEnum):
    """What a reply means for the letter."""

    SENT = "sent"
    NOT_SENT = "not_sent"
    SLOW_DOWN = "slow_down"
    THIS_PERSON = "this_person"
    THIS_WORKSPACE = "this_workspace"
    OUR_MISTAKE = "our_mistake"
    PERHAPS_SENT = "perhaps_sent"


NOT_CONNECTED = "not_connected"
NO_ANSWER = "no_answer"
NOT_RENDERED = "not_rendered"
NOT_COMPOSED = "not_composed"
"""The database could not be read when the letter was put together."""

VERDICTS: dict[str, Verdict] = {
    "ok": Verdict.SENT,
    # Surely not sent: nothing was written, or Slack said so.
    NOT_CONNECTED: Verdict.NOT_SENT,
    NOT_COMPOSED: Verdict.NOT_SENT,
    "ratelimited": Verdict.SLOW_DOWN,
    "rate_limited": Verdict.SLOW_DOWN,
    "message_limit_exceeded": Verdict.SLOW_DOWN,
    # About one person: nobody else waits for it.
    "user_not_found": Verdict.THIS_PERSON,
    "users_not_found": Verdict.THIS_PERSON,
    "user_disabled": Verdict.THIS_PERSON,
    "user_not_visible": Verdict.THIS_PERSON,
    "cannot_dm_bot": Verdict.THIS_PERSON,
    "channel_not_found": Verdict.THIS_PERSON,
    "is_archived": Verdict.THIS_PERSON,
    "not_in_channel": Verdict.THIS_PERSON,
    "messages_tab_disabled": Verdict.THIS_PERSON,
    "message_not_found": Verdict.THIS_PERSON,
    "cant_update_message": Verdict.THIS_PERSON,
    "edit_window_closed": Verdict.THIS_PERSON,
    "not_enabled": Verdict.THIS_PERSON,
    # About the whole workspace: rows stay, nothing is sent until it is mended.
    "invalid_auth": Verdict.THIS_WORKSPACE,
    "not_authed": Verdict.THIS_WORKSPACE,
    "account_inactive": Verdict.THIS_WORKSPACE,
    "token_revoked": Verdict.THIS_WORKSPACE,
    "token_expired": Verdict.THIS_WORKSPACE,
    "missing_scope": Verdict.THIS_WORKSPACE,
    "no_permission": Verdict.THIS_WORKSPACE,
    "not_allowed_token_type": Verdict.THIS_WORKSPACE,
    "team_access_not_granted": Verdict.THIS_WORKSPACE,
    "org_login_required": Verdict.THIS_WORKSPACE,
    "ekm_access_denied": Verdict.THIS_WORKSPACE,
    "access_denied": Verdict.THIS_WORKSPACE,
    # Our own mistake: trying again would make it again.
    "msg_too_long": Verdict.OUR_MISTAKE,
    "msg_blocks_too_long": Verdict.OUR_MISTAKE,
    "no_text": Verdict.OUR_MISTAKE,
    "invalid_blocks": Verdict.OUR_MISTAKE,
    "invalid_blocks_format": Verdict.OUR_MISTAKE,
    "invalid_arguments": Verdict.OUR_MISTAKE,
    "invalid_arg_name": Verdict.OUR_MISTAKE,
    "invalid_metadata_format": Verdict.OUR_MISTAKE,
    "invalid_metadata_schema": Verdict.OUR_MISTAKE,
    "metadata_too_large": Verdict.OUR_MISTAKE,
    "view_too_large": Verdict.OUR_MISTAKE,
    "not_implemented": Verdict.OUR_MISTAKE,
    NOT_RENDERED: Verdict.OUR_MISTAKE,
    "unknown_method": Verdict.OUR_MISTAKE,
}
"""Slack's replies (https://docs.slack.dev/reference/methods/chat.postMessage#errors) and our own words for no reply.
Whatever is not here (5xx, internal_error, fatal_error, anything new) is perhaps sent: never guess."""


def verdict(reply: str, manner: Manner) -> Verdict:
    """What Slack's reply (`ok`, an error code, or our word for no reply) means for a letter of this manner."""
    meaning = VERDICTS.get(reply, Verdict.PERHAPS_SENT)
    if meaning == Verdict.PERHAPS_SENT and manner.repeatable:
        return Verdict.NOT_SENT
    return meaning


def backoff(tries: int) -> timedelta:
    """How long to wait before the next try: 2 s, 4 s, 8 s … up to five minutes."""
    return timedelta(seconds=min(300, 2 ** min(tries, 9)))
