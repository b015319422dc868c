"""`mull workspace`, as somebody types it."""

import asyncio
import signal
import stat
import sys
from pathlib import Path

from aiohttp import ClientSession
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace.visitor import Visitor

PEOPLE = """
name: Hillside
people:
  - {id: U_ANN, name: ann, tz: Asia/Tokyo}
groups:
  - {handle: science, members: [U_ANN]}
"""


async def start(*arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "workspace",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def test_it_prints_env_lines_and_serves_until_it_is_stopped(tmp_path: Path) -> None:
    people, journal = tmp_path / "people.yaml", tmp_path / "calls.jsonl"
    people.write_text(PEOPLE)
    process = await start("--people", str(people), "--journal", str(journal), "--rate-limits")
    assert process.stdout is not None
    try:
        lines = [(await process.stdout.readline()).decode().strip() for _ in range(4)]
        page = (await process.stdout.readline()).decode().strip()
        env = dict(line.split("=", 1) for line in lines)
        assert list(env) == ["SLACK_API_URL", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"]
        assert page == f"# page: {env['SLACK_API_URL'].removesuffix('api/')}"
        async with ClientSession() as browser:
            assert "Hillside" in await (await browser.get(page.removeprefix("# page: "))).text()
        client = AsyncWebClient(token=env["SLACK_BOT_TOKEN"], base_url=env["SLACK_API_URL"])
        assert (await client.users_info(user="U_ANN"))["user"]["tz"] == "Asia/Tokyo"
        assert [one["handle"] for one in (await client.usergroups_list())["usergroups"]] == ["science"]
        async with Visitor(env["SLACK_API_URL"].removesuffix("/api/")) as visitor:
            assert await visitor.get("limits") == {"on": True}
    finally:
        process.send_signal(signal.SIGTERM)
        _, errors = await process.communicate()
    assert (process.returncode, errors) == (0, b"")
    assert "users.info" in journal.read_text()
    assert stat.S_IMODE(journal.stat().st_mode) & 0o077 == 0


async def test_a_manifest_with_a_mistake_is_told_and_ends_it(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.json"
    manifest.write_text('{"features": {"slash_commands": [{"command": "mull"}]}}')
    process = await start("--manifest", str(manifest))
    _, errors = await process.communicate()
    assert process.returncode == 1
    assert "commands.0.command" in errors.decode()


async def test_a_people_file_with_a_mistake_is_told_and_ends_it(tmp_path: Path) -> None:
    people = tmp_path / "people.yaml"
    people.write_text("people: [{id: nobody, name: n}]")
    process = await start("--people", str(people))
    _, errors = await process.communicate()
    assert process.returncode == 1
    assert "people.0.id" in errors.decode()
