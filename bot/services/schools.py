"""Schools, as their file asks for them: what would change, what a rule refuses, and the change itself."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select

from bot.domain.schools import Change, Kind, Noun, Thing, differences
from bot.models import (
    LetterKind,
    Membership,
    Pairing,
    PairingState,
    Person,
    Programme,
    ScheduleKind,
    Workspace,
)
from bot.prompts.mistakes import PromptMistakes
from bot.services import bank_holidays, joining, outbox, people, schedules, workspaces
from bot.services.desk import Desk
from bot.services.school_rows import Rows
from bot.services.school_wishes import Wishes
from bot.services.workspaces import Identity


@dataclass(frozen=True)
class Outcome:
    """What would change or has changed. `names` by account; `to_invite` were never asked, `invited` are now."""

    changes: tuple[Change, ...]
    names: dict[str, str]
    to_invite: tuple[str, ...]
    invited: tuple[str, ...] = ()


def compare(desk: Desk, team_id: str, wishes: Wishes) -> Outcome:
    """What applying these wishes would change. PromptMistakes, with all of them, when anything is wrong."""
    return _compare(desk, wishes, Rows(desk, team_id, wishes.records))


def apply(desk: Desk, identity: Identity, wishes: Wishes, *, invite: bool = False) -> Outcome:
    """The workspace's schools are as these wishes say, and everyone concerned is planned for anew.

    With `invite`, whoever was never asked gets their one invitation. PromptMistakes, and nothing changed,
    when anything is wrong. No answer is deleted, whatever the wishes leave out.
    """
    workspace = workspaces.recognise(desk, identity)
    # Two who apply at once take turns, and the second compares with what the first has done.
    desk.session.get_one(Workspace, workspace.id, with_for_update=True)
    rows = Rows(desk, identity.team_id, wishes.records)
    outcome = _compare(desk, wishes, rows)
    for change in outcome.changes:
        if change.kind is Kind.GONE:
            rows.end(change.thing)
        else:
            rows.write(change.thing, change.becomes)
    desk.session.flush()
    bank_holidays.refresh(desk)
    _follow(desk, rows, outcome.changes)
    invited = _invite(desk, identity.team_id, outcome.to_invite) if invite else ()
    return Outcome(outcome.changes, outcome.names, outcome.to_invite, invited)


def _compare(desk: Desk, wishes: Wishes, rows: Rows) -> Outcome:
    mistakes = [*wishes.mistakes]
    for thing, what, do in (*_appraised(desk, wishes, rows), *_turned(wishes, rows)):
        mistakes.append(wishes.document.mistake(what, do, *wishes.paths[thing]))
    if mistakes:
        raise PromptMistakes(mistakes)
    names = _names(wishes, rows)
    never_asked = [account for account in wishes.accounts() if _never_asked(rows.people.get(account))]
    return Outcome(tuple(differences(rows.records(), wishes.records)), names, tuple(never_asked))


def _never_asked(person: Person | None) -> bool:
    return person is None or not (person.invited_at or person.joined_at or person.declined_at)


Refusal = tuple[Thing, str, str]
Two = tuple[str, str]


def _appraised(desk: Desk, wishes: Wishes, rows: Rows) -> Iterator[Refusal]:
    """The person who appraises somebody cannot be their coach (WB2): judging and helping to think do not mix.

    Held against the file and against every other school of its people, whichever of the two has changed.
    """
    pairs: dict[Thing, Two] = {}
    managed: dict[Thing, Two] = {}
    for thing, facts in wishes.records.items():
        if thing.noun is Noun.PAIR:
            pairs[thing] = (thing.keys[2], thing.keys[3])
        elif thing.noun is Noun.MEMBERSHIP and facts["manager"]:
            managed[thing] = (facts["manager"], thing.keys[1])
    appraisals = {*managed.values(), *_managed_elsewhere(desk, rows)}
    wrong = {thing: two for thing, two in pairs.items() if two in appraisals}
    coaching = _coached_elsewhere(desk, rows)
    wrong |= {thing: two for thing, two in managed.items() if two in coaching}
    names = _names(wishes, rows)
    for thing, two in wrong.items():
        above, below = (names.get(account, account.lstrip("?")) for account in two)
        what = f"{above} appraises {below}, and the person who appraises you cannot be your coach"
        yield thing, what, "Choose another coach, or another line manager"


def _managed_elsewhere(desk: Desk, rows: Rows) -> set[Two]:
    """Who appraises whom in schools the file says nothing of, by account."""
    found = select(Membership.manager_id, Membership.person_id).where(
        Membership.manager_id.is_not(None), Membership.school_id.not_in(list(rows.schools))
    )
    return _by_account(desk, rows, found)


def _coached_elsewhere(desk: Desk, rows: Rows) -> set[Two]:
    """Who coaches whom in schools the file says nothing of, by account."""
    found = (
        select(Pairing.coach_id, Pairing.coachee_id)
        .join(Programme, Programme.id == Pairing.programme_id)
        .where(Pairing.state != PairingState.ENDED, Programme.school_id.not_in(list(rows.schools)))
    )
    return _by_account(desk, rows, found)


def _by_account(desk: Desk, rows: Rows, found: Select[Any, Any]) -> set[Two]:
    known = rows.accounts
    ids = desk.session.execute(found).all()
    return {(known[above], known[below]) for above, below in ids if above in known and below in known}


def _turned(wishes: Wishes, rows: Rows) -> Iterator[Refusal]:
    """A name that was a check-in's stays one: its past occurrences cannot become a digest's."""
    for thing, facts in wishes.records.items():
        was = rows.kind_of(thing)
        if was is not None and was != facts["kind"]:
            words = {kind: kind.replace("_", "-") for kind in ScheduleKind}
            what = f"'{thing.keys[1]}' has been a {words[ScheduleKind(was)]}"
            yield thing, what, f"Give the {words[facts['kind']]} another name"


def _names(wishes: Wishes, rows: Rows) -> dict[str, str]:
    return {account: person.name for account, person in rows.people.items()} | wishes.names


def _concerned(rows: Rows, changes: Iterable[Change]) -> set[str]:
    """The accounts of everyone for whom something may fall due at another time, or read otherwise."""
    found: set[str] = set()
    for change in changes:
        keys = change.thing.keys
        match change.thing.noun:
            case Noun.SCHOOL | Noun.SCHEDULE:
                found |= rows.members(keys[0])
            case Noun.PERSON:
                found.add(keys[0])
            case Noun.MEMBERSHIP:
                found.add(keys[1])
            case Noun.PAIR:
                found |= set(keys[2:])
    return found


def _follow(desk: Desk, rows: Rows, changes: Sequence[Change]) -> None:
    """What has not been sent yet follows the change; Home and digests of whoever is concerned read anew."""
    concerned = (rows.people[account] for account in _concerned(rows, changes))
    for person in sorted(concerned, key=lambda one: one.id):
        if person.joined_at is not None:
            schedules.plan_person(desk, person)
            outbox.refresh_home(desk, person.id)
    for change in changes:
        if change.thing.noun is Noun.PAIR and change.kind is Kind.GONE:
            # Coaching has ended, and with it the coach's sight of what was shared: also in what was sent.
            outbox.changed(desk, rows.people[change.thing.keys[2]].id, LetterKind.DIGEST)


def _invite(desk: Desk, team_id: str, accounts: Iterable[str]) -> tuple[str, ...]:
    who = {account: people.speaking(desk, team_id, account) for account in accounts}
    return tuple(account for account, known in who.items() if joining.invite(desk, known))
