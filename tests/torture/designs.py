"""Three ways to send: ours, and the two that nearly everybody begins with. The torture has to tell them apart."""

from enum import StrEnum

from bot.services.delivery import Claim, Reply
from bot.services.drafts import Draft
from bot.services.searching import Search, Seen
from bot.services.settling import CameBack
from bot.slack.outbox import Postman


class Design(StrEnum):
    """What a replica does about a reply that never came."""

    OURS = "ours"
    RESEND = "resend"
    RECORD_FIRST = "record-first"


class Resends(Postman):
    """What is not recorded as sent was not sent: history is never read."""

    async def _find(self, search: Search) -> Seen:
        return Seen("")


class RecordsFirst(Postman):
    """A letter is sent once it has been written down that it is: then it cannot be sent twice."""

    async def _send(self, claim: Claim, draft: Draft, begun: float) -> CameBack:
        await self._settle(claim, Reply("ok", claim.channel_id, None))
        await super()._send(claim, draft, begun)
        return None


POSTMEN: dict[Design, type[Postman]] = {
    Design.OURS: Postman,
    Design.RESEND: Resends,
    Design.RECORD_FIRST: RecordsFirst,
}
