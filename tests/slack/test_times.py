"""A moment to come, as one would say it."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.slack.times import when

LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2026, 10, 23, 15, 40, tzinfo=LONDON), "at 15:40"),
        (datetime(2026, 10, 26, 8, 10, tzinfo=LONDON), "on Monday at 8:10"),
        (datetime(2026, 11, 2, 8, 10, tzinfo=LONDON), "on 2 November at 8:10"),
    ],
)
def test_a_moment_further_off_than_a_week_has_its_date(moment: datetime, said: str) -> None:
    assert when(moment, date(2026, 10, 23)) == said
