"""What a flow must keep to beyond its fields: found in the flow, told with the line of its document."""

from collections.abc import Iterator

from bot.domain.flows import MAKERS, Condition, Flow, Need, Question, asked, taps
from bot.domain.questions import LONGEST_TEXT
from bot.prompts.documents import Document, Path_
from bot.prompts.flow_file import VARIABLES, worded
from bot.prompts.mistakes import Mistake, nearest
from bot.prompts.paths import reachable
from bot.prompts.templates import TemplateFailed, problems

TEXTS = ("short_text", "long_text")
CHOICES = ("choice", "choices")
NUMBERS = ("scale", "number")
RADIO_BUTTONS = 10
"""Slack's limit for radio buttons and checkboxes. A choice of more becomes a menu; choices cannot."""

_FIELDS = {
    "options": CHOICES,
    "low": ("scale",),
    "high": ("scale",),
    "points": ("scale",),
    "steps": ("scale",),
    "at_least": (*TEXTS, "choices", "number"),
    "at_most": (*TEXTS, "choices", "number"),
    "starts_with": TEXTS,
}
_OPERATORS = {
    "equals": (*CHOICES, *NUMBERS),
    "in": (*CHOICES, *NUMBERS),
    "at_least": NUMBERS,
    "at_most": NUMBERS,
}


def mistakes(document: Document, flow: Flow) -> Iterator[Mistake]:
    """Everything wrong with one flow, taken by itself."""
    found = [*_identities(document, flow), *_templates(document, flow)]
    for index, question in enumerate(flow.questions):
        found += _kind_mistakes(document, question, ("questions", index))
        found += _references(document, flow, index)
    found += _needs(document, flow)
    yield from found
    if not found:  # only a flow that is sound otherwise can be walked
        yield from _walks(document, flow)


def _identities(document: Document, flow: Flow) -> Iterator[Mistake]:
    seen: set[str] = set()
    for index, question in enumerate(flow.questions):
        if question.id in seen:
            what = f"there are two questions called '{question.id}'"
            yield document.mistake(what, "Give one of them another id", "questions", index, "id")
        seen.add(question.id)
        for role in set(question.audience) - set(flow.audience):
            what = f"'{question.id}' is for a {role}, and the flow is not"
            yield document.mistake(what, "Add the role to the flow's 'for'", "questions", index, "for")


def _templates(document: Document, flow: Flow) -> Iterator[Mistake]:
    known = frozenset(VARIABLES)
    found = False
    for path, source in _sources(flow):
        for what, do in problems(source, known, message=False):
            found = True
            yield document.mistake(what, do, *path)
    if found:
        return
    for coach in ("Priya", None):
        try:
            worded(flow, {**dict.fromkeys(VARIABLES, "Sam"), "coach": coach})
        except TemplateFailed:
            have = "a coach" if coach else "no coach"
            yield document.mistake(f"a text cannot be written for a person with {have}", "Use {% if coach %}")


def _sources(flow: Flow) -> Iterator[tuple[Path_, str]]:
    yield ("intro",), flow.intro or ""
    for index, question in enumerate(flow.questions):
        path = ("questions", index)
        yield (*path, "ask"), question.ask
        yield (*path, "help"), question.help or ""
        if question.examples:
            yield (*path, "examples", "weak"), question.examples.weak
            yield (*path, "examples", "strong"), question.examples.strong


def _kind_mistakes(document: Document, question: Question, path: Path_) -> Iterator[Mistake]:
    data = _written(document, path)
    for field, kinds in _FIELDS.items():
        if field in data and question.kind not in kinds:
            what = f"'{question.id}' is a {question.kind}, which has no '{field}'"
            yield document.mistake(what, f"Take it out, or make it one of: {', '.join(kinds)}", *path, field)
    if question.kind in CHOICES:
        yield from _option_mistakes(document, question, path)
    if question.kind == "scale":
        yield from _scale_mistakes(document, question, path, data)
    if question.kind in _FIELDS["at_most"]:
        yield from _bound_mistakes(document, question, path)


def _written(document: Document, path: Path_) -> dict[str, object]:
    found: object = document.data
    for part in path:
        found = found[part]  # type: ignore[index]  # the document has the shape of a flow by now
    return found if isinstance(found, dict) else {}


def _option_mistakes(document: Document, question: Question, path: Path_) -> Iterator[Mistake]:
    most = RADIO_BUTTONS if question.kind == "choices" else 100
    if not 2 <= len(question.options) <= most:
        what = f"'{question.id}' has {len(question.options)} options"
        yield document.mistake(
            what, f"Give it 2 to {most}: 'options:', then 'value: label' lines", *path, "options"
        )
    labels = [option.label for option in question.options]
    for label in {label for label in labels if labels.count(label) > 1}:
        yield document.mistake(f"two options read '{label}'", "Word one differently", *path, "options")


