"""The outbox's rules: what may be sent when, and what each reply of Slack's means. One table of each."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain import calendar
from bot.domain.calendar import DayOff, Off, SchoolTime
from bot.domain.pacing import POST
from bot.models import AccountState, LetterKind, Membership, Person, School

LEASE = timedelta(seconds=90)
"""How long a claim holds a letter: longer than a send may take, with its upload and its waits."""
SEND_SECONDS = 30.0
"""A call to Slack that has not answered by then has timed out."""
RECONCILE_AFTER = timedelta(seconds=SEND_SECONDS + 60)
"""Not before this does history tell whether a message arrived."""


BEGIN_SECONDS = 15.0
"""A send begins within a second of its claim. If it does not, something is wrong here, and it is given back."""
HAND_BACK_SECONDS = 15.0
"""How long letters under way may still take once a process is asked to stop. What has not come back by then was
perhaps sent, and is looked up by whoever runs next: many who stop a process kill it after 20 or 30 seconds.
"""


@dataclass(frozen=True)
class Timing:
    """How long the send path waits, in real time. Only what plays years of trouble in minutes has another.

    `paced` is off where Slack itself sets no limits: a local workspace, unless it was told to.
    """

    lease: timedelta = LEASE
    send_seconds: float = SEND_SECONDS
    reconcile_after: timedelta = RECONCILE_AFTER
    hand_back_seconds: float = HAND_BACK_SECONDS
    paced: bool = True

    @property
    def settles_within(self) -> timedelta:
        """How long Slack may still be at what we have given up on: not before does history tell."""
        return max(timedelta(0), self.reconcile_after - timedelta(seconds=self.send_seconds))

    @property
    def begin_within_seconds(self) -> float:
        """A send that has not begun so long after its claim must not begin: it might end after the lease, or, if its
        process dies at it, arrive after history was asked.
        """
        return min(BEGIN_SECONDS, self.lease.total_seconds() - self.send_seconds)

    @property
    def ends_within(self) -> timedelta:
        """So long after a claim Slack is done with whatever its holder began, and history tells."""
        return timedelta(seconds=self.begin_within_seconds) + self.reconcile_after


GIVE_UP_RECONCILING = timedelta(hours=24)
ALONE_FROM = 3
"""Whoever dies takes down whatever it holds. A letter that so many holders died with is claimed alone from then on, and
by whoever holds nothing else: then it is known whether it is the one.
"""
MOST_UNSETTLED_CLAIMS = 8
"""Five holders died with it alone: something about it kills whoever sends it."""
NOBODY_SETTLED = "nobody_settled"
NEVER_FOUND_OUT = "never_found_out"
"""Why a letter is dead that has perhaps been sent."""


class Reason(StrEnum):
    """Why something was not sent. Each has its sentence in prompts/sentences.yaml, as `not_sent_…`."""

    UNREACHABLE = "unreachable"
    NOT_JOINED = "not_joined"
    ALREADY_DECIDED = "already_decided"
    TOO_LATE = "too_late"
    QUIET_DAY = "quiet_day"
    BANK_HOLIDAY = "bank_holiday"
    SCHOOL_CLOSED = "school_closed"
    OUTSIDE_TERM = "outside_term"
    NOT_A_WORKING_DAY = "not_a_working_day"
    QUIET_HOURS = "quiet_hours"
    OWN_QUIET_HOURS = "own_quiet_hours"
    OUTSIDE_SLOTS = "outside_slots"
    PAUSED = "paused"
    AWAY = "away"
    ENOUGH_THIS_WEEK = "enough_this_week"
    NO_LONGER_OPEN = "no_longer_open"
    NOTHING_TO_SAY = "nothing_to_say"
    JOINS_ANOTHER = "joins_another"
    NOT_SHARED = "not_shared"
    NO_MESSAGE_TO_CHANGE = "no_message_to_change"


PERSONAL = frozenset(
    {
        Reason.NOT_JOINED,
        Reason.ALREADY_DECIDED,
        Reason.OWN_QUIET_HOURS,
        Reason.PAUSED,
        Reason.AWAY,
        Reason.ENOUGH_THIS_WEEK,
        Reason.NO_LONGER_OPEN,
        Reason.NOTHING_TO_SAY,
        Reason.JOINS_ANOTHER,
        Reason.NOT_SHARED,
    }
)
"""What comes of somebody's own choice, or of what they and whoever shares with them have written."""


