"""The modals a person has open, at most three, and what the answer to a submission does to them."""

from typing import Any

from bot.workspace.checks import check_view
from bot.workspace.filling import stored_view
from bot.workspace.state import View, World

JsonObject = dict[str, Any]
STACK = 3


class StackFull(Exception):
    """Three views are open: no more fit."""


class AnswerRefused(Exception):
    """Slack would not take this answer to a submission, and says why; the person sees a general error."""


class Modals:
    """Opens, pushes, replaces and closes; keeps root_view_id and previous_view_id right."""

    def __init__(self, world: World) -> None:
        self._world = world

    def top(self, user: str) -> View | None:
        """What the person sees, if a modal is open."""
        stack = self._world.stack(user)
        return stack[-1] if stack else None

    def open(self, user: str, given: JsonObject) -> View:
        """A new root; whatever was open is gone."""
        view = stored_view(given, user, self._world.new_id("V"), team_id=self._world.team_id)
        self._world.modals[user] = [view]
        return view

    def push(self, user: str, given: JsonObject) -> View:
        """On top of what is open. Raises StackFull."""
        stack = self._world.stack(user)
        if len(stack) >= STACK:
            raise StackFull
        view = stored_view(given, user, self._world.new_id("V"), team_id=self._world.team_id)
        if stack:
            view.body["root_view_id"] = stack[0].id
            view.body["previous_view_id"] = stack[-1].id
        stack.append(view)
        return view

    def replace(self, view: View, given: JsonObject) -> View:
        """The same view with new content; what was entered stays where block and action keep their ids."""
        fresh = stored_view(given, view.user, view.id, view, self._world.team_id)
        view.body, view.values, view.errors = fresh.body, fresh.values, {}
        return view

    def pop(self, view: View) -> None:
        stack = self._world.stack(view.user)
        if view in stack:
            stack.remove(view)

    def clear(self, user: str) -> list[View]:
        """Close everything; what was open, topmost first."""
        closed = self._world.stack(user)[::-1]
        self._world.modals[user] = []
        return closed

    def answered(self, view: View, answer: JsonObject | None) -> None:
        """Do what the acknowledgement of a submission asks for; without a response_action the view closes.

        Raises AnswerRefused where Slack would show the person an error instead.
        """
        match (answer or {}).get("response_action"):
            case None:
                self.pop(view)
            case "clear":
                self.clear(view.user)
            case "errors":
                view.errors = self._errors(view, answer or {})
            case "update":
                self.replace(view, self._given(answer or {}))
            case "push":
                self._push_answer(view, self._given(answer or {}))
            case other:
                raise AnswerRefused(f"unknown response_action: {other}")

    def _push_answer(self, view: View, given: JsonObject) -> None:
        try:
            self.push(view.user, given)
        except StackFull:
            raise AnswerRefused("three views are open: no more can be pushed") from None

    def _errors(self, view: View, answer: JsonObject) -> dict[str, str]:
        errors = answer.get("errors")
        inputs = {block["block_id"] for block in view.body["blocks"] if block["type"] == "input"}
        if not isinstance(errors, dict) or not errors:
            raise AnswerRefused("errors must name at least one input block")
        for block_id, sentence in errors.items():
            if block_id not in inputs:
                raise AnswerRefused(f"errors name {block_id}, which is no input block of this view")
            if not isinstance(sentence, str) or not sentence:
                raise AnswerRefused(f"the error of {block_id} must be a sentence")
        return dict(errors)

    def _given(self, answer: JsonObject) -> JsonObject:
        view = answer.get("view")
        problems = check_view(view) if isinstance(view, dict) else ["missing required field: view"]
        if problems:
            raise AnswerRefused("; ".join(map(str, problems)))
        assert isinstance(view, dict)
        if view["type"] != "modal":
            raise AnswerRefused("a submission can only be answered with a modal")
        return view
