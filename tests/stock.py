"""Stores with something in them, two files of them, and a way to compare stores."""

from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy import select

from bot import clock, vault
from bot.archive import rows
from bot.db import Database
from bot.models import ActionStep, Base
from bot.services import answers, backups, coaching, people, runs, steps
from bot.services.backups import OF_THE_MOMENT, Folders, Made
from bot.services.desk import Desk, Desks
from bot.services.runs import Ref
from tests import cast
from tests.cast import AMIRA, PRIYA, TEAM, Cast

WORDS = "Let the quiet row speak first"
NOTE = "Ask about the lower table"


def stock(desks: Desks) -> Cast:
    """The cast, with this week planned; Amira made a step and shared it, and Priya noted that she followed it up."""
    settled = cast.settle_in(desks)
    cast.replan(desks)
    desks.do(_step)
    return settled


def _step(desk: Desk) -> None:
    amira, priya = (people.speaking(desk, TEAM, one) for one in (AMIRA, PRIYA))
    run = runs.begin(desk, amira, Ref(uuid4(), desk.prompts.flow("action-step").version))
    answers.give(desk, run, {"title": WORDS})
    steps.make(desk, amira, run, {"kind": "teaching", "title": WORDS, "where": "In the classroom"})
    run.completed_at = desk.now
    desk.session.flush()
    runs.share(desk, amira, run.id, shared=True)
    desk.session.flush()
    step_id = desk.session.scalars(select(ActionStep.id)).one()
    coaching.followed_up(desk, priya, step_id, NOTE, "once")


def folders(tmp_path: Path) -> Folders:
    return Folders(tmp_path / "backups/data", tmp_path / "elsewhere/keys")


def back_up(desks: Desks, where: Folders, at: datetime | None = None) -> Made:
    return backups.make(desks.database, desks.vault, where, at or clock.now())


def everything(database: Database, *leaving_out: str) -> dict[str, set[str]]:
    """Every row of every table that is kept, as a backup tells it."""
    with database.read() as session:
        found = {}
        for table in Base.metadata.sorted_tables:
            if table.name not in (*OF_THE_MOMENT, *leaving_out):
                columns = rows.columns_of(table)
                every = select(*rows.bare(table.name, columns).columns)
                found[table.name] = {repr(rows.told(columns, tuple(row))) for row in session.execute(every)}
        return found


def keys_in(keys: Database) -> set[UUID]:
    with keys.read() as session:
        return set(session.scalars(select(vault.person_key.c.person_id)))
