"""`mull school apply` shows what it changes, looks people up in Slack, and invites nobody who was not to be asked."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.db import Database
from bot.models import Letter, Person, School
from bot.prompts import OURS
from bot.workspace.seed import PersonSeed
from bot.workspace.server import Workspace
from tests.commands.conftest import CommandLine

EXAMPLE = (OURS.parent / "docs/school.example.yaml").read_text(encoding="utf-8")

STAFF: list[dict[str, Any]] = [
    {"id": "U_INES", "name": "ines", "real_name": "Ines Moor", "email": "ines.moor@oakfield.example"},
    {"id": "U_TOM", "name": "tom", "real_name": "Tom Reed", "email": "tom.reed@oakfield.example"},
    {"id": "U_SANA", "name": "sana", "real_name": "Sana Khan", "email": "sana.khan@oakfield.example"},
    {"id": "U_WILL", "name": "will", "real_name": "Will Penn", "email": "Will.Penn@Oakfield.example"},
    {"id": "U_DORA", "name": "dora", "real_name": "Dora Lynn", "email": "dora.lynn@oakfield.example"},
    {"id": "U0RAVI", "name": "rb77", "real_name": "rb77", "tz": "Asia/Kolkata", "is_restricted": True},
]


@pytest.fixture
def file(workspace: Workspace, mull: CommandLine) -> Path:
    """The example of the docs, and a Slack with its people in it."""
    for person in STAFF:
        workspace.world.add_user(PersonSeed.model_validate(person).as_user())
    path = mull.folder / "school.yaml"
    path.write_text(EXAMPLE, encoding="utf-8")
    return path


def kept(mull: CommandLine, what: Any) -> list[Any]:
    database = Database(mull.settings["DATABASE_URL"])
    with database.read() as session:
        found = list(session.scalars(select(what)))
    database.dispose()
    return found


def rewrite(file: Path, old: str, new: str) -> None:
    """The file says something else in one place."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


async def test_the_example_is_applied_and_then_there_is_nothing_to_change(
    mull: CommandLine, file: Path
) -> None:
    first = await mull("school", "apply", str(file))
    assert (first.code, first.err) == (0, "")
    assert [line.split()[:2] for line in first.out.splitlines()[:2]] == [["new", "school"], ["new", "person"]]
    assert "6 people have never been asked whether they want this." in first.out
    second = await mull("school", "apply", str(file))
    assert second.out.splitlines()[0] == "There is nothing to change."
    assert kept(mull, Letter.id) == []


async def test_names_and_zones_are_slacks_unless_the_file_says_otherwise(
    mull: CommandLine, file: Path
) -> None:
    await mull("school", "apply", str(file))
    zones = {person.name: person.zone for person in kept(mull, Person)}
    assert zones["Ravi Bell"] == "Asia/Kolkata"
    assert zones["Will Penn"] == "Europe/London"


async def test_a_dry_run_shows_the_same_and_changes_nothing(mull: CommandLine, file: Path) -> None:
    shown = await mull("school", "apply", str(file), "--dry-run", "--invite")
    assert "Nothing was changed: this is what would be." in shown.out
    assert "6 people would get their one invitation." in shown.out
    assert kept(mull, School.id) == []


async def test_a_change_is_shown_from_and_to(mull: CommandLine, file: Path) -> None:
    await mull("school", "apply", str(file))
    rewrite(file, 'on: monday, at: "8:10"', "on: tuesday, at: 15:40")
    out = (await mull("school", "apply", str(file))).out
    assert "schedule weekly of oakfield" in out
    assert "Monday → Tuesday" in out
    assert "08:10 → 15:40" in out


async def test_invite_asks_everybody_once(mull: CommandLine, file: Path) -> None:
    assert (
        "6 people will get their one invitation" in (await mull("school", "apply", str(file), "--invite")).out
    )
    again = await mull("school", "apply", str(file), "--invite")
    assert again.out == "There is nothing to change.\n"
    assert len(kept(mull, Letter.id)) == 6


async def test_accounts_that_cannot_be_written_to_are_all_told_and_nothing_changes(
    mull: CommandLine, file: Path, workspace: Workspace
) -> None:
    world = workspace.world.users
    world["U_TOM"].email = "thomas.reed@oakfield.example"
    world["U_SANA"].is_bot = True
    world["U_WILL"].is_stranger = True
    world["U0RAVI"].deleted = True
    done = await mull("school", "apply", str(file))
    assert done.code == 1
    lines = done.err.splitlines()
    assert [
        f"'{name}'" in line for name, line in zip(("tom", "sana", "will", "ravi"), lines, strict=True)
    ] == [True] * 4
    assert all(line.startswith(f"{file}:") for line in lines)
    assert kept(mull, School.id) == []


async def test_no_email_is_ever_printed(mull: CommandLine, file: Path, workspace: Workspace) -> None:
    workspace.world.users["U_TOM"].email = None
    wrong = await mull("school", "apply", str(file))
    workspace.world.users["U_TOM"].email = "tom.reed@oakfield.example"
    right = await mull("school", "apply", str(file))
    assert (wrong.code, right.code) == (1, 0)
    assert "@oakfield" not in wrong.err + wrong.out + right.err + right.out


async def test_slack_that_asks_for_patience_is_waited_for(
    mull: CommandLine, file: Path, workspace: Workspace
) -> None:
    workspace.faults.arrange("users.*", "ratelimited", seconds=1)
    assert (await mull("school", "apply", str(file))).code == 0


@pytest.mark.parametrize(
    ("method", "fault", "said"),
    [
        ("users.info", "error500", "Slack could not be asked about people (http_500)"),
        ("auth.test", "error", "Slack did not accept SLACK_BOT_TOKEN (internal_error)"),
    ],
)
async def test_a_slack_that_will_not_say_changes_nothing(
    mull: CommandLine, file: Path, workspace: Workspace, method: str, fault: Any, said: str
) -> None:
    workspace.faults.arrange(method, fault)
    done = await mull("school", "apply", str(file))
    assert (done.code, said in done.err, kept(mull, School.id)) == (1, True, [])


async def test_a_missing_scope_is_named(mull: CommandLine, file: Path, workspace: Workspace) -> None:
    workspace.scopes -= {"users:read.email"}
    assert "lacks the scope users:read.email" in (await mull("school", "apply", str(file))).err


async def test_a_file_that_is_not_there_is_said(mull: CommandLine) -> None:
    done = await mull("school", "apply", "nonesuch.yaml")
    assert done.code != 0
    assert "nonesuch.yaml" in done.err
