"""What is right and what is wrong with a set-up: the stores, the keys, the prompts, the schools.

Each check stands alone: what one finds wrong does not stop the next, unless it needs the same thing.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from uuid import uuid4

from sqlalchemy import URL, func, inspect, make_url, select
from sqlalchemy.exc import SQLAlchemyError

from bot import schema, vault
from bot.db import Database, UtcDateTime
from bot.errors import MullError
from bot.models import Backup, Schedule, School, Workspace
from bot.prompts import PromptMistakes, Prompts
from bot.services import backups, installations
from bot.services.backups import Folders, NotApart
from bot.services.installations import Installed
from bot.vault import Vault

UPGRADE = "Type: mull db upgrade"
MISTAKES_SHOWN = 3
OLD_BACKUP = timedelta(days=2)
"""One night may fail; two are a habit."""


class Mark(StrEnum):
    """How a finding is marked. Only what is wrong keeps Mull from working."""

    FINE = "✓"
    HINT = "⚠"
    WRONG = "✗"


@dataclass(frozen=True)
class Finding:
    """One thing looked at: about which setting or part, what was found, and what to do."""

    mark: Mark
    about: str
    what: str
    do: str = ""

    def __str__(self) -> str:
        return f"{self.mark} {self.about}: {self.what}" + (f" — {self.do}" if self.do else "")


def fine(about: str, what: str) -> Finding:
    """Nothing to do."""
    return Finding(Mark.FINE, about, what)


def wrong(about: str, what: str, do: str) -> Finding:
    """Mull does not work like this."""
    return Finding(Mark.WRONG, about, what, do)


def hint(about: str, what: str, do: str) -> Finding:
    """Mull works, and somebody should look at this all the same."""
    return Finding(Mark.HINT, about, what, do)


def database(name: str, url: str) -> Finding:
    """Whether the store that the setting `name` leads to is there, answers, and has the tables this Mull needs."""
    missing = _missing_file(make_url(url))
    if missing:
        return wrong(name, *missing)
    try:
        store = Database(url)
        try:
            return _tables(name, store) or _writable(name, store)
        finally:
            store.dispose()
    except (MullError, SQLAlchemyError, OSError):
        do = (
            "Check the file"
            if store_is_file(url)
            else "Check host, port, name and password, and that it runs"
        )
        return wrong(name, f"{_place(make_url(url))} cannot be used as a database, or is locked", do)


def store_is_file(url: str) -> bool:
    """Whether a store is a SQLite file."""
    return make_url(url).get_backend_name() == "sqlite"


def _missing_file(url: URL) -> tuple[str, str] | None:
    if url.get_backend_name() != "sqlite" or not url.database or Path(url.database).is_file():
        return None
    there = next(parent for parent in Path(url.database).absolute().parents if parent.exists())
    if not there.is_dir() or not os.access(there, os.W_OK):
        return (
            f"{url.database} cannot be made: {there} is not a folder that can be written to",
            "Choose another",
        )
    return f"there is nothing at {url.database} yet", UPGRADE


def _tables(name: str, store: Database) -> Finding | None:
    """What is wrong with the tables: those of the keys' store, or of everything else."""
    if name == "MULL_KEYS_URL":
        with store.read() as session:
            there = inspect(session.connection()).has_table(vault.person_key.name)
        return None if there else wrong(name, "the store of keys has no table yet", UPGRADE)
    at = schema.current(store)
    if at == schema.newest():
        return None
    what = f"the database is at version {at or 'none'}, and this Mull needs {schema.newest()}"
    return wrong(name, what, f"{UPGRADE}. If that says the database is newer, update Mull")


def _writable(name: str, store: Database) -> Finding:
    """A row goes in and is taken back before anybody could see it."""
    with store.write() as session:
        if name == "MULL_KEYS_URL":
            row = vault.person_key.insert().values(
                person_id=uuid4(), wrapped=b"", made_at=datetime.min.replace(tzinfo=UTC)
            )
            session.execute(row)
        else:
            session.add(Workspace(team_id=f"doctor {uuid4().hex[:20]}"))
            session.flush()
        session.rollback()
    return fine(name, f"{_place(store.url)} answers, can be written to, and has the tables it needs")


def apart(database_url: str, keys_url: str) -> Iterator[Finding]:
    """Whether the two stores are two, however they are spelt."""
    if _place(make_url(database_url)) == _place(make_url(keys_url)):
        do = "Give the keys a store of their own, so that they are backed up apart"
        yield wrong("MULL_KEYS_URL", "leads to the same store as DATABASE_URL", do)


def _place(url: URL) -> str:
    """Where a store is, without its password."""
    if url.get_backend_name() == "sqlite":
        return str(Path(url.database or "").resolve())
    return f"{url.database} on {url.host or url.query.get('host') or 'localhost'}:{url.port or 5432}"


def master_keys(keys_url: str, masters: list[bytes]) -> Finding:
    """Whether the master keys open the key of every person. The store of keys is there."""
    store = Database(keys_url)
    try:
        count = Vault(store, masters).check()
    except MullError as error:
        return wrong("MULL_MASTER_KEYS", "do not open everyone's key", str(error))
    finally:
        store.dispose()
    opened = f"open everyone's key ({count})" if count else "are well formed; nobody has a key yet"
    return fine("MULL_MASTER_KEYS", opened)


