"""The fullest screens that a school could bring Mull to show: long names, many people, every option, characters that
Slack makes longer."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from bot.domain.flows import Flow, Value
from bot.domain.outbox import Reason
from bot.domain.steps import OpenStep, Plan, Standing
from bot.domain.why import FOR_OWNER, Told
from bot.models import Account, Person, Role, Run, School, StepKind, StepState, Workspace
from bot.prompts import Prompts
from bot.services.checkins import CheckIn
from bot.services.coaching import Coachee, SharedRun
from bot.services.home import Figures, HomeContent, OwnShared
from bot.services.my_time import Absence
from bot.services.people import Known
from bot.services.why import Day

NOW = datetime(2026, 11, 2, 8, 10, tzinfo=UTC)
LONG_NAME = "&" * 199
CROWD = 40


def person(name: str = LONG_NAME) -> Person:
    return Person(name=name, zone="Europe/London", joined_at=NOW)


def somebody(*roles: Role, joined: bool = True) -> Known:
    """Somebody with a long name in a school with everything as long as its file lets it be."""
    workspace = Workspace(team_id="T0MULL")
    lines = [{"name": "<" * 200, "contact": "&" * 200}] * 10
    school = School(
        workspace_id=workspace.id,
        key="long",
        name=LONG_NAME,
        zone="Europe/London",
        safeguarding_lead="&" * 1_000,
        support_lines=lines,
    )
    who = person()
    who.joined_at = NOW if joined else None
    account = Account(person_id=who.id, workspace_id=workspace.id, slack_user_id="U_LONG")
    return Known(who, account, workspace, school, frozenset(roles))


def step(standing: Standing = Standing.OVERDUE) -> OpenStep:
    plan = Plan("&" * 3_000, NOW.date(), "&" * 3_000)
    return OpenStep(uuid4(), uuid4(), StepKind.TEACHING, StepState.OPEN, "&" * 150, plan, True, standing)


def run_of(flow: Flow, who: Known) -> Run:
    return Run(person_id=who.id, flow_version=flow.version, started_at=NOW, completed_at=NOW)


def full_home(flow: Flow, who: Known) -> HomeContent:
    """A Home with more of everything than Slack would show."""
    coachees = tuple(
        Coachee(person(), tuple(step(one) for one in Standing), (SharedRun(uuid4(), NOW),) * 3)
        for _ in range(CROWD)
    )
    own = tuple(step() for _ in range(CROWD))
    return HomeContent(
        who=who,
        joined=True,
        waiting=tuple(CheckIn(uuid4(), flow, None, open=True, later=at) for at in (None, NOW) * CROWD),
        steps=own,
        coach=person(),
        coachees=coachees,
        figures=Figures(10**9, 10**9, 10**9),
        shared_runs=tuple(OwnShared(run_of(flow, who), ((person(), NOW),) * 5) for _ in range(CROWD)),
        absence=Absence(True, NOW.date(), NOW.date(), True),
        wonderings={one.id: who.person.first_name for one in own},
        round_up_waits=True,
    )


def full_week() -> list[Day]:
    """Seven days on which everything was due, and nothing came."""
    told = tuple(
        Told("not_sent", kind, NOW, reason, own=True, holiday=LONG_NAME)
        for kind in FOR_OWNER
        for reason in Reason
    )
    return [Day(NOW.date() + timedelta(days=day), told) for day in range(7)]


def bare_home(who: Known) -> HomeContent:
    return HomeContent(who, True, (), (), None, (), None, ())


def full_answers(flow: Flow) -> dict[str, Value]:
    """Every question answered at length."""
    answers: dict[str, Value] = {}
    for question in flow.questions:
        match question.kind:
            case "scale":
                answers[question.id] = 1
            case "number":
                answers[question.id] = 10**9
            case "date":
                answers[question.id] = "2026-11-02"
            case "person":
                answers[question.id] = "U_LONG"
            case "choice":
                answers[question.id] = question.options[-1].value
            case "choices":
                answers[question.id] = [option.value for option in question.options]
            case _:
                answers[question.id] = "&" * int(question.at_most or 3_000)
    return answers


LONGEST = "&" * 1_900
EXTREME_FLOW = f"""\
id: extreme
title: "{"&" * 24}"
for: [teacher, leader, coach, lead]
minutes: 60
seen_by: ask
intro: "{"&" * 3_000}"
questions:
  - id: tank
    ask: "{LONGEST}"
    kind: scale
    low: "{"l" * 75}"
    high: "{"&" * 75}"
  - id: named
    ask: "How?"
    kind: scale
    points: [{", ".join(f'"{index}{"&" * 70}"' for index in range(10))}]
  - id: few
    ask: "{LONGEST}"
    help: "{LONGEST}"
    kind: choice
    options: {{{", ".join(f'o{index}: "{"&" * 75}"' for index in range(10))}}}
  - id: many
    ask: "Which?"
    kind: choice
    options: {{{", ".join(f'o{index}: "{"x" * 75}"' for index in range(100))}}}
  - id: several
    ask: "Which?"
    kind: choices
    options: {{{", ".join(f'o{index}: "{"x" * 75}"' for index in range(10))}}}
  - {{id: when, ask: "When?", kind: date}}
  - {{id: who, ask: "Who?", kind: person}}
  - {{id: amount, ask: "How many?", kind: number, at_least: -3, at_most: 9000000000000000}}
  - {{id: line, ask: "What?", kind: short_text, at_most: 20, starts_with: [story]}}
  - id: story
    ask: "What?"
    kind: long_text
    examples: {{weak: "{"&" * 1_000}", strong: "{"&" * 1_000}"}}
QUESTIONS
ends:
  - offer: action-step
  - offer: weekly-reflection
  - offer: action-step
""".replace(", starts_with: [story]", "").replace(
    "QUESTIONS", "\n".join(f'  - {{id: more{index}, ask: "And?", kind: short_text}}' for index in range(50))
)


TAPPED_FLOW = f"""\
id: tapped
title: Tapped
for: [teacher, leader]
minutes: 1
seen_by: ask
questions:
  - id: tank
    ask: "{LONGEST}"
    kind: scale
    points: [{", ".join(f'"{index}{"&" * 70}"' for index in range(5))}]
"""


def extreme_flows(prompts: Prompts) -> list[Flow]:
    """Flows with as much of everything as a school's own file may have; the second is answered with one tap."""
    return [prompts.read_flow(TAPPED_FLOW, "tapped.yaml"), prompts.read_flow(EXTREME_FLOW, "extreme.yaml")]
