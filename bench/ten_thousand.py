"""Eight o'clock: everybody in every school is due at once, and Slack takes 300 messages a minute from each workspace.

    python -m bench.ten_thousand [--people 10000 --workspaces 100] [--only authority]

Three processes: Slack (so many local workspaces, with Slack's limits on), Mull's outbox on SQLite, and this one, which
looks. When the last message is there stands beside the least time that the limits allow. Then the same, smaller, with
one workspace that answers each call after ten seconds and one that keeps asking for patience: the others must not
notice. It stops by itself.
"""

import argparse
import asyncio
import contextlib
import json
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import clock, prompts, schema, settings
from bot.db import Database
from bot.domain.calendar import SchoolTime
from bot.domain.checkins import falls_due
from bot.domain.pacing import ALLOWANCES, POST
from bot.models import (
    Account,
    Letter,
    LetterKind,
    LetterState,
    Membership,
    Occurrence,
    Person,
    Role,
    Schedule,
    ScheduleKind,
    School,
)
from bot.models import Workspace as Known
from bot.services import outbox
from bot.services.desk import Desks
from bot.slack.client import session, web_client
from bot.slack.outbox import Postman
from bot.vault import Vault
from bot.workspace.server import Workspace

EIGHT = datetime(2026, 9, 14, 7, 0, tzinfo=UTC)
"""Monday at eight in London."""
SLOW_SECONDS = 10.0
PATIENCE_SECONDS = 20
OVER = (LetterState.SENT, LetterState.SKIPPED, LetterState.DEAD, LetterState.FAILED)


@dataclass(frozen=True)
class Ran:
    """How long after eight the last message was there, by workspace; what it took Mull and Slack of this machine.

    `memory` is Mull's at its highest, in MB; `mull` and `slack` are seconds of processor.
    """

    seconds: dict[str, float]
    sent: int
    memory: float
    mull: float
    slack: float


async def main(people: int, workspaces: int, only: str) -> None:
    settings.drop_proxies()
    largest = people * 3 // 20
    others = (people - largest) // (workspaces - 1)
    shares = {
        "even": [people // workspaces] * workspaces,
        "authority": [largest, *[others] * (workspaces - 1)],
    }
    for name, sizes in shares.items():
        if only in (name, ""):
            _tell(name, sizes, await _run(sizes))
    if only in ("trouble", ""):
        await _troubled(workspaces)


def _tell(name: str, sizes: Sequence[int], ran: Ran) -> None:
    least = max(sizes) * 60 / ALLOWANCES[POST].a_minute
    last = max(ran.seconds.values())
    print(
        f"{name}: {sum(sizes)} people in {len(sizes)} workspaces, the largest {max(sizes)}; {ran.sent} sent, the last "
        f"after {last:.1f} s, {last / least:.2f} of the least possible ({least:.0f} s), "
        f"{sum(sizes) / last:.0f} a second; Mull's memory at most {ran.memory:.0f} MB, its processor {ran.mull:.0f} s, "
        f"Slack's {ran.slack:.0f} s",
        flush=True,
    )


async def _troubled(workspaces: int) -> None:
    """The same with and without two workspaces in trouble; what counts is how the others fare."""
    sizes = [60] * min(20, workspaces)
    calm = await _run(sizes)
    odd = await _run(sizes, slow="T0000", limited="T0001", without=("T0000", "T0001"))
    others = [team for team in calm.seconds if team not in ("T0000", "T0001")]
    before, after = (max(run.seconds[team] for team in others) for run in (calm, odd))
    print(
        f"{len(sizes)} workspaces of {sizes[0]}: the last message of {len(others)} of them after {before:.1f} s; "
        f"beside one that answers after {SLOW_SECONDS:g} s and one that asks for patience, after {after:.1f} s: "
        f"{after / before:.2f}"
    )


async def _run(
    sizes: Sequence[int], *, slow: str = "", limited: str = "", without: Sequence[str] = ()
) -> Ran:
    """Everybody is due; ends when everybody in the workspaces not left out has been written to."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/mull.db")
        keys = Database(f"sqlite:///{folder}/keys.db")
        schema.upgrade(database, keys)
        with database.write() as db:
            teams = [_settled_in(db, number, size) for number, size in enumerate(sizes)]
        told = json.dumps({"sizes": list(sizes), "slow": slow, "limited": limited})
        async with (
            _process("slack", told) as (slack_itself, addresses),
            _process("mull", json.dumps({"folder": folder, "slack": addresses})) as (mull, begun),
        ):
            await _until_sent(database, [team for team in teams if team not in without])
            used = (_memory(mull.pid), _processor(mull.pid), _processor(slack_itself.pid))
        ran = Ran(*_found(database, float(begun)), *used)
        database.dispose()
        keys.dispose()
        return ran


async def _until_sent(database: Database, teams: Sequence[str]) -> None:
    left = (
        select(func.count())
        .select_from(Letter)
        .join(Known, Known.id == Letter.workspace_id)
        .where(Letter.state.not_in(OVER), Known.team_id.in_(teams))
    )
    while True:
        with database.read() as db:
            if not db.scalar(left):
                return
        await asyncio.sleep(1)


def _found(database: Database, begun: float) -> tuple[dict[str, float], int]:
    last = (
        select(Known.team_id, func.max(Letter.message_ts), func.count(Letter.message_ts))
        .join(Known, Known.id == Letter.workspace_id)
        .where(Letter.state == LetterState.SENT)
        .group_by(Known.team_id)
    )
    with database.read() as db:
        rows = db.execute(last).all()
    seconds = {team: float(ts or 0) - begun for team, ts, _ in rows}
    return seconds, sum(count for *_, count in rows)


def _settled_in(db: Session, number: int, size: int) -> str:
    """A school in a workspace of its own, whose people are all asked on Monday at eight; its team id."""
    workspace = Known(team_id=f"T{number:04}", name=f"Workspace {number}")
    db.add(workspace)
    db.flush()
    school = School(workspace_id=workspace.id, key="school", name="School", zone="Europe/London")
    db.add(school)
    db.flush()
    weekly = Schedule(
        school_id=school.id,
        key="weekly",
        kind=ScheduleKind.CHECK_IN,
        flow_id="weekly-reflection",
        role=Role.TEACHER,
        weekday=0,
        at=time(8),
    )
    people = [Person(name=f"Teacher {one}", joined_at=EIGHT - timedelta(days=30)) for one in range(size)]
    db.add_all([weekly, *people])
    db.flush()
    for one, person in enumerate(people):
        account = f"U{number:04}T{one:04}"
        db.add(Account(person_id=person.id, workspace_id=workspace.id, slack_user_id=account))
        membership = Membership(person_id=person.id, school_id=school.id, roles=[Role.TEACHER])
        asked = next(falls_due(weekly, SchoolTime(person, school, membership), EIGHT))
        db.add_all([membership, asked, _letter(asked, workspace, school)])
    return workspace.team_id


def _letter(asked: Occurrence, workspace: Known, school: School) -> Letter:
    key = f"check_in:{asked.id}"
    return Letter(
        id=outbox.letter_id(key),
        key=key,
        kind=LetterKind.CHECK_IN,
        workspace_id=workspace.id,
        person_id=asked.person_id,
        school_id=school.id,
        subject_id=asked.id,
        due_at=asked.due_at,
    )


@asynccontextmanager
async def _process(part: str, told: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """A part of this, as a process of its own, and the first line it prints."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.ten_thousand", "--part", part,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=2**20,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(told.encode() + b"\n")
    try:
        yield process, (await process.stdout.readline()).decode()
    finally:
        process.stdin.close()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), 20)
        if process.returncode is None:
            process.kill()
            await process.wait()


