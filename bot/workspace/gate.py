"""Who talks to the workspace: programs on this machine, its own page, or a page from elsewhere that a browser shows."""

from urllib.parse import urlsplit

from aiohttp import web

LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})


def is_local(request: web.Request) -> bool:
    """Whether it was asked for by a name of this machine.

    A name that somebody else made to point here would let their pages read this one (DNS rebinding).
    """
    try:
        return urlsplit(f"//{request.host}").hostname in LOCAL
    except ValueError:
        return False


def is_from_the_page(request: web.Request) -> bool:
    """Whether a browser says that the page itself asks. It always says so of posts and WebSockets."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return False
    return request.headers.get("Origin") == f"http://{request.host}"


def is_from_another_page(request: web.Request) -> bool:
    """Whether a browser says that another page asks. Programs say nothing of the kind."""
    site = request.headers.get("Sec-Fetch-Site", "none")
    return site not in ("none", "same-origin") or (
        "Origin" in request.headers and not is_from_the_page(request)
    )
