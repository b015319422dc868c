"""Who may see what. `may_see` is the one gate, and every rule here carries its reason."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Viewer:
    """Somebody looking. `coaches` are the people they coach in a pairing that is active now."""

    person_id: UUID
    coaches: frozenset[UUID] = frozenset()


@dataclass(frozen=True)
class Item:
    """Something somebody wrote. `shared_with`: the coach it was shared with; None is nobody, or taken back."""

    kind: str
    id: UUID
    owner_id: UUID
    shared_with: UUID | None


class Sight(str):
    """Why somebody may see something: true, with its reason."""


OWN = Sight("It is their own.")
SHARED_WITH_COACH = Sight("Its owner shared it with their coach, and they are that coach now.")


def may_see(viewer: Viewer, item: Item) -> Sight | None:
    """The reason this viewer may see this item, or None: they may not, and are told no more than that.

    There is no rule for heads, leads, operators or owners of the workspace, because there is no such right.
    """
    if viewer.person_id == item.owner_id:
        # Nothing a person wrote is ever kept from them.
        return OWN
    if item.shared_with == viewer.person_id and item.owner_id in viewer.coaches:
        # Sharing is the owner's act, with one coach by name: the next coach sees what is shared with them. It can be
        # taken back, and it ends when the coaching does.
        return SHARED_WITH_COACH
    return None
