"""Where the torture's processes come from: forked off one that has imported everything, and has no thread."""

import signal
from multiprocessing import get_context
from multiprocessing.context import ForkServerContext, ForkServerProcess

from bot import settings

PROCESSES: ForkServerContext = get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.torture.warm"])
Process = ForkServerProcess

LONGEST_SECONDS = 1500
"""Whatever becomes of the one who started it, a process is gone after so long."""


def cleanly() -> None:
    """This process ends by itself some day, is not stopped by the terminal, and asks no proxy."""
    signal.alarm(LONGEST_SECONDS)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    settings.drop_proxies()
