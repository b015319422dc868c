"""`mull backup` and `mull restore`, as somebody types them; and what `mull doctor` says of them."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot import clock
from bot.db import Database
from bot.prompts import Prompts
from bot.services import backups, examination
from bot.services.desk import Desks
from bot.services.examination import Finding, Mark
from bot.vault import Vault
from tests import cast
from tests.cast import AMIRA
from tests.commands.conftest import CommandLine
from tests.conftest import MASTER_KEY, StoreUrls
from tests.stock import WORDS, everything, stock


@pytest.fixture
def stocked(mull: CommandLine, sqlite_urls: StoreUrls, our_prompts: Prompts) -> CommandLine:
    """A Mull with something in its stores."""
    desks = _desks(sqlite_urls, our_prompts)
    stock(desks)
    desks.close()
    (mull.folder / "erasures.log").touch()
    return mull


def _desks(urls: StoreUrls, prompts: Prompts) -> Desks:
    keys = Database(urls.keys, erase_deleted=True)
    return Desks(Database(urls.database), Vault(keys, [MASTER_KEY]), prompts, clock.now, clock.wall)


async def backed_up(mull: CommandLine) -> list[str]:
    """The two files of a backup."""
    done = await mull("backup", "--to", "data", "--keys-to", "keys")
    assert (done.code, done.err) == (0, "")
    assert "Both were read back whole" in done.out
    return [str(next((mull.folder / folder).iterdir())) for folder in ("data", "keys")]


async def test_what_was_backed_up_is_restored_into_a_new_place(
    stocked: CommandLine, sqlite_urls: StoreUrls, our_prompts: Prompts
) -> None:
    before = _desks(sqlite_urls, our_prompts)
    files = await backed_up(stocked)
    new = StoreUrls(f"sqlite:///{stocked.folder}/new/mull.db", f"sqlite:///{stocked.folder}/new/keys/keys.db")
    there = {"DATABASE_URL": new.database, "MULL_KEYS_URL": new.keys}
    done = await stocked("restore", *files, **there)
    assert (done.code, done.err) == (0, "")
    assert f"the keys of {len(cast.PEOPLE)} people" in done.out
    assert "What anyone wrote, chose or shared after that moment is not in it." in done.out
    after = _desks(new, our_prompts)
    assert everything(after.database, "outbox", "backup") == everything(before.database, "outbox", "backup")
    again = await stocked("restore", *files, **there)
    assert (again.code, "The stores are not empty" in again.err, "--replace" in again.err) == (1, True, True)
    assert (await stocked("restore", *files, "--replace", **there)).code == 0
    for desks in (before, after):
        desks.close()


async def test_without_the_list_of_the_erased_nothing_is_restored_unless_there_need_be_none(
    stocked: CommandLine,
) -> None:
    files = await backed_up(stocked)
    (stocked.folder / "erasures.log").unlink()
    done = await stocked("restore", *files, "--replace")
    assert done.code == 1
    assert "without it they would come back" in done.err
    assert (await stocked("restore", *files, "--replace", "--nobody-was-erased")).code == 0


async def test_whoever_is_in_the_list_of_the_erased_stays_erased(
    stocked: CommandLine, sqlite_urls: StoreUrls, our_prompts: Prompts
) -> None:
    desks = _desks(sqlite_urls, our_prompts)
    amira = cast.known(desks, AMIRA).id
    files = await backed_up(stocked)
    (stocked.folder / "erasures.log").write_text(f"{amira} {clock.now().isoformat()}\n")
    done = await stocked("restore", *files, "--replace")
    assert "1 erased: none of their words and none of their keys came back." in done.out
    assert desks.vault.check() == len(cast.PEOPLE) - 1
    desks.close()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "Say where backups go: MULL_BACKUPS and MULL_KEY_BACKUPS, or --to and --keys-to"),
        ({"MULL_BACKUPS": "b"}, "Say where backups go"),
        ({"MULL_BACKUPS": "b", "MULL_KEY_BACKUPS": "b/keys"}, "must not lie in one place"),
    ],
)
async def test_a_backup_that_has_nowhere_to_go_is_told_so(
    stocked: CommandLine, settings: dict[str, str], said: str
) -> None:
    done = await stocked("backup", **settings)
    assert (done.code, said in done.err) == (1, True)


async def test_the_settings_say_where_backups_go_and_the_doctor_how_old_the_last_one_is(
    stocked: CommandLine,
) -> None:
    where = {"MULL_BACKUPS": "data", "MULL_KEY_BACKUPS": "keys"}
    never = await stocked("doctor", **where)
    assert "⚠ backup: there has never been one — Type: mull backup" in never.out
    assert (await stocked("backup", "--keep", "3", **where)).code == 0
    done = await stocked("doctor", **where)
    assert "✓ backup: the last that was read back whole is 0 hours old" in done.out
    assert "✓ MULL_BACKUPS: backups of the database and of the keys go to two places" in done.out


async def test_a_backup_tells_nothing_of_what_is_in_it(stocked: CommandLine) -> None:
    done = await stocked("backup", "--to", "data", "--keys-to", "keys", MULL_LOG_LEVEL="DEBUG")
    private = [WORDS, "Hillside", *(person["real_name"] for person in cast.PEOPLE)]
    assert [word for word in private if word in done.out + done.err] == []


def found(hours: float, desks: Desks) -> Finding:
    """What the doctor says of a backup that was made so long ago."""
    now = clock.wall()
    desks.do(backups.note, now - timedelta(hours=hours), 1)
    url = desks.database.url.render_as_string(hide_password=False)
    return examination.last_backup(url, now)


@pytest.mark.parametrize(
    ("hours", "mark", "age"),
    [
        (1.5, Mark.FINE, "1 hours"),
        (47, Mark.FINE, "47 hours"),
        (49, Mark.WRONG, "2 days"),
        (240, Mark.WRONG, "10 days"),
    ],
)
def test_a_backup_two_days_old_is_wrong(desks: Desks, hours: float, mark: Mark, age: str) -> None:
    finding = found(hours, desks)
    assert (finding.mark, f"is {age} old" in finding.what) == (mark, True)


def folders_found(tmp_path: Path, data: str | None, keys: str | None, erased: str) -> list[tuple[Mark, str]]:
    given = [tmp_path / one if one else None for one in (data, keys)]
    every = examination.backup_folders(given[0], given[1], tmp_path / erased, clock.wall())
    return [(one.mark, one.about) for one in every]


@pytest.mark.parametrize(
    ("data", "keys", "erased", "marks"),
    [
        (None, None, "e.log", [(Mark.HINT, "MULL_BACKUPS")]),
        ("d", "d/k", "e.log", [(Mark.WRONG, "MULL_KEY_BACKUPS")]),
        ("d", "k", "e.log", [(Mark.FINE, "MULL_BACKUPS")]),
        ("d", "k", "k/e.log", [(Mark.FINE, "MULL_BACKUPS"), (Mark.HINT, "MULL_ERASURES")]),
    ],
)
def test_folders_for_backups_are_apart_from_each_other_and_from_the_list_of_the_erased(
    tmp_path: Path, data: str | None, keys: str | None, erased: str, marks: list[tuple[Mark, str]]
) -> None:
    assert folders_found(tmp_path, data, keys, erased) == marks


def test_a_copy_of_keys_that_lies_there_longer_than_was_promised_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "k").mkdir()
    old = clock.wall() - timedelta(days=15)
    (tmp_path / "k" / f"mull-keys-{old:{backups.STAMP}}.gz").touch()
    assert folders_found(tmp_path, "d", "k", "e.log")[-1] == (Mark.WRONG, "MULL_KEY_BACKUPS")
