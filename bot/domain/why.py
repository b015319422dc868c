"""Why something came or did not: one sentence for each thing that was due, and what it may tell to whom.

Whoever looks after Mull learns whether a message left and what stood in its way, and never what its owner chose or
answered: all reasons of that kind are one and the same sentence. Its owner is told the reason.
"""

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.calendar import DayOff, Off, SchoolTime
from bot.domain.checkins import own_weekday
from bot.domain.outbox import is_personal, reason_of
from bot.models import Letter, LetterKind, LetterState, Schedule

FOR_ANYBODY = (LetterKind.INVITATION, LetterKind.CHECK_IN, LetterKind.DIGEST, LetterKind.NUDGE)
"""What `mull why` speaks of. Whether somebody is reminded, puts off or comes back is theirs: those are told in Home."""
OTHER = "other"
"""What every other kind is called where anybody looks: coming back tells of leave, a second time of *Later*."""
FOR_OWNER = (*FOR_ANYBODY, LetterKind.CHECK_IN_AGAIN, LetterKind.REMINDER, LetterKind.CATCH_UP)


@dataclass(frozen=True)
class Told:
    """One thing that was due and what became of it. `key` names its sentence, `why_…` in prompts/sentences.yaml.

    `kind` is None when nothing was due at all. `at` (aware) is when it left or is due. `because`: a Reason, or Slack's
    code. `own`: it is told to its owner. `holiday`: what the bank holiday is called.
    """

    key: str
    kind: LetterKind | None = None
    at: datetime | None = None
    because: str = ""
    own: bool = False
    holiday: str = ""


def kind_for_anybody(kind: str) -> str:
    """The kind of a letter as whoever looks after Mull may know it, in a list or a number; `OTHER` for the rest."""
    return str(kind) if kind in FOR_ANYBODY else OTHER


def of_letter(letter: Letter, now: datetime, *, own: bool) -> Told:
    """What became of a letter."""
    reason = letter.reason or ""
    match letter.state:
        case LetterState.SENT:
            return Told("sent", letter.kind, letter.sent_at, own=own)
        case LetterState.UNKNOWN:
            return Told("looked_for", letter.kind, own=own)
        case LetterState.FAILED:
            return Told("refused", letter.kind, because=reason, own=own)
        case LetterState.DEAD:
            return Told("given_up", letter.kind, because=reason, own=own)
        case LetterState.SKIPPED:
            return _skipped(letter.kind, reason, own=own)
    # When it has waited is their own hours' business, so what waits and what is on its way read the same.
    return Told("due", letter.kind, letter.due_at, own=own) if letter.due_at > now else to_come(letter.kind)


def _skipped(kind: LetterKind, reason: str, *, own: bool) -> Told:
    if is_personal(reason) and not own:
        return theirs(kind)
    return Told("not_sent", kind, because=reason, own=own)


def theirs(kind: LetterKind) -> Told:
    """The one sentence for everything that is nobody's business but the person's own."""
    return Told("theirs", kind)


def to_come(kind: LetterKind) -> Told:
    """It has fallen due and has not left yet."""
    return Told("to_come", kind)


def school_off(whose: SchoolTime, local_date: date) -> DayOff | None:
    """Why a date is no day on which anything falls due for them; their own leave aside."""
    off = whose.day_off(local_date)
    return None if off is None or off.kind == Off.LEAVE else off


def of_day_off(off: DayOff, kind: LetterKind | None, *, over: bool, own: bool) -> Told:
    """On a day off nothing falls due; `over`: it is today or past."""
    key = "nothing_off" if kind is None else "not_sent" if over else "will_not"
    return Told(key, kind, because=reason_of(off), own=own, holiday=off.name)


def is_expected(schedule: Schedule, whose: SchoolTime, local_date: date) -> bool:
    """Whether a schedule would come round for them on a date, whatever day that is."""
    started = schedule.starts_on is None or schedule.starts_on <= local_date
    return schedule.active and started and own_weekday(schedule, whose) == local_date.weekday()
