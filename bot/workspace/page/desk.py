"""What the page knows besides the workspace: its host, what was read, what just happened, time that passes."""

from collections.abc import Callable

from bot.workspace.installation import Installation
from bot.workspace.members import Members
from bot.workspace.page.export_view import Exported
from bot.workspace.page.happenings import Happenings
from bot.workspace.page.host import Host
from bot.workspace.page.panel import Explained
from bot.workspace.page.passing import Passing
from bot.workspace.page.reading_marks import ReadingMarks
from bot.workspace.state import World


class Desk:
    """One for each workspace. `troubles` are sentences by account: what went wrong with somebody's last act.

    `entered` counts what was entered in fields: it tells a drawing from before from one from after.
    """

    def __init__(self, workspace: Installation, members: Members, host: Callable[[], Host]) -> None:
        self.workspace = workspace
        self.members = members
        self._host = host
        self.marks = ReadingMarks()
        self.happenings = Happenings(workspace)
        self.explained = Explained()
        self.passing = Passing(lambda until: self.host.pass_time(until))
        self.troubles: dict[str, str] = {}
        self.entered = 0
        self.exported: Exported | None = None

    @property
    def host(self) -> Host:
        return self._host()

    @property
    def world(self) -> World:
        return self.workspace.world
