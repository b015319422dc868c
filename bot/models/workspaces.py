"""A Slack workspace that Mull is installed in."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, words


class WorkspaceState(StrEnum):
    """Suspended: Slack refused our token. Rows stay, nothing is sent, the operator was told once."""

    ACTIVE = "active"
    SUSPENDED = "suspended"


class Workspace(Base):
    """Known by Slack's team id. `waits_until` (real time): Slack asked the whole workspace to slow down."""

    __tablename__ = "workspace"

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    team_id: Mapped[str] = mapped_column(String(30), unique=True)
    enterprise_id: Mapped[str | None] = mapped_column(String(30), default=None)
    name: Mapped[str] = mapped_column(default="")
    bot_user_id: Mapped[str | None] = mapped_column(String(30), default=None)
    state: Mapped[WorkspaceState] = mapped_column(words(WorkspaceState), default=WorkspaceState.ACTIVE)
    state_reason: Mapped[str | None] = mapped_column(default=None)
    waits_until: Mapped[datetime | None] = mapped_column(default=None)
