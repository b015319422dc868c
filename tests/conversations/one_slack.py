"""One Slack with several workspaces in it, as slack.com is: one address for all, and each token leads to its own."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from bot.workspace.server import Workspace

ORGANISATION = {"team": None, "enterprise": {"id": "E0TRUST", "name": "Trust"}, "is_enterprise_install": True}
"""How Slack answers when an owner put an app into a whole organisation."""


@dataclass
class OneSlack:
    """Passes each call on to the workspace that it is for. With `organisation` a code is for all of them."""

    workspaces: Sequence[Workspace]
    http: aiohttp.ClientSession
    api_url: str = ""
    organisation: bool = False
    called: list[tuple[str, str]] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.Response:
        method, body = request.match_info["method"], await request.read()
        headers = {
            name: request.headers[name]
            for name in ("Authorization", "Content-Type")
            if name in request.headers
        }
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        answer: Any = {}
        for workspace in self._for(token):
            url = f"{workspace.api_url}{method}?{request.query_string}"
            async with self.http.request(request.method, url, data=body, headers=headers) as response:
                answer, status = await response.json(), response.status
            if answer.get("error") != "invalid_code":
                break
        self.called.append((workspace.world.team_id, method))
        if method == "oauth.v2.access" and self.organisation:
            answer |= ORGANISATION
        return web.json_response(answer, status=status)

    def _for(self, token: str) -> Sequence[Workspace]:
        """The workspace of this token, dead or alive; without one, each that may know the code."""
        known = [one for one in self.workspaces if token == one.bot_token or token in one.dead_tokens]
        return known or self.workspaces


@asynccontextmanager
async def one_slack(*workspaces: Workspace) -> AsyncIterator[OneSlack]:
    """These workspaces at one address. The app is the same one in all of them, and not installed in any."""
    first = workspaces[0]
    for one in workspaces:
        one.oauth.client_id, one.oauth.client_secret = first.oauth.client_id, first.oauth.client_secret
        one.uninstall()
    async with aiohttp.ClientSession() as http:
        slack, app = OneSlack(workspaces, http), web.Application()
        app.router.add_route("*", "/api/{method}", slack.handle)
        runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=1.0)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        slack.api_url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
        yield slack
        await runner.cleanup()
