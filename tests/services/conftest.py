"""The cast, settled in on a Sunday in term."""

from datetime import UTC, datetime

import pytest

from bot import clock
from bot.services.desk import Desks
from tests.cast import Cast, settle_in

SUNDAY = datetime(2026, 9, 13, 12, 0, tzinfo=UTC)


@pytest.fixture
def settled(desks: Desks) -> Cast:
    """Everyone has said yes; the first check-in is tomorrow, Monday 14 September 2026, at 8:10."""
    clock.move_to(SUNDAY)
    return settle_in(desks)
