"""Restoring: all or nothing, into empty stores, on either database; and nobody erased comes back."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import MetaData, Uuid, delete, insert, select, update

from bot import archive, clock, schema
from bot.archive import Damaged, Header
from bot.db import Database, UtcDateTime
from bot.domain.pacing import HISTORY
from bot.models import (
    ActionStep,
    Answer,
    Backup,
    FollowUp,
    Host,
    Letter,
    LetterKind,
    LetterState,
    Pace,
    Person,
    Run,
    Workspace,
)
from bot.prompts import Prompts
from bot.schema import OldSchema
from bot.services import erasures, joining, restoring, searching, typed
from bot.services.backups import Folders
from bot.services.delivery import Reply
from bot.services.desk import Desk, Desks
from bot.services.erasures import NoErasures
from bot.services.restoring import Files, NotAPair, NotEmpty, StillRunning
from bot.services.searching import Seen, Unread
from bot.vault import Place, Vault, VaultError, WrongMasterKey
from tests import cast
from tests.cast import AMIRA, PRIYA
from tests.conftest import MASTER_KEY, StoreUrls, new_on_postgresql, new_on_sqlite
from tests.stock import NOTE, WORDS, back_up, everything, folders, keys_in, stock

MONDAY = datetime(2026, 9, 14, 7, 10, tzinfo=UTC)
CHANGED_BY_RESTORING = ("outbox", "backup")


@pytest.fixture
def empty_urls(store_urls: StoreUrls, tmp_path: Path, request: pytest.FixtureRequest) -> StoreUrls:
    """Two stores in which nobody has ever migrated anything, on the same database as the others."""
    if store_urls.database.startswith("sqlite"):
        return new_on_sqlite(tmp_path)
    return new_on_postgresql(request.getfixturevalue("postgres"))


@pytest.fixture
def new(empty_urls: StoreUrls, our_prompts: Prompts) -> Iterator[Desks]:
    """Desks on them."""
    yield from _desks(empty_urls, our_prompts)


@pytest.fixture
def files(desks: Desks, where: Folders) -> Files:
    """A backup of stores with something in them, made on a Sunday."""
    clock.move_to(MONDAY - timedelta(hours=12))
    stock(desks)
    return backed_up(desks, where)


@pytest.fixture
def where(tmp_path: Path) -> Folders:
    return folders(tmp_path)


def _desks(urls: StoreUrls, prompts: Prompts) -> Iterator[Desks]:
    database, keys = Database(urls.database), Database(urls.keys, erase_deleted=True)
    made = Desks(database, Vault(keys, [MASTER_KEY]), prompts, clock.now, clock.wall)
    yield made
    made.close()
    database.dispose()
    keys.dispose()


def backed_up(desks: Desks, where: Folders) -> Files:
    made = back_up(desks, where)
    return Files(made.data, made.keys)


def restore(desks: Desks, files: Files, erased: dict[UUID, datetime] | None = None) -> restoring.Restored:
    return restoring.restore(desks, restoring.check(files, desks.vault), erased or {})


def words_of(desks: Desks, person_id: UUID) -> list[object]:
    """The titles of somebody's steps, opened."""

    def titles(desk: Desk) -> list[object]:
        every = desk.session.scalars(select(ActionStep).where(ActionStep.person_id == person_id))
        places = [
            (Place(person_id, "action_step", "sealed_title", one.id), one.sealed_title) for one in every
        ]
        return [desk.vault.open(place, sealed) for place, sealed in places]

    return desks.look(titles)


def test_everything_comes_back_and_opens(desks: Desks, new: Desks, files: Files) -> None:
    before = everything(desks.database, *CHANGED_BY_RESTORING)
    done = restore(new, files)
    assert everything(new.database, *CHANGED_BY_RESTORING) == before
    assert keys_in(new.vault.store) == keys_in(desks.vault.store)
    assert words_of(new, cast.known(new, AMIRA).id) == [WORDS]
    assert done.people == new.vault.check() == len(cast.PEOPLE)
    schema.require_current(new.database, new.vault.store)


