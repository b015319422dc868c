"""The people of the fortnight that is played, and their school. All of them are invented."""

from dataclasses import dataclass
from datetime import date

from bot.demo.scene import DATA, Scene
from bot.workspace.seed import PersonSeed, Seed

ZONE = "Europe/London"
SCHOOL_NAME = "Thistledown Primary"
BEGINS_ON = date(2026, 9, 14)
"""A Monday in term: the first day of the demo, whatever day it is."""


@dataclass(frozen=True)
class Character:
    """Somebody of the cast. `part` is what they are, as prompts/sentences.yaml words it (demo_part_…)."""

    id: str
    name: str
    part: str
    coach: str | None = None
    guest: bool = False
    away: tuple[date, date] | None = None

    @property
    def first_name(self) -> str:
        """What a colleague would say."""
        return self.name.split()[0]


AMIRA, PRIYA, TOM, JO, OWEN = "U_AMIRA", "U_PRIYA", "U_TOM", "U_JO", "U_OWEN"
HELEN, LENA, RUTH = "U_HELEN", "U_LENA", "U_RUTH"

CAST = (
    Character(AMIRA, "Amira Shah", "teacher", coach=PRIYA),
    Character(PRIYA, "Priya Nair", "coach"),
    Character(
        TOM,
        "Tom Reyes",
        "teacher",
        coach=PRIYA,
        away=(date(2026, 9, 21), date(2026, 9, 25)),
    ),
    Character(JO, "Jo Lund", "teacher", coach=OWEN),
    Character(OWEN, "Owen Hart", "outside_coach", guest=True),
    Character(HELEN, "Helen Ward", "head", coach=OWEN),
    Character(LENA, "Lena Fox", "lead"),
    Character(RUTH, "Ruth Abell", "teacher"),
)
BY_ID = {one.id: one for one in CAST}


FORTNIGHT = Scene(
    Seed(
        people=[
            PersonSeed(
                id=one.id, name=one.first_name.lower(), real_name=one.name, tz=ZONE, is_restricted=one.guest
            )
            for one in CAST
        ]
    ),
    DATA / "fortnight.yaml",
    {one.id: one.away for one in CAST if one.away},
)
