"""A Slack workspace that Mull is installed in."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, words


class WorkspaceState(StrEnum):
    """Suspended: Slack refused our token. Rows stay, nothing is sent, the operator was told once."""

    ACTIVE = "active"
    SUSPENDED = "suspended"


class Workspace(Base):
    """Known by Slack's team id.

    `synced_at` (real time): when its people were last compared with Slack's own list.
    """

    __tablename__ = "workspace"

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    team_id: Mapped[str] = mapped_column(String(30), unique=True)
    enterprise_id: Mapped[str | None] = mapped_column(String(30), default=None)
    name: Mapped[str] = mapped_column(default="")
    bot_user_id: Mapped[str | None] = mapped_column(String(30), default=None)
    state: Mapped[WorkspaceState] = mapped_column(words(WorkspaceState), default=WorkspaceState.ACTIVE)
    state_reason: Mapped[str | None] = mapped_column(default=None)
    synced_at: Mapped[datetime | None] = mapped_column(default=None)


class Installation(Base):
    """Mull, installed in a workspace through its install page: the bot token, sealed by the master key.

    The one workspace whose token is in the settings has none.
    """

    __tablename__ = "installation"

    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspace.id"), primary_key=True)
    sealed_token: Mapped[bytes]
    bot_id: Mapped[str] = mapped_column(String(30))
    app_id: Mapped[str] = mapped_column(String(30), default="")
    scopes: Mapped[str] = mapped_column(default="")
    installed_at: Mapped[datetime]


class Pace(Base):
    """When a workspace may next be called by one method, in real time: shared by every process that sends.

    Slack counts calls by method and workspace (https://docs.slack.dev/apis/web-api/rate-limits).
    """

    __tablename__ = "pace"

    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspace.id"), primary_key=True)
    method: Mapped[str] = mapped_column(String(60), primary_key=True)
    free_at: Mapped[datetime]
