"""Letters taken through the services as a postman would, without one: claimed, composed, settled."""

from collections.abc import Iterator

from bot.services import delivery, drafts, settling
from bot.services.delivery import Claim, NotSent
from bot.services.desk import Desks
from bot.services.drafts import Draft


def letters(desks: Desks) -> Iterator[tuple[Claim, Draft] | NotSent]:
    """Everything that is due: claimed and composed, to be settled by whoever asks; or why it is not sent."""
    while looked_at := desks.do(delivery.claim):
        for one in looked_at:
            yield one if isinstance(one, NotSent) else _composed(desks, one)


def _composed(desks: Desks, claim: Claim) -> tuple[Claim, Draft] | NotSent:
    if drafts.is_recorded(claim):
        desks.do(drafts.begin, claim)
    [draft] = desks.look(drafts.compose, [claim])
    if drafts.is_recorded(claim):
        desks.do(drafts.keep, claim, draft)
    if isinstance(draft, Draft):
        return claim, draft
    desks.do(settling.settle, claim, draft)
    return NotSent(claim.letter_id, str(draft))
