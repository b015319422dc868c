"""Flows as they were when somebody answered them, and the answers, sealed."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base


class FlowVersion(Base):
    """The text of a flow, known by its hash (SHA-256, hex). A run points to the text it was made with."""

    __tablename__ = "flow_version"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    flow_id: Mapped[str] = mapped_column(String(60))
    text: Mapped[str]
    added_at: Mapped[datetime]


class Run(Base):
    """One person going through one flow. It begins with the first answer or draft, not with the click.

    `occurrence_id`: the check-in it answers. `step_id`: the action step it follows up. `shared_with`: the
    coach who may see it, since `shared_at`; empty means only they do.
    """

    __tablename__ = "run"
    __table_args__ = (Index(None, "person_id", "started_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    flow_version: Mapped[str] = mapped_column(ForeignKey("flow_version.hash"))
    occurrence_id: Mapped[UUID | None] = mapped_column(ForeignKey("occurrence.id"), unique=True, default=None)
    step_id: Mapped[UUID | None] = mapped_column(ForeignKey("action_step.id"), default=None)
    started_at: Mapped[datetime]
    completed_at: Mapped[datetime | None] = mapped_column(default=None)
    shared_at: Mapped[datetime | None] = mapped_column(default=None)
    shared_with: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), default=None)


class Answer(Base):
    """One question's answer. `given_at` is empty while it is a draft: typed in an open screen, not sent.

    `action_ts` is Slack's own order of what was typed: listeners run out of order, the newest typing wins.
    """

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("run_id", "question_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    run_id: Mapped[UUID] = mapped_column(ForeignKey("run.id"))
    question_id: Mapped[str] = mapped_column(String(40))
    sealed_value: Mapped[bytes]
    action_ts: Mapped[str] = mapped_column(String(30), default="")
    given_at: Mapped[datetime | None] = mapped_column(default=None)
