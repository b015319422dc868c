"""“What just happened”, explained: what was kept, who may see it and why, and what left.

It lives here and not in the wiring because only the demo runs a Mull and its Slack in one process: anywhere else there
is nobody who may look at both.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from bot.demo.stage import Stage
from bot.domain.privacy import OWN, SHARED_WITH_COACH, Sight
from bot.models import Letter, Person
from bot.prompts import Prompts
from bot.services import aftermath
from bot.services.aftermath import Act, Aftermath, Onlooker, Stored
from bot.slack.history import EVENT_TYPE
from bot.workspace.page.host import Line, Panel
from bot.workspace.state import TEAM_ID

Entry = dict[str, Any]

SIGHTS: dict[Sight, str] = {OWN: "own", SHARED_WITH_COACH: "shared_with_coach"}
DIGITS = 48
"""So many of the sealed digits are shown: enough to see that nothing can be read in them."""
OPENING = ("block_actions", "shortcut", "message_action")


@dataclass(frozen=True)
class Explainer:
    """Panels on entries of the journal. Nobody's words are in them but the viewer's own."""

    stage: Stage

    async def explain(self, entry: Entry, viewer: str) -> list[Panel]:
        """What an act set off, once the app has taken it; of a call, the letter it was. Empty for anything else."""
        if entry["kind"] == "envelope" and entry.get("user"):
            return await self._act(entry, viewer)
        if entry["kind"] == "call":
            return await self._call(entry)
        return []

    async def _act(self, entry: Entry, viewer: str) -> list[Panel]:
        done_at = self._acknowledged_at(entry)
        if done_at is None:
            return []
        act = _act(entry, done_at)
        found = await self.stage.mull.desks.read(aftermath.of, TEAM_ID, act, viewer)
        return list(_panels(self._prompts, found, entry)) if found else []

    async def _call(self, entry: Entry) -> list[Panel]:
        letter_id = _letter_in(entry)
        found = await self.stage.mull.desks.read(aftermath.letter, letter_id) if letter_id else None
        return [_left(self._prompts, [found])] if found else []

    def _acknowledged_at(self, entry: Entry) -> datetime | None:
        journal = self.stage.workspace.journal
        acks = journal.entries(entry["n"], method=str(entry.get("envelope_id")), kind="ack")
        return datetime.fromisoformat(acks[0]["at"]) if acks else None

    @property
    def _prompts(self) -> Prompts:
        return self.stage.mull.desks.prompts


def _act(entry: Entry, done_at: datetime) -> Act:
    args = entry.get("args") or {}
    actions = args.get("actions") or []
    stamps = {str(action["action_ts"]) for action in actions if action.get("action_ts")}
    stamps |= {str(args["event"]["ts"])} if entry["method"] == "message" and "ts" in args["event"] else set()
    subjects = {found for action in actions if (found := _uuid(action.get("value")))}
    begun_at = datetime.fromisoformat(entry["at"])
    return Act(entry["user"], begun_at, done_at, frozenset(stamps), frozenset(subjects))


def _panels(prompts: Prompts, found: Aftermath, entry: Entry) -> Iterator[Panel]:
    stored = tuple(_stored_lines(prompts, found))
    if stored:
        yield Panel(prompts.say("explain_stored"), stored)
    elif entry["method"] in OPENING and not found.letters and not found.onlookers:
        nothing = Line(prompts.say("explain_kept"), prompts.say("explain_nothing"))
        yield Panel(prompts.say("explain_stored"), (nothing,))
    if found.onlookers:
        yield Panel(prompts.say("explain_seen"), tuple(_seen_lines(prompts, found, entry)))
    if found.letters:
        yield _left(prompts, found.letters)


def _stored_lines(prompts: Prompts, found: Aftermath) -> Iterator[Line]:
    first_name = found.writer.first_name
    for happened in ("joined", "declined"):
        if getattr(found, happened):
            yield Line(prompts.say("explain_kept"), prompts.say(f"explain_{happened}", first_name=first_name))
    for one in found.stored:
        yield from _sealed_lines(prompts, one)
    for change in found.changes:
        yield Line(prompts.say("explain_kept"), prompts.say(f"explain_change_{change}"))


def _sealed_lines(prompts: Prompts, one: Stored) -> Iterator[Line]:
    """What the database has, and beside it what its writer sees, if that is who looks."""
    kind = "draft" if one.draft else one.kind
    yield Line(
        prompts.say(f"explain_{kind}", question=one.question or ""), _hex(prompts, one.sealed), "bytes"
    )
    if one.value is not None:
        yield Line(prompts.say("explain_what_you_see"), one.value or prompts.say("explain_empty"))


def _hex(prompts: Prompts, sealed: bytes) -> str:
    return prompts.say("explain_bytes", digits=sealed.hex()[:DIGITS], count=len(sealed))


def _seen_lines(prompts: Prompts, found: Aftermath, entry: Entry) -> Iterator[Line]:
    for one in found.onlookers:
        label = prompts.say(f"explain_part_{one.part}", name=one.person.name)
        yield Line(label, _reason(prompts, one), "no" if one.sight is None else "yes")
    typed = entry["method"] == "message"
    slack = prompts.say("explain_typed_owner_of_slack" if typed else "explain_unseen_owner_of_slack")
    yield Line(prompts.say("explain_owner_of_slack"), slack, "yes" if typed else "no")
    yield Line(prompts.say("explain_operator"), prompts.say("explain_unseen_operator"), "no")


def _reason(prompts: Prompts, one: Onlooker) -> str:
    """The gate's own reason in our words; one that is newer than our words, as it stands."""
    if one.sight is None:
        return prompts.say(f"explain_unseen_{one.part}")
    return prompts.say(f"explain_sight_{SIGHTS[one.sight]}") if one.sight in SIGHTS else str(one.sight)


def _left(
    prompts: Prompts, letters: list[tuple[Letter, Person]] | tuple[tuple[Letter, Person], ...]
) -> Panel:
    lines = [
        Line(
            f"{person.first_name}: {prompts.say(f'explain_letter_{letter.kind}')}",
            prompts.say(f"explain_state_{letter.state}"),
        )
        for letter, person in letters
    ]
    return Panel(prompts.say("explain_left"), tuple(lines))


def _letter_in(entry: Entry) -> UUID | None:
    metadata = (entry.get("args") or {}).get("metadata")
    if not isinstance(metadata, dict) or metadata.get("event_type") != EVENT_TYPE:
        return None
    return _uuid((metadata.get("event_payload") or {}).get("letter"))


def _uuid(text: object) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None
