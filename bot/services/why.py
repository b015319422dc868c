"""Why something came or did not, day by day: for its owner, and for whoever looks after Mull, who learns less."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from bot.domain import calendar
from bot.domain import why as rules
from bot.domain.calendar import SchoolTime
from bot.domain.checkins import occurrence_id
from bot.domain.outbox import Reason
from bot.domain.why import Told
from bot.errors import NotFound, Refused
from bot.models import Account, Letter, Membership, Occurrence, Person, Schedule, School
from bot.services.desk import Desk
from bot.services.people import Known
from bot.services.schedules import LETTERS

DAYS = 7
"""How far back is told when no date is named."""
MOST_NAMED = 8


@dataclass(frozen=True)
class Day:
    """A local date and what was due on it, each with what became of it; never empty."""

    local_date: date
    told: tuple[Told, ...]


def find(desk: Desk, named: str) -> Person:
    """The one person whom a Slack id or a name means. NotFound for nobody, Refused for several, with who they are."""
    by_id = select(Person).join(Account, Account.person_id == Person.id).where(Account.slack_user_id == named)
    found = desk.session.scalars(by_id).all() or _called(desk, named)
    if not found:
        raise NotFound(
            f"Mull knows nobody called '{named}'. Give their Slack id, their e-mail or their whole name."
        )
    if len(found) > 1:
        which = ", ".join(f"{person.name} ({_account(desk, person)})" for person in found[:MOST_NAMED])
        raise Refused(
            f"'{named}' may be any of {len(found)} people: {which}. Give the Slack id of the one you mean."
        )
    return found[0]


def for_operator(desk: Desk, person: Person, local_dates: Iterable[date] = ()) -> list[Day]:
    """These days (or the last seven), told to whoever looks after Mull: never an answer, never a choice of theirs."""
    return _days(desk, person, _times(desk, person), local_dates, own=False)


def for_owner(desk: Desk, who: Known, local_dates: Iterable[date] = ()) -> list[Day]:
    """The same, told to the one it is about."""
    return _days(desk, who.person, _times(desk, who.person), local_dates, own=True)


def zone(desk: Desk, person: Person) -> ZoneInfo:
    """The zone their days are told in: their own, else their first school's."""
    return next((whose.zone for whose in _times(desk, person)), ZoneInfo("UTC"))


def _called(desk: Desk, named: str) -> Sequence[Person]:
    """Whoever has this whole name, in any case; else whoever has it as a part of theirs."""
    whole = func.lower(Person.name) == named.strip().lower()
    people = select(Person).order_by(Person.name, Person.id)
    exact = desk.session.scalars(people.where(whole)).all()
    if exact or not named.strip():
        return exact
    part = func.lower(Person.name).contains(named.strip().lower(), autoescape=True)
    return desk.session.scalars(people.where(part)).all()


def _account(desk: Desk, person: Person) -> str:
    return (
        desk.session.scalars(select(Account.slack_user_id).where(Account.person_id == person.id)).first()
        or "?"
    )


def _times(desk: Desk, person: Person) -> list[SchoolTime]:
    rows = desk.session.execute(
        select(School, Membership)
        .join(Membership, Membership.school_id == School.id)
        .where(Membership.person_id == person.id)
        .order_by(School.key, School.id)
    )
    return [SchoolTime(person, school, mine) for school, mine in rows]


def _days(
    desk: Desk, person: Person, times: Sequence[SchoolTime], local_dates: Iterable[date], *, own: bool
) -> list[Day]:
    if not times:
        raise NotFound(f"{person.name} is in no school any more.")
    today = times[0].today(desk.now)
    wanted = list(local_dates) or [today - timedelta(days=back) for back in reversed(range(DAYS))]
    return [Day(day, tuple(_day(desk, person, times, day, own=own))) for day in wanted]


