"""The talks that pairs have agreed on, as a school's file gives them. What is past is history, and stays."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.models import CoachingSession


class Talks:
    """The talks of some pairs, by the pair's id: when each begins, in UTC."""

    def __init__(self, session: Session, now: datetime, pairs: Collection[UUID]) -> None:
        self._session, self._now = session, now
        self._found: dict[UUID, set[datetime]] = defaultdict(set)
        rows = select(CoachingSession.pairing_id, CoachingSession.starts_at)
        for pairing_id, starts_at in session.execute(rows.where(CoachingSession.pairing_id.in_(pairs))):
            self._found[pairing_id].add(starts_at)

    def facts(self, pairing_id: UUID, wished: Collection[datetime]) -> list[datetime]:
        """What a file has a say in: the talks to come, and those past ones that it names."""
        return sorted(at for at in self._found[pairing_id] if at >= self._now or at in wished)

    def write(self, pairing_id: UUID, talks: Collection[datetime]) -> None:
        """The pair's talks to come are these; past ones are added to, and none is taken away."""
        there = self._found[pairing_id]
        gone = {at for at in there if at >= self._now} - set(talks)
        of_pair = CoachingSession.pairing_id == pairing_id
        self._session.execute(delete(CoachingSession).where(of_pair, CoachingSession.starts_at.in_(gone)))
        for at in sorted(set(talks) - there):
            self._session.add(CoachingSession(pairing_id=pairing_id, starts_at=at))
        self._found[pairing_id] = there - gone | set(talks)
