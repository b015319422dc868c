"""What the torture promises of each storm, and whether it was kept."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.torture.designs import Design
from tests.torture.storm import Outcome

DOUBLED_WHEN_FROZEN = 1 / 1000
"""Nothing can keep a process that freezes between its last look at the lease and its first byte from sending."""


@dataclass(frozen=True)
class Promise:
    """A sentence, and whether it holds of an outcome."""

    says: str
    holds: Callable[[Outcome], bool]


CAME_TO_ITS_END = (
    Promise("everything was settled, in time", lambda it: it.settled),
    Promise("no replica ended by itself", lambda it: it.fallen == 0),
    Promise("it was killed and frozen as often as it should be", lambda it: _as_often(it)),
    Promise("as much was to be sent as was meant", lambda it: it.count.wanted == it.plan.load.letters),
)
NOTHING_LOST = Promise("nothing was lost", lambda it: it.count.lost == 0)
NOTHING_DOUBLED = Promise("nothing was doubled", lambda it: it.count.doubled == 0)
HARDLY_DOUBLED = Promise(
    "at most 1 in 1,000 was doubled", lambda it: it.count.doubled <= DOUBLED_WHEN_FROZEN * it.count.wanted
)
EACH_NOTICED = Promise("each that was doubled was noticed", lambda it: it.count.noticed == it.count.doubled)
FAILS = {
    Design.RESEND: Promise(
        "resending what is not recorded doubles, and the torture sees it", lambda it: it.count.doubled > 0
    ),
    Design.RECORD_FIRST: Promise(
        "recording before sending loses, and the torture sees it", lambda it: it.count.lost > 0
    ),
}


def promised(outcome: Outcome, *, to_fail: bool) -> tuple[Promise, ...]:
    """What should hold of this one. `to_fail`: its design is run to see the torture find it out."""
    if to_fail:
        return (*CAME_TO_ITS_END[:1], FAILS[outcome.plan.design])
    if outcome.plan.freezes:
        return (*CAME_TO_ITS_END, NOTHING_LOST, HARDLY_DOUBLED, EACH_NOTICED)
    return (*CAME_TO_ITS_END, NOTHING_LOST, NOTHING_DOUBLED)


def broken(outcome: Outcome, *, to_fail: bool) -> list[str]:
    """The promises that were not kept, as sentences."""
    return [one.says for one in promised(outcome, to_fail=to_fail) if not one.holds(outcome)]


def _as_often(outcome: Outcome) -> bool:
    # A freeze is left out while all others but one stand still already.
    plan = outcome.plan
    return outcome.killed == plan.planning_kills + plan.kills and outcome.frozen >= 0.8 * plan.freezes