@pytest.fixture
def across(sqlite_urls: StoreUrls, postgres: str, our_prompts: Prompts) -> Iterator[tuple[Desks, Desks]]:
    """Desks on SQLite, and desks on PostgreSQL."""
    with (
        contextmanager(_desks)(sqlite_urls, our_prompts) as one,
        contextmanager(_desks)(new_on_postgresql(postgres), our_prompts) as other,
    ):
        yield one, other


def test_a_school_moves_from_sqlite_to_postgresql_and_back(
    across: tuple[Desks, Desks], where: Folders, tmp_path: Path
) -> None:
    sqlite, postgresql = across
    stock(sqlite)
    before = everything(sqlite.database, *CHANGED_BY_RESTORING)
    restore(postgresql, backed_up(sqlite, where))
    assert everything(postgresql.database, *CHANGED_BY_RESTORING) == before
    assert words_of(postgresql, cast.known(postgresql, AMIRA).id) == [WORDS]
    back = backed_up(postgresql, folders(tmp_path / "back"))
    restore(sqlite, back)
    assert everything(sqlite.database, *CHANGED_BY_RESTORING) == before


def test_constraints_hold_after_a_restore_as_before(new: Desks, files: Files) -> None:
    restore(new, files)
    with pytest.raises(Exception, match=r"(?i)foreign key"), new.database.write() as session:
        session.execute(
            insert(Run).values(id=uuid4(), person_id=uuid4(), flow_version="x", started_at=MONDAY)
        )


def test_stores_that_hold_something_are_told_and_left(desks: Desks, new: Desks, files: Files) -> None:
    restoring.require_empty(new.database, new.vault.store)
    with pytest.raises(NotEmpty, match=r"6 in person.*add --replace"):
        restoring.require_empty(desks.database, desks.vault.store)


def test_restoring_over_stores_leaves_nothing_of_what_was_there(desks: Desks, files: Files) -> None:
    before = everything(desks.database, *CHANGED_BY_RESTORING)
    stranger = uuid4()
    desks.vault.ensure_key(stranger, clock.now())
    desks.do(lambda desk: desk.session.add(Person(id=stranger, name="Somebody later")))
    restore(desks, files)
    assert everything(desks.database, *CHANGED_BY_RESTORING) == before
    assert stranger not in keys_in(desks.vault.store)


def _harm(file: Path) -> None:
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])


@pytest.mark.parametrize("which", ["data", "keys"])
def test_of_a_damaged_file_nothing_is_restored(new: Desks, files: Files, which: str) -> None:
    _harm(getattr(files, which))
    with pytest.raises(Damaged, match=f"mull-{which}.* is damaged"):
        restore(new, files)
    restoring.require_empty(new.database, new.vault.store)


def test_a_file_that_is_damaged_between_the_look_and_the_load_changes_nothing(
    desks: Desks, files: Files
) -> None:
    before = everything(desks.database)
    checked = restoring.check(files, desks.vault)
    _harm(files.data)
    with pytest.raises(Damaged):
        restoring.restore(desks, checked, {})
    assert everything(desks.database) == before


def test_the_files_the_wrong_way_round_are_told_apart(new: Desks, files: Files) -> None:
    with pytest.raises(NotAPair, match="is not a backup of the database"):
        restore(new, Files(files.keys, files.data))


def test_keys_from_before_the_database_are_refused(
    desks: Desks, new: Desks, files: Files, where: Folders
) -> None:
    clock.move_to(clock.now() + timedelta(days=1))
    later = backed_up(desks, where)
    with pytest.raises(NotAPair, match="would lack the keys"):
        restore(new, Files(later.data, files.keys))
    restore(new, Files(files.data, later.keys))


def test_without_their_master_key_nothing_is_restored(new: Desks, files: Files) -> None:
    other = Desks(new.database, Vault(new.vault.store, [b"x" * 32]), new.prompts, clock.now, clock.wall)
    with pytest.raises(WrongMasterKey, match="MULL_MASTER_KEYS does not hold the key"):
        restore(other, files)
    other.close()
    restoring.require_empty(new.database, new.vault.store)


