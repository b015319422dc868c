"""The guide: which doors there are, and which of their steps have been taken."""

from collections.abc import Collection, Mapping
from zoneinfo import ZoneInfo

from bot import clock
from bot.demo import signs
from bot.demo.signs import Arrival
from bot.demo.stage import Stage
from bot.prompts import OURS
from bot.prompts.guide_file import GuideFile, StepFile, read_guide
from bot.services import milestones
from bot.services.milestones import Milestone
from bot.workspace.page.host import Door, Step


def our_guide(accounts: Collection[str]) -> GuideFile:
    """The guide that comes with Mull, checked. PromptMistakes when something is wrong with it."""
    return read_guide(OURS / "guide.yaml", accounts, signs.known())


def doors(guide: GuideFile) -> tuple[Door, ...]:
    """The guide's doors, as the page takes them."""
    return tuple(
        Door(
            door.id,
            door.title,
            door.line,
            door.person,
            tuple(Step(step.id, step.text, step.person, step.place) for step in door.steps),
        )
        for door in guide.doors
    )


class Progress:
    """How far a visitor has come. What was done once stays done.

    Only what somebody did since the visitor stepped into them counts: the company does much the same by itself.
    """

    def __init__(self, guide: GuideFile, stage: Stage, zone: ZoneInfo) -> None:
        self._steps = {door.id: door.steps for door in guide.doors}
        self._stage = stage
        self._zone = zone
        self._arrivals: dict[str, Arrival] = {}
        self._done: dict[str, dict[str, Arrival]] = {door.id: {} for door in guide.doors}

    def arrive(self, who: str) -> None:
        """The visitor has stepped into somebody; the first time counts."""
        self._arrivals.setdefault(who, self._here())

    async def done(self, door_id: str) -> frozenset[str]:
        """The ids of the steps of a door that have been taken."""
        taken = self._done[door_id]
        for step in self._steps[door_id]:
            if step.id not in taken and await self._is_done(step, taken):
                taken[step.id] = self._here()
        return frozenset(taken)

    def _here(self) -> Arrival:
        return Arrival(clock.now(), self._stage.workspace.journal.last)

    async def _is_done(self, step: StepFile, taken: Mapping[str, Arrival]) -> bool:
        if step.at is not None:
            return clock.now() >= step.at.replace(tzinfo=self._zone)
        since = self._arrivals.get(step.person)
        if step.after is not None:
            since = max(since, taken[step.after]) if since and step.after in taken else None
        if since is None or step.did is None:
            return False
        if step.did in signs.WIRE:
            return signs.on_the_wire(step.did, step.person, self._stage.workspace.journal.entries(since.n))
        person, milestone = self._stage.people.ids[step.person], Milestone(step.did)
        return await self._stage.mull.desks.read(milestones.reached, person, milestone, since.at)
