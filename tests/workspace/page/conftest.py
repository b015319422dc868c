"""A small world to draw: two people, a channel for all and one that Ann is not in."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from markupsafe import Markup

from bot.workspace.filling import complete, initial_values
from bot.workspace.page.drawing import Drawing, Surface
from bot.workspace.state import User, World
from tests.workspace.builders import JsonObject
from tests.workspace.page.gallery import DAY

Draw = Callable[..., Markup]


@pytest.fixture
def world() -> World:
    world = World("Hillside", "hillside", "App")
    world.add_user(User("U_ANN", "ann", "Ann Archer"))
    world.add_user(User("U_BEN", "ben", "Ben Baker", tz="America/New_York"))
    world.add_user(User("U_OLD", "old", "Olive Old", deleted=True))
    world.add_channel("public", "staff", ["U_ANN", "U_BEN"], "U_ANN")
    world.add_channel("private", "heads", ["U_BEN"], "U_BEN")
    return world


@pytest.fixture
def viewer(world: World) -> User:
    return world.users["U_ANN"]


@pytest.fixture
def drawing(world: World, viewer: User) -> Drawing:
    return Drawing(world, viewer, datetime.fromtimestamp(DAY, UTC))


@pytest.fixture
def draw(drawing: Drawing) -> Draw:
    """Blocks as an app gives them, drawn on a surface."""

    def drawn(
        *blocks: JsonObject,
        kind: str = "message",
        errors: dict[str, str] | None = None,
        part: str = "",
        entered: dict[str, JsonObject] | None = None,
    ) -> Markup:
        filled = complete(list(blocks))
        values = initial_values(filled) | (entered or {})
        surface = Surface(kind, "1795000000.000100", "C1", values, errors or {}, part)  # type: ignore[arg-type]
        return drawing.blocks(filled, surface)

    return drawn
