"""People, channels and groups as they are called where somebody mentions them, for one viewer."""

from urllib.parse import quote

from markupsafe import Markup

from bot.workspace.state import Channel, User, World

_LINKS = ("http://", "https://", "mailto:")


def is_link(url: str) -> bool:
    """Whether a person may be led there: to the web or to a mail program, and nowhere else."""
    return url.lower().startswith(_LINKS) and not any(ord(sign) <= 32 for sign in url)


def link(url: str, label: Markup) -> Markup:
    """A link that opens beside this page and does not say where it was clicked; a doubtful one is only text."""
    if not is_link(url):
        return label
    return Markup('<a href="{}" target="_blank" rel="noopener noreferrer nofollow">{}</a>').format(url, label)


class Names:
    """Mentions as a viewer reads them. A private channel that they are not in has no name for them."""

    def __init__(self, world: World, viewer: User) -> None:
        self._world = world
        self._viewer = viewer

    def user(self, user_id: str) -> Markup:
        mine = " mention-me" if user_id == self._viewer.id else ""
        return Markup('<span class="mention{}">@{}</span>').format(mine, self.user_text(user_id))

    def user_text(self, user_id: str) -> str:
        user = self._world.users.get(user_id)
        return user.shown_name if user else user_id

    def channel(self, channel_id: str, label: str | None = None) -> Markup:
        channel = self._world.channels.get(channel_id)
        if channel is None:
            return Markup('<span class="mention">#{}</span>').format(label or channel_id)
        if self._viewer.id not in channel.members:
            return Markup('<span class="mention">{}</span>').format(self.channel_text(channel))
        address = f"/as/{quote(self._viewer.id, safe='')}?place={quote(channel.id, safe='')}"
        return Markup('<a class="mention" href="{}">{}</a>').format(address, self.channel_text(channel))

    def channel_text(self, channel: Channel) -> str:
        """A channel by its name, direct messages by who is in them."""
        if channel.kind in ("private", "public"):
            seen = channel.kind == "public" or self._viewer.id in channel.members
            return f"#{channel.name}" if seen else "a private channel"
        others = [member for member in channel.members if member != self._viewer.id]
        return ", ".join(self.user_text(member) for member in others) or self.user_text(self._viewer.id)

    def everyone(self, reach: str) -> Markup:
        """@here, @channel and @everyone."""
        return Markup('<span class="mention mention-me">@{}</span>').format(reach)

    def group(self, group_id: str, label: str = "") -> Markup:
        """A group of people by its handle, else as the text calls it; whoever is in it sees that they are meant."""
        group = self._world.groups.get(group_id)
        mine = " mention-me" if group and self._viewer.id in group.users else ""
        called = f"@{group.handle}" if group else label or f"@{group_id}"
        return Markup('<span class="mention{}">{}</span>').format(mine, called)
