"""A coach's digest: which steps it showed. Its words are rendered at the claim, and again when one is taken back."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base


class Digest(Base):
    """One round-up for one coach. `step_ids` are the steps it named when it left."""

    __tablename__ = "digest"
    __table_args__ = (Index(None, "coach_id", "made_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    coach_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    occurrence_id: Mapped[UUID] = mapped_column(ForeignKey("occurrence.id"), unique=True)
    made_at: Mapped[datetime]
    step_ids: Mapped[list[str]]