def _day(desk: Desk, person: Person, times: Sequence[SchoolTime], day: date, *, own: bool) -> list[Told]:
    """Everything that was due on a day, or the reason why nothing was."""
    letters = _letters(desk, person, times[0], day, own=own)
    told = [one for whose in times for one in _expected(desk, whose, day, letters, own=own)]
    told += [rules.of_letter(letter, desk.now, own=own) for letter in letters.values()]
    if told:
        return told
    offs = [rules.school_off(whose, day) for whose in times]
    if offs[0] is not None and all(offs):
        return [rules.of_day_off(offs[0], None, over=True, own=own)]
    return [Told("nothing", own=own)]


def _letters(
    desk: Desk, person: Person, whose: SchoolTime, day: date, *, own: bool
) -> dict[tuple[str, UUID | None], Letter]:
    """The letters that were due on a day, by kind and subject, in the order of their time."""
    found = desk.session.scalars(
        select(Letter)
        .where(
            Letter.person_id == person.id,
            Letter.kind.in_(rules.FOR_OWNER if own else rules.FOR_ANYBODY),
            Letter.due_at >= calendar.moment(day, time(0), whose.zone),
            Letter.due_at < calendar.moment(day + timedelta(days=1), time(0), whose.zone),
        )
        .order_by(Letter.due_at, Letter.id)
    )
    return {(letter.kind, letter.subject_id): letter for letter in found}


def _expected(
    desk: Desk, whose: SchoolTime, day: date, letters: dict[tuple[str, UUID | None], Letter], *, own: bool
) -> list[Told]:
    """What each schedule would have brought; letters that are spoken of are taken out."""
    told = []
    schedules = (
        select(Schedule).where(Schedule.school_id == whose.school.id).order_by(Schedule.at, Schedule.key)
    )
    for schedule in desk.session.scalars(schedules):
        if schedule.role not in (whose.membership.roles if whose.membership else ()):
            continue
        key = (LETTERS[schedule.kind], occurrence_id(schedule.id, whose.person.id, day, 0))
        if (letter := letters.pop(key, None)) is not None:
            told.append(rules.of_letter(letter, desk.now, own=own))
        elif rules.is_expected(schedule, whose, day):
            told.append(_without_letter(desk, schedule, whose, day, own=own))
    return told


def _without_letter(desk: Desk, schedule: Schedule, whose: SchoolTime, day: date, *, own: bool) -> Told:
    """Why a schedule that comes round left no letter: a day off, a day to come, or nobody who was planned for."""
    kind, due_at = LETTERS[schedule.kind], calendar.moment(day, schedule.at, whose.zone)
    if (off := rules.school_off(whose, day)) is not None:
        return rules.of_day_off(off, kind, over=day <= whose.today(desk.now), own=own)
    if due_at > desk.now:
        return Told("due", kind, due_at, own=own)
    had_joined = whose.person.joined_at is not None and whose.person.joined_at < due_at
    if own:
        not_planned = Told("not_planned", kind, own=True)
        return not_planned if had_joined else replace(not_planned, key="not_sent", because=Reason.NOT_JOINED)
    # Who has not said yes must not stand out, neither on a usual day nor on one on which nobody was planned for.
    if _others_were_planned(desk, schedule, whose.person, day):
        return rules.theirs(kind)
    missed = had_joined or _others_had_joined(desk, schedule, whose.person, due_at)
    return Told("not_planned", kind) if missed else rules.theirs(kind)


def _others_were_planned(desk: Desk, schedule: Schedule, person: Person, day: date) -> bool:
    found = select(Occurrence.id).where(
        Occurrence.schedule_id == schedule.id, Occurrence.local_date == day, Occurrence.person_id != person.id
    )
    return desk.session.scalars(found.limit(1)).first() is not None


def _others_had_joined(desk: Desk, schedule: Schedule, person: Person, due_at: datetime) -> bool:
    joined = (
        select(Membership.roles)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.school_id == schedule.school_id, Person.joined_at < due_at, Person.id != person.id)
    )
    return any(schedule.role in roles for roles in desk.session.scalars(joined))
