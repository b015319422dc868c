"""Why something came or did not: the truth for its owner; for whoever looks after Mull, never a choice or an answer."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from uuid import UUID

import pytest
from sqlalchemy import delete, select, update

from bot import clock
from bot.domain.outbox import PERSONAL, Reason
from bot.domain.why import FOR_OWNER
from bot.errors import NotFound, Refused
from bot.models import Letter, LetterKind, Membership, Occurrence, Outcome, Person, School
from bot.services import checkins, my_time, runs, settling, why
from bot.services.delivery import NotSent, Reply
from bot.services.desk import Desk, Desks
from bot.services.people import Known
from bot.slack.why import sentence
from tests.cast import AMIRA, JO, PRIYA, ZONE, Cast, known, replan, settle_in
from tests.mail import letters

MONDAY = date(2026, 9, 14)
AT_TEN = datetime(2026, 9, 14, 9, 0, tzinfo=UTC)  # 10:00 in London
TEN_PAST_EIGHT = datetime(2026, 9, 14, 7, 10, tzinfo=UTC)


def operator_reads(desks: Desks, account: str, day: date = MONDAY) -> list[str]:
    who = known(desks, account)
    return words(desks, desks.look(lambda desk: why.for_operator(desk, who.person, [day])))


def owner_reads(desks: Desks, account: str, day: date = MONDAY) -> list[str]:
    return words(desks, desks.look(why.for_owner, known(desks, account), [day]))


def words(desks: Desks, days: list[why.Day]) -> list[str]:
    return [sentence(desks.prompts, told, day.local_date, ZONE) for day in days for told in day.told]


def goes_by(desks: Desks, moment: datetime = TEN_PAST_EIGHT, reply: str = "ok") -> None:
    """It is this moment, and whatever was due has been claimed and settled."""
    clock.move_to(moment)
    for taken in letters(desks):
        if not isinstance(taken, NotSent):
            claim, _ = taken
            code = reply if claim.kind == LetterKind.CHECK_IN else "ok"
            desks.do(settling.settle, claim, Reply(code, "D1", "1789369800.000100"))


def wish(desks: Desks, account: str, **to: object) -> None:
    person = update(Person).where(Person.id == known(desks, account).id).values(**to)
    desks.do(lambda desk: desk.session.execute(person))
    replan(desks)


def pauses(desks: Desks, who: Known) -> None:
    desks.do(my_time.pause, who)


def is_away(desks: Desks, who: Known) -> None:
    wish(desks, AMIRA, away_from=MONDAY, away_until=date(2026, 9, 18))


def has_own_hours(desks: Desks, who: Known) -> None:
    wish(desks, AMIRA, quiet_from=time(8, 0), quiet_until=time(16, 0))


def wants_none(desks: Desks, who: Known) -> None:
    wish(desks, AMIRA, unasked_per_week=0)


def has_answered(desks: Desks, who: Known) -> None:
    desks.do(checkins.close, who.id, _occurrence(desks, who.id), Outcome.ANSWERED)


def has_declined(desks: Desks, who: Known) -> None:
    desks.do(checkins.decline, who, _occurrence(desks, who.id))


def never_said_yes(desks: Desks, who: Known) -> None:
    """As somebody is who was never planned for."""
    wish(desks, AMIRA, joined_at=None)
    desks.do(lambda desk: desk.session.execute(delete(Letter).where(Letter.person_id == who.id)))
    desks.do(lambda desk: desk.session.execute(delete(Occurrence).where(Occurrence.person_id == who.id)))


def took_their_yes_back(desks: Desks, who: Known) -> None:
    wish(desks, AMIRA, joined_at=None)


CHOICES: dict[Callable[[Desks, Known], None], str] = {
    pauses: "you had paused",
    is_away: "you were away",
    has_own_hours: "your own quiet hours",
    wants_none: "as many messages as you wish for",
    has_answered: "no need any more",
    has_declined: "no need any more",
    never_said_yes: "you had not said yes yet",
    took_their_yes_back: "you had not said yes yet",
}


@pytest.mark.parametrize("chose", CHOICES, ids=lambda one: one.__name__)
def test_what_somebody_chose_is_one_sentence_for_whoever_looks_after_mull_and_kind_to_its_owner(
    desks: Desks, settled: Cast, chose: Callable[[Desks, Known], None]
) -> None:
    """Had these two more than one sentence between them, a pause could be told from an answer."""
    chose(desks, known(desks, AMIRA))
    goes_by(desks)
    theirs = "The check-in was not sent, and nothing is wrong. The reason is between Mull and its owner."
    assert operator_reads(desks, AMIRA) == [theirs]
    (own,) = owner_reads(desks, AMIRA)
    assert CHOICES[chose] in own


@pytest.mark.parametrize("chose", CHOICES, ids=lambda one: one.__name__)
@pytest.mark.parametrize("day", [MONDAY, date(2026, 9, 15), date(2026, 9, 21)])
def test_before_it_is_due_and_on_other_days_a_choice_cannot_be_told_from_none(
    desks: Desks, settled: Cast, chose: Callable[[Desks, Known], None], day: date
) -> None:
    plain = operator_reads(desks, JO, day)
    chose(desks, known(desks, AMIRA))
    assert operator_reads(desks, AMIRA, day) == plain


def test_every_personal_reason_has_a_sentence_of_its_own_for_its_owner(desks: Desks) -> None:
    assert {f"because_own_{reason}" for reason in PERSONAL} <= set(desks.prompts.sentences)
    assert {f"because_{reason}" for reason in Reason if reason not in PERSONAL} <= set(
        desks.prompts.sentences
    )
    assert {f"why_thing_{kind}" for kind in FOR_OWNER} <= set(desks.prompts.sentences)


def test_what_was_delivered_says_when_and_never_whether_it_was_answered(desks: Desks, settled: Cast) -> None:
    goes_by(desks)
    assert (
        operator_reads(desks, AMIRA) == operator_reads(desks, JO) == ["The check-in was delivered at 8:10."]
    )
    desks.do(
        runs.tap, known(desks, AMIRA), _occurrence(desks, known(desks, AMIRA).id), "2", "1789369800.000100"
    )
    assert operator_reads(desks, AMIRA) == operator_reads(desks, JO)


def test_a_reminder_and_a_check_in_put_off_are_told_to_their_owner_alone(desks: Desks, settled: Cast) -> None:
    goes_by(desks)
    desks.do(checkins.later, known(desks, AMIRA), _occurrence(desks, known(desks, AMIRA).id))
    goes_by(desks, datetime(2026, 9, 14, 14, 40, tzinfo=UTC))
    assert owner_reads(desks, AMIRA) == [
        "The check-in was delivered at 8:10.",
        "The check-in that you put off was delivered at 15:40.",
    ]
    assert operator_reads(desks, AMIRA) == operator_reads(desks, JO)


@pytest.mark.parametrize(
    ("school", "told"),
    [
        ({"holidays": {"2026-09-14": "Founders' Day"}}, "a bank holiday (Founders' Day)"),
        ({"calendar": {"closed": ["2026-09-14"]}}, "school closed"),
        ({"calendar": {"terms": [["2026-09-21", "2026-12-18"]]}}, "outside term"),
    ],
)
def test_a_day_off_is_told_by_its_name_to_both(
    desks: Desks, settled: Cast, school: dict[str, object], told: str
) -> None:
    change = update(School).where(School.id == settled.school_id).values(**school)
    desks.do(lambda desk: desk.session.execute(change))
    replan(desks)
    goes_by(desks)
    assert (
        operator_reads(desks, AMIRA) == owner_reads(desks, AMIRA) == [f"The check-in was not sent: {told}."]
    )
    # Nothing comes round for a coach on a Monday.
    assert operator_reads(desks, PRIYA) == [f"Nothing was due: {told}."]


def test_a_day_they_do_not_work_is_no_day_of_theirs(desks: Desks, settled: Cast) -> None:
    mine = update(Membership).where(Membership.person_id == settled.people[AMIRA]).values(working_days=[1, 2])
    desks.do(lambda desk: desk.session.execute(mine))
    replan(desks)
    assert operator_reads(desks, AMIRA) == ["Nothing was due: not a working day of theirs."]
    assert owner_reads(desks, AMIRA) == ["Nothing was due: not one of your working days."]
    assert operator_reads(desks, AMIRA, date(2026, 9, 15)) == ["The check-in is due at 8:10."]


def test_what_came_too_late_says_that_mull_could_not_be_reached(desks: Desks, settled: Cast) -> None:
    goes_by(desks, datetime(2026, 9, 14, 15, 0, tzinfo=UTC))
    assert "could not be reached" in operator_reads(desks, AMIRA)[0]


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        ("user_disabled", "The check-in could not be delivered: Slack refused it (user_disabled)."),
        ("ratelimited", "The check-in is still to come."),
        ("internal_error", "The check-in is perhaps there and perhaps not"),
        ("invalid_blocks", "The check-in was given up (invalid_blocks)"),
    ],
)
def test_what_slack_said_is_told(desks: Desks, settled: Cast, reply: str, told: str) -> None:
    goes_by(desks, reply=reply)
    (read,) = operator_reads(desks, AMIRA)
    assert read.startswith(told)


def test_when_nobody_was_planned_for_mull_was_not_running(desks: Desks, settled: Cast) -> None:
    clock.move_to(datetime(2026, 10, 20, 12, 0, tzinfo=UTC))
    for account in (AMIRA, JO):
        assert "Mull was not running" in operator_reads(desks, account, date(2026, 10, 12))[0]
    never_said_yes(desks, known(desks, AMIRA))
    assert "Mull was not running" in operator_reads(desks, AMIRA, date(2026, 10, 12))[0]


def test_without_a_date_the_last_seven_days_are_told(desks: Desks, settled: Cast) -> None:
    clock.move_to(AT_TEN)
    days = desks.look(why.for_owner, known(desks, AMIRA))
    assert [day.local_date for day in days] == [date(2026, 9, day) for day in range(8, 15)]
    assert all(day.told for day in days)


def test_somebody_is_found_by_their_id_their_name_and_what_is_theirs_alone_of_it(
    desks: Desks, settled: Cast
) -> None:
    for named in (AMIRA, "Amira Shah", "amira shah", "Amira", " shah "):
        assert desks.look(why.find, named).id == settled.people[AMIRA]


def test_who_is_nobody_or_several_is_told_clearly(desks: Desks) -> None:
    settle_in(
        desks,
        people=[
            {"id": "U_1", "real_name": "Sam Ray", "tz": "Europe/London"},
            {"id": "U_2", "real_name": "Sam Ito", "tz": "Europe/London"},
        ],
        pairs=[],
    )
    with pytest.raises(Refused, match=r"may be any of 2 people: Sam Ito \(U_2\), Sam Ray \(U_1\)"):
        desks.look(why.find, "sam")
    for nobody in ("Nobody", "", "%"):
        with pytest.raises(NotFound, match="knows nobody"):
            desks.look(why.find, nobody)


def _occurrence(desks: Desks, person_id: UUID) -> UUID:
    first = select(Occurrence.id).where(Occurrence.person_id == person_id).order_by(Occurrence.due_at)

    def find(desk: Desk) -> UUID:
        return desk.session.scalars(first).first() or UUID(int=0)

    return desks.look(find)
