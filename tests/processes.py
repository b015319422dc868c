"""Real processes that do the same thing at the same moment."""

from collections.abc import Callable, Sequence
from multiprocessing import get_context
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Barrier
from typing import TypeVar

Given = TypeVar("Given")

_spawn = get_context("spawn")
PATIENCE_SECONDS = 60


def at_once(work: Callable[[Given], object], trials: Sequence[Given], processes: int = 2) -> list[str]:
    """Each process does `work` with every trial, all of them beginning each one together; what went wrong."""
    barrier = _spawn.Barrier(processes)
    wrong: SimpleQueue[str] = _spawn.SimpleQueue()
    started = [_spawn.Process(target=_each, args=(work, trials, barrier, wrong)) for _ in range(processes)]
    for process in started:
        process.start()
    for process in started:
        process.join()
    said = []
    while not wrong.empty():
        said.append(str(wrong.get()))
    return said + [f"ended with {process.exitcode}" for process in started if process.exitcode]


def _each(
    work: Callable[[Given], object],
    trials: Sequence[Given],
    barrier: Barrier,
    wrong: SimpleQueue[str],
) -> None:
    for number, trial in enumerate(trials):
        barrier.wait(PATIENCE_SECONDS)
        try:
            work(trial)
        except Exception as error:
            wrong.put(f"trial {number}: {error!r}"[:300])
