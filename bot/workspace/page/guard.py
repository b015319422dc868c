"""Who may talk to the page: a browser on this machine, from the page itself. And what a browser may do with it."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.workspace.gate import is_from_the_page, is_local

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

HEADERS = {
    "Content-Security-Policy": "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            # Not every browser counts its own WebSockets as 'self'.
            "connect-src 'self' ws://127.0.0.1:* ws://localhost:*",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ]
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def guarded(handler: Handler) -> Handler:
    """The handler, refused to strange hosts and to posts that the page did not make."""

    async def handle(request: web.Request) -> web.StreamResponse:
        refusal = _refusal(request)
        response = web.Response(status=403, text=refusal) if refusal else await handler(request)
        if not response.prepared:
            response.headers.update({k: v for k, v in HEADERS.items() if k not in response.headers})
        return response

    return handle


def _refusal(request: web.Request) -> str | None:
    if not is_local(request):
        return "This page is served to 127.0.0.1 and localhost only."
    # A browser keeps other pages from reading answers, but not from posting, nor from opening WebSockets.
    if (request.method == "POST" or "Upgrade" in request.headers) and not is_from_the_page(request):
        return "Only the page itself may do that."
    return None
