"""Where on the page a visitor is: whom they play, what they look at, and the address of anywhere else."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from bot.workspace.page.host import Door, Host
from bot.workspace.state import BOT_USER_ID, Channel, User, World

VIEWS = ("home", "export", "journal", "faults")
SLACKBOT = "USLACKBOT"


class Nowhere(Exception):
    """There is no such person or place; the sentence is for whoever came here."""

    def __init__(self, sentence: str, title: str = "There is nothing here") -> None:
        super().__init__(sentence)
        self.title = title


@dataclass(frozen=True)
class Whereabouts:
    """`place` is messages, home, export, journal, faults, or the id of a channel.

    `channel` is the conversation shown; None in any other view, and with the app before anybody wrote.
    `query` is what the view reads besides (filters, a phrase).
    """

    viewer: User
    place: str
    channel: Channel | None
    thread: str | None
    door: Door | None
    clock: bool
    query: dict[str, str]

    @property
    def base(self) -> str:
        return f"/as/{quote(self.viewer.id, safe='')}"

    @property
    def with_app(self) -> bool:
        """Whether this is the app's own entry: its messages or its Home."""
        return self.place in ("messages", "home")

    def url(self, place: str, thread: str | None = None, **more: str) -> str:
        """The address of another place for the same person, with the same guide."""
        return address(self.viewer.id, place, self.door.id if self.door else None, thread, **more)

    @property
    def live(self) -> str:
        """The address of this place's stream of changes."""
        more = {name: value for name, value in self.query.items() if value}
        query = self.url(self.place, self.thread, **more).partition("?")[2]
        return f"{self.base}/live?{query}"


def address(person: str, place: str, door: str | None = None, thread: str | None = None, **more: str) -> str:
    """The address of a person's place."""
    query = {"place": place, "thread": thread, "door": door, **more}
    return f"/as/{quote(person, safe='')}?{urlencode({k: v for k, v in query.items() if v})}"


def people(world: World) -> list[User]:
    """Whom one can step into: everybody but apps and Slackbot, deactivated people included."""
    return [user for user in world.users.values() if not user.is_bot and user.id != SLACKBOT]


def person(world: World, user_id: str) -> User:
    """Somebody to step into. Nowhere if there is nobody, or nobody any more."""
    user = next((one for one in people(world) if one.id == user_id), None)
    if user is None:
        raise Nowhere("There is nobody with that id in this workspace.", "Nobody by that name")
    if user.deleted:
        raise Nowhere(
            f"The account of {user.shown_name} is deactivated: nobody can step into it.", "Deactivated"
        )
    return user


def find(world: World, host: Host, user_id: str, query: Mapping[str, str]) -> Whereabouts:
    """What an address asks for. Nowhere with a sentence if it cannot be seen from there."""
    asked: dict[str, str] = dict(query)
    viewer = person(world, user_id)
    place = asked.pop("place", "") or "messages"
    thread = asked.pop("thread", None)
    door = next((one for one in host.doors if one.id == asked.get("door")), None)
    asked.pop("door", None)
    channel = None
    if place in ("messages", "clock"):
        channel = world.found_direct(viewer.id, BOT_USER_ID)
    elif place not in (*VIEWS, "messages", "clock"):
        channel = _conversation(world, viewer, place)
    if channel and BOT_USER_ID in channel.members and channel.kind == "im":
        place = "clock" if place == "clock" else "messages"
    if thread and (channel is None or thread not in channel.messages):
        thread = None
    clock = place == "clock"
    return Whereabouts(viewer, "messages" if clock else place, channel, thread, door, clock, asked)


def _conversation(world: World, viewer: User, place: str) -> Channel:
    for channel in world.channels_of(viewer.id):
        if channel.id == place:
            return channel
    raise Nowhere(f"{viewer.shown_name} is in no conversation with that id.", "No such conversation")


def name_of(world: World, user_id: str) -> str:
    user = world.users.get(user_id)
    return user.shown_name if user else user_id


def title_of(world: World, channel: Channel, viewer: str) -> str:
    """What a conversation is called for this person: its name, or who else is in it."""
    if channel.kind in ("public", "private"):
        return channel.name
    others = [member for member in channel.members if member != viewer] or [viewer]
    return ", ".join(name_of(world, member) for member in others)
