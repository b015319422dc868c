"""Templates: Jinja2 in a sandbox, cut down until no prompt can run long, reach out or fail late.

What is left is variables, `if`, a few filters and tests; in messages also attributes and one loop that is
not inside another. No calls, no arithmetic, no macros, no imports. Everything used is known before the
first rendering.
"""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import date, datetime
from functools import lru_cache

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, nodes
from jinja2.meta import find_undeclared_variables
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.errors import MullError

LONGEST_OUTPUT = 20_000
FILTERS = (
    "capitalize",
    "day",
    "first",
    "join",
    "last",
    "length",
    "lower",
    "time",
    "trim",
    "upper",
    "weekday",
)
TESTS = ("defined", "none")

_FLOW_NODES = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.If, nodes.CondExpr,
    nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Filter, nodes.Test,
)  # fmt: skip
_MESSAGE_NODES = (*_FLOW_NODES, nodes.Getattr, nodes.For)


class TemplateFailed(MullError):
    """A template met a value it cannot put into words, or came out far too long."""


def slack_text(value: object) -> str:
    """`value` as Slack wants text, mrkdwn or plain: the three characters it keeps for itself, escaped."""
    return str(value).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def fitted(escaped: str, at_most: int) -> str:
    """Escaped text of at most so many characters: what is too long is cut, never within one of the escapes.

    Slack counts the escapes, and refuses a whole message or view for one text too long.
    """
    if len(escaped) <= at_most:
        return escaped
    kept = escaped[: at_most - 1]
    begun = kept.rfind("&", len(kept) - len("&amp"))
    return (kept if begun < 0 or ";" in kept[begun:] else kept[:begun]).rstrip() + "…"


def _environment(*, escape: bool) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, finalize=slack_text if escape else None, autoescape=False
    )
    environment.globals.clear()
    environment.filters["day"] = _day
    environment.filters["weekday"] = _weekday
    environment.filters["time"] = _time
    return environment


def _day(value: date) -> str:
    """24 September."""
    return f"{value.day} {value:%B}"


def _weekday(value: date) -> str:
    """Tuesday."""
    return f"{value:%A}"


def _time(value: datetime) -> str:
    """15:40, as it stands: the caller has put it into the reader's own zone."""
    return f"{value:%H:%M}"


_PLAIN = _environment(escape=False)
_ESCAPED = _environment(escape=True)


@lru_cache(maxsize=4096)
def _compiled(source: str, escape: bool) -> Template:
    return (_ESCAPED if escape else _PLAIN).from_string(source)


def is_template(source: str) -> bool:
    """Whether there is anything in it but text."""
    return any(mark in source for mark in ("{{", "{%", "{#"))


def render(source: str, variables: Mapping[str, object], *, escape: bool) -> str:
    """The text of a checked template. With `escape`, what comes from variables is made safe for Slack."""
    if not is_template(source):
        return source
    pieces, length = [], 0
    try:
        for piece in _compiled(source, escape).generate(variables):
            pieces.append(piece)
            length += len(piece)
            if length > LONGEST_OUTPUT:
                raise TemplateFailed(f"A prompt came out longer than {LONGEST_OUTPUT:,} characters.")
    except (TemplateError, TypeError, ValueError, AttributeError) as error:
        # Not the error's own text: it may quote a value, and a value may be somebody's.
        raise TemplateFailed(f"A prompt could not be put into words ({type(error).__name__}).") from None
    return "".join(pieces)


def variables_of(source: str) -> AbstractSet[str]:
    """The variables that a well-formed template uses."""
    return find_undeclared_variables(_PLAIN.parse(source)) if is_template(source) else frozenset()


def problems(source: str, known: AbstractSet[str] | None, *, message: bool) -> Iterator[tuple[str, str]]:
    """What is wrong with a template, each with what to do. `known` None: any variable.

    In a message, attributes and loops may be used too.
    """
    if not is_template(source):
        return
    try:
        tree = _PLAIN.parse(source)
    except TemplateSyntaxError as error:
        yield f"the template cannot be read ({error.message})", "Check the braces and the words between them"
        return
    for node in tree.find_all(nodes.Node):
        yield from _node_problems(node, _MESSAGE_NODES if message else _FLOW_NODES)
    unknown = set() if known is None else find_undeclared_variables(tree) - known
    for name in sorted(unknown):
        yield (
            f"there is no variable '{name}' here",
            f"The variables are: {', '.join(sorted(known or ())) or 'none'}",
        )


def _node_problems(node: nodes.Node, allowed: tuple[type[nodes.Node], ...]) -> Iterator[tuple[str, str]]:
    if not isinstance(node, allowed):
        yield (
            f"a template here may not use {type(node).__name__.lower()}",
            "Use variables, filters and if alone",
        )
    elif isinstance(node, nodes.Filter) and node.name not in FILTERS:
        yield f"there is no filter '{node.name}' here", f"The filters are: {', '.join(FILTERS)}"
    elif isinstance(node, nodes.Test) and node.name not in TESTS:
        yield f"there is no test '{node.name}' here", f"The tests are: {', '.join(TESTS)}"
    elif isinstance(node, nodes.Getattr) and node.attr.startswith("_"):
        yield f"'{node.attr}' is not for templates", "Use a public attribute"
    elif isinstance(node, nodes.For):
        yield from _loop_problems(node)


def _loop_problems(loop: nodes.For) -> Iterator[tuple[str, str]]:
    if loop.recursive or loop.find(nodes.For):
        yield "a loop may not be inside another, or in itself", "Use one loop"
    if not isinstance(loop.iter, nodes.Name | nodes.Getattr):
        yield "a loop must go over a variable", "Write {% for one in many %}"
