"""People: who is speaking, who they coach, who coaches them, and whether they have said yes."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select, tuple_

from bot.domain import calendar
from bot.domain.calendar import SchoolTime
from bot.domain.privacy import Viewer
from bot.errors import NotFound
from bot.models import (
    Account,
    Membership,
    Pairing,
    PairingState,
    Person,
    Role,
    School,
    Workspace,
)
from bot.services.desk import Desk
from bot.services.outbox import Address


@dataclass(frozen=True)
class Known:
    """Somebody Mull knows, in the workspace they are speaking from. `school` is theirs there, `membership` in it."""

    person: Person
    account: Account
    workspace: Workspace
    school: School
    roles: frozenset[str]
    membership: Membership | None = None

    @property
    def id(self) -> UUID:
        """The person's id."""
        return self.person.id

    @property
    def address(self) -> Address:
        """Where letters to them go."""
        return Address(self.person.id, self.workspace.id, self.school.id)

    @property
    def role(self) -> str:
        """The role questions are put to them in: leading comes before teaching, and both before the rest."""
        order = (Role.LEADER, Role.TEACHER, Role.COACH, Role.LEAD)
        return next((role for role in order if role in self.roles), Role.TEACHER)

    @property
    def zone(self) -> ZoneInfo:
        """Their own zone, else the school's."""
        return calendar.zone_of(self.person, self.school)

    @property
    def time(self) -> SchoolTime:
        """Their days and hours in that school."""
        return SchoolTime(self.person, self.school, self.membership)


def known(desk: Desk, team_id: str, slack_user_id: str) -> Known | None:
    """Whoever has this account in this workspace; None for a stranger."""
    found = desk.session.execute(
        select(Person, Account, Workspace)
        .join(Account, Account.person_id == Person.id)
        .join(Workspace, Workspace.id == Account.workspace_id)
        .where(Workspace.team_id == team_id, Account.slack_user_id == slack_user_id)
    ).one_or_none()
    return _with_school(desk, *found) if found else None


def speaking(desk: Desk, team_id: str, slack_user_id: str) -> Known:
    """Whoever has this account. A stranger is NotFound, and is told whom to ask."""
    who = known(desk, team_id, slack_user_id)
    if who is None:
        raise NotFound(desk.prompts.say("stranger"))
    return who


def known_by_id(desk: Desk, person_id: UUID, workspace_id: UUID) -> Known | None:
    """A person in one of their workspaces."""
    found = desk.session.execute(
        select(Person, Account, Workspace)
        .join(Account, Account.person_id == Person.id)
        .join(Workspace, Workspace.id == Account.workspace_id)
        .where(Person.id == person_id, Workspace.id == workspace_id)
    ).first()
    return _with_school(desk, *found) if found else None


def known_by_ids(desk: Desk, pairs: Collection[tuple[UUID, UUID]]) -> dict[tuple[UUID, UUID], Known]:
    """Everyone of these who is known, by person and workspace: the same as known_by_id, in two queries for all."""
    found = desk.session.execute(
        select(Person, Account, Workspace)
        .join(Account, Account.person_id == Person.id)
        .join(Workspace, Workspace.id == Account.workspace_id)
        .where(tuple_(Person.id, Workspace.id).in_(pairs))
    ).all()
    rows = desk.session.execute(
        select(School, Membership)
        .join(School, School.id == Membership.school_id)
        .where(Membership.person_id.in_({person_id for person_id, _ in pairs}))
        .order_by(School.key)
    )
    schools: dict[tuple[UUID, UUID], list[tuple[School, Membership]]] = defaultdict(list)
    for school, membership in rows:
        schools[membership.person_id, school.workspace_id].append((school, membership))
    return {
        pair: _in_schools(person, account, workspace, schools[pair])
        for person, account, workspace in found
        if schools[pair := (person.id, workspace.id)]
    }


def _with_school(desk: Desk, person: Person, account: Account, workspace: Workspace) -> Known | None:
    rows = desk.session.execute(
        select(School, Membership)
        .join(Membership, Membership.school_id == School.id)
        .where(Membership.person_id == person.id, School.workspace_id == workspace.id)
        .order_by(School.key)
    ).all()
    return (
        _in_schools(person, account, workspace, [(school, mine) for school, mine in rows]) if rows else None
    )


def _in_schools(
    person: Person, account: Account, workspace: Workspace, rows: Sequence[tuple[School, Membership]]
) -> Known:
    school, membership = rows[0]
    roles = frozenset(role for _, mine in rows for role in mine.roles)
    return Known(person, account, workspace, school, roles, membership)


def viewer(desk: Desk, person_id: UUID) -> Viewer:
    """This person as somebody who looks: with the people they coach now."""
    coachees = desk.session.scalars(
        select(Pairing.coachee_id).where(Pairing.coach_id == person_id, Pairing.state == PairingState.ACTIVE)
    )
    return Viewer(person_id, frozenset(coachees))


def coach_of(desk: Desk, person_id: UUID) -> Person | None:
    """Who coaches this person now: the longest-standing, when there are several."""
    return desk.session.scalars(
        select(Person)
        .join(Pairing, Pairing.coach_id == Person.id)
        .where(Pairing.coachee_id == person_id, Pairing.state == PairingState.ACTIVE)
        .order_by(Pairing.started_at, Pairing.id)
        .limit(1)
    ).first()


def coaches_of(desk: Desk, person_id: UUID) -> list[UUID]:
    """Everyone who coaches this person now."""
    return list(
        desk.session.scalars(
            select(Pairing.coach_id).where(
                Pairing.coachee_id == person_id, Pairing.state == PairingState.ACTIVE
            )
        )
    )
