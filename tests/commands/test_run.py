"""`mull run` says at once what keeps it from running."""

import socket

from tests.commands.conftest import CommandLine


async def test_an_app_token_that_slack_refuses_is_named_and_ends_it(mull: CommandLine) -> None:
    done = await mull("run", SLACK_APP_TOKEN="xapp-1-not-this-one")
    assert done.code == 1
    assert "Slack did not accept SLACK_APP_TOKEN (invalid_auth). Type: mull doctor" in done.err


async def test_a_slack_that_is_not_there_is_not_blamed_on_the_token(mull: CommandLine) -> None:
    done = await mull("run", SLACK_API_URL="http://127.0.0.1:9/api/")
    assert done.code == 1
    assert "Slack cannot be reached at http://127.0.0.1:9/api/" in done.err


async def test_an_address_that_is_taken_is_said(mull: CommandLine) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = str(taken.getsockname()[1])
        done = await mull("listen", "--http", port, SLACK_SIGNING_SECRET="secret")
    assert done.code == 1
    assert f"Nothing can be served at 127.0.0.1:{port}" in done.err


async def test_over_http_the_signing_secret_is_needed_and_the_app_token_is_not(mull: CommandLine) -> None:
    del mull.settings["SLACK_APP_TOKEN"]
    done = await mull("listen", "--http", "3000")
    assert done.code == 1
    assert "SLACK_SIGNING_SECRET: is missing." in done.err
    assert "SLACK_APP_TOKEN" not in done.err
