"""Whoever dies at any named point of the path leaves nothing lost and nothing doubled."""

from pathlib import Path

import pytest

from tests.stores import StoreUrls
from tests.torture import points
from tests.torture.points import POINTS, Deaths


@pytest.mark.parametrize("deaths", POINTS, ids=points.name)
async def test_a_death_here_loses_and_doubles_nothing(
    deaths: Deaths, store_urls: StoreUrls, tmp_path: Path
) -> None:
    fate = await points.die_at(deaths, store_urls, tmp_path)
    assert fate.died, "nobody came past this point"
    assert fate.settled
    assert (fate.count.lost, fate.count.doubled) == (0, 0)
    assert fate.count.messages == fate.count.wanted
