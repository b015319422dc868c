"""The outbox: one row for each thing that is to leave for Slack, with a unique key."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, words


class LetterKind(StrEnum):
    """What is to leave. Its words are found at the claim, never stored."""

    INVITATION = "invitation"
    CHECK_IN = "check_in"
    CHECK_IN_AGAIN = "check_in_again"
    REMINDER = "reminder"
    CATCH_UP = "catch_up"
    DIGEST = "digest"
    NUDGE = "nudge"
    TYPED_ANSWER = "typed_answer"
    TYPED_TOO_LONG = "typed_too_long"
    REPLY = "reply"
    HOME = "home"
    CHANGED = "changed"


class LetterState(StrEnum):
    """pending → sending → sent, or failed, skipped, dead; and unknown: perhaps sent, to be looked up."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    FAILED = "failed"
    SKIPPED = "skipped"
    DEAD = "dead"


class Letter(Base):
    """A row of the outbox: what and to whom, by ids. When, whether and in which words is decided at the claim.

    `not_before` (calendar time) is the end of quiet hours; `retry_at`, `claimed_at` and `lease_until` are real time.
    `attempt` is the fence: it goes up with each claim, and only the claim that holds it may settle.
    `unsettled_claims` counts claims that nobody settled (a process died holding the row).
    `after_ts` is a Slack timestamp of the channel from before the attempt: reconciling reads history from there.
    `doubled_ts`: a second message under this letter's name, told of by a process that had been frozen past its lease.
    `changes_letter_id`: the sent letter whose message this one rewrites, in whatever words are true by then.
    """

    __tablename__ = "outbox"
    __table_args__ = (Index(None, "state", "due_at"), Index(None, "person_id", "sent_at"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[LetterKind] = mapped_column(words(LetterKind))
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspace.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    school_id: Mapped[UUID | None] = mapped_column(ForeignKey("school.id"), default=None)
    subject_id: Mapped[UUID | None] = mapped_column(default=None)
    changes_letter_id: Mapped[UUID | None] = mapped_column(ForeignKey("outbox.id"), default=None)
    due_at: Mapped[datetime]
    not_before: Mapped[datetime | None] = mapped_column(default=None)
    retry_at: Mapped[datetime | None] = mapped_column(default=None)
    state: Mapped[LetterState] = mapped_column(words(LetterState), default=LetterState.PENDING)
    reason: Mapped[str | None] = mapped_column(String(80), default=None)
    attempt: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    unsettled_claims: Mapped[int] = mapped_column(default=0)
    claimed_at: Mapped[datetime | None] = mapped_column(default=None)
    lease_until: Mapped[datetime | None] = mapped_column(default=None)
    after_ts: Mapped[str | None] = mapped_column(String(30), default=None)
    channel_id: Mapped[str | None] = mapped_column(String(30), default=None)
    message_ts: Mapped[str | None] = mapped_column(String(30), default=None)
    sent_at: Mapped[datetime | None] = mapped_column(default=None)
    doubled_ts: Mapped[str | None] = mapped_column(String(30), default=None)
