"""Who may see what: its owner, and whoever coaches them now, of what they shared."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.privacy import OWN, SHARED_WITH_COACH, Item, Viewer, may_see

people = st.sampled_from([UUID(int=number) for number in range(1, 5)])
viewers = st.builds(Viewer, people, st.frozensets(people))
items = st.builds(Item, st.just("run"), st.uuids(), people, st.none() | people)


@given(viewer=viewers, item=items)
def test_only_the_owner_and_the_coach_it_was_shared_with_may_see_it(viewer: Viewer, item: Item) -> None:
    owner = viewer.person_id == item.owner_id
    coach_of_sharer = item.owner_id in viewer.coaches and item.shared_with == viewer.person_id
    assert (may_see(viewer, item) is not None) == (owner or coach_of_sharer)


@given(viewer=viewers, item=items)
def test_whoever_may_see_something_is_told_why(viewer: Viewer, item: Item) -> None:
    assert may_see(viewer, item) in (None, OWN, SHARED_WITH_COACH)
    if viewer.person_id == item.owner_id:
        assert may_see(viewer, item) == OWN


@given(item=items, viewer=viewers)
def test_nothing_that_is_not_shared_is_seen_by_anybody_else(viewer: Viewer, item: Item) -> None:
    private = Item(item.kind, item.id, item.owner_id, shared_with=None)
    assert viewer.person_id == item.owner_id or may_see(viewer, private) is None


def test_the_next_coach_does_not_see_what_was_shared_with_the_one_before() -> None:
    owner, before, now = (UUID(int=number) for number in (1, 2, 3))
    item = Item("run", UUID(int=4), owner, shared_with=before)
    assert may_see(Viewer(now, frozenset({owner})), item) is None


@given(item=items)
def test_who_coaches_nobody_sees_nothing_of_others_whatever_their_role(item: Item) -> None:
    assert may_see(Viewer(UUID(int=9)), item) is None
