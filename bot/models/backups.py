"""Backups that were made, and whether they were read back."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base


class Backup(Base):
    """A backup of both stores. `verified_at`: when it was read back whole; empty when it was not (real time).

    `restored_at`: when this database was made from it (real time); empty for those that were only made.
    """

    __tablename__ = "backup"

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    made_at: Mapped[datetime]
    verified_at: Mapped[datetime | None] = mapped_column(default=None)
    restored_at: Mapped[datetime | None] = mapped_column(default=None)
    rows: Mapped[int] = mapped_column(default=0)
