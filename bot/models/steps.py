"""Action steps, what happened to them, and the follow-ups a coach keeps."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, words


class StepKind(StrEnum):
    """Whose four tests the step passed. A task may be kept too, but is not coached, counted or in digests."""

    TEACHING = "teaching"
    LEADING = "leading"
    TASK = "task"


class StepState(StrEnum):
    """Open until its owner decides: embedded, or let go. Going on and adapting leave it open."""

    OPEN = "open"
    EMBEDDED = "embedded"
    LET_GO = "let_go"


class ChangeKind(StrEnum):
    """What can happen to a step."""

    MADE = "made"
    REWORDED = "reworded"
    SHARED = "shared"
    TAKEN_BACK = "taken_back"
    NUDGED = "nudged"
    COACH_FOLLOWED_UP = "coach_followed_up"
    OWNER_FOLLOWED_UP = "owner_followed_up"
    EMBEDDED = "embedded"
    LET_GO = "let_go"


class ActionStep(Base):
    """A practice one person is working on. Its words, its place and its date are sealed with their key.

    `sealed_plan` holds {"where": …, "on": local date, "feedback": …}, each of them perhaps missing. `shared_with`:
    the coach who may see title and plan, since `shared_at`.
    """

    __tablename__ = "action_step"
    __table_args__ = (Index(None, "person_id", "state"), UniqueConstraint("made_in_run", "kind"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    made_in_run: Mapped[UUID] = mapped_column(ForeignKey("run.id", use_alter=True))
    kind: Mapped[StepKind] = mapped_column(words(StepKind))
    state: Mapped[StepState] = mapped_column(words(StepState), default=StepState.OPEN)
    sealed_title: Mapped[bytes]
    sealed_plan: Mapped[bytes]
    made_at: Mapped[datetime]
    touched_at: Mapped[datetime]
    shared_at: Mapped[datetime | None] = mapped_column(default=None)
    shared_with: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), default=None)


class StepChange(Base):
    """A step's history: who did what, when. `person_id` is who did it."""

    __tablename__ = "step_change"
    __table_args__ = (Index(None, "step_id", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    step_id: Mapped[UUID] = mapped_column(ForeignKey("action_step.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[ChangeKind] = mapped_column(words(ChangeKind))
    at: Mapped[datetime]
    run_id: Mapped[UUID | None] = mapped_column(ForeignKey("run.id"), default=None)


class FollowUp(Base):
    """A coach noted that they followed up on a step. The note is the coach's own, sealed with the coach's key.

    `request_key` makes noting it twice (a double click, a second delivery) one follow-up.
    """

    __tablename__ = "follow_up"
    __table_args__ = (UniqueConstraint("coach_id", "request_key"), Index(None, "step_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    step_id: Mapped[UUID] = mapped_column(ForeignKey("action_step.id"))
    coach_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    noted_at: Mapped[datetime]
    request_key: Mapped[str]
    sealed_note: Mapped[bytes | None] = mapped_column(default=None)
    due_at: Mapped[datetime | None] = mapped_column(default=None)
