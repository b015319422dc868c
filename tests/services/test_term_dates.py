"""Term dates from a calendar file: what is understood, what is left aside, what is refused in words."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.models import School
from bot.prompts import PromptMistakes
from bot.services.desk import Desks
from bot.services.term_dates import LARGEST_BYTES, CalendarRefused, TermDates, read_term_dates
from tests.services.school_files import OAKFIELD, Office
from tests.services.test_schools import one

TERM = ("Autumn term 1", "DTSTART;VALUE=DATE:20260902", "DTEND;VALUE=DATE:20261024")


def ics(*events: tuple[str, ...]) -> str:
    """A calendar of these events: a title, then lines."""
    parts = [
        "\r\n".join(("BEGIN:VEVENT", f"UID:{index}", f"SUMMARY:{title}", *lines, "END:VEVENT"))
        for index, (title, *lines) in enumerate(events)
    ]
    return "\r\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//EN", *parts, "END:VCALENDAR", ""))


def read(folder: Path, text: str | bytes) -> TermDates:
    file = folder / "term-dates.ics"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_term_dates(file)


def test_a_term_over_its_days_ends_the_day_before_its_end(tmp_path: Path) -> None:
    assert read(tmp_path, ics(TERM)).terms == [["2026-09-02", "2026-10-23"]]


def test_a_term_may_be_its_first_day_and_its_last(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        ics(
            ("End of autumn term", "DTSTART:20261218T133000", "DTEND:20261218T140000"),
            ("Term starts", "DTSTART;VALUE=DATE:20261102"),
        ),
    )
    assert found.terms == [["2026-11-02", "2026-12-18"]]


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("INSET day (school closed to pupils)", "training"),
        ("Staff training day", "training"),
        ("Non-pupil day", "training"),
        ("Half term holiday", "closed"),
        ("Half-term", "closed"),
        ("Christmas break", "closed"),
        ("Occasional day", "closed"),
        ("School closed", "closed"),
        ("Bank Holiday", "closed"),
        ("Break duty", "left_aside"),
        ("Parents' evening", "left_aside"),
    ],
)
def test_a_title_says_what_a_day_is(tmp_path: Path, title: str, kind: str) -> None:
    day = (title, "DTSTART;VALUE=DATE:20260928", "DTEND;VALUE=DATE:20260930")
    found = read(tmp_path, ics(TERM, day))
    days = ["2026-09-28", "2026-09-29"] if kind != "left_aside" else [f"2026-09-28 {title}"]
    assert getattr(found, kind) == days
    assert sum(map(len, (found.closed, found.training, found.left_aside))) == len(days)


def test_what_comes_round_is_each_of_its_days(tmp_path: Path) -> None:
    weekly = (
        "INSET",
        "DTSTART;VALUE=DATE:20260904",
        "RRULE:FREQ=WEEKLY;COUNT=3",
        "EXDATE;VALUE=DATE:20260911",
    )
    assert read(tmp_path, ics(TERM, weekly)).training == ["2026-09-04", "2026-09-18"]


DAY = "DTSTART;VALUE=DATE:20260902"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("hello", "not an iCalendar file"),
        (b"\xff\xfe\x00", "not an iCalendar file"),
        ("", "not an iCalendar file"),
        (ics(), "no events"),
        (ics(("Parents' evening", DAY)), "no term in this calendar"),
        (ics(("Term starts", DAY)), "A term begins on 2026-09-02 and never ends"),
        (ics(("Term ends", DAY)), "A term ends on 2026-09-02 and never began"),
        (ics(("Term", DAY, "DTEND;VALUE=DATE:20270902")), "A term from 2026-09-02 to 2027-09-01 cannot be"),
        (ics(("Term", "DTSTART:20269999")), "no dates that can be read"),
        (ics(("Term",)), "no dates that can be read"),
        (ics(TERM, ("Bell", DAY + "T080000", "RRULE:FREQ=SECONDLY")), "."),
        (ics(TERM, ("Bell", "DTSTART:20260902T080000Z", "RRULE:FREQ=SECONDLY")), "more than once a day"),
        (ics(TERM, ("Holiday", DAY, "DTEND;VALUE=DATE:20280101")), "An event lasts from 2026-09-02"),
        (ics(TERM, *[("Lesson", DAY)] * 1000), "more than 1000 events"),
        (ics(TERM, ("Lesson", DAY, "RRULE:FREQ=DAILY")), "more than 1000 events"),
        (b" " * (LARGEST_BYTES + 1), "larger than 2 MB"),
    ],
)
def test_a_calendar_that_makes_no_sense_is_refused_in_words(
    tmp_path: Path, text: str | bytes, why: str
) -> None:
    with pytest.raises(CalendarRefused, match=why):
        read(tmp_path, text)


@given(text=st.binary(max_size=300) | st.text(max_size=300).map(lambda body: ics((body, DAY)).encode()))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_that_is_uploaded_breaks_it(tmp_path: Path, text: bytes) -> None:
    with suppress(CalendarRefused):
        assert read(tmp_path, text).terms


def test_a_schools_file_names_its_calendar(desks: Desks, tmp_path: Path) -> None:
    office = Office(desks, tmp_path)
    text = OAKFIELD.replace(
        "    people:\n", "    term_dates: dates.ics\n    closed: [2026-09-14]\n    people:\n", 1
    )
    (tmp_path / "dates.ics").write_text(ics(TERM, ("INSET", DAY)), encoding="utf-8")
    office.apply(text)
    school: School = one(desks, School, key="oakfield")
    assert school.calendar == {
        "terms": [["2026-09-02", "2026-10-23"]],
        "closed": ["2026-09-14"],
        "training": ["2026-09-02"],
    }
    assert office.apply(text).changes == ()


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("term_dates: none.ics", "none.ics cannot be read. Check where it lies, and that you may read it."),
        (
            "term_dates: https://school.example/dates.ics",
            "no address is ever asked for a calendar. "
            "Save the calendar as a file beside this one, and give the file's name.",
        ),
    ],
)
def test_a_calendar_that_cannot_be_had_is_told_where_it_is_named(
    desks: Desks, tmp_path: Path, line: str, why: str
) -> None:
    with pytest.raises(PromptMistakes) as caught:
        Office(desks, tmp_path).apply(OAKFIELD.replace("    people:\n", f"    {line}\n    people:\n", 1))
    assert [str(mistake).replace(f"{tmp_path}/", "") for mistake in caught.value.mistakes] == [
        f"school.yaml:5: {why}"
    ]
