"""Whatever Mull sent in a fortnight is taken by validators that are not ours."""

import pytest

from tests.demo.conftest import Played
from tests.sent import refused, sent

pytestmark = pytest.mark.xdist_group("fortnight")


def test_there_was_every_way_of_sending_something(played: Played) -> None:
    ways = {way for way, _ in sent(played.journal)}
    assert ways >= {"chat.postMessage", "chat.update", "views.open", "views.publish", "acknowledgement"}


def test_nothing_that_was_sent_would_be_refused_by_others(played: Played) -> None:
    assert refused(played.journal) == []