async def slack(told: str) -> None:
    """So many workspaces, until whoever asked for them has had enough."""
    wanted = json.loads(told)
    addresses = {}
    for number, size in enumerate(wanted["sizes"]):
        team = f"T{number:04}"
        people = [{"id": f"U{number:04}T{one:04}", "name": f"t{one}"} for one in range(size)]
        workspace = Workspace(people, rate_limits=True)
        if team == wanted["slow"]:
            workspace.faults.arrange("*", "slow", times=10**6, seconds=SLOW_SECONDS)
        if team == wanted["limited"]:
            workspace.faults.arrange("*", "ratelimited", times=10**6, seconds=PATIENCE_SECONDS)
        await workspace.start()
        addresses[team] = (workspace.api_url, workspace.bot_token)
    print(json.dumps(addresses), flush=True)
    await asyncio.to_thread(sys.stdin.readline)


async def mull(told: str) -> None:
    """The outbox, with a client for each workspace, until whoever asked for it has had enough."""
    wanted = json.loads(told)
    http = session()
    clients = {
        team: web_client(http, token=token, api_url=api_url)
        for team, (api_url, token) in json.loads(wanted["slack"]).items()
    }
    database = Database(f"sqlite:///{wanted['folder']}/mull.db")
    vault = Vault(Database(f"sqlite:///{wanted['folder']}/keys.db"), [bytes(32)])
    desks = Desks(database, vault, prompts.load(prompts.OURS), clock.now, clock.wall)
    postman = Postman(desks, desks.prompts, clients.__getitem__)
    print(clock.wall().timestamp(), flush=True)
    clock.move_to(EIGHT)
    running = asyncio.create_task(postman.run())
    await asyncio.to_thread(sys.stdin.readline)
    postman.stop()
    await running
    await http.close()
    desks.close()


def _processor(pid: int) -> float:
    """Seconds of processor that a process has used, as Linux counts them; 0 where it does not say."""
    file = Path(f"/proc/{pid}/stat")
    ticks = file.read_text().rsplit(")", 1)[1].split()[11:13] if file.exists() else ["0", "0"]
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def _memory(pid: int) -> float:
    """Resident memory at its highest, in MB, as Linux counts it; 0 where it does not say."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return 0.0
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Everybody is due at eight.")
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--workspaces", type=int, default=20)
    parser.add_argument("--only", choices=("even", "authority", "trouble"), default="")
    parser.add_argument("--part", choices=("slack", "mull"))
    given = parser.parse_args()
    if given.part:
        part = {"slack": slack, "mull": mull}[given.part]
        asyncio.run(part(sys.stdin.readline()))
    else:
        asyncio.run(main(given.people, given.workspaces, given.only))
