"""What a school's file asks for, with everything in it that cannot be: all told at once, each with its line."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.domain import calendar
from bot.domain.schools import Asked, Facts, Listed, NotListed, Noun, Thing
from bot.models import Role, ScheduleKind
from bot.prompts import Prompts
from bot.prompts.documents import Document, Path_
from bot.prompts.mistakes import Mistake, nearest
from bot.services.school_file import (
    CheckInFile,
    DigestFile,
    MemberFile,
    PairFile,
    ProgrammeFile,
    SchoolFile,
    SchoolsFile,
)
from bot.services.school_hours import Hours
from bot.services.school_words import Words

SMALLEST_GROUP = 5
"""No school may show figures for fewer: they would tell who said what."""

People = Mapping[Asked, Listed | NotListed]


@dataclass
class Wishes:
    """The records a file asks for, where each stands in it, and what is wrong. Nothing may be done with mistakes.

    `names`: what to call whoever has an account. Somebody who could not be found has a made-up account, so
    that what else is wrong with them is told too.
    """

    document: Document
    records: dict[Thing, Facts] = field(default_factory=dict)
    paths: dict[Thing, Path_] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)

    def add(self, noun: Noun, keys: Iterable[str], path: Path_, facts: Facts) -> None:
        """One record. Asking for the same twice is a mistake."""
        thing = Thing(noun, tuple(keys))
        if thing in self.records:
            self.mistake(f"this {noun} stands here twice", "Keep one of the two", *path)
        self.records[thing], self.paths[thing] = facts, path

    def mistake(self, what: str, do: str, *path: str | int) -> None:
        """Something is wrong at this path of the file."""
        self.mistakes.append(self.document.mistake(what, do, *path))

    def accounts(self) -> list[str]:
        """Everyone's account."""
        return [thing.keys[0] for thing in self.records if thing.noun is Noun.PERSON]


def people_named(file: SchoolsFile) -> dict[str, Asked]:
    """How to look up each person of a file, by their key in it; those it gives no account for are left out."""
    found: dict[str, Asked] = {}
    for school in file.schools.values():
        for key, member in school.people.items():
            if asked := _asked(member):
                found.setdefault(key, asked)
    return found


def _asked(member: MemberFile) -> Asked | None:
    if member.slack:
        return Asked("slack", member.slack)
    return Asked("email", member.email.casefold()) if member.email else None


def wishes(document: Document, file: SchoolsFile, listed: People, prompts: Prompts) -> Wishes:
    """The records a file asks for, `listed` being what Slack says of `people_named`."""
    reading = _Reading(document, file, listed, prompts)
    for key, school in file.schools.items():
        reading.school(key, school)
    return reading.wishes


