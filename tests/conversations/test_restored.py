"""A Mull whose stores were lost and restored: nothing is sent twice, and what was due is accounted for."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot import clock, settings
from bot.app import Mull, Stores
from bot.models import Answer, Letter, LetterKind, LetterState
from bot.prompts import Prompts
from bot.services import joining, outbox, people, restoring
from bot.services.desk import Desk, Desks
from bot.services.restoring import Files, Restored
from bot.vault import Vault
from bot.workspace.server import Workspace
from bot.workspace.state import TEAM_ID
from bot.workspace.visitor import Visitor
from tests import cast
from tests.cast import AMIRA, JO
from tests.conftest import MASTER_KEY, StoreUrls
from tests.conversations.conftest import running_mull
from tests.stock import back_up, folders

MONDAY = datetime(2026, 9, 14, 7, 10, tzinfo=UTC)
QUESTION = "How full is the tank today?"
LINE = "If there is a line to add"
PATIENCE_SECONDS = 60
EVERYBODY = [person["id"] for person in cast.PEOPLE]


@pytest.fixture
async def visitor(workspace: Workspace) -> AsyncIterator[Visitor]:
    async with Visitor(workspace.address) as one:
        yield one


async def planned(mull: Mull, tmp_path: Path) -> Files:
    """The cast has settled in, the week is planned, what is due has left, and all of it is backed up."""
    await asyncio.to_thread(cast.settle_in, mull.desks, team=TEAM_ID)
    await dealt_with(mull)
    return await backed_up(mull, tmp_path)


async def backed_up(mull: Mull, tmp_path: Path) -> Files:
    made = await asyncio.to_thread(back_up, mull.desks, folders(tmp_path))
    return Files(made.data, made.keys)


async def restored(stores: StoreUrls, files: Files, our_prompts: Prompts) -> Restored:
    """Whatever the stores held is lost, and they are restored; no Mull runs meanwhile."""

    def restore() -> Restored:
        opened = Stores.open(settings.given(DATABASE_URL=stores.database, MULL_KEYS_URL=stores.keys))
        vault = Vault(opened.keys, [MASTER_KEY])
        desks = Desks(opened.database, vault, our_prompts, clock.now, clock.wall)
        done = restoring.restore(desks, restoring.check(files, vault), {})
        desks.close()
        opened.close()
        return done

    return await asyncio.to_thread(restore)


async def posts(visitor: Visitor) -> dict[str, int]:
    """How many messages of Mull's there are for each person, in Slack."""
    count = {}
    for user in EVERYBODY:
        count[user] = len([one for one in await visitor.person(user).messages() if one.from_bot])
    return count


async def clock_to(mull: Mull, moment: datetime) -> None:
    clock.move_to(moment)
    await dealt_with(mull)


async def dealt_with(mull: Mull) -> None:
    """What is due has left, or is skipped, and what was to be looked for has been, by whichever turn."""
    await mull.plan()
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await mull.desks.read(waiting):
            await mull.tick()
            await mull.postman.search()
            await mull.postman.settled()


def waiting(desk: Desk) -> bool:
    """Whether anything is due that is neither sent nor skipped."""
    due = select(Letter.id).where(Letter.state.in_(outbox.OPEN), Letter.due_at <= desk.now)
    return desk.session.scalars(due.where(Letter.not_before.is_(None)).limit(1)).first() is not None


def states(desk: Desk) -> set[LetterState]:
    """Of every letter that was due and that must not be sent twice."""
    due = select(Letter.state).where(Letter.kind.in_(restoring.ONCE), Letter.due_at <= desk.now)
    return set(desk.session.scalars(due))


def answers(desk: Desk) -> int:
    return desk.session.scalar(select(func.count()).select_from(Answer)) or 0


async def test_what_was_sent_after_the_backup_is_not_sent_again(
    workspace: Workspace, visitor: Visitor, store_urls: StoreUrls, our_prompts: Prompts, tmp_path: Path
) -> None:
    amira = visitor.person(AMIRA)
    async with running_mull(workspace, store_urls) as mull:
        files = await planned(mull, tmp_path)
        await clock_to(mull, MONDAY)
        await amira.wait_for_message(QUESTION)
        await amira.click("Low")
        await amira.wait_for(LINE)
        await dealt_with(mull)
        assert await mull.desks.read(answers) == 1
    before = await posts(visitor)
    clock.move_to(MONDAY + timedelta(hours=1))
    done = await restored(store_urls, files, our_prompts)
    assert done.looked_for == 2
    async with running_mull(workspace, store_urls) as mull:
        await dealt_with(mull)
        assert await posts(visitor) == before
        assert before[AMIRA] == before[JO] == 1
        assert await mull.desks.read(states) == {LetterState.SENT}
        assert await mull.desks.read(answers) == 0


