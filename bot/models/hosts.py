"""Which machine uses a SQLite store: there may be one, because its locks do not reach another."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base


class Host(Base):
    """The machine whose processes use this store, and when one of them last said so (real time)."""

    __tablename__ = "host"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str]
    seen_at: Mapped[datetime]
