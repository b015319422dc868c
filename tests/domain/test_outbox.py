"""The outbox's rules: every reason not to send."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from bot.domain import calendar, outbox
from bot.domain.calendar import DayOff, Off
from bot.domain.outbox import MANNERS, Circumstances, Quiet, Reason
from bot.models import AccountState, LetterKind, Membership, Person, School

LONDON = ZoneInfo("Europe/London")
JOINED = datetime(2026, 9, 1, tzinfo=UTC)
MONDAY = "2026-09-14T08:10"
MESSAGE, REPEATABLE = MANNERS[LetterKind.CHECK_IN], MANNERS[LetterKind.HOME]


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


def circumstances() -> Circumstances:
    """Somebody who has said yes, in a school that is open, with nothing sent this week."""
    school = School(workspace_id=UUID(int=1), key="x", name="X", zone="Europe/London")
    person = Person(name="Amira Shah", joined_at=JOINED)
    return Circumstances(person, AccountState.ACTIVE, school, LONDON, 0)


def reason(kind: LetterKind, its: Circumstances, now: str = MONDAY, due: str = MONDAY) -> Reason | None:
    return outbox.reason_not_to_send(kind, london(due), its, london(now))


@pytest.mark.parametrize("kind", [kind for kind in LetterKind if kind != LetterKind.INVITATION])
def test_what_is_due_is_sent_to_somebody_who_said_yes(kind: LetterKind) -> None:
    assert reason(kind, circumstances()) is None


def test_nobody_who_has_not_said_yes_is_written_to_but_for_the_invitation() -> None:
    its = circumstances()
    its.person.joined_at = None
    silent = {kind for kind in LetterKind if reason(kind, its) == Reason.NOT_JOINED}
    assert silent == {
        LetterKind.CHECK_IN,
        LetterKind.CHECK_IN_AGAIN,
        LetterKind.REMINDER,
        LetterKind.CATCH_UP,
        LetterKind.DIGEST,
        LetterKind.NUDGE,
        LetterKind.TYPED_ANSWER,
        LetterKind.TYPED_TOO_LONG,
    }


def test_nobody_is_invited_after_a_yes_or_a_no() -> None:
    its = circumstances()
    assert reason(LetterKind.INVITATION, its) == Reason.ALREADY_DECIDED
    its.person.joined_at, its.person.declined_at = None, JOINED
    assert reason(LetterKind.INVITATION, its) == Reason.ALREADY_DECIDED
    its.person.declined_at = None
    assert reason(LetterKind.INVITATION, its) is None


@pytest.mark.parametrize("kind", list(LetterKind))
def test_nothing_is_sent_to_an_account_that_slack_no_longer_delivers_to(kind: LetterKind) -> None:
    assert (
        reason(kind, replace(circumstances(), account_state=AccountState.UNREACHABLE)) == Reason.UNREACHABLE
    )


@pytest.mark.parametrize("kind", list(LetterKind))
def test_a_pause_a_closed_day_and_a_full_week_stop_what_is_unasked_and_nothing_else(kind: LetterKind) -> None:
    unasked = kind in (
        LetterKind.CHECK_IN,
        LetterKind.REMINDER,
        LetterKind.CATCH_UP,
        LetterKind.DIGEST,
        LetterKind.NUDGE,
    )
    paused, closed, full = circumstances(), circumstances(), replace(circumstances(), unasked_this_week=2)
    paused.person.paused_at = JOINED
    closed.school.calendar = {"closed": ["2026-09-14"]}
    stopped = [reason(kind, its) for its in (paused, closed, full)]
    if unasked:
        # What has its hour lapses on a closed day; what can wait does.
        closed_day = Reason.SCHOOL_CLOSED if MANNERS[kind].quiet == Quiet.LAPSES else None
        assert stopped == [Reason.PAUSED, closed_day, Reason.ENOUGH_THIS_WEEK]
    else:
        assert set(stopped) <= {None, Reason.ALREADY_DECIDED}


def test_each_sets_how_many_unasked_messages_a_week_are_enough() -> None:
    its = replace(circumstances(), unasked_this_week=1)
    assert reason(LetterKind.CHECK_IN, its) is None
    its.person.unasked_per_week = 1
    assert reason(LetterKind.CHECK_IN, its) == Reason.ENOUGH_THIS_WEEK


def test_a_week_with_a_talk_may_bring_one_more_but_to_whoever_wants_none() -> None:
    its = replace(circumstances(), unasked_this_week=2, talk_this_week=True)
    assert reason(LetterKind.CHECK_IN, its) is None
    assert reason(LetterKind.CHECK_IN, replace(its, unasked_this_week=3)) == Reason.ENOUGH_THIS_WEEK
    its.person.unasked_per_week = 0
    assert reason(LetterKind.CHECK_IN, replace(its, unasked_this_week=0)) == Reason.ENOUGH_THIS_WEEK


@pytest.mark.parametrize(
    ("off", "why"),
    [
        ({"holidays": {"2026-09-14": "A holiday"}}, Reason.BANK_HOLIDAY),
        ({"calendar": {"closed": ["2026-09-14"]}}, Reason.SCHOOL_CLOSED),
        ({"calendar": {"terms": [["2026-09-15", "2026-12-18"]]}}, Reason.OUTSIDE_TERM),
        ({"quiet_days": [0]}, Reason.QUIET_DAY),
        ({"slots": [{"weekday": 2, "from": "15:30", "until": "16:30"}]}, Reason.OUTSIDE_SLOTS),
        ({"slots": [{"weekday": 0, "from": "08:00", "until": "08:30"}]}, None),
    ],
)
def test_a_check_in_keeps_to_days_of_school_and_time_set_aside_and_says_which(
    off: dict[str, Any], why: Reason | None
) -> None:
    its = circumstances()
    for name, value in off.items():
        setattr(its.school, name, value)
    assert reason(LetterKind.CHECK_IN, its) == why
    waits = outbox.waits_until(LetterKind.NUDGE, its, london(MONDAY))
    assert (waits is None) == (why is None)


def test_a_check_in_does_not_come_on_a_day_somebody_does_not_work() -> None:
    its = circumstances()
    part_time = Membership(person_id=its.person.id, school_id=its.school.id, roles=[], working_days=[1])
    assert reason(LetterKind.CHECK_IN, replace(its, membership=part_time)) == Reason.NOT_A_WORKING_DAY


@pytest.mark.parametrize(("until", "why"), [(time(12, 10), None), (time(12, 11), Reason.OWN_QUIET_HOURS)])
def test_a_check_in_waits_for_the_end_of_quiet_when_it_is_not_too_late_by_then(
    until: time, why: Reason | None
) -> None:
    its = circumstances()
    its.person.quiet_from, its.person.quiet_until = time(15), until
    assert reason(LetterKind.CHECK_IN, its) == why
    waits = outbox.waits_until(LetterKind.CHECK_IN, its, london(MONDAY))
    assert waits == calendar.moment(date(2026, 9, 14), until, LONDON)


@pytest.mark.parametrize(
    ("now", "own", "why"),
    [
        ("2026-09-14 14:45", (time(15), time(17)), Reason.OWN_QUIET_HOURS),
        ("2026-09-14 19:00", (time(18), time(7)), Reason.QUIET_HOURS),
        ("2026-09-14 16:30", (time(20), time(6)), Reason.OUTSIDE_SLOTS),
    ],
)
def test_the_reason_is_their_own_hours_only_where_a_colleague_would_have_got_it(
    now: str, own: tuple[time, time], why: Reason
) -> None:
    its = circumstances()
    its.school.quiet_from, its.school.quiet_until = time(18), time(7)
    its.school.slots = [{"weekday": 0, "from": "15:00", "until": "16:00"}]
    its.person.quiet_from, its.person.quiet_until = own
    assert reason(LetterKind.CHECK_IN, its, now, now) == why


def test_what_somebody_asked_for_is_not_bound_by_what_the_school_sets_aside() -> None:
    its = circumstances()
    its.school.slots = [{"weekday": 2, "from": "15:30", "until": "16:30"}]
    assert reason(LetterKind.CHECK_IN_AGAIN, its) is None
    assert outbox.waits_until(LetterKind.CHECK_IN_AGAIN, its, london(MONDAY)) is None


def test_whoever_is_invited_on_leave_is_asked_when_they_are_back_however_late() -> None:
    its = circumstances()
    its.person.joined_at = None
    its.person.away_from, its.person.away_until = date(2026, 9, 10), date(2026, 11, 13)
    assert reason(LetterKind.INVITATION, its) is None
    back = outbox.waits_until(LetterKind.INVITATION, its, london(MONDAY))
    assert back == london("2026-11-16T07:30")
    assert reason(LetterKind.INVITATION, its, now="2026-11-16T07:30") is None
    assert outbox.waits_until(LetterKind.INVITATION, its, back) is None


def test_what_has_waited_for_its_time_is_late_from_then_on_but_not_for_ever() -> None:
    its = circumstances()
    friday, monday = london("2026-09-11T17:59"), london("2026-09-14T07:30")
    assert outbox.reason_not_to_send(LetterKind.DIGEST, friday, its, monday) == Reason.TOO_LATE
    assert outbox.reason_not_to_send(LetterKind.DIGEST, friday, its, monday, monday) is None
    a_month_on = monday + timedelta(weeks=4)
    assert (
        outbox.reason_not_to_send(LetterKind.DIGEST, friday, its, a_month_on, a_month_on) == Reason.TOO_LATE
    )


def test_whoever_asks_why_learns_nothing_that_is_somebodys_own() -> None:
    told = {one for one in Reason if not outbox.is_personal(one)}
    assert told == {
        Reason.UNREACHABLE,
        Reason.TOO_LATE,
        Reason.QUIET_DAY,
        Reason.BANK_HOLIDAY,
        Reason.SCHOOL_CLOSED,
        Reason.OUTSIDE_TERM,
        Reason.NOT_A_WORKING_DAY,
        Reason.QUIET_HOURS,
        Reason.OUTSIDE_SLOTS,
        Reason.NO_MESSAGE_TO_CHANGE,
    }


def test_what_everybody_can_know_is_said_before_what_is_somebodys_own() -> None:
    its = replace(circumstances(), unasked_this_week=9)
    its.person.paused_at = JOINED
    its.school.holidays = {"2026-09-14": "A holiday"}
    assert reason(LetterKind.CHECK_IN, its) == Reason.BANK_HOLIDAY


def test_each_day_off_is_a_reason_of_its_own() -> None:
    found = {outbox.reason_of(DayOff(kind)) for kind in Off}
    assert len(found) == len(Off)
    assert {one for one in found if outbox.is_personal(one)} == {Reason.AWAY}


def test_somebody_on_leave_is_left_alone() -> None:
    its = circumstances()
    its.person.away_from, its.person.away_until = date(2026, 9, 10), date(2026, 9, 14)
    assert reason(LetterKind.CHECK_IN, its) == Reason.AWAY
    assert reason(LetterKind.CHECK_IN_AGAIN, its) == Reason.AWAY
    assert reason(LetterKind.REPLY, its) is None
    assert reason(LetterKind.CHECK_IN, its, now="2026-09-15T08:10", due="2026-09-15T08:10") is None


@pytest.mark.parametrize(
    ("kind", "last", "too_late"),
    [
        (LetterKind.CHECK_IN, "2026-09-14T12:10", "2026-09-14T12:11"),
        (LetterKind.CHECK_IN_AGAIN, "2026-09-14T12:10", "2026-09-14T12:11"),
        (LetterKind.DIGEST, "2026-09-15T08:10", "2026-09-15T08:11"),
        (LetterKind.REPLY, "2026-09-14T20:10", "2026-09-14T20:11"),
        (LetterKind.NUDGE, "2026-09-21T08:10", "2026-09-21T08:11"),
    ],
)
def test_what_is_too_late_is_not_sent(kind: LetterKind, last: str, too_late: str) -> None:
    assert reason(kind, circumstances(), now=last) is None
    assert reason(kind, circumstances(), now=too_late) == Reason.TOO_LATE


@pytest.mark.parametrize("kind", list(LetterKind))
def test_quiet_hours_drop_a_check_in_hold_a_digest_and_let_an_answer_pass(kind: LetterKind) -> None:
    its, night, morning = circumstances(), "2026-09-14T19:00", london("2026-09-15T07:30")
    its.person.joined_at = None if kind == LetterKind.INVITATION else JOINED
    quiet = MANNERS[kind].quiet
    why = reason(kind, its, now=night, due=night)
    assert (why, None if why else outbox.waits_until(kind, its, london(night))) == {
        Quiet.LAPSES: (Reason.QUIET_HOURS, None),
        Quiet.WAITS: (None, morning),
        Quiet.IGNORES: (None, None),
    }[quiet]


def test_what_waits_for_the_morning_waits_no_longer() -> None:
    assert outbox.waits_until(LetterKind.NUDGE, circumstances(), london("2026-09-15T07:30")) is None


def test_the_reason_that_cannot_pass_is_the_one_that_is_kept() -> None:
    its = replace(circumstances(), account_state=AccountState.UNREACHABLE, unasked_this_week=9)
    its.person.paused_at = its.person.joined_at
    its.person.joined_at = None
    assert reason(LetterKind.CHECK_IN, its, now="2026-09-19T23:00") == Reason.UNREACHABLE


def test_every_kind_has_a_manner_and_every_message_to_somebody_is_sent_once() -> None:
    assert set(MANNERS) == set(LetterKind)
    assert {kind for kind in LetterKind if MANNERS[kind].repeatable} == {LetterKind.HOME, LetterKind.CHANGED}


def test_reconciling_waits_for_the_longest_send() -> None:
    assert timedelta(seconds=outbox.SEND_SECONDS + 60) <= outbox.RECONCILE_AFTER
    assert timedelta(seconds=outbox.SEND_SECONDS) < outbox.LEASE
