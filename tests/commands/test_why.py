"""`mull why` says what became of everything that was due, and who it cannot tell apart it asks about."""

from datetime import UTC, datetime

import pytest

from bot import clock, prompts
from bot.db import Database
from bot.services.desk import Desks
from bot.vault import Vault
from bot.workspace.server import Workspace
from tests import cast
from tests.commands.conftest import CommandLine
from tests.conftest import MASTER_KEY

SUNDAY = datetime(2026, 9, 13, 12, 0, tzinfo=UTC)


@pytest.fixture
def settled(mull: CommandLine) -> None:
    clock.move_to(SUNDAY)
    stores = Database(mull.settings["DATABASE_URL"]), Database(mull.settings["MULL_KEYS_URL"])
    desks = Desks(
        stores[0], Vault(stores[1], [MASTER_KEY]), prompts.load(prompts.OURS), clock.now, clock.wall
    )
    cast.settle_in(desks)
    desks.close()
    for store in stores:
        store.dispose()


@pytest.mark.usefixtures("settled")
async def test_a_day_is_told_in_sentences(mull: CommandLine) -> None:
    for named in ("U_AMIRA", "Amira Shah", "shah"):
        done = await mull("why", named, "2099-09-14")
        assert (done.code, done.err) == (0, "")
        assert done.out.splitlines() == [
            "Amira Shah",
            "Monday 14 September",
            "  The check-in is due at 8:10.",
        ]


@pytest.mark.usefixtures("settled")
async def test_without_a_date_there_are_seven_days(mull: CommandLine) -> None:
    done = await mull("why", "Jo Lund")
    days = [line for line in done.out.splitlines()[1:] if not line.startswith(" ")]
    assert (done.code, len(days)) == (0, 7)


@pytest.mark.usefixtures("settled")
async def test_an_e_mail_is_looked_up_in_slack(mull: CommandLine, workspace: Workspace) -> None:
    workspace.world.users[cast.AMIRA].email = "amira.shah@hillside.example"
    found = await mull("why", "amira.shah@hillside.example", "2099-09-14")
    assert (found.code, found.out.splitlines()[0]) == (0, "Amira Shah")
    done = await mull("why", "nobody@hillside.example")
    assert done.code == 1
    assert "knows no active account" in done.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("U_AMIRA", "yesterday"), "'yesterday' is no date. Write it as year, month, day: 2026-09-14."),
        (("U_AMIRA", "2026-02-30"), "is no date"),
        (("Zebedee",), "Mull knows nobody called 'Zebedee'"),
        (("a",), "may be any of"),
    ],
)
@pytest.mark.usefixtures("settled")
async def test_what_cannot_be_is_told_and_ends_in_an_error(
    mull: CommandLine, arguments: tuple[str, ...], told: str
) -> None:
    done = await mull("why", *arguments)
    assert done.code == 1
    assert told in done.err
