"""Saying yes, saying no, moving, leaving Slack: the person's own standing with Mull."""

from sqlalchemy import update

from bot.domain import calendar
from bot.models import Account, AccountState, Letter, LetterKind, Person
from bot.services import backups, outbox, schedules
from bot.services.desk import Desk
from bot.services.people import Known


def invite(desk: Desk, who: Known) -> bool:
    """One invitation is on its way, if they were never asked. Whether it is."""
    person = desk.session.get_one(Person, who.id, with_for_update=True)
    if person.invited_at or person.joined_at or person.declined_at:
        return False
    person.invited_at = desk.now
    key = f"invitation:{who.id}"
    outbox.post(desk, LetterKind.INVITATION, key, who.address)
    if backups.was_restored(desk):
        # They may have been invited after the backup that we know them from, and before what they said to us since.
        outbox.look_first(desk, Letter.key == key, since="0")
    return True


def join(desk: Desk, who: Known) -> None:
    """They have said yes: from now on they may be written to, and what falls due next is planned.

    The caller has made sure that they have a key (vault.ensure_key) before this transaction began.
    """
    person = desk.session.get_one(Person, who.id, with_for_update=True)
    if person.joined_at is None:
        person.joined_at, person.declined_at = desk.now, None
        schedules.plan_person(desk, person)
    outbox.changed(desk, who.id, LetterKind.INVITATION)
    outbox.refresh_home(desk, who.id)


def decline(desk: Desk, who: Known) -> None:
    """They have said no, and are not asked again. A yes given before stays a yes: leaving is another thing."""
    person = desk.session.get_one(Person, who.id, with_for_update=True)
    if person.joined_at is None:
        person.declined_at = desk.now
    outbox.changed(desk, who.id, LetterKind.INVITATION)
    outbox.refresh_home(desk, who.id)


def home_opened(desk: Desk, who: Known, channel_id: str | None, ts: str) -> None:
    """They are looking at Home: it is drawn as it is now, and their channel with us is known."""
    reached(desk, who, ts)
    if channel_id and channel_id != who.account.channel_id:
        desk.session.execute(
            update(Account).where(Account.id == who.account.id).values(channel_id=channel_id)
        )
    outbox.refresh_home(desk, who.id)


def reached(desk: Desk, who: Known, ts: str) -> None:
    """Whoever does something in Slack (`ts`, on its clock) can be reached there, whatever it said of them before."""
    account = desk.session.get_one(Account, who.account.id, with_for_update=True, populate_existing=True)
    if ts > account.seen_ts:
        account.seen_ts = ts
        if ts > account.told_ts:
            _reachable(desk, account)


def account_changed(desk: Desk, who: Known, *, zone: str | None, deleted: bool, ts: str = "") -> None:
    """Slack says something about an account has changed: what has not been sent yet follows it.

    `ts` is when, on Slack's clock: of two changes the later one counts, in whichever order they come. Empty: now.
    """
    account = desk.session.get_one(Account, who.account.id, with_for_update=True, populate_existing=True)
    if ts and ts <= account.told_ts:
        return
    account.told_ts = ts or account.told_ts
    if not deleted:
        _reachable(desk, account)
    elif not ts or ts > account.seen_ts:
        account.state = AccountState.UNREACHABLE
    # A zone nobody here knows would stop everything that asks what time it is for them: the one they had stays.
    person = desk.session.get_one(Person, who.id, with_for_update=True)
    if zone in calendar.known_zones() and zone != person.zone:
        person.zone = zone
        desk.session.flush()
        if person.joined_at is not None:
            schedules.plan_person(desk, person)


def _reachable(desk: Desk, account: Account) -> None:
    if account.state != AccountState.ACTIVE:
        account.state = AccountState.ACTIVE
        # What was taken back while they could not be reached must not stand in what they were sent before.
        outbox.changed(desk, account.person_id, LetterKind.DIGEST)