def is_personal(reason: str) -> bool:
    """Whether a reason is nobody's business but the person's own.

    Anyone else is told one and the same sentence for all of these, so that nobody can tell a pause from an answer,
    leave from a limit, or a no from silence.
    """
    return reason in PERSONAL


def tellable(reason: Reason) -> str:
    """The reason as anyone may read it, in a log: one word for all that is nobody's business but the person's own."""
    return "theirs" if is_personal(reason) else reason


class Quiet(StrEnum):
    """What a quiet hour does to a letter: nothing, make it wait, or make it pointless when the wait is too long."""

    IGNORES = "ignores"
    WAITS = "waits"
    LAPSES = "lapses"


@dataclass(frozen=True)
class Manner:
    """How one kind of letter travels. `unasked` letters count towards a person's week (X11).

    `late_after` counts from when it might first have gone, `waits_at_most` from when it was due. Without `while_away`
    leave makes it pointless; what waits and is sent `while_away` waits for the end of leave.
    """

    method: str
    late_after: timedelta
    quiet: Quiet
    unasked: bool = False
    before_joining: bool = False
    while_away: bool = True
    waits_at_most: timedelta = timedelta(weeks=3)

    @property
    def repeatable(self) -> bool:
        """Doing it twice is the same as doing it once, so an unclear outcome is simply tried again."""
        return self.method != POST


_A_WEEK = timedelta(days=7)
_ANSWER = Manner("chat.postMessage", timedelta(hours=12), Quiet.IGNORES)

MANNERS: dict[LetterKind, Manner] = {
    # There is one in a life, so it is never too late: it waits out leave, a summer, an outage.
    LetterKind.INVITATION: Manner(
        "chat.postMessage", timedelta.max, Quiet.WAITS, before_joining=True, waits_at_most=timedelta.max
    ),
    LetterKind.CHECK_IN: Manner(
        "chat.postMessage", timedelta(hours=4), Quiet.LAPSES, unasked=True, while_away=False
    ),
    LetterKind.CHECK_IN_AGAIN: Manner("chat.postMessage", timedelta(hours=4), Quiet.LAPSES, while_away=False),
    LetterKind.REMINDER: Manner(
        "chat.postMessage", timedelta(hours=4), Quiet.LAPSES, unasked=True, while_away=False
    ),
    LetterKind.CATCH_UP: Manner("chat.postMessage", _A_WEEK, Quiet.WAITS, unasked=True, while_away=False),
    LetterKind.DIGEST: Manner(
        "chat.postMessage", timedelta(hours=24), Quiet.WAITS, unasked=True, while_away=False
    ),
    LetterKind.NUDGE: Manner("chat.postMessage", _A_WEEK, Quiet.WAITS, unasked=True, while_away=False),
    LetterKind.TYPED_ANSWER: _ANSWER,
    LetterKind.TYPED_TOO_LONG: _ANSWER,
    LetterKind.REPLY: Manner("chat.postMessage", timedelta(hours=12), Quiet.IGNORES, before_joining=True),
    LetterKind.HOME: Manner("views.publish", _A_WEEK, Quiet.IGNORES, before_joining=True),
    LetterKind.CHANGED: Manner("chat.update", _A_WEEK, Quiet.IGNORES, before_joining=True),
}


@dataclass(frozen=True)
class Circumstances:
    """What is known, at the claim, of the one a letter is for, in the school it is about.

    `unasked_this_week` and `talk_this_week` (a coaching session of theirs) are of the person's own week, in whichever
    school.
    """

    person: Person
    account_state: AccountState
    school: School
    zone: ZoneInfo
    unasked_this_week: int
    membership: Membership | None = None
    talk_this_week: bool = False

    @property
    def time(self) -> SchoolTime:
        """Their days and hours in that school."""
        return SchoolTime(self.person, self.school, self.membership)


