"""The rows behind a school's records: found by what a file calls them, and written from its facts."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from bot.domain.schools import Facts, Noun, Thing
from bot.models import (
    Account,
    Base,
    Membership,
    Pairing,
    PairingState,
    Person,
    Programme,
    Schedule,
    School,
    Workspace,
)
from bot.services.desk import Desk
from bot.services.school_talks import Talks

FACTS = {
    Noun.SCHOOL: (
        "name",
        "zone",
        "nation",
        "quiet_from",
        "quiet_until",
        "quiet_days",
        "after_school",
        "calendar",
        "slots",
        "safeguarding_lead",
        "support_lines",
        "minimum_group",
    ),
    Noun.PERSON: ("name", "zone"),
    Noun.MEMBERSHIP: ("roles", "working_days"),
    Noun.PROGRAMME: ("name", "aim", "starts_on", "ends_on", "sessions"),
    Noun.PAIR: (),
    Noun.SCHEDULE: ("kind", "flow_id", "role", "weekday", "at", "starts_on"),
}
"""The columns of each that a file decides."""


class Rows:
    """The rows of some schools of a workspace; `people` by account, `accounts` and `schools` by id.

    Schools, people and programmes that a file no longer names stay as they are: `records` leaves them out. So it
    does pairs that have ended and schedules no longer active; their rows are used again when a file names them.
    """

    def __init__(self, desk: Desk, team_id: str, wished: Mapping[Thing, Facts]) -> None:
        self._session, self._now = desk.session, desk.now
        self._wished = wished
        self._rows: dict[Thing, Base] = {}
        self.people: dict[str, Person] = {}
        self.accounts: dict[UUID, str] = {}
        self.schools: dict[UUID, str] = {}
        self.workspace = self._session.scalars(
            select(Workspace).where(Workspace.team_id == team_id)
        ).one_or_none()
        if self.workspace is not None:
            self._find(self.workspace.id)

    def _find(self, workspace_id: UUID) -> None:
        of_account = (
            select(Account.slack_user_id, Person)
            .join(Person, Person.id == Account.person_id)
            .where(Account.workspace_id == workspace_id)
        )
        self.people = {account: person for account, person in self._session.execute(of_account)}  # noqa: C416 - rows, typed
        self.accounts = {person.id: account for account, person in self.people.items()}
        self._keep(Noun.PERSON, self.people.values(), lambda row: (self.accounts[row.id],))
        keys = {thing.keys[0] for thing in self._wished if thing.noun is Noun.SCHOOL}
        schools = self._all(School, School.workspace_id == workspace_id, School.key.in_(keys))
        self.schools = {school.id: school.key for school in schools}
        self._keep(Noun.SCHOOL, schools, lambda row: (row.key,))
        self._find_in_schools()

    def _find_in_schools(self) -> None:
        key, account, ids = self.schools, self.accounts, list(self.schools)
        members = self._all(Membership, Membership.school_id.in_(ids))
        here = [row for row in members if row.person_id in account]
        self._keep(Noun.MEMBERSHIP, here, lambda row: (key[row.school_id], account[row.person_id]))
        schedules = self._all(Schedule, Schedule.school_id.in_(ids))
        self._keep(Noun.SCHEDULE, schedules, lambda row: (key[row.school_id], row.key))
        programmes = self._all(Programme, Programme.school_id.in_(ids))
        self._keep(Noun.PROGRAMME, programmes, lambda row: (key[row.school_id], row.key))
        names = {row.id: (key[row.school_id], row.key) for row in programmes}
        pairs = self._all(Pairing, Pairing.programme_id.in_(list(names)))
        self._talks = Talks(self._session, self._now, [row.id for row in pairs])
        self._keep(
            Noun.PAIR,
            [row for row in pairs if row.coach_id in account and row.coachee_id in account],
            lambda row: (*names[row.programme_id], account[row.coach_id], account[row.coachee_id]),
        )

    def _all(self, table: type[Any], *where: Any) -> list[Any]:
        return list(self._session.scalars(select(table).where(*where)))

    def _keep(self, noun: Noun, rows: Iterable[Any], keys: Callable[[Any], tuple[str, ...]]) -> None:
        self._rows |= {Thing(noun, keys(row)): row for row in rows}

    def records(self) -> dict[Thing, Facts]:
        """What stands now, of what a file has a say in."""
        return {
            thing: self._facts(thing, row) for thing, row in self._rows.items() if self._stands(thing, row)
        }

    def _stands(self, thing: Thing, row: Any) -> bool:
        match thing.noun:
            case Noun.PAIR:
                return bool(row.state is not PairingState.ENDED)
            case Noun.SCHEDULE:
                return bool(row.active)
            case Noun.MEMBERSHIP:
                return True
        return thing in self._wished

    def _facts(self, thing: Thing, row: Any) -> Facts:
        facts = {name: getattr(row, name) for name in FACTS[thing.noun]}
        if thing.noun is Noun.MEMBERSHIP:
            facts["manager"] = self.accounts.get(row.manager_id)
        if thing.noun is Noun.PAIR:
            facts["talks"] = self._talks.facts(row.id, self._wished.get(thing, {}).get("talks", ()))
        return facts

    def kind_of(self, thing: Thing) -> str | None:
        """What this schedule is, or was before it became inactive."""
        row = self._rows.get(thing)
        return row.kind if isinstance(row, Schedule) else None

    def members(self, school: str) -> set[str]:
        """The accounts of everyone in a school."""
        return {
            thing.keys[1] for thing in self._rows if thing.noun is Noun.MEMBERSHIP and thing.keys[0] == school
        }

    def write(self, thing: Thing, facts: Facts) -> None:
        """The row says what the file does. What it needs (its school, its people) has been written before."""
        values = dict(facts)
        talks = values.pop("talks", None)
        if "manager" in values:
            manager = values.pop("manager")
            values["manager_id"] = self.people[manager].id if manager else None
        row = self._rows.get(thing)
        if row is None:
            row = self._rows[thing] = self._new(thing, values)
            self._session.add(row)
            self._session.flush()
            if isinstance(row, Person):
                self._opened(row, *thing.keys)
        else:
            self._change(row, values)
        if isinstance(row, Pairing) and talks is not None:
            self._talks.write(row.id, talks)

    def _change(self, row: Base, values: Mapping[str, Any]) -> None:
        if isinstance(row, Pairing) and row.state is PairingState.ENDED:
            row.state, row.started_at, row.ended_at = PairingState.ACTIVE, self._now, None
        if isinstance(row, Schedule):
            row.active = True
        for name, value in values.items():
            setattr(row, name, value)

    def _new(self, thing: Thing, values: dict[str, Any]) -> Base:
        keys = thing.keys
        match thing.noun:
            case Noun.SCHOOL:
                assert self.workspace is not None
                return School(workspace_id=self.workspace.id, key=keys[0], **values)
            case Noun.PERSON:
                return Person(**values)
            case Noun.MEMBERSHIP:
                return Membership(person_id=self.people[keys[1]].id, school_id=self._school(keys), **values)
            case Noun.PROGRAMME:
                return Programme(school_id=self._school(keys), key=keys[1], **values)
            case Noun.SCHEDULE:
                return Schedule(school_id=self._school(keys), key=keys[1], **values)
        programme: Any = self._rows[Thing(Noun.PROGRAMME, keys[:2])]
        coach, coachee = (self.people[account].id for account in keys[2:])
        return Pairing(programme_id=programme.id, coach_id=coach, coachee_id=coachee, started_at=self._now)

    def _school(self, keys: tuple[str, ...]) -> UUID:
        school: Any = self._rows[Thing(Noun.SCHOOL, keys[:1])]
        return school.id  # type: ignore[no-any-return]

    def _opened(self, person: Person, account: str) -> None:
        assert self.workspace is not None
        self.people[account] = person
        self._session.add(Account(person_id=person.id, workspace_id=self.workspace.id, slack_user_id=account))

    def end(self, thing: Thing) -> None:
        """A pair has ended, a schedule is no longer active, a membership is gone. No answer is ever touched."""
        row = self._rows[thing]
        if isinstance(row, Pairing):
            row.state, row.ended_at = PairingState.ENDED, self._now
        elif isinstance(row, Schedule):
            row.active = False
        else:
            self._session.delete(row)
            del self._rows[thing]
