"""Files in messages: pictures to look at, others to fetch, and what became of those that are gone."""

from dataclasses import dataclass

from bot.workspace.files import Files
from bot.workspace.state import Message, User

_PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


@dataclass(frozen=True)
class FileShown:
    """`url` is None for a file that nobody can fetch any more; then the title says so."""

    title: str
    url: str | None
    picture: bool
    alt: str
    kind: str
    size: str


def files_shown(files: Files, message: Message, viewer: User) -> list[FileShown]:
    return [_shown(files, str(one["id"]), viewer) for one in message.body.get("files", [])]


def _shown(files: Files, file_id: str, viewer: User) -> FileShown:
    file = files.get(file_id)
    if file is None or not files.may_read(file, viewer.id):
        return FileShown("This file was deleted.", None, False, "", "", "")
    if file.content is None:
        return FileShown(f"{file.title} was forgotten to make room.", None, False, "", "", "")
    picture = file.mimetype in _PICTURES
    alt = file.alt_text or file.title
    return FileShown(
        file.title, files.link(file, viewer.id), picture, alt, file.filetype.upper(), size(file.size)
    )


def size(count: int) -> str:
    """Bytes as a person reads them."""
    if count < 1000:
        return f"{count} bytes"
    return f"{count / 1000:.0f} kB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"