def test_a_backup_of_a_newer_mull_is_refused(desks: Desks, new: Desks, files: Files, tmp_path: Path) -> None:
    newer = tmp_path / "newer.gz"
    with desks.database.snapshot() as session:
        archive.write(newer, Header("data", "9999", clock.now(), uuid4()), session, [])
    with pytest.raises(OldSchema, match="it is newer"):
        restore(new, Files(newer, files.keys))


def test_a_backup_of_an_older_mull_is_brought_up_to_date(new: Desks, files: Files, tmp_path: Path) -> None:
    old = tmp_path / "old.gz"
    _backed_up_as_before(new_on_sqlite(tmp_path), old)
    restore(new, Files(old, files.keys))
    person = new.look(lambda desk: desk.session.scalars(select(Person)).one())
    assert (person.name, person.reminders) == ("Somebody", False)
    assert person.joined_at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def _backed_up_as_before(urls: StoreUrls, file: Path) -> None:
    """A backup of a database with one person in it, made by a Mull that knew the first tables only."""
    store, tables = Database(urls.database), MetaData()
    with schema.alone(store) as connection:
        schema.bring(connection, "0001")
    with store.write() as session:
        tables.reflect(session.connection())
        person = tables.tables["person"]
        person.c.joined_at.type = UtcDateTime()
        values = {
            "name": "Somebody",
            "unasked_per_week": 2,
            "joined_at": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        }
        session.execute(person.insert().values(id=uuid4().hex, **values))
        tables.remove(tables.tables["alembic_version"])
    for table in tables.tables.values():
        for column in table.columns:
            column.type = Uuid() if str(column.type) == "CHAR(32)" else column.type
    with store.snapshot() as session:
        header = Header("data", "0001", clock.now() - timedelta(days=1), uuid4())
        archive.write(file, header, session, list(tables.tables.values()))
    store.dispose()


def test_rows_that_point_to_nothing_are_refused_by_the_file_being_told(
    desks: Desks, new: Desks, files: Files, tmp_path: Path
) -> None:
    holed = tmp_path / "holed.gz"
    with desks.database.snapshot() as session:
        some = [table for table in ActionStep.metadata.sorted_tables if table.name == "answer"]
        archive.write(
            holed, Header("data", schema.newest(), clock.now() - timedelta(1), uuid4()), session, some
        )
    with pytest.raises(Damaged, match="Nothing was restored"):
        restore(new, Files(holed, files.keys))
    assert restoring.there(new.database) == {}


# Whoever was erased


def test_nobody_erased_comes_back_and_the_others_keep_theirs(new: Desks, desks: Desks, files: Files) -> None:
    amira, priya = cast.known(desks, AMIRA).id, cast.known(desks, PRIYA).id
    restore(new, files, {amira: MONDAY})
    assert keys_in(new.vault.store) == keys_in(desks.vault.store) - {amira}
    assert words_of(new, amira) == []
    assert _rows_of(new, amira) == 0
    assert _person(new, amira).joined_at is None
    assert _person(new, priya).joined_at is not None


def test_whoever_said_yes_again_after_being_erased_keeps_what_they_wrote_since(
    new: Desks, desks: Desks, files: Files
) -> None:
    amira = cast.known(desks, AMIRA).id
    restore(new, files, {amira: MONDAY - timedelta(days=365)})
    assert keys_in(new.vault.store) == keys_in(desks.vault.store)
    assert words_of(new, amira) == [WORDS]
    assert _person(new, amira).joined_at is not None


def test_what_an_erased_coach_noted_loses_its_words_and_keeps_its_date(
    new: Desks, desks: Desks, files: Files
) -> None:
    restore(new, files, {cast.known(desks, PRIYA).id: MONDAY})
    noted = new.look(lambda desk: desk.session.scalars(select(FollowUp)).one())
    assert noted.sealed_note is None
    assert words_of(new, cast.known(new, AMIRA).id) == [WORDS]


