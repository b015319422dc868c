"""A school's records: what its file asks for and what there is, in one form, and how the two differ.

A record is a `Thing` with its facts: {"at": time(15, 40), …}, by the names of the columns they are kept in. People
stand in records as their Slack accounts, because that is what a file and a database can both know them by.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

Facts = Mapping[str, Any]


class Noun(StrEnum):
    """What a record is of, in the order in which one needs the other; the keys that tell it from others."""

    SCHOOL = "school"
    """(school)"""
    PERSON = "person"
    """(account)"""
    MEMBERSHIP = "membership"
    """(school, account)"""
    PROGRAMME = "programme"
    """(school, programme)"""
    PAIR = "pair"
    """(school, programme, coach's account, coachee's account)"""
    SCHEDULE = "schedule"
    """(school, schedule)"""


class Thing(NamedTuple):
    """One record's name."""

    noun: Noun
    keys: tuple[str, ...]


class Kind(StrEnum):
    """What happens to a record."""

    NEW = "new"
    CHANGED = "changed"
    GONE = "gone"


@dataclass(frozen=True)
class Change:
    """One record that differs. `was` and `becomes` hold the facts that do; one of them is empty for new and gone."""

    kind: Kind
    thing: Thing
    was: Facts
    becomes: Facts


def differences(there: Mapping[Thing, Facts], wished: Mapping[Thing, Facts]) -> Iterator[Change]:
    """What has to happen for `there` to become `wished`, things that others need first."""
    nouns = list(Noun)
    for thing in sorted({*there, *wished}, key=lambda one: (nouns.index(one.noun), one.keys)):
        was, becomes = there.get(thing), wished.get(thing)
        if was is None:
            yield Change(Kind.NEW, thing, {}, becomes or {})
        elif becomes is None:
            yield Change(Kind.GONE, thing, was, {})
        elif moved := [name for name in becomes if was.get(name) != becomes[name]]:
            before, after = {name: was.get(name) for name in moved}, {name: becomes[name] for name in moved}
            yield Change(Kind.CHANGED, thing, before, after)


class Asked(NamedTuple):
    """Whom to look up in Slack: by the id of their account, or by their e-mail."""

    by: str
    value: str


@dataclass(frozen=True)
class Listed:
    """Somebody as Slack lists them. `zone` is an IANA name, or None when Slack gives none that is known here."""

    account: str
    name: str
    zone: str | None


@dataclass(frozen=True)
class NotListed:
    """Why somebody cannot be written to, and what to do; the sentence goes on from their name."""

    why: str
    do: str