def _scale_mistakes(
    document: Document, question: Question, path: Path_, data: dict[str, object]
) -> Iterator[Mistake]:
    if "points" in data and "steps" in data:
        what = f"'{question.id}' has both 'points' and 'steps'"
        yield document.mistake(what, "Keep 'points': their number is the steps", *path, "steps")
    if not 2 <= len(taps(question)) <= RADIO_BUTTONS:
        field = "points" if "points" in data else "steps"
        what = f"'{question.id}' has {len(taps(question))} points"
        yield document.mistake(what, f"A scale has 2 to {RADIO_BUTTONS}", *path, field)
    if len(set(question.points)) < len(question.points):
        yield document.mistake("two points read the same", "Word one differently", *path, "points")


def _bound_mistakes(document: Document, question: Question, path: Path_) -> Iterator[Mistake]:
    least, most = question.at_least, question.at_most
    if least is not None and most is not None and least > most:
        what = f"'{question.id}' wants at least {least} and at most {most}"
        yield document.mistake(what, "Make 'at_least' the smaller one", *path, "at_least")
    if question.kind == "number":
        return
    ceiling = len(question.options) if question.kind == "choices" else LONGEST_TEXT
    for field, bound in (("at_least", least), ("at_most", most)):
        if bound is not None and not (isinstance(bound, int) and 1 <= bound <= ceiling):
            what = f"'{field}' cannot be {bound} here"
            yield document.mistake(what, f"Use a whole number from 1 to {ceiling:,}", *path, field)


def _references(document: Document, flow: Flow, index: int) -> Iterator[Mistake]:
    question, earlier = flow.questions[index], {q.id: q for q in flow.questions[:index]}
    path: Path_ = ("questions", index)
    for other in question.starts_with:
        if other not in earlier or earlier[other].kind not in TEXTS:
            what = f"'{question.id}' starts with '{other}', which is no earlier text question"
            yield document.mistake(what, nearest(other, earlier), *path, "starts_with")
    for condition in question.when:
        at = (*path, "when", condition.question)
        if condition.question not in earlier:
            what = f"'{question.id}' looks at '{condition.question}', which is no earlier question"
            yield document.mistake(what, nearest(condition.question, earlier), *at)
            continue
        found = _misfit(condition, earlier[condition.question])
        if found:
            yield document.mistake(*found, *at, condition.operator)


def _misfit(condition: Condition, question: Question) -> tuple[str, str] | None:
    """What is wrong with looking at that question in this way, and what to do."""
    operator, operand = condition.operator, condition.operand
    if operator == "answered":
        return None if isinstance(operand, bool) else ("'answered' is true or false", "Write one of the two")
    kinds = _OPERATORS[operator]
    if question.kind not in kinds:
        known = [name for name, fits in _OPERATORS.items() if question.kind in fits]
        what = f"a {question.kind} cannot be looked at with '{operator}'"
        return what, f"Use one of: {', '.join(['answered', *known])}"
    if operator == "in" and not (isinstance(operand, list) and operand):
        return "'in' takes a list", "Write [one, two]"
    for one in operand if isinstance(operand, list) else [operand]:
        if not _possible(one, question):
            what = f"'{one}' is not an answer to '{question.id}'"
            return what, _possibilities(one, question)
    return None


def _possible(operand: object, question: Question) -> bool:
    if question.kind in CHOICES:
        return isinstance(operand, str) and operand in {option.value for option in question.options}
    if isinstance(operand, bool) or not isinstance(operand, int | float):
        return False
    return question.kind == "number" or str(operand) in {point.value for point in taps(question)}


def _possibilities(operand: object, question: Question) -> str:
    if question.kind in CHOICES:
        return nearest(str(operand), {option.value for option in question.options})
    return f"Use a number from 1 to {question.steps}" if question.kind == "scale" else "Use a number"


def _needs(document: Document, flow: Flow) -> Iterator[Mistake]:
    for need in MAKERS[flow.makes] if flow.makes else ():
        question = flow.question(need.id)
        if question is None:
            what = f"a flow that makes an {flow.makes} asks '{need.id}', and this one does not"
            yield document.mistake(what.replace("an follow", "a follow"), f"Add it, a {need.kind}", "makes")
            continue
        found = _unmet(need, question)
        if found:
            yield document.mistake(*found, "questions", flow.questions.index(question))


def _unmet(need: Need, question: Question) -> tuple[str, str] | None:
    if question.kind != need.kind:
        return f"'{need.id}' is a {question.kind}", f"What is made from it takes a {need.kind}"
    unknown = {option.value for option in question.options} - set(need.options)
    if need.options and unknown:
        what = f"'{need.id}' has an option '{min(unknown)}' that nothing can be made from"
        return what, f"The options are: {', '.join(need.options)}"
    if need.always and (question.optional or question.when or question.audience):
        return f"'{need.id}' may go unanswered here", "Take 'optional', 'when' and 'for' off it"
    return None


def _walks(document: Document, flow: Flow) -> Iterator[Mistake]:
    for index, question in enumerate(flow.questions):
        found = reachable(flow, question)
        if found is None:
            what = f"there are too many ways to '{question.id}' to check"
            yield document.mistake(what, "Let it look at fewer questions", "questions", index)
        elif not found:
            what = f"no answers ever lead to '{question.id}'"
            yield document.mistake(what, "Change its 'when', or take it out", "questions", index)
    for role in flow.audience:
        if not asked(flow, {}, role=role):
            what = f"a {role} would be asked nothing"
            yield document.mistake(what, "Let the first question be for everyone", "for")
