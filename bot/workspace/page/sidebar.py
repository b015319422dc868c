"""The sidebar: who one is, whom one could be, and which conversations there are."""

from dataclasses import dataclass

from bot.workspace.page.host import Host
from bot.workspace.page.reading_marks import ReadingMarks
from bot.workspace.page.whereabouts import Whereabouts, address, people, title_of
from bot.workspace.state import BOT_USER_ID, Channel, User, World

JsonObject = dict[str, object]


@dataclass(frozen=True)
class Entry:
    """A link to a conversation or view; `sign` says what kind it is."""

    label: str
    url: str
    current: bool
    unread: int = 0
    sign: str = ""


@dataclass(frozen=True)
class Face:
    """Somebody to step into; without a `url` when their account is deactivated."""

    name: str
    what: str
    url: str | None
    current: bool


@dataclass(frozen=True)
class Circle:
    """People who belong together."""

    name: str
    faces: tuple[Face, ...]


def sidebar(world: World, host: Host, marks: ReadingMarks, here: Whereabouts) -> JsonObject:
    viewer = here.viewer
    channels = world.channels_of(viewer.id)
    return {
        "me": viewer.shown_name,
        "what": what_they_are(host, viewer),
        "circles": circles(world, host, here),
        "app": _app(world, marks, here),
        "channels": [_entry(world, marks, here, one) for one in channels if one.kind == "public"],
        "private": [_entry(world, marks, here, one) for one in channels if one.kind == "private"],
        "direct": [_entry(world, marks, here, one) for one in channels if _between_people(one)],
        "views": _views(here),
    }


def _between_people(channel: Channel) -> bool:
    alone_with_app = channel.kind == "im" and BOT_USER_ID in channel.members
    return channel.is_direct and not alone_with_app


def _app(world: World, marks: ReadingMarks, here: Whereabouts) -> list[Entry]:
    channel = world.found_direct(here.viewer.id, BOT_USER_ID)
    unread = marks.unread(here.viewer.id, channel) if channel else 0
    return [
        Entry("Messages", here.url("messages"), here.place == "messages", unread),
        Entry("Home", here.url("home"), here.place == "home"),
    ]


def _entry(world: World, marks: ReadingMarks, here: Whereabouts, channel: Channel) -> Entry:
    label = title_of(world, channel, here.viewer.id)
    sign = {"public": "#", "private": "private"}.get(channel.kind, "")
    current = here.place == channel.id
    return Entry(label, here.url(channel.id), current, marks.unread(here.viewer.id, channel), sign)


def _views(here: Whereabouts) -> list[Entry]:
    offered = [("export", "Export")] if here.viewer.is_owner else []
    offered += [("journal", "Journal"), ("faults", "Trouble on demand")]
    return [Entry(label, here.url(place), here.place == place) for place, label in offered]


def what_they_are(host: Host, user: User) -> str:
    """What somebody is here: the host's words, else their title, else their kind of account."""
    for group in host.groups:
        for account, what in group.people:
            if account == user.id:
                return what
    return user.title or _account(user)


def _account(user: User) -> str:
    if user.is_stranger:
        return "From another workspace"
    if user.is_restricted or user.is_ultra_restricted:
        return "Guest"
    return "Workspace owner" if user.is_owner else ""


def circles(world: World, host: Host, here: Whereabouts | None = None) -> list[Circle]:
    """Everybody, in the host's groups; who is in none comes last."""
    everyone = {user.id: user for user in people(world)}
    found = []
    for group in host.groups:
        members = [(everyone.pop(account), what) for account, what in group.people if account in everyone]
        found.append(Circle(group.name, tuple(_face(user, what, here) for user, what in members)))
    left = tuple(_face(user, user.title or _account(user), here) for user in everyone.values())
    name = "Everyone else" if found else "People"
    return [*found, Circle(name, left)] if left else found


def _face(user: User, what: str, here: Whereabouts | None) -> Face:
    door = here.door.id if here and here.door else None
    if user.deleted:
        return Face(user.shown_name, "Deactivated", None, False)
    current = here is not None and here.viewer.id == user.id
    return Face(user.shown_name, what, address(user.id, "messages", door), current)
