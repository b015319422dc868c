"""Which machine this is, as far as the locks of a file are concerned."""

import platform
import uuid
from dataclasses import dataclass
from pathlib import Path

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True)
class Machine:
    """A machine by an id that no other has, and by the name its people call it."""

    id: str
    name: str


def this_machine(boot_id: Path = BOOT_ID) -> Machine:
    """The machine that this process runs on.

    It is told by the start of its kernel, which containers on one machine share and no two machines do: SQLite's locks
    reach as far as that. Where a kernel does not say (no Linux), by its network card and its name.
    """
    try:
        started = boot_id.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        started = f"{uuid.getnode():012x}-{platform.node()}"[:64]
    return Machine(started, platform.node() or "without a name")
