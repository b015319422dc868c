"""Commands where Mull is in several workspaces: which one is meant is said, and each one's token is looked at."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot import clock, prompts
from bot.db import Database
from bot.models import School
from bot.services import installations
from bot.services.desk import Desks
from bot.services.installations import Granted, Installed
from bot.services.workspaces import Identity
from bot.slack.manifest import SCOPES
from bot.vault import Vault
from bot.workspace.server import Workspace
from bot.workspace.state import TEAM_ID
from tests.commands import test_doctor, test_school
from tests.commands.conftest import CommandLine
from tests.commands.test_doctor import Doctor, marked
from tests.commands.test_school import kept
from tests.conftest import MASTER_KEY

OTHER = "T0OTHER"
Install = Callable[..., None]
doctor, least, file = test_doctor.doctor, test_doctor.least, test_school.file


@pytest.fixture
def install(mull: CommandLine) -> Install:
    """Mull has been put into a workspace from its page, and has no token in its settings."""
    mull.settings |= {
        "MULL_SLACK_CLIENT_ID": "1.2",
        "MULL_SLACK_CLIENT_SECRET": "not to be printed",
        "MULL_PUBLIC_URL": "https://mull.school.example",
    }
    del mull.settings["SLACK_BOT_TOKEN"]

    def install(team: str, token: str, master: bytes = MASTER_KEY) -> None:
        stores = [Database(mull.settings[name]) for name in ("DATABASE_URL", "MULL_KEYS_URL")]
        desks = Desks(
            stores[0], Vault(stores[1], [master]), prompts.load(prompts.OURS), clock.now, clock.wall
        )
        installed = Installed(Identity(team, f"Workspace {team}", "UMULL", "BMULL"), token)
        desks.do(installations.install, installed, Granted())
        desks.close()
        for store in stores:
            store.dispose()

    return install


async def test_the_only_workspace_is_the_one_that_is_meant(
    mull: CommandLine, file: Path, workspace: Workspace, install: Install
) -> None:
    install(TEAM_ID, workspace.bot_token)
    done = await mull("school", "apply", str(file))
    assert (done.code, done.err) == (0, "")
    assert len(kept(mull, School)) == 1


async def test_of_several_one_has_to_be_named(
    mull: CommandLine, file: Path, workspace: Workspace, install: Install
) -> None:
    install(TEAM_ID, workspace.bot_token)
    install(OTHER, "xoxb-other")
    apply = ("school", "apply", str(file))
    unsaid = await mull(*apply)
    assert (unsaid.code, kept(mull, School)) == (1, [])
    assert f"several workspaces ({OTHER}, {TEAM_ID}). Say which one is meant: --workspace" in unsaid.err
    unknown = await mull(*apply, "--workspace", "T0NOBODY")
    assert f"Mull is not in the workspace T0NOBODY. It is in {OTHER}, {TEAM_ID}." in unknown.err
    dead = await mull(*apply, "--workspace", OTHER)
    assert dead.code == 1
    assert "invalid_auth" in dead.err
    assert (await mull(*apply, "--workspace", TEAM_ID)).code == 0


async def test_the_token_of_the_settings_has_its_workspace_too(
    mull: CommandLine, file: Path, workspace: Workspace, install: Install
) -> None:
    install(OTHER, "xoxb-other")
    mull.settings["SLACK_BOT_TOKEN"] = workspace.bot_token
    apply = ("school", "apply", str(file), "--dry-run")
    assert f"({OTHER}, {TEAM_ID})" in (await mull(*apply)).err
    assert (await mull(*apply, "--workspace", TEAM_ID)).code == 0


async def test_where_it_is_in_none_that_is_said(mull: CommandLine, file: Path, install: Install) -> None:
    done = await mull("school", "apply", str(file))
    assert done.code == 1
    assert "Mull is in no workspace yet" in done.err


async def test_the_doctor_asks_each_workspace(
    doctor: Doctor, mull: CommandLine, workspace: Workspace, install: Install, least: None
) -> None:
    install(TEAM_ID, workspace.bot_token)
    install(OTHER, "xoxb-other")
    done = await doctor()
    assert f"✓ workspace {TEAM_ID}: “Local workspace” accepts its token" in done.out
    assert marked(done, "✗") == [
        f"workspace {OTHER}: Slack does not know this token — Open the page (/slack/install) and put Mull in again"
    ]
    assert "✓ MULL_PUBLIC_URL: Mull is put in from https://mull.school.example/slack/install" in done.out
    assert "not to be printed" not in done.out


async def test_the_doctor_notices_a_scope_that_is_missing_and_a_token_that_does_not_open(
    doctor: Doctor, workspace: Workspace, install: Install
) -> None:
    workspace.scopes = frozenset(scope for scope, _ in SCOPES[1:])
    install(TEAM_ID, workspace.bot_token)
    install(OTHER, "xoxb-other", bytes(32))
    wrong = marked(await doctor(), "✗")
    assert wrong[0].startswith(f"workspace {OTHER}: its token does not open")
    assert wrong[1].startswith(f"workspace {TEAM_ID}: Mull is not allowed {SCOPES[0][0]}")


async def test_the_doctor_says_where_to_begin(doctor: Doctor, install: Install, least: None) -> None:
    done = await doctor()
    assert marked(done, "✗") == []
    assert "workspaces: Mull is in none yet — Open https://mull.school.example/slack/install" in done.out
