"""A school's file to begin with, small and whole, and what a test does to it."""

from pathlib import Path

from bot.domain.schools import Asked, Listed, NotListed
from bot.prompts import Prompts
from bot.services.desk import Desks
from bot.services.school_file import read_schools
from bot.services.school_wishes import Wishes, people_named, wishes
from bot.services.schools import Outcome, apply
from bot.services.workspaces import Identity

TEAM = Identity("T1", "Local", "UMULL", "BMULL")

OAKFIELD = """\
schools:
  oakfield:
    name: Oakfield Primary
    zone: Europe/London
    people:
      hana: {slack: U_HANA, roles: [leader]}
      sam: {slack: U_SAM, roles: [teacher], manager: hana}
      priya: {slack: U_PRIYA, roles: [coach, teacher], manager: hana}
      ravi: {slack: U_RAVI, roles: [coach]}
    programmes:
      coaching:
        name: Coaching
        pairs:
          - {coach: priya, coachee: sam}
          - {coach: ravi, coachee: hana}
    check_ins:
      weekly: {flow: weekly-reflection, for: teacher, on: monday, at: 8:00}
    digests:
      round-up: {on: thursday, at: 15:30}
"""

HILLSIDE = """\
schools:
  hillside:
    name: Hillside
    zone: Europe/London
    people:
      ravi: {slack: U_RAVI, roles: [coach]}
      sam: {slack: U_SAM, roles: [teacher], manager: priya}
      priya: {slack: U_PRIYA, roles: [leader]}
"""

NAMES = {"U_HANA": "Hana Ito", "U_SAM": "Sam Ray", "U_PRIYA": "Priya Nair", "U_RAVI": "Ravi Bell"}


def listed(asked: Asked) -> Listed | NotListed:
    """What a Slack with these four people in it would say."""
    if asked.value in NAMES:
        return Listed(asked.value, NAMES[asked.value], "Europe/London")
    return NotListed("is unknown to Slack", "Correct it")


def wished(folder: Path, text: str, prompts: Prompts) -> Wishes:
    """What a file of this text asks for."""
    (folder / "school.yaml").write_text(text, encoding="utf-8")
    document, file = read_schools(folder / "school.yaml")
    return wishes(document, file, {one: listed(one) for one in people_named(file).values()}, prompts)


class Office:
    """Somebody who keeps the school's file."""

    def __init__(self, desks: Desks, folder: Path) -> None:
        self.desks, self.folder = desks, folder

    def apply(self, text: str, *, invite: bool = False) -> Outcome:
        """The school is as this text says."""
        asked = wished(self.folder, text, self.desks.prompts)
        return self.desks.do(apply, TEAM, asked, invite=invite)
