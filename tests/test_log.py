"""Logs: an event and ids, and never a word that a person typed."""

import io
import json
import logging

import pytest

from bot import log

WORDS = "The printer, mostly."


def test_an_event_is_one_line_with_its_ids(lines: io.StringIO) -> None:
    log.event("letter.sent", letter="1", kind="check_in")
    line = json.loads(lines.getvalue())
    assert (line["event"], line["level"], line["letter"], line["kind"]) == (
        "letter.sent",
        "INFO",
        "1",
        "check_in",
    )


def test_an_error_is_told_by_its_kind_and_place_and_never_by_its_text(lines: io.StringIO) -> None:
    try:
        int(WORDS)
    except ValueError as error:
        log.alert("something.failed", error=error, run="7")
    line = json.loads(lines.getvalue())
    assert (line["level"], line["error"], line["run"]) == ("ERROR", "ValueError", "7")
    assert line["where"].startswith("test_log.py:")
    assert WORDS not in lines.getvalue()


@pytest.mark.parametrize("library", log.QUIET)
def test_a_library_that_prints_payloads_is_quiet_whatever_our_level(library: str, lines: io.StringIO) -> None:
    logging.getLogger(f"{library}.app").debug("payload: %s", WORDS)
    logging.getLogger(library).info("payload: %s", WORDS)
    assert lines.getvalue() == ""


def test_a_librarys_warning_says_where_it_came_from_and_never_what_it_quotes(lines: io.StringIO) -> None:
    logging.getLogger("aiohttp").warning("reconnecting after: the printer, mostly")
    line = json.loads(lines.getvalue())
    assert line["event"] == "aiohttp"
    assert line["where"].startswith("test_log.py:")
    assert "printer" not in lines.getvalue()
