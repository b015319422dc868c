"""What each person has read on the page: in memory, by conversation."""

from bot.workspace.state import Channel, Message


class ReadingMarks:
    """Up to which message somebody has seen a conversation."""

    def __init__(self) -> None:
        self._read: dict[tuple[str, str], float] = {}

    def seen(self, user: str, channel: Channel) -> None:
        """Everything in it up to now has been on this person's screen."""
        newest = max((float(ts) for ts in channel.messages), default=0.0)
        self._read[user, channel.id] = max(newest, self._read.get((user, channel.id), 0.0))

    def unread(self, user: str, channel: Channel) -> int:
        """How many messages of others are new to this person."""
        read = self._read.get((user, channel.id), 0.0)
        return sum(1 for message in channel.messages.values() if self._is_new(message, user, read))

    def _is_new(self, message: Message, user: str, read: float) -> bool:
        return float(message.ts) > read and message.author != user and message.only_for in (None, user)
