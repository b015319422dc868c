"""An alarm clock: it calls what app.py hands it, every so often, and owns no state."""

from collections.abc import Awaitable, Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot import clock, log
from bot.errors import MullError

Job = Callable[[], Awaitable[object]]


class Alarm:
    """Interval jobs in memory. One that is still running is not started again; one that fails is tried next time."""

    def __init__(self) -> None:
        self._scheduler = AsyncIOScheduler(timezone="UTC")

    def every(self, seconds: float, name: str, job: Job, *, at_once: bool = False) -> None:
        """`job` is called every `seconds` of real time; with `at_once` for the first time as soon as alarms go off."""
        first = {"next_run_time": clock.wall()} if at_once else {}
        self._scheduler.add_job(
            _careful,
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


async def _careful(name: str, job: Job) -> None:
    try:
        await job()
    except MullError as error:
        log.warning("job.put_off", job=name, error=error)
    except Exception as error:
        log.alert("job.failed", job=name, error=error)
