"""The tables, which are the nouns of the practice: one file each."""

from bot.models.backups import Backup
from bot.models.base import Base
from bot.models.digests import Digest
from bot.models.flows import Answer, FlowVersion, Run
from bot.models.hosts import Host
from bot.models.inbox import Heard
from bot.models.looks import Look
from bot.models.outbox import Letter, LetterKind, LetterState
from bot.models.people import Account, AccountState, Membership, Person, Role
from bot.models.programmes import CoachingSession, Pairing, PairingState, Programme
from bot.models.schedules import Occurrence, Outcome, Schedule, ScheduleKind
from bot.models.schools import School
from bot.models.steps import ActionStep, ChangeKind, FollowUp, StepChange, StepKind, StepState
from bot.models.workspaces import Installation, Pace, Workspace, WorkspaceState

__all__ = [
    "Account",
    "AccountState",
    "ActionStep",
    "Answer",
    "Backup",
    "Base",
    "ChangeKind",
    "CoachingSession",
    "Digest",
    "FlowVersion",
    "FollowUp",
    "Heard",
    "Host",
    "Installation",
    "Letter",
    "LetterKind",
    "LetterState",
    "Look",
    "Membership",
    "Occurrence",
    "Outcome",
    "Pace",
    "Pairing",
    "PairingState",
    "Person",
    "Programme",
    "Role",
    "Run",
    "Schedule",
    "ScheduleKind",
    "School",
    "StepChange",
    "StepKind",
    "StepState",
    "Workspace",
    "WorkspaceState",
]