def installed(store: Database, vault: Vault) -> Iterator[Installed | Finding]:
    """What is installed in each workspace, or why its token does not open. Both stores are there."""
    with store.read() as session:
        for installation, workspace in installations.rows(session):
            try:
                yield installations.opened(vault, installation, workspace)
            except MullError as error:
                yield wrong(f"workspace {workspace.team_id}", "its token does not open", str(error))


def erasures(path: Path) -> Finding:
    """Whether the list of who was erased can be written."""
    folder = path.absolute().parent
    if path.is_dir():
        return wrong("MULL_ERASURES", f"{path} is a folder", "Name a file in it")
    if not folder.is_dir():
        return wrong("MULL_ERASURES", f"the folder {folder} is not there", f"Make it: mkdir -p {folder}")
    if not os.access(path if path.exists() else folder, os.W_OK):
        return wrong(
            "MULL_ERASURES", f"{path} cannot be written to", "Let the user that runs Mull write there"
        )
    return fine("MULL_ERASURES", f"{path} can be written")


def backup_folders(data: Path | None, keys: Path | None, erased: Path, now: datetime) -> Iterator[Finding]:
    """Whether it is said where backups go, apart from each other and from the list of who was erased."""
    if data is None or keys is None:
        yield hint(
            "MULL_BACKUPS",
            "nobody has said where backups go",
            "Set MULL_BACKUPS and MULL_KEY_BACKUPS to two folders, better on two machines",
        )
        return
    try:
        backups.require_apart(Folders(data, keys))
    except NotApart as error:
        yield wrong("MULL_KEY_BACKUPS", "lies in one place with MULL_BACKUPS", str(error))
        return
    yield fine("MULL_BACKUPS", "backups of the database and of the keys go to two places")
    if {data.resolve(), keys.resolve()} & {*erased.resolve().parents}:
        yield hint(
            "MULL_ERASURES", "lies with the backups, and could be restored with them", "Keep it elsewhere"
        )
    kept = backups.found(keys, backups.KEYS)
    if kept and now - kept[0][0] > backups.KEYS_LAST:
        what = f"holds keys of {kept[0][0]:%d %B %Y}: longer than whoever was erased since was promised"
        yield wrong("MULL_KEY_BACKUPS", what, "Type: mull backup")


def last_backup(database_url: str, now: datetime) -> Finding:
    """How old the newest backup is that was read back whole. The database is there."""
    store = Database(database_url)
    try:
        with store.read() as session:
            whole = select(func.max(Backup.made_at, type_=UtcDateTime)).where(Backup.verified_at.is_not(None))
            made_at = session.scalar(whole)
    finally:
        store.dispose()
    if made_at is None:
        return hint("backup", "there has never been one", "Type: mull backup, every night")
    what = f"the last that was read back whole is {_age(now - made_at)} old"
    if now - made_at > OLD_BACKUP:
        return wrong("backup", what, "Type: mull backup, and see why it was not made at night")
    return fine("backup", what)


def _age(age: timedelta) -> str:
    hours = int(age.total_seconds() // 3600)
    return f"{hours} hours" if hours < 48 else f"{hours // 24} days"


def prompts_mistakes(error: PromptMistakes) -> Iterator[Finding]:
    """What is wrong with the prompts, the first few of it."""
    do = "Type: mull flows check"
    for mistake in error.mistakes[:MISTAKES_SHOWN]:
        yield wrong("MULL_PROMPTS", str(mistake).rstrip("."), do)
    more = len(error.mistakes) - MISTAKES_SHOWN
    if more > 0:
        yield wrong("MULL_PROMPTS", f"{more} more mistakes", do)


def schools(database_url: str, prompts: Prompts | None) -> Iterator[Finding]:
    """What is missing in schools, and schedules whose flow is no longer there. The database is there."""
    store = Database(database_url)
    try:
        with store.read() as session:
            found = list(session.scalars(select(School).order_by(School.key)))
            active = list(session.scalars(select(Schedule).where(Schedule.active)))
    finally:
        store.dispose()
    if not found:
        yield hint("schools", "there is none yet", "Type: mull school apply school.yaml")
    for school in found:
        yield from _school(school)
    for schedule in active if prompts else ():
        assert prompts is not None
        if schedule.flow_id and schedule.flow_id not in prompts.flows:
            what = f"the check-in '{schedule.key}' asks the flow '{schedule.flow_id}', which is not there"
            yield wrong("MULL_PROMPTS", what, "Bring the flow back, or change the school's file")


def _school(school: School) -> Iterator[Finding]:
    about, do = f"school {school.key}", "Add it to the school's file and apply it"
    if not school.safeguarding_lead:
        yield hint(about, "names no safeguarding lead, and people are told whom to turn to", do)
    if not school.support_lines:
        yield hint(about, "has no support lines for the foot of every reflection", do)
    if school.safeguarding_lead and school.support_lines:
        yield fine(about, f"{school.name} names a safeguarding lead and support lines")
