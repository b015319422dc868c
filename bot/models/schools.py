"""A school: what belongs to the place and not to the people in it."""

from datetime import time
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base


class School(Base):
    """One school in one workspace.

    `zone` is an IANA name. `quiet_from` to `quiet_until` (local wall clock; equal means never) and `quiet_days`
    (Monday is 0) bind the bot, never the writer.
    `calendar` holds `terms` (list of [first, last] local dates; empty means always), `closed` (local dates) and
    `training` (local dates on which staff work and pupils do not: days of school for Mull).
    `nation` names whose bank holidays hold here (services/bank_holidays.py); `holidays` are those, local date → name.
    `slots` are the times the school sets aside (WB10): a list of {weekday, from, until}; none means any time.
    `support_lines` is a list of {name, contact}. `minimum_group` is the smallest group any figure is shown for.
    """

    __tablename__ = "school"
    __table_args__ = (UniqueConstraint("workspace_id", "key"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspace.id"), index=True)
    key: Mapped[str] = mapped_column(String(60))
    name: Mapped[str]
    zone: Mapped[str] = mapped_column(String(60))
    quiet_from: Mapped[time] = mapped_column(default=time(18, 0))
    quiet_until: Mapped[time] = mapped_column(default=time(7, 30))
    quiet_days: Mapped[list[int]] = mapped_column(JSON, default_factory=lambda: [5, 6])
    after_school: Mapped[time] = mapped_column(default=time(15, 40))
    calendar: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    nation: Mapped[str | None] = mapped_column(String(30), default=None)
    holidays: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    slots: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default_factory=list)
    safeguarding_lead: Mapped[str | None] = mapped_column(default=None)
    support_lines: Mapped[list[dict[str, str]]] = mapped_column(JSON, default_factory=list)
    minimum_group: Mapped[int] = mapped_column(default=5)
