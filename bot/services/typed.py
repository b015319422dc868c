"""What is typed into the conversation: offered as an answer, never taken for one, never repeated."""

from uuid import UUID

from bot.domain import flows
from bot.domain.checkins import run_id as run_id_of
from bot.domain.flows import Flow, Question, Value
from bot.domain.privacy import Viewer
from bot.errors import NotFound
from bot.models import Answer, LetterKind, Outcome, Run
from bot.services import answers, checkins, inbox, joining, outbox, runs
from bot.services.desk import Desk
from bot.services.people import Known

TEXT = ("long_text", "short_text")


def hear(desk: Desk, who: Known, text: str, ts: str, event_id: str) -> None:
    """Something was typed to us. With a check-in open it is kept as a draft and offered as the answer; else we say
    kindly what we understand. Whatever comes of it leaves through the outbox, without a word of theirs.
    """
    if not inbox.first_time(desk, who, "message", event_id):
        return
    joining.reached(desk, who, ts)
    outbox.hear_ts(desk.session, who.id, who.workspace.id, ts)
    occurrence = checkins.latest_open(desk, who) if who.person.joined_at else None
    found = _question(desk, who, occurrence.id) if occurrence else None
    if occurrence is None or found is None:
        outbox.post(desk, LetterKind.REPLY, f"reply:{event_id}", who.address)
        return
    flow, question, run = found
    drafted = _drafted(desk, who, run, question)
    together = f"{drafted}\n{text}" if drafted else text
    if flows.complaint(question, together):
        kind = LetterKind.TYPED_TOO_LONG
    else:
        kind = LetterKind.TYPED_ANSWER
        ref = runs.Ref(run_id_of(occurrence.id), flow.version, occurrence.id)
        answers.draft(
            desk, runs.begin(desk, who, ref), question.id, together, max(ts, _drafted_ts(desk, run, question))
        )
    outbox.post(desk, kind, f"typed:{event_id}", who.address, subject_id=occurrence.id)


def keep(desk: Desk, who: Known, occurrence_id: UUID) -> None:
    """What was typed is the answer now."""
    found = offered(desk, who, occurrence_id)
    if found is None and checkins.own(desk, who, occurrence_id)[0].outcome == Outcome.ANSWERED:
        return  # pressed twice
    if found is None:
        raise NotFound("There is nothing typed to keep any more.")
    run, question_id, words = found
    answers.give(desk, run, {question_id: words})
    run.completed_at = run.completed_at or desk.now
    checkins.close(desk, who.id, occurrence_id, Outcome.ANSWERED)
    _settled(desk, who, occurrence_id)


def discard(desk: Desk, who: Known, occurrence_id: UUID) -> None:
    """What was typed is forgotten here; removing it from Slack is the writer's to do, and they are told how."""
    found = offered(desk, who, occurrence_id)
    if found is not None:
        answers.forget(desk, found[0], [found[1]])
    _settled(desk, who, occurrence_id)


def offered(desk: Desk, who: Known, occurrence_id: UUID) -> tuple[Run, str, Value] | None:
    """What was typed and neither kept nor left out yet: its run, question and words; None when there is nothing."""
    checkins.own(desk, who, occurrence_id)
    found = _question(desk, who, occurrence_id)
    if found is None or found[2] is None:
        return None
    run, question = found[2], found[1]
    words = _drafted(desk, who, run, question)
    return (run, question.id, words) if words else None


def _settled(desk: Desk, who: Known, occurrence_id: UUID) -> None:
    outbox.changed(desk, who.id, LetterKind.TYPED_ANSWER, occurrence_id)
    outbox.refresh_home(desk, who.id)


def _question(desk: Desk, who: Known, occurrence_id: UUID) -> tuple[Flow, Question, Run | None] | None:
    """The first question for words that this check-in has and that is not answered yet."""
    screen = runs.start(desk, who, "", occurrence_id=occurrence_id)
    run = desk.session.get(Run, screen.ref.run_id)
    given = answers.opened(desk, Viewer(who.id), run, drafts=False).given if run else frozenset()
    for question in flows.asked(screen.flow, screen.values, role=who.role):
        if question.kind in TEXT and question.id not in given:
            return screen.flow, question, run
    return None


def _drafted(desk: Desk, who: Known, run: Run | None, question: Question) -> str | None:
    """What was drafted for this question before: a second message adds to the first."""
    if run is None:
        return None
    drafted = answers.opened(desk, Viewer(who.id), run, drafts=True).values.get(question.id)
    return drafted if isinstance(drafted, str) else None


def _drafted_ts(desk: Desk, run: Run | None, question: Question) -> str:
    row = desk.session.get(Answer, answers.answer_id(run.id, question.id)) if run else None
    return f"{row.action_ts}+" if row else ""
