"""What claimed letters say: composed after the claim, so that nobody waits for the database meanwhile.

Whatever changes after the claim is either read here, or finds the letter on its way and has its message rewritten.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from bot import log
from bot.domain.outbox import Reason
from bot.domain.verdicts import NOT_RENDERED
from bot.errors import Unavailable
from bot.models import Letter, LetterKind
from bot.services import digests, letters, people
from bot.services.delivery import Claim, Reply
from bot.services.desk import Desk
from bot.services.digests import DigestContent
from bot.services.letters import Content
from bot.services.people import Known


@dataclass(frozen=True)
class Draft:
    """What one letter says, and to whom."""

    content: Content
    who: Known


def is_recorded(claim: Claim) -> bool:
    """Whether what the letter says has to be on record before it leaves: `begin`, `compose`, `keep`."""
    return claim.kind == LetterKind.DIGEST and not claim.repeatable


def begin(desk: Desk, claim: Claim) -> None:
    """There is a record for what this letter will say."""
    who = people.known_by_id(desk, claim.person_id, claim.workspace_id)
    if who is not None:
        digests.begin(desk, desk.session.get_one(Letter, claim.letter_id), who)


def keep(desk: Desk, claim: Claim, draft: Draft | Reason | Reply) -> None:
    """What the letter says is on record; nothing is, if it says nothing."""
    content = draft.content if isinstance(draft, Draft) else None
    letter = desk.session.get_one(Letter, claim.letter_id)
    digests.keep(desk, letter, content if isinstance(content, DigestContent) else None)


def compose(desk: Desk, claims: Sequence[Claim]) -> list[Draft | Reason | Reply]:
    """What each of these letters says now; the reason why it is not sent after all; or that it cannot be put together.

    Only reads.
    """
    known = people.known_by_ids(desk, {(claim.person_id, claim.workspace_id) for claim in claims})
    return [_composed(desk, claim, known.get((claim.person_id, claim.workspace_id))) for claim in claims]


def _composed(desk: Desk, claim: Claim, who: Known | None) -> Draft | Reason | Reply:
    if who is None:
        return Reason.UNREACHABLE
    try:
        content = letters.compose(desk, desk.session.get_one(Letter, claim.letter_id), who)
    except (SQLAlchemyError, Unavailable):
        raise
    except Exception as error:
        log.alert("letter.not_composed", letter=claim.letter_id, kind=claim.kind, error=error)
        return Reply(NOT_RENDERED)
    return content if isinstance(content, Reason) else Draft(content, who)
