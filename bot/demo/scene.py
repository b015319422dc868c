"""What a stage begins with: accounts in a Slack, a file of schools, and who is on leave."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from bot.app import Mull, apply_schools
from bot.models import Account, Person
from bot.services.desk import Desk
from bot.settings import Settings
from bot.workspace.seed import Seed

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Scene:
    """`leave`: the first and the last local date of it, by account. No file says that yet."""

    seed: Seed
    schools: Path
    leave: Mapping[str, tuple[date, date]]


@dataclass(frozen=True)
class Settled:
    """Everyone the database knows, once it does: each one's id there, by their account."""

    ids: Mapping[str, UUID]

    @property
    def accounts(self) -> dict[UUID, str]:
        """The other way round."""
        return {person_id: account for account, person_id in self.ids.items()}


async def settle_in(mull: Mull, config: Settings, scene: Scene) -> Settled:
    """The schools, their people, pairs and schedules are there, as `mull school apply` would have them.

    Nobody has been written to.
    """
    await apply_schools(config, mull.desks, scene.schools, invite=False)
    return await mull.desks.write(_settled, scene)


def _settled(desk: Desk, scene: Scene) -> Settled:
    rows = desk.session.execute(select(Account.slack_user_id, Account.person_id))
    found = {account: person_id for account, person_id in rows}  # noqa: C416 - rows, typed
    for account, (first, last) in scene.leave.items():
        person = desk.session.get_one(Person, found[account])
        person.away_from, person.away_until = first, last
    return Settled({one.id: found[one.id] for one in scene.seed.people if one.id in found})
