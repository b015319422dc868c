"""Programmes and the pairs in them."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, words


class PairingState(StrEnum):
    """Only an active pairing lets a coach see what was shared with them."""

    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


class Programme(Base):
    """An aim, a start and an end, a number of sessions, in one school (NO1)."""

    __tablename__ = "programme"
    __table_args__ = (UniqueConstraint("school_id", "key"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    key: Mapped[str] = mapped_column(String(60))
    name: Mapped[str]
    aim: Mapped[str] = mapped_column(default="")
    starts_on: Mapped[date | None] = mapped_column(default=None)
    ends_on: Mapped[date | None] = mapped_column(default=None)
    sessions: Mapped[int] = mapped_column(default=6)


class Pairing(Base):
    """A coach and a coachee in a programme."""

    __tablename__ = "pairing"
    __table_args__ = (
        UniqueConstraint("programme_id", "coach_id", "coachee_id"),
        Index(None, "coach_id"),
        Index(None, "coachee_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programme.id"))
    coach_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    coachee_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    state: Mapped[PairingState] = mapped_column(words(PairingState), default=PairingState.ACTIVE)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)


class CoachingSession(Base):
    """A talk that a pair has agreed on. In the week of one, three unasked messages may come instead of two (X11)."""

    __tablename__ = "coaching_session"
    __table_args__ = (UniqueConstraint("pairing_id", "starts_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    pairing_id: Mapped[UUID] = mapped_column(ForeignKey("pairing.id"))
    starts_at: Mapped[datetime]