def test_a_key_that_was_erased_opens_nothing_of_the_backup(new: Desks, desks: Desks, files: Files) -> None:
    priya = cast.known(desks, PRIYA).id
    restore(new, files, {priya: MONDAY})
    noted = desks.look(lambda desk: desk.session.scalars(select(FollowUp)).one())
    place = Place(priya, "follow_up", "sealed_note", noted.id)
    assert desks.vault.open(place, noted.sealed_note or b"") == NOTE
    with pytest.raises(VaultError):
        new.vault.open(place, noted.sealed_note or b"")


def test_the_list_of_the_erased_is_a_line_a_person(tmp_path: Path) -> None:
    file, people = tmp_path / "erasures.log", [uuid4(), uuid4()]
    file.write_text(f"{people[0]} 2026-09-14T07:10:00+00:00\n\n{people[1]} 2026-09-15T08:10:00+01:00\n")
    assert erasures.erased(file) == {people[0]: MONDAY, people[1]: MONDAY + timedelta(days=1)}


@pytest.mark.parametrize("text", ["Amira", str(UUID(int=7)), f"{UUID(int=7)} yesterday", "\x00\x01"])
def test_a_line_that_is_no_erasure_is_named_by_its_number_and_not_repeated(text: str, tmp_path: Path) -> None:
    file = tmp_path / "erasures.log"
    file.write_text(f"{uuid4()} 2026-09-14T07:10:00+00:00\n{text}\n")
    with pytest.raises(NoErasures, match="line 2: this is not a person's id and a moment") as refused:
        erasures.erased(file)
    assert "Amira" not in str(refused.value)


# What was due


def test_what_was_due_since_is_looked_for_before_it_is_sent(new: Desks, files: Files) -> None:
    clock.move_to(MONDAY + timedelta(hours=1))
    done = restore(new, files)
    letters = _letters(new, LetterKind.CHECK_IN)
    assert {letter.state for letter in letters} == {LetterState.UNKNOWN}
    assert done.looked_for == len(letters)
    [search] = new.do(searching.next_searches)
    new.do(searching.reconcile, search, Seen("D1"))
    assert LetterState.PENDING in {letter.state for letter in _letters(new, LetterKind.CHECK_IN)}


def test_what_falls_due_later_stays_as_it_was_planned(new: Desks, files: Files) -> None:
    clock.move_to(MONDAY - timedelta(hours=1))
    assert restore(new, files).looked_for == 0
    planned = _letters(new, LetterKind.CHECK_IN)
    assert {(letter.state, letter.attempt) for letter in planned} == {(LetterState.PENDING, 0)}


@pytest.mark.parametrize("state", [LetterState.SENDING, LetterState.UNKNOWN, LetterState.PENDING])
def test_whatever_was_under_way_at_the_backup_is_held_by_nobody(
    desks: Desks, new: Desks, where: Folders, state: LetterState
) -> None:
    clock.move_to(MONDAY - timedelta(days=1))
    stock(desks)
    clock.move_to(MONDAY)
    desks.do(_claimed_by_somebody, state)
    clock.move_to(MONDAY + timedelta(days=2))
    restore(new, backed_up(desks, where))
    homes, asked = _letters(new, LetterKind.HOME), _letters(new, LetterKind.CHECK_IN)
    assert {letter.state for letter in homes} == {LetterState.PENDING}
    assert {letter.state for letter in asked} == {LetterState.UNKNOWN}
    assert {(letter.lease_until, letter.retry_at) for letter in homes + asked} == {(None, None)}
    assert all(letter.attempt > 3 for letter in asked)
    assert {letter.after_ts for letter in asked} == {"0"}


def test_a_history_that_cannot_be_read_leaves_it_unknown_and_does_not_give_it_up_at_once(
    new: Desks, files: Files
) -> None:
    clock.move_to(MONDAY + timedelta(days=3))
    restore(new, files)
    [search] = new.do(searching.next_searches)
    assert new.do(searching.reconcile, search, Unread(HISTORY, Reply("ratelimited"))) == LetterState.UNKNOWN


