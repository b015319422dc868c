"""Methods by which an app comes in and goes: a code for a token, a token given back, the app taken out."""

from typing import Any

from bot.workspace.oauth import OAuthRefused
from bot.workspace.state import APP_ID, BOT_USER_ID
from bot.workspace.wire.call import Call, CallFailed, Method

JsonObject = dict[str, Any]


def access(call: Call) -> JsonObject:
    """A code for the bot token; client id and secret by HTTP Basic authentication or as arguments."""
    _authenticate(call)
    if call.text("grant_type", "authorization_code") != "authorization_code":
        raise CallFailed("invalid_grant_type")
    try:
        user, scopes = call.workspace.oauth.exchange(call.text("code", ""), call.text("redirect_uri", ""))
    except OAuthRefused as refused:
        raise CallFailed(refused.code) from None
    token, world = call.workspace.install(scopes), call.workspace.world
    return {
        "app_id": APP_ID,
        "authed_user": {"id": user},
        "scope": ",".join(sorted(call.workspace.scopes)),
        "token_type": "bot",
        "access_token": token,
        "bot_user_id": BOT_USER_ID,
        "team": {"id": world.team_id, "name": world.name},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def revoke(call: Call) -> JsonObject:
    """The bot token is dead, and the app stays installed; with `test` nothing happens."""
    if call.flag("test"):
        return {"revoked": False}
    call.workspace.revoke_bot_token()
    return {"revoked": True}


def uninstall(call: Call) -> JsonObject:
    _authenticate(call)
    call.workspace.uninstall()
    return {}


def _authenticate(call: Call) -> None:
    try:
        call.workspace.oauth.authenticate(call.text("client_id", ""), call.text("client_secret", ""))
    except OAuthRefused as refused:
        raise CallFailed(refused.code) from None


METHODS = {
    "oauth.v2.access": Method(access, token="none"),
    "auth.revoke": Method(revoke),
    "apps.uninstall": Method(uninstall),
}
