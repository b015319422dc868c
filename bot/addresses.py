"""What an address is, of the web or of a database: read without a word of what was given in any complaint."""

from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def web_address(text: str) -> SplitResult | None:
    """The parts of an http or https address; None if it is not one. urlsplit's own complaints quote what they read."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    return parts if parts.scheme in ("http", "https") and parts.hostname else None


def database_address(text: str) -> URL | None:
    """A database we can use, PostgreSQL by the driver we have; None if it is not one."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        return None
    if url.drivername in ("postgres", "postgresql", "postgresql+psycopg") and url.database:
        return url.set(drivername="postgresql+psycopg")
    is_file = url.drivername == "sqlite" and url.database and url.host is None and ":memory:" not in text
    return url if is_file else None


def store(url: URL) -> tuple[object, ...]:
    """What tells one store from another: the file, or the server and the database's name."""
    if url.drivername == "sqlite":
        return (Path(url.database or "").resolve(),)
    return url.host, url.port or 5432, url.database, url.query.get("host")


def in_clear(parts: SplitResult) -> bool:
    """Whether what goes there could be read on the way: http, to another machine than this."""
    return parts.scheme == "http" and parts.hostname not in LOOPBACK


def public_address(url: str) -> str:
    """An address at which Slack and people reach us, without a slash at its end. ValueError says what is wrong."""
    parts = web_address(url)
    if parts is None or parts.query or parts.fragment:
        raise ValueError("is not an address. It looks like https://mull.school.example")
    if in_clear(parts):
        raise ValueError("is http, and Slack sends people to https only. Use https.")
    return url.rstrip("/")
