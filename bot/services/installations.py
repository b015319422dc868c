"""Installations: what was installed through the install page, and the token that came of it, sealed.

Whose token it is, in which order Slack's events arrive and how often: a workspace from which Mull was taken out
holds no token and is suspended, and one in which it was installed anew holds the new one and is not.
"""

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot import log
from bot.db import insert_into
from bot.models import Installation, Workspace
from bot.services import workspaces
from bot.services.desk import Desk
from bot.services.workspaces import Identity
from bot.vault import Place, Vault


@dataclass(frozen=True)
class Installed:
    """Mull as it is installed in one workspace: who it is there, and the bot token that says so to Slack."""

    identity: Identity
    token: str = field(repr=False)

    @property
    def team_id(self) -> str:
        """The workspace's id at Slack."""
        return self.identity.team_id


@dataclass(frozen=True)
class Granted:
    """What Slack granted besides the token: to which app, and what it may do."""

    app_id: str = ""
    scopes: str = ""


def install(desk: Desk, installed: Installed, granted: Granted) -> UUID:
    """The workspace holds this token and no other, and is written to (again). Its id comes back."""
    workspace = workspaces.recognise(desk, installed.identity)
    values = {
        "workspace_id": workspace.id,
        "sealed_token": desk.vault.seal_by_master(_place(workspace.id), installed.token),
        "bot_id": installed.identity.bot_id,
        "app_id": granted.app_id,
        "scopes": granted.scopes,
        "installed_at": desk.now,
    }
    statement = insert_into(desk.session, Installation).values(values)
    desk.session.execute(statement.on_conflict_do_update(index_elements=["workspace_id"], set_=values))
    log.event("workspace.installed", workspace=workspace.id)
    return workspace.id


def installed(desk: Desk, team_id: str) -> Installed | None:
    """Mull in this workspace, by what was installed there; None when nothing was, or it was taken out again.

    WrongMasterKey when the master key that sealed the token is no longer in the settings.
    """
    found = rows(desk.session, team_id)
    return opened(desk.vault, *found[0]) if found else None


def all_installed(desk: Desk) -> list[str]:
    """The team ids of all workspaces that hold a token of their own, in their order."""
    return [workspace.team_id for _, workspace in rows(desk.session)]


def gone(desk: Desk, team_id: str, reason: str, at: float | None = None) -> bool:
    """Mull was taken out of this workspace, or its token was: the sealed token is deleted, nothing more is sent.

    `at` (Unix seconds) is when Slack says that it happened. What happened before the newest installation changes
    nothing, because Slack brings events late. Whether it changed anything comes back.
    """
    workspace = desk.session.scalars(
        select(Workspace).where(Workspace.team_id == team_id).with_for_update()
    ).one_or_none()
    if workspace is None or _has_been_installed_since(desk.session, workspace.id, at):
        return False
    desk.session.execute(delete(Installation).where(Installation.workspace_id == workspace.id))
    workspaces.suspend(desk, workspace.id, reason)
    return True


def _has_been_installed_since(session: Session, workspace_id: UUID, at: float | None) -> bool:
    installed_at = session.scalar(
        select(Installation.installed_at).where(Installation.workspace_id == workspace_id)
    )
    # Slack tells whole seconds.
    return installed_at is not None and at is not None and at < int(installed_at.timestamp())


def rows(session: Session, team_id: str | None = None) -> list[tuple[Installation, Workspace]]:
    """The installation in this workspace, or (None) in each, in the order of their team ids."""
    which = select(Installation, Workspace).join(Workspace, Workspace.id == Installation.workspace_id)
    if team_id is not None:
        which = which.where(Workspace.team_id == team_id)
    return [(one, workspace) for one, workspace in session.execute(which.order_by(Workspace.team_id))]


def opened(vault: Vault, installation: Installation, workspace: Workspace) -> Installed:
    """What is installed there, with its token. WrongMasterKey or VaultError when that does not open."""
    token = str(vault.open_by_master(_place(workspace.id), installation.sealed_token))
    identity = Identity(
        workspace.team_id,
        workspace.name,
        workspace.bot_user_id or "",
        installation.bot_id,
        workspace.enterprise_id,
    )
    return Installed(identity, token)


def _place(workspace_id: UUID) -> Place:
    return Place(workspace_id, "installation", "sealed_token", workspace_id)
