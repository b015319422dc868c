"""The company: everybody whom no visitor plays, going about their weeks with the same hands as real people."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot import log
from bot.demo.acts import BECOMES, CAME, DRAFT, KIND, TANK, WHEN, WHERE, WORDED
from bot.demo.gestures import FillsIn, worked
from bot.demo.habits import Customs, StepMade
from bot.demo.stage import Stage, WentWrong
from bot.workspace.screen import Screens
from bot.workspace.state import BOT_USER_ID
from bot.workspace.visiting import seen
from bot.workspace.visitor import Message, NeverHappened, Person, Refusal

TANKS = ("Low", "Half", "Half", "Good", "Good", "Full")
CAMES = ("It came, and I tried", "It came, and I tried", "It came, and I let it pass", "It never came")
BECOMINGS = ("I go on with it", "I go on with it", "It is how I work now: keep it")
KINDS = {"teaching": "Teaching", "leading": "Leading"}
LET_SEE = "run.share"
LOOKED_THROUGH = 8
"""Nobody scrolls back further than this."""

Intention = Callable[[Person], Awaitable[None]]


@dataclass
class Company:
    """Everybody's turns after `since` (aware), one after the other. `played` are those a visitor has stepped into.

    A person whose phone does not work (a visitor may have arranged for it) gives up for this time: it is noted in
    `troubles`, and time goes on.
    """

    stage: Stage
    customs: Customs
    since: datetime
    played: set[str] = field(default_factory=set)
    troubles: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._turns = self.customs.turns(self.since)
        self._next = next(self._turns)

    @property
    def next_at(self) -> datetime:
        """When somebody's next turn is."""
        return self._next.at

    @property
    def nothing_to_do(self) -> bool:
        """Whether whoever is next would do nothing, as things stand."""
        return self._intention() is None

    async def take_turn(self) -> None:
        """Whoever is next has had their turn, unless a visitor plays them."""
        intention, who = self._intention(), self._next.who
        self._next = next(self._turns)
        if intention is None:
            return
        try:
            await intention(self.stage.visitor.person(who))
            await self.stage.calm()
        except (WentWrong, Refusal, NeverHappened) as error:
            self.troubles.append(f"{who}: {error}")
            log.warning("company.gave_up", account=who, error=error)
            self._put_away(who)
        if who in self.played:
            # A visitor stepped into them meanwhile: what they had open is not the visitor's.
            self._put_away(who)

    def step_aside(self, who: str) -> None:
        """A visitor plays this person from now on, and begins with no window open."""
        if who not in self.played:
            self.played.add(who)
            self._put_away(who)

    def _put_away(self, who: str) -> None:
        """Whatever window they had open is closed."""
        if self.stage.workspace.modals.clear(who):
            self.stage.workspace.journal.record("person", "close", user=who)

    def _intention(self) -> Intention | None:
        turn = self._next
        if turn.who in self.played:
            return None
        if turn.step:
            return self._choosing(turn.step)
        intentions = (self._about(turn.who, message) for message in self._messages(turn.who))
        return next((one for one in intentions if one is not None), None)

    def _messages(self, who: str) -> list[Message]:
        """What somebody finds when they look, newest first."""
        world = self.stage.workspace.world
        if (channel := world.found_direct(who, BOT_USER_ID)) is None:
            return []
        screens = Screens(world)
        newest = list(channel.messages.values())[-LOOKED_THROUGH:][::-1]
        return [
            seen.message(screens.message(channel, one, who)) for one in newest if one.author == BOT_USER_ID
        ]

    def _about(self, who: str, message: Message) -> Intention | None:
        offers = {str(one.action_id) for one in message.buttons}
        if "check_in.decline" in offers:
            return self._answering(who, message)
        if "step.follow_up" in offers:
            return self._saying_how_it_went(who, message)
        if "coach.followed_up" in offers:
            return self._seeing_to(who, message)
        return None

    def _answering(self, who: str, message: Message) -> Intention | None:
        habit, day = self.customs.of(who), self._day(message)
        # Drawn for the message and not for the look at it: whoever lets something lie lets it lie.
        chance = self.customs.chance("check-in", who, day)
        tank, fate, shares = chance.choice(TANKS), chance.random(), chance.random() < habit.writes / 4
        if fate < habit.declines:
            return _pressing(message, action_id="check_in.decline")
        if fate < habit.declines + habit.answers * (1 - habit.writes):
            return _pressing(message, text=tank)
        if fate < habit.declines + habit.answers:
            words = {**self.customs.words(who, day), TANK: tank}
            return self._pressing_and_filling_in(message, "check_in.reflect", words, shares=shares)
        return None

    def _saying_how_it_went(self, who: str, message: Message) -> Intention | None:
        day = self._day(message)
        chance = self.customs.chance("nudge", who, day)
        if chance.random() >= self.customs.of(who).answers:
            return None
        said = {CAME: chance.choice(CAMES), BECOMES: chance.choice(BECOMINGS)}
        return self._pressing_and_filling_in(
            message, "step.follow_up", {**self.customs.words(who, day), **said}
        )

    def _seeing_to(self, who: str, message: Message) -> Intention:
        """A coach asks kindly, or has talked with the first of those in the digest."""
        day = self._day(message)
        asks = any(one.action_id == "coach.nudge" for one in message.buttons)
        # A digest that has been drawn again is one they have been busy with already.
        if asks and not message.edited and self.customs.chance("digest", who, day).random() < 0.5:
            return _nudging(message)
        return self._pressing_and_filling_in(message, "coach.followed_up", self.customs.words(who, day))

    def _choosing(self, step: StepMade) -> Intention:
        given = {KIND: KINDS[step.kind], DRAFT: step.words, WORDED: step.words}
        plan = {question: said for question, said in ((WHERE, step.where), (WHEN, step.first)) if said}

        async def choose(person: Person) -> None:
            worked(await person.command("/mull", "step"))
            await self._fill_in(person, given | plan, step.shares)

        return choose

    def _pressing_and_filling_in(
        self, message: Message, action_id: str, given: Mapping[str, str], *, shares: bool = False
    ) -> Intention:
        async def press(person: Person) -> None:
            worked(await person.click(action_id=action_id, ts=message.ts))
            await self._fill_in(person, given, shares)

        return press

    async def _fill_in(self, person: Person, given: Mapping[str, str], shares: bool) -> None:
        """A window is gone through to its end, what it made is shared with the coach or not, and it is closed."""
        await FillsIn(given).play(person, self.stage, None)
        end = await person.modal()
        if end is None:
            return
        if shares and any(one.action_id == LET_SEE for one in end.buttons):
            worked(await person.click(action_id=LET_SEE))
        worked(await person.close())

    def _day(self, message: Message) -> str:
        return datetime.fromtimestamp(float(message.ts), self.customs.zone).date().isoformat()


def _pressing(message: Message, *, text: str | None = None, action_id: str | None = None) -> Intention:
    async def press(person: Person) -> None:
        worked(await person.click(text, action_id=action_id, ts=message.ts))

    return press


def _nudging(message: Message) -> Intention:
    async def nudge(person: Person) -> None:
        worked(await person.click(action_id="coach.nudge", ts=message.ts))
        worked(await person.submit())

    return nudge
