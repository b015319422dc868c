"""People, the schools they belong to and the Slack accounts they have."""

from datetime import date, datetime, time
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, words


class Role(StrEnum):
    """What somebody is in a school. One person may be several."""

    TEACHER = "teacher"
    LEADER = "leader"
    COACH = "coach"
    LEAD = "lead"


class AccountState(StrEnum):
    """Unreachable: Slack no longer delivers to it (deactivated, messages tab closed); looked up again later."""

    ACTIVE = "active"
    UNREACHABLE = "unreachable"


FIRST_NAME = 40
"""Longer first names are cut: they stand in buttons, which Slack limits."""


class Person(Base):
    """Somebody. Until `joined_at` they are written to once, the invitation, and never again without a yes.

    `zone` is what Slack says (IANA); none means the school's. `away_until` is the last local date of leave.
    `quiet_from` to `quiet_until` (local wall clock) are their own quiet hours, in place of the school's.
    `unasked_per_week`: 0 means that everything waits in Home. `reminders`: a check-in nobody touched comes back once.
    `plan_at` is when somebody next has to look what falls due for them; empty when nothing ever will as things are.
    """

    __tablename__ = "person"

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    name: Mapped[str]
    zone: Mapped[str | None] = mapped_column(String(60), default=None)
    invited_at: Mapped[datetime | None] = mapped_column(default=None)
    joined_at: Mapped[datetime | None] = mapped_column(default=None)
    declined_at: Mapped[datetime | None] = mapped_column(default=None)
    paused_at: Mapped[datetime | None] = mapped_column(default=None)
    away_from: Mapped[date | None] = mapped_column(default=None)
    away_until: Mapped[date | None] = mapped_column(default=None)
    quiet_from: Mapped[time | None] = mapped_column(default=None)
    quiet_until: Mapped[time | None] = mapped_column(default=None)
    unasked_per_week: Mapped[int] = mapped_column(default=2)
    reminders: Mapped[bool] = mapped_column(default=False)
    plan_at: Mapped[datetime | None] = mapped_column(default=None, index=True)

    @property
    def first_name(self) -> str:
        """What a colleague would say."""
        return self.name.split()[0][:FIRST_NAME] if self.name.split() else "…"


class Membership(Base):
    """A person in a school, with roles there. `manager_id` appraises them, and so can never coach them (WB2).

    `working_days` (Monday is 0) are the weekdays they work there; None is every day of school.
    """

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("person_id", "school_id"), Index(None, "school_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    roles: Mapped[list[str]]
    manager_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), default=None)
    working_days: Mapped[list[int] | None] = mapped_column(JSON, default=None)


class Account(Base):
    """A person's account in a workspace.

    `channel_id` is their direct-message channel with the bot, once known; `last_ts` the newest Slack timestamp
    we have seen in it, which is where a search for a message that was perhaps sent begins. `free_at` (real time):
    Slack takes one message a second in a channel. `told_ts` and `seen_ts` are Slack's own order of what it said of the
    account, and of what its owner did: events come late, and in any order.
    """

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("workspace_id", "slack_user_id"), Index(None, "person_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspace.id"))
    slack_user_id: Mapped[str] = mapped_column(String(30))
    channel_id: Mapped[str | None] = mapped_column(String(30), default=None)
    last_ts: Mapped[str] = mapped_column(String(30), default="0")
    state: Mapped[AccountState] = mapped_column(words(AccountState), default=AccountState.ACTIVE)
    free_at: Mapped[datetime | None] = mapped_column(default=None)
    told_ts: Mapped[str] = mapped_column(String(30), default="", server_default="")
    seen_ts: Mapped[str] = mapped_column(String(30), default="", server_default="")