async def test_what_was_answered_after_the_backup_can_be_answered_again(
    workspace: Workspace, visitor: Visitor, store_urls: StoreUrls, our_prompts: Prompts, tmp_path: Path
) -> None:
    amira = visitor.person(AMIRA)
    async with running_mull(workspace, store_urls) as mull:
        files = await planned(mull, tmp_path)
        await clock_to(mull, MONDAY)
        await amira.wait_for_message(QUESTION)
        await amira.click("Low")
        await amira.wait_for(LINE)
    await restored(store_urls, files, our_prompts)
    async with running_mull(workspace, store_urls) as mull:
        await dealt_with(mull)
        await amira.click(LINE)
        await amira.wait_for_modal(QUESTION)
        await amira.choose(QUESTION, "Low")
        assert not (await amira.submit()).errors
        assert await mull.desks.read(answers) == 1


async def test_what_was_due_and_had_not_left_is_sent_once(
    workspace: Workspace, visitor: Visitor, store_urls: StoreUrls, our_prompts: Prompts, tmp_path: Path
) -> None:
    async with running_mull(workspace, store_urls) as mull:
        files = await planned(mull, tmp_path)
    clock.move_to(MONDAY + timedelta(hours=1))
    assert (await restored(store_urls, files, our_prompts)).looked_for == 2
    async with running_mull(workspace, store_urls) as mull:
        await visitor.person(AMIRA).wait_for_message(QUESTION, seconds=30)
        await dealt_with(mull)
        assert [(await posts(visitor))[user] for user in (AMIRA, JO)] == [1, 1]
        assert await mull.desks.read(states) == {LetterState.SENT}


async def test_what_is_too_late_after_a_restore_is_skipped_and_says_so(
    workspace: Workspace, visitor: Visitor, store_urls: StoreUrls, our_prompts: Prompts, tmp_path: Path
) -> None:
    async with running_mull(workspace, store_urls) as mull:
        files = await planned(mull, tmp_path)
    clock.move_to(MONDAY + timedelta(days=1))
    await restored(store_urls, files, our_prompts)
    async with running_mull(workspace, store_urls) as mull:
        await dealt_with(mull)
        shown = [message.shown for user in EVERYBODY for message in await visitor.person(user).messages()]
        assert [one for one in shown if QUESTION in one] == []
        assert await mull.desks.read(reasons) == {"too_late"}


def reasons(desk: Desk) -> set[str | None]:
    return set(
        desk.session.scalars(
            select(Letter.reason).where(Letter.kind == LetterKind.CHECK_IN, Letter.due_at < desk.now)
        )
    )


async def test_everybodys_home_shows_what_is_true_again(
    workspace: Workspace, visitor: Visitor, store_urls: StoreUrls, our_prompts: Prompts, tmp_path: Path
) -> None:
    async with running_mull(workspace, store_urls) as mull:
        files = await planned(mull, tmp_path)
    published = len(await visitor.calls("views.publish"))
    await restored(store_urls, files, our_prompts)
    async with running_mull(workspace, store_urls) as mull:
        await dealt_with(mull)
    assert len(await visitor.calls("views.publish")) >= published + len(EVERYBODY)


async def test_weeks_that_lie_between_are_not_made_up_for(
    workspace: Workspace, visitor: Visitor, store_urls: StoreUrls, our_prompts: Prompts, tmp_path: Path
) -> None:
    """Three check-ins came and went; the backup knows of the first. None of them comes again, and the next one does."""
    async with running_mull(workspace, store_urls) as mull:
        files = await planned(mull, tmp_path)
        for week in range(3):
            await clock_to(mull, MONDAY + timedelta(weeks=week))
    before = await posts(visitor)
    assert before[AMIRA] == 3
    clock.move_to(MONDAY + timedelta(weeks=2, hours=1))
    await restored(store_urls, files, our_prompts)
    async with running_mull(workspace, store_urls) as mull:
        await dealt_with(mull)
        assert await posts(visitor) == before
        await clock_to(mull, MONDAY + timedelta(weeks=3))
        assert (await posts(visitor))[AMIRA] == 4


async def test_whoever_was_invited_after_the_backup_is_not_invited_again(
    workspace: Workspace, visitor: Visitor, store_urls: StoreUrls, our_prompts: Prompts, tmp_path: Path
) -> None:
    clock.move_to(MONDAY)
    async with running_mull(workspace, store_urls) as mull:
        await asyncio.to_thread(cast.settle_in, mull.desks, team=TEAM_ID, joined=False)
        files = await backed_up(mull, tmp_path)
        await invite(mull)
        await dealt_with(mull)
    before = await posts(visitor)
    assert before[AMIRA] == 1
    await restored(store_urls, files, our_prompts)
    async with running_mull(workspace, store_urls) as mull:
        await invite(mull)
        await dealt_with(mull)
        assert await posts(visitor) == before
        assert await mull.desks.read(states) == {LetterState.SENT}


async def invite(mull: Mull) -> None:
    """Amira is asked, as by `mull school apply --invite`."""
    who = await mull.desks.read(people.speaking, TEAM_ID, AMIRA)
    assert await mull.desks.write(joining.invite, who)
