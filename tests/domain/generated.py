"""Flows and answers that hypothesis makes up: any kinds, any branches, any roles."""

from collections.abc import Mapping

from hypothesis import strategies as st

from bot.domain.flows import Condition, Ending, Examples, Flow, Kind, Operator, Option, Question, Role, Value

KINDS: tuple[Kind, ...] = (
    "short_text",
    "long_text",
    "scale",
    "choice",
    "choices",
    "person",
    "date",
    "number",
)
ROLES: tuple[Role, ...] = ("teacher", "leader")
OPTIONS = (Option("a", "A"), Option("b", "B"), Option("c", "C"))

_VALUES: Mapping[Kind, st.SearchStrategy[Value]] = {
    "short_text": st.just("text"),
    "long_text": st.just("text"),
    "scale": st.integers(1, 5),
    "choice": st.sampled_from("abc"),
    "choices": st.lists(st.sampled_from("abc"), min_size=1, unique=True),
    "person": st.just("U1"),
    "date": st.just("2026-11-23"),
    "number": st.integers(-9, 9),
}


def values(question: Question) -> st.SearchStrategy[Value | None]:
    """An answer this question takes, or None where it may be left."""
    given = _VALUES[question.kind]
    return st.none() | given if question.optional else given


@st.composite
def conditions(draw: st.DrawFn, earlier: list[Question]) -> tuple[Condition, ...]:
    """Up to two looks at earlier questions, each in a way that fits its kind."""
    if not earlier or draw(st.booleans()):
        return ()
    found = []
    for question in draw(
        st.lists(st.sampled_from(earlier), min_size=1, max_size=2, unique_by=lambda q: q.id)
    ):
        if question.kind in ("scale", "number"):
            operator: Operator = draw(st.sampled_from(("at_least", "at_most", "equals")))
            found.append(Condition(question.id, operator, draw(st.integers(1, 5))))
        elif question.kind in ("choice", "choices"):
            found.append(Condition(question.id, "in", draw(st.lists(st.sampled_from("abc"), min_size=1))))
        else:
            found.append(Condition(question.id, "answered", draw(st.booleans())))
    return tuple(found)


@st.composite
def flows(draw: st.DrawFn) -> Flow:
    questions: list[Question] = []
    for number in range(draw(st.integers(1, 12))):
        kind = draw(st.sampled_from(KINDS))
        questions.append(
            Question(
                id=f"q{number}",
                ask="?",
                kind=kind,
                audience=draw(st.sampled_from(((), ("teacher",), ("leader",)))),
                examples=draw(st.sampled_from((None, None, Examples("weak", "strong")))),
                options=OPTIONS if kind in ("choice", "choices") else (),
                steps=5 if kind == "scale" else None,
                optional=draw(st.booleans()),
                when=draw(conditions(questions)),
            )
        )
    return made(*questions)


def made(*questions: Question) -> Flow:
    """A flow of these questions, for teachers and leaders."""
    return Flow(
        id="made",
        title="Made",
        audience=ROLES,
        minutes=1,
        seen_by="me",
        intro=None,
        questions=questions,
        ends=(Ending(),),
        makes=None,
        version="0",
        text="",
    )
