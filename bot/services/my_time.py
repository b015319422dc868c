"""A person's own time: how often they are written to, when not, and whether at all. Theirs alone to set and to see."""

from dataclasses import dataclass
from datetime import date

from bot.domain import calendar
from bot.domain import my_time as rules
from bot.domain.my_time import Wishes
from bot.models import Person
from bot.services import catch_up, outbox, reminders, schedules
from bot.services.desk import Desk
from bot.services.people import Known


@dataclass(frozen=True)
class Absence:
    """Why nothing is sent to them, by their own choice. The dates of leave are None when none is set or to come."""

    paused: bool = False
    away_from: date | None = None
    away_until: date | None = None
    has_begun: bool = False


NOT_AWAY = Absence()


def absence(desk: Desk, who: Known) -> Absence:
    """Whether they have paused, and their leave, if it is not over."""
    person, today = who.person, desk.now.astimezone(who.zone).date()
    paused = person.paused_at is not None
    if person.away_until is None or person.away_until < today:
        return Absence(paused)
    return Absence(paused, person.away_from, person.away_until, calendar.is_away(person, today))


def settings(desk: Desk, who: Known) -> Wishes:
    """What holds for them now, as they would ask for it; the school's hours where they have none of their own."""
    person, leave = who.person, absence(desk, who)
    own = person.quiet_from is not None and person.quiet_until is not None
    return Wishes(
        person.unasked_per_week,
        person.reminders,
        own,
        person.quiet_from if own else who.school.quiet_from,
        person.quiet_until if own else who.school.quiet_until,
        leave.away_from,
        leave.away_until,
    )


def change(desk: Desk, who: Known, wishes: Wishes) -> dict[str, str]:
    """It is as they wish, from now on; or, with nothing changed, what cannot be: field → key of its sentence."""
    today = desk.now.astimezone(who.zone).date()
    wrong = rules.complaints(wishes, today)
    if wrong:
        return wrong
    person = _locked(desk, who)
    person.unasked_per_week = min(max(wishes.unasked_per_week, 0), rules.MOST_UNASKED)
    person.reminders = wishes.reminders
    person.quiet_from = wishes.quiet_from if wishes.own_hours else None
    person.quiet_until = wishes.quiet_until if wishes.own_hours else None
    person.away_until = wishes.away_until
    person.away_from = (wishes.away_from or today) if wishes.away_until else None
    _follow(desk, who, person)
    return {}


def pause(desk: Desk, who: Known) -> None:
    """Nothing is sent of our own accord, until they go on. Nobody asks why."""
    person = _locked(desk, who)
    person.paused_at = person.paused_at or desk.now
    _follow(desk, who, person)


def go_on(desk: Desk, who: Known) -> None:
    """They may be written to again."""
    person = _locked(desk, who)
    person.paused_at = None
    _follow(desk, who, person)


def back(desk: Desk, who: Known) -> None:
    """Their leave is over, or is not taken after all. Whoever says so is in Home, and finds there what waits."""
    person = _locked(desk, who)
    person.away_from = person.away_until = None
    _follow(desk, who, person)


def _locked(desk: Desk, who: Known) -> Person:
    return desk.session.get_one(Person, who.id, with_for_update=True)


def _follow(desk: Desk, who: Known, person: Person) -> None:
    """What has not been sent yet goes by what holds now, and Home says so."""
    desk.session.flush()
    if person.joined_at is not None:
        schedules.plan_person(desk, person)
    if person.reminders:
        reminders.promise_for_what_is_open(desk, who)
    catch_up.leave_changed(desk, who, person)
    outbox.refresh_home(desk, person.id)
