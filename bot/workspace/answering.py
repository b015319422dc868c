"""How the control API reads a request and answers a mistake."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from aiohttp import web
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from bot.workspace.bodies import text_of
from bot.workspace.gate import is_from_another_page, is_local
from bot.workspace.targets import NotThere

T = TypeVar("T")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Order(BaseModel):
    """The body of a request: JSON with these fields and no others."""

    model_config = ConfigDict(extra="forbid")


def plain(handler: Handler) -> Handler:
    """Errors as JSON with a sentence: 404 for what is not there, 400 for what cannot be understood.

    403 for what a page from elsewhere asks: any page that somebody has open could else play people, read what they
    wrote, or have it sent to an address of its own.
    """

    async def handle(request: web.Request) -> web.StreamResponse:
        if not is_local(request) or is_from_another_page(request):
            return web.json_response({"error": "No other page may use the control API."}, status=403)
        try:
            return await handler(request)
        except NotThere as missing:
            return web.json_response({"error": str(missing)}, status=404)
        except (ValidationError, ValueError) as wrong:
            return web.json_response({"error": str(wrong)}, status=400)
        except web.HTTPForbidden as forbidden:
            return web.json_response({"error": forbidden.text}, status=403)

    return handle


async def read(request: web.Request, model: type[T]) -> T:
    """The body as this model; ValueError where it is something else."""
    return TypeAdapter(model).validate_json(await text_of(request) or "{}")
