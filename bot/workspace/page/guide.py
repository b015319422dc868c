"""The guide: the door somebody came in by, its steps, and which of them are done."""

from dataclasses import dataclass
from typing import Any

from bot.workspace.page.host import Door, Host, Step
from bot.workspace.page.whereabouts import Whereabouts, address, name_of
from bot.workspace.state import World

JsonObject = dict[str, Any]


@dataclass(frozen=True)
class StepShown:
    """`next` marks the first that is not done; `who` is named where one has to become somebody else."""

    id: str
    text: str
    url: str
    done: bool
    next: bool
    who: str | None


async def guide(world: World, host: Host, here: Whereabouts) -> JsonObject | None:
    """None without a door."""
    if here.door is None:
        return None
    done = await host.done(here.door)
    left = [step.id for step in here.door.steps if step.id not in done]
    steps = [_shown(world, here, here.door, step, done, left[:1]) for step in here.door.steps]
    return {
        "title": here.door.title,
        "line": here.door.line,
        "steps": steps,
        "done": len(steps) - len(left),
        "leave_url": address(here.viewer.id, here.place, thread=here.thread),
    }


def _shown(
    world: World, here: Whereabouts, door: Door, step: Step, done: frozenset[str], first: list[str]
) -> StepShown:
    elsewhere = step.person != here.viewer.id
    return StepShown(
        step.id,
        step.text,
        address(step.person, step.place, door.id),
        step.id in done,
        step.id in first,
        name_of(world, step.person) if elsewhere else None,
    )
