"""`mull run` says at once what keeps it from running."""

from tests.commands.conftest import CommandLine


async def test_an_app_token_that_slack_refuses_is_named_and_ends_it(mull: CommandLine) -> None:
    done = await mull("run", SLACK_APP_TOKEN="xapp-1-not-this-one")
    assert done.code == 1
    assert "Slack did not accept SLACK_APP_TOKEN (invalid_auth). Type: mull doctor" in done.err


async def test_a_slack_that_is_not_there_is_not_blamed_on_the_token(mull: CommandLine) -> None:
    done = await mull("run", SLACK_API_URL="http://127.0.0.1:9/api/")
    assert done.code == 1
    assert "Slack cannot be reached at http://127.0.0.1:9/api/" in done.err
