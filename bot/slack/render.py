"""A letter's content as Slack will show it."""

from bot.models import LetterKind
from bot.prompts import Message, Prompts
from bot.services.catch_up import CatchUp
from bot.services.checkins import CheckIn
from bot.services.coaching import Nudge
from bot.services.digests import DigestContent
from bot.services.home import HomeContent
from bot.services.letters import Content, Invitation, Typed
from bot.services.people import Known
from bot.slack import checkins, conversation, digest, home, my_time
from bot.slack.blocks import Block


def message(prompts: Prompts, kind: LetterKind, content: Content, who: Known) -> Message:
    """The message a letter is: notification text and blocks."""
    match content:
        case CheckIn():
            return checkins.message(prompts, content, who)
        case CatchUp():
            return my_time.catch_up_message(prompts, content)
        case DigestContent():
            return digest.message(prompts, content)
        case Nudge():
            return digest.nudge_message(prompts, content)
        case Invitation():
            return conversation.invitation_message(prompts, content)
        case Typed():
            return conversation.typed_message(prompts, content, too_long=kind == LetterKind.TYPED_TOO_LONG)
        case HomeContent():
            raise TypeError("Home is a view, not a message.")
        case _:
            return conversation.reply_message(prompts, content)


def home_view(prompts: Prompts, content: HomeContent) -> Block:
    """Home, as views.publish takes it."""
    return home.view(prompts, content)