def test_what_was_sent_before_the_backup_is_sent(desks: Desks, new: Desks, where: Folders) -> None:
    stock(desks)
    desks.do(lambda desk: desk.session.execute(update(Letter).values(state=LetterState.SENT)))
    restore(new, backed_up(desks, where))
    assert {letter.state for letter in _letters(new, LetterKind.CHECK_IN)} == {LetterState.SENT}


def test_what_is_of_one_machine_and_moment_is_not_restored(desks: Desks, new: Desks, where: Folders) -> None:
    stock(desks)
    desks.do(_of_the_moment)
    restore(new, backed_up(desks, where))
    assert {"host", "pace"} & set(restoring.there(new.database)) == set()


def test_the_restored_database_knows_from_when_it_is(new: Desks, files: Files) -> None:
    made_at = archive.check(files.data).header.made_at
    assert restore(new, files).made_at == made_at
    noted = new.look(lambda desk: desk.session.scalars(select(Backup)).one())
    assert (noted.made_at, noted.restored_at is not None) == (made_at, True)


def _letters(desks: Desks, kind: LetterKind) -> list[Letter]:
    return desks.look(lambda desk: list(desk.session.scalars(select(Letter).where(Letter.kind == kind))))


def _rows_of(desks: Desks, person_id: UUID) -> int:
    """How many rows still hold something of this person's that was sealed."""

    def count(desk: Desk) -> int:
        answers = select(Answer.id).join(Run, Run.id == Answer.run_id).where(Run.person_id == person_id)
        steps = select(ActionStep.id).where(ActionStep.person_id == person_id)
        return len(desk.session.scalars(answers).all()) + len(desk.session.scalars(steps).all())

    return desks.look(count)


def _person(desks: Desks, person_id: UUID) -> Person:
    return desks.look(lambda desk: desk.session.get_one(Person, person_id))


def _claimed_by_somebody(desk: Desk, state: LetterState) -> None:
    desk.session.execute(delete(Letter).where(Letter.due_at > desk.now))
    held = {
        "attempt": 3,
        "lease_until": desk.wall + timedelta(days=1),
        "retry_at": desk.wall + timedelta(days=1),
    }
    desk.session.execute(update(Letter).values(state=state, **held))


def _of_the_moment(desk: Desk) -> None:
    workspace = desk.session.scalars(select(Workspace)).one()
    desk.session.add_all(
        [
            Host(id="a", machine="a", name="a", began_at=desk.wall, seen_at=desk.wall),
            Pace(workspace_id=workspace.id, method="chat.postMessage", free_at=desk.wall),
        ]
    )


def test_whoever_is_invited_after_a_restore_may_have_been_before(
    desks: Desks, new: Desks, where: Folders
) -> None:
    cast.settle_in(desks, joined=False)
    files = backed_up(desks, where)
    restore(new, files)
    for store, state in ((desks, LetterState.PENDING), (new, LetterState.UNKNOWN)):
        assert store.do(joining.invite, cast.known(store, AMIRA))
        assert [letter.state for letter in _letters(store, LetterKind.INVITATION)] == [state]


def test_whoever_spoke_to_mull_after_a_restore_is_looked_for_from_the_very_beginning(
    desks: Desks, new: Desks, where: Folders
) -> None:
    cast.settle_in(desks, joined=False)
    restore(new, backed_up(desks, where))
    amira = cast.known(new, AMIRA)
    new.do(typed.hear, amira, "Hello", "1789370000.000100", "Ev1")
    new.do(joining.invite, amira)
    assert [letter.after_ts for letter in _letters(new, LetterKind.INVITATION)] == ["0"]


@pytest.mark.parametrize(("seconds", "runs"), [(5, True), (61, False)])
def test_stores_that_a_mull_uses_are_not_restored(desks: Desks, seconds: int, runs: bool) -> None:
    restoring.require_stopped(desks)
    desks.do(_beats, seconds)
    with pytest.raises(StillRunning, match="on office-pc") if runs else nullcontext():
        restoring.require_stopped(desks)


def _beats(desk: Desk, seconds: int) -> None:
    seen = desk.wall - timedelta(seconds=seconds)
    desk.session.add(Host(id="1", machine="m", name="office-pc", began_at=seen, seen_at=seen))