class _Reading:
    def __init__(self, document: Document, file: SchoolsFile, listed: People, prompts: Prompts) -> None:
        self.wishes = Wishes(document)
        self._words, self._folder = Words(self.wishes.mistake), Path(document.file).parent
        self.prompts = prompts
        self._named = people_named(file)
        self._listed = listed
        self._seen: set[str] = set()
        self._keys: dict[str, str] = {}
        self._everyone = {key for school in file.schools.values() for key in school.people}

    def school(self, key: str, school: SchoolFile) -> None:
        at = ("schools", key)
        hours = Hours(school, at, self._words, self.wishes.mistake, self._folder)
        for person, member in school.people.items():
            self._member(key, person, member, (*at, "people", person))
        for programme, written in school.programmes.items():
            self._programme(key, programme, written, school, (*at, "programmes", programme))
        for name, check_in in school.check_ins.items():
            self._schedule(key, name, check_in, hours, (*at, "check_ins", name))
        for name, digest in school.digests.items():
            self._schedule(key, name, digest, hours, (*at, "digests", name))
        self.wishes.add(Noun.SCHOOL, (key,), at, self._school_facts(school, hours, at))

    def _school_facts(self, school: SchoolFile, hours: Hours, at: Path_) -> Facts:
        if school.minimum_group < SMALLEST_GROUP:
            what = f"figures for fewer than {SMALLEST_GROUP} people would tell who said what"
            self.wishes.mistake(what, f"Make it {SMALLEST_GROUP} or more", *at, "minimum_group")
        return {
            "name": school.name,
            **hours.facts,
            "safeguarding_lead": school.safeguarding_lead,
            "support_lines": [{"name": line.name, "contact": line.contact} for line in school.support_lines],
            "minimum_group": school.minimum_group,
        }

    def _member(self, school: str, key: str, member: MemberFile, at: Path_) -> None:
        self._same_account(key, member, at)
        account = self._person(key, member, at)
        manager = self._account(member.manager, *at, "manager") if member.manager else None
        if manager == account:
            self.wishes.mistake(f"'{key}' is their own line manager", "Name somebody else", *at, "manager")
        days = self._words.weekdays(member.days, *at, "days") if member.days else None
        facts = {"roles": self._roles(member.roles, at), "manager": manager, "working_days": days}
        self.wishes.add(Noun.MEMBERSHIP, (school, account), at, facts)

    def _same_account(self, key: str, member: MemberFile, at: Path_) -> None:
        if member.slack and member.email:
            self.wishes.mistake(f"'{key}' has an id and an e-mail", "Keep one of the two", *at)
        elif (asked := _asked(member)) and asked != self._named[key]:
            what = f"'{key}' has another account in this file already"
            self.wishes.mistake(what, "Give the account once, or call one of them something else", *at)

    def _person(self, key: str, member: MemberFile, at: Path_) -> str:
        """Their account. The first school that names somebody says what they are called."""
        asked = self._named.get(key)
        entry = self._listed.get(asked) if asked else None
        if isinstance(entry, Listed) and (other := self._keys.setdefault(entry.account, key)) != key:
            what = f"'{other}' and '{key}' have one account, that of {entry.name}"
            self.wishes.mistake(what, "Keep one of the two, or correct the account", *at)
            return f"?{key}"
        if key not in self._seen:
            self._seen.add(key)
            self._first_named(key, asked, entry, member, at)
        return entry.account if isinstance(entry, Listed) else f"?{key}"

    def _first_named(
        self, key: str, asked: Asked | None, entry: Listed | NotListed | None, member: MemberFile, at: Path_
    ) -> None:
        if asked is None:
            self.wishes.mistake(f"'{key}' has no account", "Add 'slack: U…' or 'email: …'", *at)
        elif isinstance(entry, NotListed):
            self.wishes.mistake(f"'{key}' {entry.why}", entry.do, *at, asked.by)
        elif isinstance(entry, Listed):
            name = member.name or entry.name
            self.wishes.names[entry.account] = name
            self.wishes.add(Noun.PERSON, (entry.account,), at, {"name": name, "zone": entry.zone})

    def _programme(
        self, school: str, key: str, programme: ProgrammeFile, around: SchoolFile, at: Path_
    ) -> None:
        starts = self._words.maybe_day(programme.starts, *at, "starts")
        ends = self._words.maybe_day(programme.ends, *at, "ends")
        if starts and ends and ends < starts:
            self.wishes.mistake("this programme ends before it begins", "Swap the two dates", *at, "ends")
        facts = {
            "name": programme.name,
            "aim": programme.aim,
            "starts_on": starts,
            "ends_on": ends,
            "sessions": programme.sessions,
        }
        self.wishes.add(Noun.PROGRAMME, (school, key), at, facts)
        for index, pair in enumerate(programme.pairs):
            path = (*at, "pairs", index)
            coach, coachee = (
                self._colleague(person, around, *path, part)
                for person, part in ((pair.coach, "coach"), (pair.coachee, "coachee"))
            )
            if pair.coach == pair.coachee:
                self.wishes.mistake(f"'{pair.coach}' is their own coach", "Name somebody else", *path)
            talks = {"talks": self._talks(pair, around.zone, path)}
            self.wishes.add(Noun.PAIR, (school, key, coach, coachee), path, talks)

    def _talks(self, pair: PairFile, zone: str, at: Path_) -> list[datetime]:
        """The talks a pair has agreed on, in UTC, in order; the file says them by the school's clock."""
        said = (self._words.day_and_time(talk, *at, "talks", index) for index, talk in enumerate(pair.talks))
        if zone not in calendar.known_zones():
            return []
        return sorted({calendar.moment(one.date(), one.time(), ZoneInfo(zone)) for one in said if one})

    def _schedule(
        self, school: str, key: str, written: DigestFile | CheckInFile, hours: Hours, at: Path_
    ) -> None:
        flow_id = written.flow if isinstance(written, CheckInFile) else None
        role = self._role(written.audience, *at, "for")
        if flow_id is not None:
            self._flow(flow_id, role, *at, "flow")
        weekday, when = self._words.weekday(written.on, *at, "on"), self._words.time(written.at, *at, "at")
        hours.check(written, weekday, when, *at)
        facts = {
            "kind": ScheduleKind.DIGEST if flow_id is None else ScheduleKind.CHECK_IN,
            "flow_id": flow_id,
            "role": role,
            "weekday": weekday,
            "at": when,
            "starts_on": self._words.maybe_day(written.starts, *at, "starts"),
        }
        self.wishes.add(Noun.SCHEDULE, (school, key), at, facts)

    def _flow(self, flow_id: str, role: str, *path: str | int) -> None:
        flow = self.prompts.flows.get(flow_id)
        if flow is None:
            self.wishes.mistake(f"there is no flow '{flow_id}'", nearest(flow_id, self.prompts.flows), *path)
        elif flow.makes == "follow_up":
            what = f"'{flow_id}' looks back at one step, and cannot come round by itself"
            self.wishes.mistake(what, "Choose another flow", *path)
        elif role in list(Role) and role not in flow.audience:
            do = f"It is for: {', '.join(flow.audience)}"
            self.wishes.mistake(f"the flow '{flow_id}' is not for a {role}", do, *path)

    def _account(self, key: str, *path: str | int) -> str:
        """The account of somebody this file names."""
        if key not in self._everyone:
            self.wishes.mistake(f"there is nobody called '{key}'", nearest(key, self._everyone), *path)
        asked = self._named.get(key)
        entry = self._listed.get(asked) if asked else None
        return entry.account if isinstance(entry, Listed) else f"?{key}"

    def _colleague(self, key: str, school: SchoolFile, *path: str | int) -> str:
        if key in self._everyone and key not in school.people:
            what = f"'{key}' is not among the people of this school"
            self.wishes.mistake(what, "Add them there, with the roles they have in it", *path)
        return self._account(key, *path)

    def _roles(self, roles: list[str], at: Path_) -> list[str]:
        known = [self._role(role, *at, "roles", index) for index, role in enumerate(roles)]
        return [role for role in Role if role in known]

    def _role(self, role: str, *path: str | int) -> str:
        if role not in list(Role):
            self.wishes.mistake(f"there is no role '{role}'", nearest(role, Role), *path)
        return role
