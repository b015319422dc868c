"""Once a day each workspace's people are compared with Slack's own list: what an outage swallowed is repaired then."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import or_, select

from bot import log
from bot.domain import verdicts
from bot.domain.outbox import MANNERS
from bot.domain.pacing import USERS
from bot.domain.verdicts import Verdict
from bot.models import Account, LetterKind, Workspace, WorkspaceState
from bot.services import joining, outbox, pace, people, settling, workspaces
from bot.services.delivery import Reply
from bot.services.desk import Desk

EVERY = timedelta(days=1)
AGAIN_AFTER = timedelta(minutes=10)
"""When a list that could not be read is asked for again."""


@dataclass(frozen=True)
class Resync:
    """The right to compare one workspace's people today."""

    workspace_id: UUID
    team_id: str


@dataclass(frozen=True)
class Listed:
    """What Slack's list says of one account. `zone`: None when it names none that anybody knows."""

    slack_user_id: str
    zone: str | None
    deleted: bool


def begin(desk: Desk) -> Resync | None:
    """A workspace that nobody has compared for a day, ours to do now; None when there is none."""
    before = desk.wall - EVERY
    workspace = desk.session.scalars(
        select(Workspace)
        .where(
            Workspace.state == WorkspaceState.ACTIVE,
            or_(Workspace.synced_at.is_(None), Workspace.synced_at <= before),
        )
        .order_by(Workspace.synced_at, Workspace.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if workspace is None:
        return None
    workspace.synced_at = desk.wall
    return Resync(workspace.id, workspace.team_id)


def may_read_on(desk: Desk, resync: Resync) -> bool:
    """Whether another page of the list may be asked for now; if so, it is counted."""
    return pace.take_one(desk, resync.workspace_id, USERS)


def compare(desk: Desk, resync: Resync, listed: Sequence[Listed]) -> int:
    """These accounts are as Slack says, and whoever has joined finds their Home as it is now; how many we know.

    Names stay as the school's file has them. A Home drawn for this goes after all that anybody waits for.
    """
    known = select(Account.slack_user_id).where(
        Account.workspace_id == resync.workspace_id,
        Account.slack_user_id.in_([one.slack_user_id for one in listed]),
    )
    ours = set(desk.session.scalars(known))
    # In one order everywhere: whoever locks people in another would wait for us for ever.
    mine = [
        people.known(desk, resync.team_id, one.slack_user_id) for one in listed if one.slack_user_id in ours
    ]
    says = {one.slack_user_id: one for one in listed}
    for who in sorted((one for one in mine if one is not None), key=lambda one: one.id):
        its = says[who.account.slack_user_id]
        joining.account_changed(desk, who, zone=its.zone, deleted=its.deleted)
        if who.person.joined_at is not None and not its.deleted:
            desk.session.flush()
            outbox.refresh_home(desk, who.id)
    return len(ours)


def failed(desk: Desk, resync: Resync, reply: Reply) -> None:
    """The list could not be read, because of this reply: it is asked for again soon."""
    workspace = desk.session.get_one(Workspace, resync.workspace_id, with_for_update=True)
    workspace.synced_at = desk.wall - EVERY + AGAIN_AFTER
    log.warning("workspace.not_compared", workspace=workspace.id, reply=reply.code)
    verdict = verdicts.verdict(reply.code, MANNERS[LetterKind.HOME])
    if verdict == Verdict.SLOW_DOWN:
        settling.slow_down(desk, workspace.id, USERS, reply)
    elif verdict == Verdict.THIS_WORKSPACE:
        workspaces.suspend(desk, workspace.id, reply.code)
