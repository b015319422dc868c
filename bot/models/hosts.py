"""Which machine uses a SQLite store: there may be one, because its locks do not reach another."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base


class Host(Base):
    """A process that uses this store, on which machine, since when, and when it last said so (both in real time)."""

    __tablename__ = "host"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    machine: Mapped[str] = mapped_column(String(64))
    name: Mapped[str]
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]
