"""The parts of the page that change by themselves, drawn for one person at one place."""

from collections.abc import Callable
from typing import Any

from bot.workspace.page.conversation import Conversation, page_title
from bot.workspace.page.desk import Desk
from bot.workspace.page.dialog import dialog
from bot.workspace.page.export_view import export_view
from bot.workspace.page.faults_view import faults_view
from bot.workspace.page.guide import guide
from bot.workspace.page.journal_view import journal_view
from bot.workspace.page.panel import panel
from bot.workspace.page.pencil import Pencil
from bot.workspace.page.reactions import CHOICES
from bot.workspace.page.sidebar import sidebar
from bot.workspace.page.templating import draw
from bot.workspace.page.timepiece import timepiece
from bot.workspace.page.whereabouts import Whereabouts, name_of
from bot.workspace.state import BOT_USER_ID

JsonObject = dict[str, Any]


class Regions:
    """`drawn` is HTML by region; a region that has nothing to show is empty."""

    def __init__(self, desk: Desk, here: Whereabouts) -> None:
        self._desk = desk
        self._here = here
        self._pencil = Pencil(desk.world, here.viewer, desk.workspace.files)

    async def drawn(self) -> dict[str, str]:
        desk, here = self._desk, self._here
        if here.channel:
            desk.marks.seen(here.viewer.id, here.channel)
        trouble = desk.troubles.get(here.viewer.id)
        modal = dialog(desk.world, self._pencil, here, trouble)
        said = Conversation(desk.world, self._pencil, here)
        guided = await guide(desk.world, desk.host, here)
        return {
            "sidebar": self._draw("sidebar", sidebar(desk.world, desk.host, desk.marks, here)),
            "main": self._main(said),
            "thread": self._draw("thread", said.thread()),
            "notice": self._draw("notice", {"trouble": trouble} if trouble and not modal else None),
            "modal": self._draw("modal", modal),
            "clock": self._draw("clock", self._clock()),
            "guide": self._draw("guide", guided),
            "step": self._draw("step", guided),
            "panel": self._draw("panel", await panel(desk.host, desk.happenings, desk.explained, here)),
        }

    def _clock(self) -> JsonObject:
        desk = self._desk
        return timepiece(desk.host, desk.passing, desk.workspace.movable_clock, self._here)

    def _main(self, said: Conversation) -> str:
        views: dict[str, Callable[[], JsonObject]] = {
            "home": self._home,
            "export": lambda: export_view(self._desk.world, self._desk.exported, self._here),
            "journal": self._journal,
            "faults": lambda: faults_view(self._desk.workspace),
        }
        view = views.get(self._here.place)
        if view:
            return self._draw(self._here.place, view())
        return self._draw("conversation", said.main())

    def _journal(self) -> JsonObject:
        return journal_view(self._desk.workspace.journal, self._desk.happenings, self._here)

    def _home(self) -> JsonObject:
        home = self._desk.world.homes.get(self._here.viewer.id)
        return {
            "view": home.id if home else None,
            "content": self._pencil.view(home) if home else None,
            "home_url": self._here.url("home"),
            "messages_url": self._here.url("messages"),
        }

    def _draw(self, name: str, context: JsonObject | None) -> str:
        if context is None:
            return ""
        return draw(f"regions/{name}.html", self.common() | context)

    def common(self) -> JsonObject:
        """What every part may say: where one is, what everything is called, what the app offers."""
        desk = self._desk
        return {
            "here": self._here,
            "base": self._here.base,
            "workspace_name": desk.world.name,
            "app_name": name_of(desk.world, BOT_USER_ID),
            "offers": desk.workspace.offers,
            "choices": CHOICES,
            "page_title": page_title(desk.world, self._here),
        }
