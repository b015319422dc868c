"""Strict checks of messages and views: Slack's limits and Slack's error codes, as pure functions."""

from bot.workspace.checks.shapes import Problem
from bot.workspace.checks.surfaces import check_message, check_view

__all__ = ["Problem", "check_message", "check_view"]
