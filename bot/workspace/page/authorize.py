"""The page on which a person lets an app in, or does not: /oauth/v2/authorize."""

from collections.abc import Mapping

from aiohttp import web

from bot.workspace.bodies import Unreadable, form_of
from bot.workspace.installation import Installation
from bot.workspace.oauth import AUTHORIZE_PATH as PATH
from bot.workspace.oauth import OAuthRefused, Wish
from bot.workspace.page.guard import HEADERS, guarded
from bot.workspace.page.templating import draw
from bot.workspace.state import BOT_USER_ID, User

# The page's answer has to say where it comes from, or its guard would refuse it.
_REFERRER = {"Referrer-Policy": "same-origin"}


class Authorize:
    """Asks, and sends the person back to the app with a code or with access_denied.

    Who answers is chosen on the page: here, nobody is signed in. An app that asks for what it may not is told
    nothing, and the person why: an address that is not the app's is never gone to.
    """

    def __init__(self, workspace: Installation) -> None:
        self._workspace = workspace

    def routes(self) -> list[web.RouteDef]:
        return [web.get(PATH, guarded(self._ask)), web.post(PATH, guarded(self._answer))]

    async def _ask(self, request: web.Request) -> web.StreamResponse:
        try:
            wish = self._wish(request.query)
        except OAuthRefused as refused:
            return self._refused(refused)
        return self._page(wish, request.query)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        try:
            form = await form_of(request)
            wish = self._wish(form)
        except Unreadable as unreadable:
            return self._refused(OAuthRefused("invalid_form_data", str(unreadable)))
        except OAuthRefused as refused:
            return self._refused(refused)
        if form.get("answer") != "allow":
            return _redirect(wish.back(error="access_denied"))
        if form.get("user") not in [user.id for user in self._installers()]:
            return self._page(wish, form, "Choose who lets the app in.")
        self._workspace.journal.record("person", "authorize", user=form["user"], args={"scopes": _list(wish)})
        return _redirect(wish.back(code=self._workspace.oauth.code(form["user"], wish)))

    def _wish(self, asked: Mapping[str, str]) -> Wish:
        if asked.get("user_scope"):
            raise OAuthRefused(
                "invalid_user_scope", "It asks for a token of your own (user_scope), which is not given here."
            )
        names = ("client_id", "scope", "redirect_uri", "state")
        return self._workspace.oauth.wish(*(asked.get(name, "") for name in names))

    def _installers(self) -> list[User]:
        """Who may let an app in, those first who run the workspace."""
        people = [
            user
            for user in self._workspace.world.users.values()
            if not (user.is_bot or user.deleted or user.is_guest or user.id == "USLACKBOT")
        ]
        return sorted(people, key=lambda user: not (user.is_owner or user.is_admin))

    def _page(self, wish: Wish, asked: Mapping[str, str], missing: str = "") -> web.Response:
        world = self._workspace.world
        told = {
            "workspace_name": world.name,
            "app_name": world.users[BOT_USER_ID].real_name,
            "scopes": _list(wish),
            "origin": wish.origin,
            "installers": self._installers(),
            "missing": missing,
            "path": PATH,
            "asked": {name: asked.get(name, "") for name in ("client_id", "scope", "redirect_uri", "state")},
        }
        # A browser holds the answer's redirect against this, too.
        policy = HEADERS["Content-Security-Policy"].replace(
            "form-action 'self'", f"form-action 'self' {wish.origin}"
        )
        return _html(
            draw("authorize.html", told),
            400 if missing else 200,
            {"Content-Security-Policy": policy} | _REFERRER,
        )

    def _refused(self, refused: OAuthRefused) -> web.Response:
        told = {
            "title": "This app cannot be let in",
            "sentence": f"{refused.sentence} ({refused.code})",
            "workspace_name": self._workspace.world.name,
        }
        return _html(draw("nowhere.html", told), 400, {})


def _list(wish: Wish) -> list[str]:
    return sorted(wish.scopes)


def _redirect(address: str) -> web.Response:
    return web.Response(status=302, headers={"Location": address})


def _html(text: str, status: int, headers: dict[str, str]) -> web.Response:
    return web.Response(text=text, status=status, content_type="text/html", charset="utf-8", headers=headers)