def most_this_week(person: Person, *, talk_this_week: bool) -> int:
    """How many unasked messages a person may get this week (X11). Who wants none gets none, talk or not."""
    return person.unasked_per_week + int(talk_this_week and person.unasked_per_week > 0)


def reason_not_to_send(
    kind: LetterKind,
    due_at: datetime,
    its: Circumstances,
    now: datetime,
    not_before: datetime | None = None,
) -> Reason | None:
    """One good reason not to send it now or ever, or None. The first that applies is the one that is kept.

    What anybody in school can know comes before what is the person's own. `not_before`: until when it has waited.
    """
    manner, person = MANNERS[kind], its.person
    before = {
        Reason.UNREACHABLE: its.account_state == AccountState.UNREACHABLE,
        Reason.NOT_JOINED: person.joined_at is None and not manner.before_joining,
        Reason.ALREADY_DECIDED: kind == LetterKind.INVITATION and _has_decided(person),
        Reason.TOO_LATE: _is_too_late(manner, due_at, not_before, now),
    }
    after = {
        Reason.PAUSED: person.paused_at is not None and manner.unasked,
        Reason.AWAY: not manner.while_away and calendar.is_away(person, its.time.today(now)),
        Reason.ENOUGH_THIS_WEEK: manner.unasked
        and its.unasked_this_week >= most_this_week(person, talk_this_week=its.talk_this_week),
    }
    return _first(before) or _lapses(manner, due_at, its.time, now) or _first(after)


def waits_until(kind: LetterKind, its: Circumstances, now: datetime) -> datetime | None:
    """When a letter that there is no reason against may go: after quiet hours and days off, in time set aside.

    None: it may go now.
    """
    manner = MANNERS[kind]
    if manner.quiet == Quiet.IGNORES:
        return None
    free = its.time.free_from(now) if manner.quiet == Quiet.WAITS else _hour_from(manner, its.time, now)
    return free if free > now else None


def _first(reasons: Mapping[Reason, bool]) -> Reason | None:
    return next((reason for reason, applies in reasons.items() if applies), None)


def _is_too_late(manner: Manner, due_at: datetime, not_before: datetime | None, now: datetime) -> bool:
    might_go_from = max(due_at, not_before or due_at)
    return now - might_go_from > manner.late_after or now - due_at > manner.waits_at_most


def _lapses(manner: Manner, due_at: datetime, time: SchoolTime, now: datetime) -> Reason | None:
    """Why a letter that has its hour cannot go in it. It still goes when the hour is only a little off."""
    if manner.quiet != Quiet.LAPSES:
        return None
    off = time.day_off(time.today(now))
    if off is not None and (manner.unasked or off.kind in (Off.QUIET_DAY, Off.LEAVE)):
        return _DAYS[off.kind]
    if _hour_from(manner, time, now) - due_at <= manner.late_after:
        return None
    # Only what their colleagues would have got is theirs: else the reason tells who has hours of their own.
    as_others = replace(time, own_hours=False)
    if _hour_from(manner, as_others, now) - due_at <= manner.late_after:
        return Reason.OWN_QUIET_HOURS
    return Reason.QUIET_HOURS if as_others.is_quiet_hour(now) else Reason.OUTSIDE_SLOTS


_DAYS = {
    Off.QUIET_DAY: Reason.QUIET_DAY,
    Off.BANK_HOLIDAY: Reason.BANK_HOLIDAY,
    Off.CLOSED: Reason.SCHOOL_CLOSED,
    Off.OUTSIDE_TERM: Reason.OUTSIDE_TERM,
    Off.NOT_A_WORKING_DAY: Reason.NOT_A_WORKING_DAY,
    Off.LEAVE: Reason.AWAY,
}


def reason_of(off: DayOff) -> Reason:
    """The reason that a day off is."""
    return _DAYS[off.kind]


def _hour_from(manner: Manner, time: SchoolTime, now: datetime) -> datetime:
    """The first hour from now on for a letter that has one. What was asked for is bound by quiet hours alone."""
    return time.free_from(now) if manner.unasked else time.quiet_ends(now)


def _has_decided(person: Person) -> bool:
    return person.joined_at is not None or person.declined_at is not None
