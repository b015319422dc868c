"""What the cast does, and when: a fortnight of people behaving like people."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.demo.cast import AMIRA, BEGINS_ON, HELEN, JO, LENA, OWEN, PRIYA, RUTH, TOM, ZONE
from bot.demo.gestures import (
    Answers,
    Closes,
    Commands,
    Gesture,
    Invited,
    OpensHome,
    Removes,
    Sends,
    Taps,
    Types,
)
from bot.domain import calendar


@dataclass(frozen=True)
class Act:
    """On the day of that number (the first is 1), at that time of day in the school's zone, these people do this."""

    day: int
    at: time
    who: tuple[str, ...]
    does: tuple[Gesture, ...]

    @property
    def on(self) -> date:
        """The date it is done on."""
        return BEGINS_ON + timedelta(days=self.day - 1)

    @property
    def moment(self) -> datetime:
        """When, in UTC."""
        return calendar.moment(self.on, self.at, ZoneInfo(ZONE))


def act(day: int, at: str, who: str | tuple[str, ...], *does: Gesture) -> Act:
    """An act, with its time as one would write it: 8:05."""
    hour, minute = at.split(":")
    return Act(day, time(int(hour), int(minute)), (who,) if isinstance(who, str) else who, does)


YES = Taps("Yes, I would like that")
TANK = "How full is the tank today?"
DRAINED = "What took the most out of you?"
TAUGHT = "Which ten minutes of this week would you gladly teach again?"
SET_DOWN = "What would you like to set down before you go on?"
KIND = "Is this about teaching, or about leading?"
DRAFT = "What do you want to be able to do?"
AGAIN = "When it is done, would there be a next time for it?"
LEVERAGE = "What would pupils learn better, if this one thing went well?"
NARROW = "Could you learn it in a few weeks?"
STAGES = "What are its smaller stages?"
TRANSFER = "Would it serve you with another class, or in the next unit?"
WORDED = "How would you put it now, for somebody else to read?"
WHERE = "Where will you practise it first?"
WHEN = "When will the first moment for it be?"
CAME = "Did a moment for it come?"
FURTHER = "What is a little further on than when you chose it?"
LEARNED = "What did trying it show you about yourself?"
BECOMES = "What becomes of the step?"
NEXT = "When might the next moment for it be?"
NOTE = "A note to yourself"


def a_step(words: str, coach: str, *, where: str = "", on: str = "", **answers: str) -> tuple[Gesture, ...]:
    """Going through the four tests of a good step in teaching, to its words and its first occasion."""
    first = {WHERE: where, WHEN: on}
    return (
        Answers({KIND: "Teaching", DRAFT: answers.get("draft", words)}),
        Answers({AGAIN: "Yes, it is something I would do again and again"}),
        Answers({LEVERAGE: answers.get("leverage", "")}),
        Answers({NARROW: "Yes, in a few weeks"}),
        Answers({STAGES: answers.get("stages", "")}),
        Answers({TRANSFER: "Yes, it would"}),
        Answers({f"Next time, could you do it without {coach}?": "Nearly"}),
        Answers({WORDED: words, **{question: answer for question, answer in first.items() if answer}}),
    )


ACTS = (
    # The first week. Everyone is asked once; one says no, and hears nothing more.
    act(1, "8:00", LENA, Invited()),
    act(1, "8:05", AMIRA, Taps("Who can see what"), Closes(), YES),
    act(1, "10:40", (PRIYA, TOM, JO, LENA), YES),
    act(1, "12:50", RUTH, Taps("No, thank you")),
    act(1, "16:20", (OWEN, HELEN), YES),
    # The check-in comes at 8:10. Jo puts it off; Amira answers; Tom taps once and is done.
    act(2, "8:12", JO, Taps("Later")),
    act(
        2,
        "8:14",
        AMIRA,
        Taps("Reflect now"),
        Answers({TANK: "Low"}),
        Answers(
            {DRAINED: "The printer, mostly.", TAUGHT: "Fractions, once they argued about it without me."}
        ),
        Closes(),
    ),
    act(2, "8:31", TOM, Taps("Good")),
    act(
        2,
        "12:35",
        AMIRA,
        OpensHome(),
        Taps("Choose an action step", in_home=True),
        *a_step(
            "Wait three seconds after a question",
            "Priya",
            draft="Stop answering my own questions",
            leverage="The slow thinkers would get a word in.",
            stages="Ask. Count to three in my head. Only then a name.",
            where="In the classroom",
            on="2026-09-17",
        ),
        Taps("Let Priya see this"),
        Closes(),
    ),
    act(3, "7:58", HELEN, Taps("Not this time")),
    # A day late, and in full; and then shared with the one who coaches.
    act(
        3,
        "12:25",
        JO,
        Taps("Reflect now"),
        Answers({TANK: "Half"}),
        Answers({TAUGHT: "The map lesson. Nobody asked me what to do next."}),
        Taps("Let Owen see this"),
        Closes(),
    ),
    act(3, "17:40", OWEN, OpensHome(), Taps("Read", in_home=True), Closes()),
    act(4, "16:05", PRIYA, Taps("Nudge"), Sends()),
    act(
        5,
        "12:30",
        AMIRA,
        Taps("Open"),
        Answers({CAME: "It came, and I tried", FURTHER: "Four hands that never go up."}),
        Answers({LEARNED: "Silence frightens me more than them."}),
        Answers({BECOMES: "I go on with it"}),
        Answers({NEXT: "2026-09-22"}),
        Closes(),
    ),
    act(
        5,
        "16:00",
        PRIYA,
        OpensHome(),
        Taps("Followed up", in_home=True),
        Answers({NOTE: "Ask about the lower table on Tuesday."}),
    ),
    # Quiet hours bind the bot, never the writer.
    act(
        7,
        "21:30",
        HELEN,
        Commands("/mull", "reflect"),
        Answers({TANK: "Low"}),
        Answers({DRAINED: "The budget meeting.", SET_DOWN: "I was short with the site team. I will say so."}),
        Closes(),
    ),
    # The second week. Tom is away, and nothing piles up for him.
    act(
        8,
        "12:40",
        JO,
        Commands("/mull", "step"),
        *a_step(
            "Say the question first, and only then the name",
            "Owen",
            leverage="All of them would have to think.",
            where="In the classroom",
            on="2026-09-23",
        ),
        Taps("Let Owen see this"),
        Closes(),
    ),
    act(9, "8:11", AMIRA, Taps("Full")),
    act(
        9,
        "8:20",
        JO,
        Types("Tired. But Year 5 would not let me stop reading aloud."),
        Taps("Keep it"),
    ),
    act(9, "8:21", JO, Removes()),
    act(10, "7:55", HELEN, Taps("Half")),
    act(
        10,
        "12:40",
        AMIRA,
        Commands("/mull", "step"),
        *a_step("Ask what they noticed before I say what I noticed", "Priya"),
        Taps("Let Priya see this"),
        Closes(),
    ),
    act(11, "16:10", OWEN, Taps("Followed up"), Answers({NOTE: "By phone. Try it in the second half."})),
    act(12, "10:30", LENA, OpensHome()),
    # What was shared can be taken back: then the digests that named it no longer do.
    act(12, "12:20", AMIRA, OpensHome(), Taps("Take it back", in_home=True)),
)
