"""The whole torture: named deaths, storms, freezes and wrong designs, on both databases; a table; a verdict."""

import argparse
import asyncio
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import uuid4

from rich.console import Console
from rich.table import Table

from bot import clock, settings
from tests.stores import StoreUrls, create, migrated, named, postgres_server
from tests.torture import points, promises, storm
from tests.torture.designs import Design
from tests.torture.school import Load
from tests.torture.storm import Outcome, Plan

DATABASES = ("sqlite", "postgresql")

STORM = Plan(
    "storm",
    Load(workspaces=20, teachers=64, typed=2, newcomers=5, stream_seconds=240),
    kills=320,
    planning_kills=20,
)
FREEZES = Plan(
    "freezes",
    Load(workspaces=10, teachers=40, typed=2, newcomers=5, stream_seconds=60),
    freezes=24,
    replicas=4,
    seed=2,
    most_seconds=240,
)
WRONG = Plan(
    "",
    Load(workspaces=8, teachers=15, typed=2, newcomers=3, stream_seconds=22),
    kills=40,
    seed=3,
    most_seconds=120,
)
SHORT = Plan(
    "storm",
    Load(workspaces=8, teachers=8, typed=2, newcomers=1, stream_seconds=10),
    kills=20,
    planning_kills=4,
    most_seconds=90,
)
DESIGNS = (Design.RESEND, Design.RECORD_FIRST)
TABLE_WIDTH = 120


@dataclass
class Trial:
    """What is found as it goes on. `wrong`: promises that were not kept."""

    console: Console
    folder: Path
    outcomes: list[tuple[str, Outcome]] = field(default_factory=list)
    deaths: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    begun: float = field(default_factory=clock.elapsed)

    def say(self, what: str) -> None:
        minutes, seconds = divmod(int(clock.elapsed() - self.begun), 60)
        self.console.print(f"{minutes:2}:{seconds:02}  {what}", highlight=False)

    async def die_everywhere(self, database: str, stores: "Stores") -> None:
        """A death at every named point."""
        died = 0
        for deaths in points.POINTS:
            fate = await points.die_at(deaths, stores.fresh(database), self.folder)
            died += len(deaths) if fate.died else 0
            if not fate.well:
                self.wrong.append(f"{database}: a death {points.name(deaths)}: {fate}")
            self.say(f"{database}: died {points.name(deaths)}: {'well' if fate.well else fate}")
        self.deaths[database] = died

    async def weather(self, database: str, plan: Plan, stores: "Stores", *, to_fail: bool = False) -> None:
        """One storm, and whether its promises were kept."""
        where = f"{database} {plan.name}"
        outcome = await storm.weather(
            plan, stores.fresh(database), self.folder, lambda what: self.say(f"{where}: {what}")
        )
        self.outcomes.append((database, outcome))
        self.wrong += [f"{where}: not so: {one}" for one in promises.broken(outcome, to_fail=to_fail)]


class Stores:
    """Fresh stores on either database, for as long as the torture lasts."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server: str | None = None

    def fresh(self, database: str) -> StoreUrls:
        """Two stores that nobody has used."""
        name = uuid4().hex
        if database == "sqlite":
            urls = StoreUrls(*(f"sqlite:///{self._folder}/{name}/{part}.db" for part in ("mull", "keys")))
        else:
            urls = StoreUrls(*(self._on_server(f"{part}_{name}") for part in ("mull", "keys")))
        migrated(urls.database, urls.keys)
        return urls

    def _on_server(self, name: str) -> str:
        assert self._server is not None
        create(self._server, name)
        return named(self._server, name)

    @contextmanager
    def serving(self, databases: tuple[str, ...]) -> Iterator[None]:
        """With a PostgreSQL server, if that is one of them."""
        if "postgresql" not in databases:
            yield
            return
        server = postgres_server(self._folder)
        self._server = server.get_uri()
        try:
            yield
        finally:
            server.cleanup()


def main(args: argparse.Namespace) -> int:
    """0 when every promise was kept."""
    settings.drop_proxies()
    # Whatever hangs, and wherever: this ends it.
    signal.alarm(int(args.minutes * 60) + 60)
    with tempfile.TemporaryDirectory(prefix="mull-torture-") as folder:
        # In a file the table has the room it needs.
        console = Console(width=None if sys.stdout.isatty() else TABLE_WIDTH)
        trial = Trial(console, Path(folder))
        databases = (args.database,) if args.database else DATABASES
        stores = Stores(Path(folder))
        with stores.serving(databases):
            try:
                asyncio.run(asyncio.wait_for(_all(trial, databases, stores, args), args.minutes * 60))
            except TimeoutError:
                trial.wrong.append(f"It was not through after {args.minutes:g} minutes.")
    return verdict(trial)


async def _all(trial: Trial, databases: tuple[str, ...], stores: Stores, args: argparse.Namespace) -> None:
    for database in databases:
        if args.design:
            design = Design(args.design)
            plan = SHORT if args.short else STORM if design == Design.OURS else WRONG
            await trial.weather(database, replace(plan, name=design, design=design), stores)
            continue
        if args.short:
            await trial.weather(database, SHORT, stores)
            continue
        await trial.die_everywhere(database, stores)
        await trial.weather(database, STORM, stores)
        await trial.weather(database, FREEZES, stores)
        for design in DESIGNS:
            await trial.weather(database, replace(WRONG, name=design, design=design), stores, to_fail=True)


def verdict(trial: Trial) -> int:
    """The table is printed, and what was not kept; 0 when all was."""
    trial.console.print(table(trial))
    for database, died in trial.deaths.items():
        trial.console.print(f"{database}: {died} processes died at named points of the path.")
    for sentence in trial.wrong:
        trial.console.print(sentence, style="red", highlight=False)
    trial.console.print("Every promise was kept." if not trial.wrong else "The torture found something.")
    return 1 if trial.wrong else 0


def table(trial: Trial) -> Table:
    """A row for each storm."""
    made = Table(title="After the storm, counted in Slack")
    for column in ("database", "what"):
        made.add_column(column)
    for column in (
        "seconds",
        "kills",
        "freezes",
        "to send",
        "in Slack",
        "lost",
        "doubled",
        "noticed",
        "skipped",
    ):
        made.add_column(column, justify="right")
    for database, it in trial.outcomes:
        count = it.count
        numbers = (round(it.seconds), it.killed, it.frozen, count.wanted, count.messages)
        made.add_row(
            database,
            it.plan.name,
            *(f"{number:,}" for number in numbers),
            f"{count.lost} ({count.lost_percent:.1f} %)",
            f"{count.doubled} ({count.doubled_percent:.1f} %)",
            str(count.noticed),
            ", ".join(f"{number} {reason}" for reason, number in count.skipped.items()) or "0",
        )
    return made
