"""What a workspace's journal says was sent, put to validators that are not ours."""

from collections.abc import Iterator, Sequence
from typing import Any

from tests.workspace.carriers import ours
from tests.workspace.others import Verdict, slack_sdk_says, slackblocks_says

JsonObject = dict[str, Any]


def sent(journal: Sequence[JsonObject]) -> Iterator[tuple[str, JsonObject]]:
    """Every message and view, as it went over the wire: as a call of its own, or in an acknowledgement."""
    for entry in journal:
        args = entry.get("args") or {}
        if entry["kind"] == "call" and "view" in args:
            yield entry["method"], args["view"]
        elif entry["kind"] == "call" and entry["method"] in ("chat.postMessage", "chat.update"):
            yield entry["method"], {name: args[name] for name in ("text", "blocks") if args.get(name)}
        elif entry["kind"] == "ack":
            answer = entry.get("response") or {}
            if "view" in answer:
                yield "acknowledgement", answer["view"]
            elif "blocks" in answer:
                yield "answer to a command", {"text": answer.get("text"), "blocks": answer["blocks"]}


def refused(journal: Sequence[JsonObject]) -> list[tuple[str, str, JsonObject]]:
    """What was sent that anybody would refuse, or that nobody but us has judged."""
    found = []
    for way, whole in sent(journal):
        verdicts = {slack_sdk_says(whole), slackblocks_says(whole)}
        if Verdict.REFUSES in verdicts or Verdict.TAKES not in verdicts or ours(whole):
            found.append((way, ", ".join(sorted(verdict.value for verdict in verdicts)), whole))
    return found
