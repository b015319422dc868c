"""The page's own files and those of others, read once; and a list of the others'."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.workspace.page.whereabouts import Nowhere

FOLDER = Path(__file__).parent
STATIC, VENDOR = FOLDER / "static", FOLDER / "vendor"
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@dataclass(frozen=True)
class Vendored:
    """A library of others; `files` are paths in the vendor folder with their SHA-256."""

    name: str
    version: str
    licence: str
    source: str
    files: dict[str, str]


def vendored() -> list[Vendored]:
    listed: list[dict[str, Any]] = tomllib.loads((VENDOR / "vendor.toml").read_text("utf-8"))["vendored"]
    return [
        Vendored(one["name"], one["version"], one["licence"], one["source"], one["files"]) for one in listed
    ]


@cache
def served() -> dict[str, Path]:
    """Every path that is served: exactly the styles, scripts and pictures that are there."""
    found = {f"/static/{one.name}": one for one in STATIC.iterdir() if one.suffix in _TYPES}
    for library in vendored():
        found |= {f"/vendor/{path}": VENDOR / path for path in library.files if path.endswith(".js")}
    return found


async def asset(request: web.Request) -> web.StreamResponse:
    """GET /static/… and /vendor/…"""
    file = served().get(request.path)
    if file is None:
        raise Nowhere("There is no such file.")
    return web.Response(
        body=file.read_bytes(),
        content_type=_TYPES[file.suffix],
        charset="utf-8",
        headers={"Cache-Control": "no-cache"},
    )
