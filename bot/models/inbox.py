"""What Slack has already told us, so that the second telling changes nothing."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base


class Heard(Base):
    """One event, by Slack's own id for it. Kept longer than Slack redelivers (ten minutes)."""

    __tablename__ = "inbox"
    __table_args__ = (Index(None, "heard_at"),)

    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspace.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(30), primary_key=True)
    dedupe_key: Mapped[str] = mapped_column(String(200), primary_key=True)
    heard_at: Mapped[datetime]
