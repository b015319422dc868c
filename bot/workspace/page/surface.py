"""One surface on the page, such as a message, and the ids of what is drawn on it."""

from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import quote

from bot.workspace.filling import Values

JsonObject = dict[str, Any]


@dataclass(frozen=True)
class Surface:
    """What blocks stand on: `id` is a message's ts or a view's id, `errors` are sentences by block_id.

    `part` tells two drawings of one surface on one page apart, such as a message that is shown in its
    channel and again above its thread.
    """

    kind: Literal["message", "home", "modal"]
    id: str
    channel: str | None = None
    values: Values = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    part: str = ""

    def element_id(self, *names: str) -> str:
        """An HTML id, the only one of its kind on the page; without spaces, whatever the names hold."""
        return ":".join(quote(name, safe="") for name in (self.part or self.kind, self.id, *names))
