"""A hand on the page: it presses, types and chooses as the page's script does."""

from collections.abc import Callable
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace.members import Members
from bot.workspace.page import entering
from bot.workspace.page.entering import ActOrder, Raw, SubmitOrder, SuggestOrder
from bot.workspace.server import Workspace
from bot.workspace.state import User
from tests.workspace.builders import JsonObject, actions, home, plain
from tests.workspace.page.gallery import element

Serve = Callable[..., Any]
STRANDS = ("Reading aloud", "Reading along", "Maths talk")


class Hand:
    """Ann's hand on the page: it acts on what is published to her Home, or on her open modal."""

    def __init__(self, workspace: Workspace, heard: list[JsonObject]) -> None:
        self.workspace = workspace
        self.members = Members(workspace)
        self.user: User = workspace.world.users["U_ANN"]
        self.heard = heard

    @property
    def home_id(self) -> str:
        home_tab = self.workspace.world.homes.get("U_ANN")
        return home_tab.id if home_tab else ""

    @property
    def modal_id(self) -> str:
        return self.workspace.world.stack("U_ANN")[-1].id

    async def act(self, action: str, value: Raw = None, **more: Any) -> JsonObject:
        """What the app heard of it: the action. Without one: {}."""
        before = len(self.heard)
        order = {
            "surface": "home",
            "id": self.home_id,
            "block_id": "b",
            "action_id": action,
            "value": value,
        } | more
        await entering.act(self.members, self.user, ActOrder.model_validate(order))
        told: JsonObject = self.heard[-1]["actions"][0] if len(self.heard) > before else {}
        return told

    async def suggest(self, action: str, typed: str) -> JsonObject:
        order = SuggestOrder(surface="home", id=self.home_id, block_id="b", action_id=action, typed=typed)
        return await entering.suggest(self.members, self.user, order)

    async def submit(self, **values: Raw) -> Any:
        by_block: dict[str, dict[str, Raw]] = {block: {"a": value} for block, value in values.items()}
        order = SubmitOrder(id=self.modal_id, values=by_block)
        return await entering.submit(self.members, self.user, order)

    @property
    def state(self) -> JsonObject:
        return self.workspace.world.homes["U_ANN"].values


async def publish(client: AsyncWebClient, *blocks: JsonObject) -> None:
    await client.views_publish(user_id="U_ANN", view=home(*blocks))


def block_with(kind: str, **more: Any) -> JsonObject:
    if kind in ("icon_button", "feedback_buttons"):
        return {"type": "context_actions", "block_id": "b", "elements": [element(kind, **more)]}
    if kind in ("button", "workflow_button", "overflow"):
        return actions(element(kind, **more)) | {"block_id": "b"}
    dispatching = {} if kind == "file_input" else {"dispatch_action": True}
    named = {"type": "input", "block_id": "b", "label": plain("Field")}
    return named | dispatching | {"element": element(kind, **more)}
