"""Workspaces: recognised when Slack accepts our token, and only then written to again."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import select

from bot import log
from bot.db import insert_into
from bot.models import Workspace, WorkspaceState
from bot.services.desk import Desk


@dataclass(frozen=True)
class Identity:
    """What auth.test says of a token: which workspace, and which bot there."""

    team_id: str
    name: str
    bot_user_id: str
    bot_id: str
    enterprise_id: str | None = None


def recognise(desk: Desk, identity: Identity) -> Workspace:
    """Slack accepts our token for this workspace: it is there, and no longer suspended."""
    # Two processes may start at once, and each find nothing there.
    new = {"id": uuid4(), "team_id": identity.team_id, "name": identity.name, "state": WorkspaceState.ACTIVE}
    desk.session.execute(insert_into(desk.session, Workspace).values(new).on_conflict_do_nothing())
    workspace = desk.session.scalars(select(Workspace).where(Workspace.team_id == identity.team_id)).one()
    workspace.name = identity.name
    workspace.bot_user_id = identity.bot_user_id
    workspace.enterprise_id = identity.enterprise_id
    workspace.state, workspace.state_reason = WorkspaceState.ACTIVE, None
    desk.session.flush()
    return workspace


def suspend(desk: Desk, workspace_id: UUID, reason: str) -> None:
    """Slack no longer wants to hear from us there: rows stay, nothing is sent, and the operator is told once."""
    workspace = desk.session.get_one(Workspace, workspace_id, with_for_update=True)
    if workspace.state == WorkspaceState.ACTIVE:
        workspace.state, workspace.state_reason = WorkspaceState.SUSPENDED, reason
        log.alert("workspace.suspended", workspace=workspace.id, reason=reason)


def suspended(desk: Desk) -> list[str]:
    """The team ids of the workspaces that nothing is sent to."""
    which = select(Workspace.team_id).where(Workspace.state == WorkspaceState.SUSPENDED)
    return list(desk.session.scalars(which.order_by(Workspace.team_id)))
