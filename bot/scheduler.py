"""An alarm clock: it calls what app.py hands it, every so often, and knows when it last could."""

import asyncio
from collections.abc import Awaitable, Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot import clock, log
from bot.errors import MullError

Job = Callable[[], Awaitable[object]]


class Alarm:
    """Interval jobs in memory. One that is still running is not started again; one that fails is tried next time."""

    def __init__(self) -> None:
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._done_at: dict[str, float] = {}

    def every(self, seconds: float, name: str, job: Job, *, at_once: bool = False) -> None:
        """`job` is called every `seconds` of real time; with `at_once` for the first time as soon as alarms go off."""
        first = {"next_run_time": clock.wall()} if at_once else {}
        self._scheduler.add_job(
            self._careful,
            "interval",
            args=[name, job],
            seconds=seconds,
            id=name,
            coalesce=True,
            max_instances=1,
            # A busy second makes a job late, and a late plan is worth more than none for ten minutes.
            misfire_grace_time=None,
            **first,
        )

    def start(self) -> None:
        """The alarms go off from now on."""
        self._scheduler.start()

    def stop(self) -> None:
        """No alarm goes off any more."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def since(self, name: str) -> float | None:
        """How many seconds ago this job was last done without trouble; None if it never was."""
        at = self._done_at.get(name)
        return None if at is None else clock.elapsed() - at

    def ages(self) -> dict[str, float]:
        """How many seconds ago each job was last done without trouble."""
        return {name: clock.elapsed() - at for name, at in self._done_at.items()}

    async def _careful(self, name: str, job: Job) -> None:
        try:
            await job()
            self._done_at[name] = clock.elapsed()
        except MullError as error:
            log.warning("job.put_off", job=name, error=error)
        except Exception as error:
            log.alert("job.failed", job=name, error=error)
        except asyncio.CancelledError:
            # The alarms were stopped while it ran, which is no trouble: it is done again at the next start.
            return
