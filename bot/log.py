"""Logs: one line an event, with ids and reasons. Never a word that a person typed."""

import json
import logging
import sys
from typing import TextIO

from bot import clock

QUIET = ("slack_bolt", "slack_sdk", "aiohttp", "asyncio", "apscheduler", "sqlalchemy", "alembic")
"""Libraries that print payloads, and so people's words, at DEBUG: WARNING is their floor, whatever our level."""

_logger = logging.getLogger("mull")


class _Line(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        ours: dict[str, object] | None = getattr(record, "fields", None)
        fields = _told_by_others(record) if ours is None else dict(ours)
        line = {"at": clock.now().isoformat(timespec="milliseconds"), "level": record.levelname}
        line |= {"event": record.name if ours is None else record.getMessage()}
        if record.exc_info and record.exc_info[0]:
            # The type and place of an error, never its text: it may quote what somebody wrote.
            fields |= {"error": record.exc_info[0].__name__, "where": _place(record)}
        return json.dumps(line | {key: str(value) for key, value in fields.items()}, ensure_ascii=False)


def _told_by_others(record: logging.LogRecord) -> dict[str, object]:
    """A library's line: where it came from, never its text, which may quote a payload or an error with words in it."""
    return {"where": f"{record.filename}:{record.lineno}"}


def _place(record: logging.LogRecord) -> str:
    trace = record.exc_info[2] if record.exc_info else None
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}" if trace else ""


def set_up(level: str = "INFO", stream: TextIO | None = None) -> None:
    """From here on, log lines of `level` and above go to `stream` (stderr) as one JSON object a line."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_Line())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def event(name: str, **ids: object) -> None:
    """Note that something happened, with the ids of what it happened to."""
    _logger.info(name, extra={"fields": ids})


def warning(name: str, *, error: BaseException | None = None, **ids: object) -> None:
    """Note that something did not go as it should and what it concerns; the operator may want to look."""
    _logger.warning(name, extra={"fields": ids}, exc_info=error)


def alert(name: str, *, error: BaseException | None = None, **ids: object) -> None:
    """Note something the operator has to act on."""
    _logger.error(name, extra={"fields": ids}, exc_info=error)
