"""Who has looked at what somebody shared. Shown to the one who shared it (X5)."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base


class Look(Base):
    """`viewer_id` saw `owner_id`'s thing (`item_kind`, `item_id`) at `at`."""

    __tablename__ = "look"
    __table_args__ = (Index(None, "owner_id", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    viewer_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    item_kind: Mapped[str] = mapped_column(String(30))
    item_id: Mapped[UUID]
    at: Mapped[datetime]
