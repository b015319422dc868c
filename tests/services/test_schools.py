"""A school's file is applied whole or not at all, twice without a change, and never at the cost of an answer."""

import asyncio
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from bot import clock
from bot.domain.schools import Kind, Noun
from bot.models import (
    ActionStep,
    Base,
    Letter,
    LetterKind,
    LetterState,
    Membership,
    Occurrence,
    Pairing,
    PairingState,
    Person,
    Schedule,
    School,
)
from bot.prompts import PromptMistakes
from bot.services import joining, outbox, people
from bot.services.desk import Desk, Desks
from bot.services.schools import Outcome, apply, compare
from tests.services.school_files import HILLSIDE, OAKFIELD, TEAM, Office, wished

SUNDAY = datetime(2026, 9, 13, 12, 0, tzinfo=UTC)


@pytest.fixture
def office(desks: Desks, tmp_path: Path) -> Office:
    clock.move_to(SUNDAY)
    return Office(desks, tmp_path)


def everything(desks: Desks) -> dict[str, int]:
    """How many rows there are, by table."""
    with desks.database.read() as session:
        tables = Base.metadata.sorted_tables
        return {table.name: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def one(desks: Desks, table: type[Any], **facts: Any) -> Any:
    with desks.database.read() as session:
        return session.scalars(select(table).filter_by(**facts)).one()


def joins(desks: Desks, account: str) -> None:
    def say_yes(desk: Desk) -> None:
        joining.join(desk, people.speaking(desk, TEAM.team_id, account))

    who = desks.look(people.speaking, TEAM.team_id, account)
    desks.vault.ensure_key(who.id, SUNDAY)
    desks.do(say_yes)


def due(desks: Desks, kind: LetterKind) -> list[datetime]:
    """When letters of a kind are due, of those that may still move."""
    with desks.database.read() as session:
        waiting = select(Letter.due_at).where(Letter.kind == kind, Letter.state == LetterState.PENDING)
        return list(session.scalars(waiting.order_by(Letter.due_at)))


def kinds(outcome: Outcome) -> list[tuple[Kind, Noun]]:
    return [(change.kind, change.thing.noun) for change in outcome.changes]


def refused(office: Office, text: str) -> list[str]:
    """What a file is refused for; nothing at all has changed."""
    before = everything(office.desks)
    with pytest.raises(PromptMistakes) as caught:
        office.apply(text, invite=True)
    assert everything(office.desks) == before
    return [str(mistake).replace(f"{office.folder}/", "") for mistake in caught.value.mistakes]


def test_a_new_file_makes_what_it_names(office: Office) -> None:
    outcome = office.apply(OAKFIELD)
    counts = everything(office.desks)
    assert {kind for kind, _ in kinds(outcome)} == {Kind.NEW}
    wanted = {
        "school": 1,
        "person": 4,
        "account": 4,
        "membership": 4,
        "pairing": 2,
        "schedule": 2,
        "outbox": 0,
    }
    assert {name: counts[name] for name in wanted} == wanted


def test_the_second_time_there_is_nothing_to_change(office: Office) -> None:
    office.apply(OAKFIELD)
    before = everything(office.desks)
    assert office.apply(OAKFIELD).changes == ()
    assert everything(office.desks) == before


def test_nobody_is_invited_unless_asked_for_and_then_once(office: Office) -> None:
    assert office.apply(OAKFIELD).invited == ()
    assert due(office.desks, LetterKind.INVITATION) == []
    assert set(office.apply(OAKFIELD, invite=True).invited) == {"U_HANA", "U_SAM", "U_PRIYA", "U_RAVI"}
    assert office.apply(OAKFIELD, invite=True).to_invite == ()
    assert len(due(office.desks, LetterKind.INVITATION)) == 4


def test_whoever_said_no_is_not_asked_again(office: Office) -> None:
    office.apply(OAKFIELD)

    def say_no(desk: Desk) -> None:
        joining.decline(desk, people.speaking(desk, TEAM.team_id, "U_SAM"))

    office.desks.do(say_no)
    assert "U_SAM" not in office.apply(OAKFIELD, invite=True).invited


def test_a_check_in_that_is_moved_comes_at_its_new_time(office: Office) -> None:
    office.apply(OAKFIELD)
    joins(office.desks, "U_SAM")
    assert due(office.desks, LetterKind.CHECK_IN) == [datetime(2026, 9, 14, 7, 0, tzinfo=UTC)]
    outcome = office.apply(OAKFIELD.replace("at: 8:00", "at: 15:40"))
    assert [change.becomes for change in outcome.changes] == [{"at": time(15, 40)}]
    assert due(office.desks, LetterKind.CHECK_IN) == [datetime(2026, 9, 14, 14, 40, tzinfo=UTC)]


def test_a_day_the_school_is_closed_takes_its_check_in_with_it(office: Office) -> None:
    office.apply(OAKFIELD)
    joins(office.desks, "U_SAM")
    office.apply(OAKFIELD.replace("    people:", "    closed: [2026-09-14]\n    people:"))
    assert due(office.desks, LetterKind.CHECK_IN) == []


def test_a_schedule_left_out_sends_no_more_and_comes_back_when_named(office: Office) -> None:
    office.apply(OAKFIELD)
    joins(office.desks, "U_SAM")
    without = OAKFIELD[: OAKFIELD.index("    check_ins:")]
    assert kinds(office.apply(without)) == [(Kind.GONE, Noun.SCHEDULE)] * 2
    assert (one(office.desks, Schedule, key="weekly").active, due(office.desks, LetterKind.CHECK_IN)) == (
        False,
        [],
    )
    assert office.apply(without).changes == ()
    office.apply(OAKFIELD)
    assert len(due(office.desks, LetterKind.CHECK_IN)) == 1


def test_a_pair_left_out_has_ended_and_can_begin_again(office: Office) -> None:
    office.apply(OAKFIELD)
    sam = one(office.desks, Person, name="Sam Ray").id
    without = OAKFIELD.replace("          - {coach: priya, coachee: sam}\n", "")
    assert kinds(office.apply(without)) == [(Kind.GONE, Noun.PAIR)]
    ended = one(office.desks, Pairing, coachee_id=sam)
    assert (ended.state, ended.ended_at is not None) == (PairingState.ENDED, True)
    assert office.apply(without).changes == ()
    assert kinds(office.apply(OAKFIELD)) == [(Kind.NEW, Noun.PAIR)]
    assert one(office.desks, Pairing, coachee_id=sam).state is PairingState.ACTIVE


def test_when_coaching_ends_the_digests_that_were_sent_are_written_anew(office: Office) -> None:
    office.apply(OAKFIELD)
    who = office.desks.look(people.speaking, TEAM.team_id, "U_PRIYA")

    def sent(desk: Desk) -> None:
        outbox.post(desk, LetterKind.DIGEST, "digest:1", who.address)
        desk.session.execute(update(Letter).values(state=LetterState.SENT))

    office.desks.do(sent)
    office.apply(OAKFIELD.replace("          - {coach: priya, coachee: sam}\n", ""))
    letter = one(office.desks, Letter, kind=LetterKind.CHANGED)
    assert (letter.person_id, letter.changes_letter_id) == (
        who.id,
        one(office.desks, Letter, key="digest:1").id,
    )


def test_home_is_drawn_anew_for_whoever_has_joined_and_is_concerned(office: Office) -> None:
    office.apply(OAKFIELD)
    joins(office.desks, "U_HANA")
    office.desks.do(lambda desk: desk.session.execute(delete(Letter)))
    edited = OAKFIELD.replace(
        "hana: {slack: U_HANA, roles: [leader]}", "hana: {slack: U_HANA, roles: [leader, lead]}"
    )
    office.apply(edited.replace("roles: [coach, teacher]", "roles: [coach]"))
    assert (
        one(office.desks, Letter, kind=LetterKind.HOME).person_id
        == one(office.desks, Person, name="Hana Ito").id
    )


def test_somebody_left_out_leaves_the_school_and_keeps_what_they_wrote(office: Office) -> None:
    office.apply(OAKFIELD)
    joins(office.desks, "U_SAM")
    before = everything(office.desks)
    lines = [line for line in OAKFIELD.splitlines(keepends=True) if "sam" not in line]
    outcome = office.apply("".join(lines))
    assert kinds(outcome) == [(Kind.GONE, Noun.MEMBERSHIP), (Kind.GONE, Noun.PAIR)]
    after = everything(office.desks)
    kept = ("person", "account", "pairing", ActionStep.__tablename__, "run", "answer")
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    assert due(office.desks, LetterKind.CHECK_IN) == []
    assert after[Occurrence.__tablename__] == 0


def test_roles_managers_names_and_hours_follow_the_file(office: Office) -> None:
    office.apply(OAKFIELD)
    edited = OAKFIELD.replace("roles: [teacher], manager: hana", "name: Sam Ray-Holt, roles: [lead, teacher]")
    edited = edited.replace(
        "    people:", '    quiet: {from: "17:00", until: "8:00", days: [sunday, friday]}\n    people:'
    )
    assert kinds(office.apply(edited)) == [
        (Kind.CHANGED, Noun.SCHOOL),
        (Kind.CHANGED, Noun.PERSON),
        (Kind.CHANGED, Noun.MEMBERSHIP),
    ]
    sam = one(office.desks, Person, name="Sam Ray-Holt")
    membership = one(office.desks, Membership, person_id=sam.id)
    assert (membership.roles, membership.manager_id) == (["teacher", "lead"], None)
    school = one(office.desks, School, key="oakfield")
    assert (school.quiet_from, school.quiet_days) == (time(17, 0), [4, 6])


def test_somebody_in_two_schools_is_one_person(office: Office) -> None:
    both = OAKFIELD + HILLSIDE.removeprefix("schools:\n").replace("manager: priya", "manager: ravi")
    office.apply(both.replace("slack: U_RAVI, ", "", 1))
    counts = everything(office.desks)
    assert (counts["person"], counts["account"], counts["membership"]) == (4, 4, 7)


def test_a_school_the_file_does_not_name_stays_as_it_is(office: Office) -> None:
    office.apply(OAKFIELD)
    other = HILLSIDE.replace(", manager: priya", "")
    assert {change.thing.keys[0] for change in office.apply(other).changes} == {"hillside"}
    assert office.apply(OAKFIELD).changes == ()


async def test_two_who_apply_at_once_take_turns(office: Office) -> None:
    office.apply(HILLSIDE.replace(", manager: priya", ""))
    wishes = wished(office.folder, OAKFIELD, office.desks.prompts)
    both = await asyncio.gather(*(office.desks.write(apply, TEAM, wishes) for _ in range(2)))
    assert sorted(len(outcome.changes) for outcome in both) == [0, 11]
    assert everything(office.desks)["pairing"] == 2


def test_whoever_appraises_somebody_cannot_be_their_coach(office: Office) -> None:
    said = refused(office, OAKFIELD.replace("{coach: priya, coachee: sam}", "{coach: hana, coachee: sam}"))
    assert said == [
        "school.yaml:14: Hana Ito appraises Sam Ray, and the person who appraises you cannot be your coach. "
        "Choose another coach, or another line manager."
    ]


def test_a_new_line_manager_who_is_already_the_coach_is_refused(office: Office) -> None:
    office.apply(OAKFIELD)
    said = refused(
        office, OAKFIELD.replace("roles: [teacher], manager: hana", "roles: [teacher], manager: priya")
    )
    assert said[0].startswith("school.yaml:14: Priya Nair appraises Sam Ray")


@pytest.mark.parametrize("first", ["coaching", "line management"])
def test_coach_and_appraiser_are_kept_apart_across_schools(office: Office, first: str) -> None:
    files = [OAKFIELD, HILLSIDE] if first == "coaching" else [HILLSIDE, OAKFIELD]
    office.apply(files[0])
    assert "Priya Nair appraises Sam Ray" in refused(office, files[1])[0]


WRONG = """\
schools:
  oakfield:
    name: Oakfield Primary
    zone: Europe/Londn
    quiet: {from: "25:00", until: "8:00"}
    minimum_group: 3
    terms: [{first: 2026-09-01, last: 2026-08-01}]
    people:
      hana: {slack: U_HANA, roles: [leader]}
      sam: {slack: U_SAM, roles: [techer], manager: hanna}
      samuel: {slack: U_SAM, roles: [teacher]}
      nobody: {slack: U_NOBODY, roles: [teacher], manager: hana}
      ghost: {roles: [coach]}
    programmes:
      coaching:
        name: Coaching
        pairs:
          - {coach: hana, coachee: nobody}
          - {coach: stranger, coachee: sam}
          - {coach: sam, coachee: sam}
    check_ins:
      weekly: {flow: weekly-reflecton, for: teacher, on: mnday, at: 8:00}
      coaches: {flow: weekly-reflection, for: coach, on: friday, at: "8.00"}
      late: {flow: step-follow-up, for: teacher, on: friday, at: 8:00, starts: soon}
    digests:
      weekly: {on: thursday, at: 15:30}
"""

COMPLAINTS = [
    (4, "there is no time zone 'Europe/Londn'"),
    (5, "'25:00' is not a time of day"),
    (6, "figures for fewer than 5 people would tell who said what"),
    (7, "this term ends before it begins"),
    (10, "there is no role 'techer'"),
    (10, "there is nobody called 'hanna'"),
    (11, "'sam' and 'samuel' have one account, that of Sam Ray"),
    (12, "'nobody' is unknown to Slack"),
    (13, "'ghost' has no account"),
    (18, "Hana Ito appraises nobody, and the person who appraises you cannot be your coach"),
    (19, "there is nobody called 'stranger'"),
    (20, "'sam' is their own coach"),
    (22, "there is no flow 'weekly-reflecton'"),
    (22, "'mnday' is not a day of the week"),
    (23, "the flow 'weekly-reflection' is not for a coach"),
    (23, "'8.00' is not a time of day"),
    (24, "'step-follow-up' looks back at one step, and cannot come round by itself"),
    (24, "'soon' is not a date"),
    (26, "this schedule stands here twice"),
]


def test_everything_that_cannot_be_is_told_at_once_with_its_line(office: Office) -> None:
    said = refused(office, WRONG)
    wanted = [f"school.yaml:{line}: {what}." for line, what in COMPLAINTS]
    assert [one for one in wanted if not any(line.startswith(one) for line in said)] == []
    assert len(said) == len(COMPLAINTS)


def test_a_check_ins_name_is_not_given_to_a_digest(office: Office) -> None:
    office.apply(OAKFIELD)
    turned = OAKFIELD.replace(
        "weekly: {flow: weekly-reflection, for: teacher,", "new: {flow: weekly-reflection, for: teacher,"
    )
    said = refused(office, turned.replace("round-up:", "weekly:"))
    assert said == ["school.yaml:19: 'weekly' has been a check-in. Give the digest another name."]


def test_fields_that_are_not_there_are_refused_before_anything_is_asked(office: Office) -> None:
    said = refused(office, OAKFIELD.replace("zone:", "timezone:"))
    assert said[0] == "school.yaml:2: 'zone' is missing. Add it."
    assert "there is no field 'timezone' here" in said[1]


def test_looking_first_changes_nothing(office: Office) -> None:
    before = everything(office.desks)
    found = office.desks.look(compare, TEAM.team_id, wished(office.folder, OAKFIELD, office.desks.prompts))
    assert (len(found.changes), len(found.to_invite)) == (14, 4)
    assert everything(office.desks) == before
