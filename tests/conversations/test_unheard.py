"""An event that Mull has no use for is acknowledged: Slack would bring it again and again."""

from tests.cast import AMIRA
from tests.conversations.conftest import Stage


async def test_an_event_nobody_listens_to_is_acknowledged(stage: Stage) -> None:
    mark = stage.workspace.journal.last
    await stage.visitor.add_channel("staff", [AMIRA, "U0WORKSPACE"], kind="public")
    (envelope, *_) = await stage.visitor.journal("member_joined_channel", mark, kind="envelope", wait=10)
    assert await stage.visitor.journal(envelope["envelope_id"], mark, kind="ack", wait=10)
