"""Ids that a workspace here has unless it is given another: its own; and those of the one app in it."""

TEAM_ID = "T0WORKSPACE"
APP_ID = "A0WORKSPACE"
BOT_ID = "B0WORKSPACE"
BOT_USER_ID = "U0WORKSPACE"
