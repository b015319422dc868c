"""The vault: sealed in place opens in place, for as long as its owner's key is there, and nowhere else."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from bot.db import Database
from bot.errors import Unavailable
from bot.vault import Place, Vault, VaultError, WrongMasterKey, person_key
from tests.conftest import MASTER_KEY, StoreUrls
from tests.processes import at_once

NOW = datetime(2026, 9, 14, 7, 10, tzinfo=UTC)
OWNER, SOMEBODY_ELSE = UUID(int=1), UUID(int=2)
HERE = Place(OWNER, "answer", "sealed_value", UUID(int=10))
NEW_MASTER_KEY = bytes(reversed(range(32)))

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@pytest.fixture
def vault(vault: Vault) -> Vault:
    """A vault in which two people have keys."""
    vault.ensure_key(OWNER, NOW)
    vault.ensure_key(SOMEBODY_ELSE, NOW)
    return vault


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=json_values)
def test_any_json_value_comes_back_as_it_was(vault: Vault, value: object) -> None:
    assert vault.open(HERE, vault.seal(HERE, value)) == value


@pytest.mark.parametrize(
    "elsewhere",
    [
        Place(SOMEBODY_ELSE, HERE.table, HERE.column, HERE.row_id),
        Place(OWNER, "action_step", HERE.column, HERE.row_id),
        Place(OWNER, HERE.table, "sealed_title", HERE.row_id),
        Place(OWNER, HERE.table, HERE.column, UUID(int=11)),
    ],
)
def test_what_is_moved_does_not_open(vault: Vault, elsewhere: Place) -> None:
    with pytest.raises(VaultError):
        vault.open(elsewhere, vault.seal(HERE, "the printer"))


def test_what_a_master_key_seals_needs_no_persons_key_and_opens_in_its_place_alone(vault: Vault) -> None:
    token = Place(UUID(int=3), "installation", "sealed_token", UUID(int=3))
    sealed = vault.seal_by_master(token, "xoxb-1-2-three")
    assert b"xoxb" not in sealed
    assert vault.open_by_master(token, sealed) == "xoxb-1-2-three"
    with pytest.raises(VaultError):
        vault.open_by_master(Place(UUID(int=4), "installation", "sealed_token", UUID(int=4)), sealed)


def test_what_a_master_key_seals_opens_with_it_among_others_and_not_without_it(keys: Database) -> None:
    sealed = Vault(keys, [MASTER_KEY]).seal_by_master(HERE, "token")
    assert Vault(keys, [NEW_MASTER_KEY, MASTER_KEY]).open_by_master(HERE, sealed) == "token"
    with pytest.raises(WrongMasterKey, match="MULL_MASTER_KEYS"):
        Vault(keys, [NEW_MASTER_KEY]).open_by_master(HERE, sealed)
    with pytest.raises(VaultError, match="MULL_MASTER_KEYS"):
        Vault(keys, []).seal_by_master(HERE, "token")


def test_a_persons_word_and_a_master_keys_are_not_taken_for_each_other(vault: Vault, keys: Database) -> None:
    with pytest.raises(VaultError):
        vault.open(HERE, vault.seal_by_master(HERE, "token"))
    with pytest.raises(VaultError):
        vault.open_by_master(HERE, vault.seal(HERE, "the printer"))
    with keys.read() as session:
        wrapped = session.scalars(select(person_key.c.wrapped)).first()
    with pytest.raises(VaultError):
        vault.open_by_master(HERE, wrapped or b"")


def test_a_changed_byte_does_not_open(vault: Vault) -> None:
    sealed = vault.seal(HERE, "the printer")
    for at in range(len(sealed)):
        changed = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
        with pytest.raises(VaultError):
            vault.open(HERE, changed)


def test_what_is_cut_short_does_not_open(vault: Vault) -> None:
    sealed = vault.seal(HERE, "the printer")
    for length in range(len(sealed)):
        with pytest.raises(VaultError):
            vault.open(HERE, sealed[:length])


def test_equal_values_do_not_look_equal(vault: Vault) -> None:
    assert len({vault.seal(HERE, "yes") for _ in range(100)}) == 100


def test_a_length_does_not_tell_what_was_answered(vault: Vault) -> None:
    short = ("yes", "no", 1, 5, 10_000, None, True, ["a", "b"], "Not this week", "2026-11-23")
    assert len({len(vault.seal(HERE, value)) for value in short}) == 1


def test_the_newest_master_key_seals_and_all_of_them_open(vault: Vault, keys: Database) -> None:
    sealed = vault.seal(HERE, "old")
    both = Vault(keys, [NEW_MASTER_KEY, MASTER_KEY])
    newcomer = uuid4()
    both.ensure_key(newcomer, NOW)
    assert both.open(HERE, sealed) == "old"
    assert both.check() == 3

    there = Place(newcomer, "answer", "sealed_value", uuid4())
    only_new = Vault(keys, [NEW_MASTER_KEY])
    assert only_new.open(there, both.seal(there, "new")) == "new"


def test_a_key_wrapped_anew_needs_the_old_master_key_no_more(vault: Vault, keys: Database) -> None:
    sealed = vault.seal(HERE, "kept")
    Vault(keys, [NEW_MASTER_KEY, MASTER_KEY]).rewrap(OWNER)
    assert Vault(keys, [NEW_MASTER_KEY]).open(HERE, sealed) == "kept"
    with pytest.raises(WrongMasterKey):
        vault.open(HERE, sealed)


def test_a_wrong_master_key_says_so_and_what_to_do(vault: Vault, keys: Database) -> None:
    wrong, sealed = Vault(keys, [NEW_MASTER_KEY]), vault.seal(HERE, "kept")
    with pytest.raises(WrongMasterKey, match="MULL_MASTER_KEYS"):
        wrong.check()
    with pytest.raises(WrongMasterKey, match="MULL_MASTER_KEYS"):
        wrong.open(HERE, sealed)


def test_without_a_master_key_nobody_gets_a_key(keys: Database) -> None:
    with pytest.raises(VaultError, match="MULL_MASTER_KEYS is missing"):
        Vault(keys, []).ensure_key(uuid4(), NOW)


def test_without_a_key_nothing_is_sealed(vault: Vault) -> None:
    with pytest.raises(VaultError, match="has no key"):
        vault.seal(Place(uuid4(), "answer", "sealed_value", uuid4()), "words before a key")


def test_destroyed_is_unreadable_at_once_for_everyone_who_has_the_store_open(
    vault: Vault, store_urls: StoreUrls
) -> None:
    elsewhere = Database(store_urls.keys)
    other = Vault(elsewhere, [MASTER_KEY])
    sealed = vault.seal(HERE, "the printer")
    assert other.open(HERE, sealed) == "the printer"
    vault.destroy(OWNER)
    for one in (vault, other):
        with pytest.raises(VaultError, match="has no key"):
            one.open(HERE, sealed)
    elsewhere.dispose()


def test_a_new_key_does_not_open_what_an_old_one_sealed(vault: Vault) -> None:
    sealed = vault.seal(HERE, "the printer")
    vault.destroy(OWNER)
    vault.ensure_key(OWNER, NOW)
    with pytest.raises(VaultError):
        vault.open(HERE, sealed)


def test_a_destroyed_key_is_in_no_file_any_more(sqlite_urls: StoreUrls) -> None:
    store = Database(sqlite_urls.keys, erase_deleted=True)
    vault = Vault(store, [MASTER_KEY])
    vault.ensure_key(OWNER, NOW)
    with store.read() as session:
        wrapped: bytes = session.execute(select(person_key.c.wrapped)).scalar_one()
    assert in_files(store, wrapped)
    vault.destroy(OWNER)
    assert not in_files(store, wrapped)
    store.dispose()


def test_a_key_that_is_still_being_read_is_not_said_to_be_erased(sqlite_urls: StoreUrls) -> None:
    store = Database(sqlite_urls.keys, erase_deleted=True)
    vault = Vault(store, [MASTER_KEY])
    vault.ensure_key(OWNER, NOW)
    with store.read() as session:
        session.execute(select(person_key)).all()
        with pytest.raises(Unavailable, match="Try again"):
            vault.destroy(OWNER)
    vault.destroy(OWNER)
    store.dispose()


def in_files(store: Database, what: bytes) -> list[str]:
    folder = Path(str(store.url.database)).parent
    return [file.name for file in folder.iterdir() if what in file.read_bytes()]


def test_a_key_is_committed_before_the_words_it_seals(database: Database, vault: Vault) -> None:
    newcomer = uuid4()
    there = Place(newcomer, "answer", "sealed_value", uuid4())
    with pytest.raises(VaultError):
        key_before_words(database, vault, there)
    assert vault.open(there, vault.seal(there, "later")) == "later"


def key_before_words(database: Database, vault: Vault, there: Place) -> None:
    with database.write():
        vault.ensure_key(there.owner_id, NOW)
        vault.open(there, b"and the words are not stored")


def test_making_sure_of_a_key_twice_keeps_the_first(vault: Vault) -> None:
    sealed = vault.seal(HERE, "kept")
    vault.ensure_key(OWNER, NOW)
    assert vault.open(HERE, sealed) == "kept"


def test_two_processes_that_make_a_key_at_once_have_the_same_one(
    vault: Vault, keys: Database, store_urls: StoreUrls
) -> None:
    newcomers = [(store_urls.keys, uuid4()) for _ in range(20)]
    assert at_once(make_and_use_a_key, newcomers) == []
    with keys.read() as session:
        assert session.scalar(select(func.count()).select_from(person_key)) == 22
    assert vault.check() == 22


def make_and_use_a_key(newcomer: tuple[str, UUID]) -> None:
    url, person_id = newcomer
    store = Database(url)
    vault = Vault(store, [MASTER_KEY])
    there = Place(person_id, "answer", "sealed_value", UUID(int=1))
    vault.ensure_key(person_id, NOW)
    sealed = vault.seal(there, "mine")
    assert vault.open(there, sealed) == "mine"
    store.dispose()
