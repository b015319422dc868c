"""Bank holidays: each school's, of its nation, known at least 400 days ahead, from the `holidays` package."""

from collections.abc import Sequence
from datetime import date, timedelta
from difflib import get_close_matches
from functools import cache

from holidays import country_holidays, list_supported_countries
from holidays.registry import COUNTRIES
from sqlalchemy import select, update

from bot import log
from bot.domain.calendar import LOOK_AHEAD_DAYS
from bot.models import Membership, Person, School
from bot.services.desk import Desk

KINGDOM = {
    "england": ("GB", "ENG"),
    "wales": ("GB", "WLS"),
    "scotland": ("GB", "SCT"),
    "northern-ireland": ("GB", "NIR"),
}
"""The nations of the United Kingdom, as people there call them: each has bank holidays of its own."""


@cache
def nations() -> dict[str, tuple[str, str | None]]:
    """Every nation whose bank holidays are known, by what a school's file calls it: its code and part."""
    known: dict[str, tuple[str, str | None]] = dict(KINGDOM)
    for country, parts in list_supported_countries(include_aliases=False).items():
        # Of the United Kingdom as a whole there are none: its nations differ.
        known |= {f"{country}-{part}": (country, part) for part in parts if country != "GB"}
        known |= {country: (country, None)} if country != "GB" else {}
    return known


def nation_meant(written: str) -> str:
    """What to do about a nation nobody knows: the one that was probably meant, by its code or by its name."""
    spoken = {name.replace("_", " "): codes[1] for name, codes in COUNTRIES.items() if codes[1] in nations()}
    spoken |= {nation.casefold(): nation for nation in nations()}
    close = get_close_matches(written.casefold().strip(), spoken, n=1, cutoff=0.75)
    if close:
        return f"Perhaps '{spoken[close[0]]}' was meant"
    return f"Write {', '.join(KINGDOM)}, or a country's code such as NZ or AU-NSW"


def bank_holidays(nation: str, today: date) -> dict[str, str]:
    """The names of a nation's bank holidays by local date (ISO), from last year's to at least 400 days ahead."""
    last_year = (today + timedelta(days=LOOK_AHEAD_DAYS)).year
    return dict(_known(nation, today.year - 1, last_year))


@cache
def _known(nation: str, first: int, last: int) -> tuple[tuple[str, str], ...]:
    country, part = nations()[nation]
    # In the words of the place itself, whatever the machine's own language is.
    language = country_holidays(country, subdiv=part).default_language
    found = country_holidays(country, subdiv=part, years=range(first, last + 1), language=language)
    return tuple(sorted((day.isoformat(), name) for day, name in found.items()))


def refresh(desk: Desk) -> int:
    """Every school knows its bank holidays far enough ahead; the number of schools for which something has changed.

    Their people are planned for anew at the next planning.
    """
    schools = desk.session.scalars(select(School).order_by(School.id))
    changed = [school for school in schools if _filled(school, desk.now.date())]
    desk.session.flush()
    plan_again(desk, changed)
    return len(changed)


def _filled(school: School, today: date) -> bool:
    if school.nation is not None and school.nation not in nations():
        # A nation that a newer version of the package no longer has: what was known of it stays.
        log.warning("school.unknown_nation", school=school.id)
        return False
    known = bank_holidays(school.nation, today) if school.nation else {}
    if school.holidays == known:
        return False
    school.holidays = known
    return True


def plan_again(desk: Desk, schools: Sequence[School]) -> None:
    """Everyone in these schools who has said yes is planned for at the next planning."""
    if not schools:
        return
    members = select(Membership.person_id).where(Membership.school_id.in_([school.id for school in schools]))
    theirs = select(Person.id).where(Person.id.in_(members), Person.joined_at.is_not(None))
    # Locked in the order in which planners lock people, or two would wait for each other.
    ids = desk.session.scalars(theirs.order_by(Person.id).with_for_update()).all()
    if ids:
        desk.session.execute(update(Person).where(Person.id.in_(ids)).values(plan_at=desk.now))
