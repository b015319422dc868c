"""When things come round, and each time they do."""

from datetime import date, datetime, time
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, words


class ScheduleKind(StrEnum):
    """What comes round."""

    CHECK_IN = "check_in"
    DIGEST = "digest"


class Outcome(StrEnum):
    """How a check-in ended. Told to nobody but its owner: skipping is never shamed, and never counted.

    A digest is past after a week.
    """

    ANSWERED = "answered"
    DECLINED = "declined"
    PAST = "past"


class Schedule(Base):
    """A weekday and a wall-clock time, each person's own, for everyone in a school with `role`."""

    __tablename__ = "schedule"
    __table_args__ = (UniqueConstraint("school_id", "key"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    key: Mapped[str] = mapped_column(String(60))
    kind: Mapped[ScheduleKind] = mapped_column(words(ScheduleKind))
    flow_id: Mapped[str | None] = mapped_column(String(60), default=None)
    role: Mapped[str] = mapped_column(String(30))
    weekday: Mapped[int]
    at: Mapped[time]
    starts_on: Mapped[date | None] = mapped_column(default=None)
    active: Mapped[bool] = mapped_column(default=True)


class Occurrence(Base):
    """One time that a schedule comes round for one person.

    Its key is the person's local date, so no clock change, restart or second replica can make a second one.
    `due_at` follows the schedule and the person's zone until it is sent. `outcome` is empty while it is open.
    """

    __tablename__ = "occurrence"
    __table_args__ = (
        UniqueConstraint("schedule_id", "person_id", "local_date", "slot"),
        Index(None, "person_id", "due_at"),
        Index(None, "outcome", "due_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    schedule_id: Mapped[UUID] = mapped_column(ForeignKey("schedule.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    local_date: Mapped[date]
    slot: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    outcome: Mapped[Outcome | None] = mapped_column(words(Outcome), default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
