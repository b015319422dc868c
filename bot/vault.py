"""The vault: everything a person answers is sealed with a key of that person's own.

A sealed value is  version (1 byte) ‖ key id (8) ‖ nonce (12) ‖ AES-256-GCM ciphertext.  The place it stands in
(owner, table, column, row) is its associated data: moved anywhere else, it does not open. A person's key is
itself sealed by a master key from the settings; the newest master key seals, every one of them opens.

Keys live in a store of their own. Two stores are not one transaction, so: a key is committed before the first
word is sealed with it, and erasing deletes the key first. Nothing is cached: a key that is gone is gone for
every process at once.
"""

import hashlib
import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Column, LargeBinary, MetaData, Table, Uuid, delete, insert, select
from sqlalchemy.exc import IntegrityError

from bot.db import Database, UtcDateTime
from bot.errors import MullError

VERSION = b"\x01"
KEY_ID_BYTES = 8
NONCE_BYTES = 12
PADDING_BYTES = 64
"""Values are padded to a multiple of this, so that a length does not tell "yes" from "no"."""

_BY_MASTER = b"master\x00"
"""What a master key seals itself is bound to this too, and so never passes for a person's word in the same place."""

metadata = MetaData()
person_key = Table(
    "person_key",
    metadata,
    Column("person_id", Uuid, primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
)


class VaultError(MullError):
    """A sealed value did not open: its key is gone, or it is not where it was sealed."""


class WrongMasterKey(VaultError):
    """None of the master keys in the settings opens this: a person's key, or what is sealed by a master key itself."""


@dataclass(frozen=True)
class Place:
    """Where a sealed value stands. `owner_id` is the person whose key it is sealed with."""

    owner_id: UUID
    table: str
    column: str
    row_id: UUID

    def associated_data(self) -> bytes:
        """The bytes that bind a ciphertext to this place."""
        return f"{self.owner_id}\x00{self.table}\x00{self.column}\x00{self.row_id}".encode()


class Vault:
    """Seals and opens values. `keys` holds wrapped keys; `masters` are 32 bytes each, newest first."""

    def __init__(self, keys: Database, masters: Sequence[bytes]) -> None:
        self.store = keys
        self._masters = {_key_id(master): master for master in masters}
        self._newest = masters[0] if masters else None

    def ensure_key(self, person_id: UUID, now: datetime) -> None:
        """This person has a key, committed. Must come before the transaction that seals their first word."""
        if self._wrapped(person_id) is not None:
            return
        wrapped = self._wrap(person_id, secrets.token_bytes(32))
        try:
            with self.store.write() as session:
                session.execute(insert(person_key).values(person_id=person_id, wrapped=wrapped, made_at=now))
        except IntegrityError:
            return  # another process made one in between; theirs is as good

    def seal(self, place: Place, value: object) -> bytes:
        """The sealed form of any JSON value."""
        return _encrypt(self._key(place.owner_id), _padded(value), place.associated_data())

    def open(self, place: Place, sealed: bytes) -> object:
        """The JSON value that was sealed in this place. VaultError if it was not, or the key is gone."""
        return json.loads(_decrypt(self._key(place.owner_id), sealed, place.associated_data()))

    def seal_by_master(self, place: Place, value: object) -> bytes:
        """The sealed form of what is nobody's own: a workspace's token. The place's owner is that workspace."""
        return _encrypt(self._newest_master(), _padded(value), _BY_MASTER + place.associated_data())

    def open_by_master(self, place: Place, sealed: bytes) -> object:
        """What `seal_by_master` sealed in this place. VaultError if it was not sealed there or has been changed;
        WrongMasterKey if the master key that sealed it is not in the settings any more.
        """
        return json.loads(_decrypt(self._master_of(sealed), sealed, _BY_MASTER + place.associated_data()))

    def destroy(self, person_id: UUID) -> None:
        """Nothing sealed for this person opens any more."""
        with self.store.write() as session:
            session.execute(delete(person_key).where(person_key.c.person_id == person_id))
        self.store.purge()

    def rewrap(self, person_id: UUID) -> None:
        """This person's key is sealed by the newest master key."""
        key = self._key(person_id)
        with self.store.write() as session:
            session.execute(
                person_key.update()
                .where(person_key.c.person_id == person_id)
                .values(wrapped=self._wrap(person_id, key))
            )

    def check(self) -> int:
        """The number of people's keys, when some master key opens each of them; WrongMasterKey otherwise."""
        with self.store.read() as session:
            rows = session.execute(select(person_key.c.person_id, person_key.c.wrapped)).all()
        for person_id, wrapped in rows:
            self.require_opens(person_id, wrapped)
        return len(rows)

    def require_opens(self, person_id: UUID, wrapped: bytes) -> None:
        """WrongMasterKey, or VaultError, unless one of the master keys opens this person's key."""
        self._unwrap(person_id, wrapped)

    def answers(self) -> None:
        """The store of keys can be read. Unavailable when it cannot."""
        with self.store.read() as session:
            session.execute(select(person_key.c.person_id).limit(1)).all()

    def _key(self, person_id: UUID) -> bytes:
        wrapped = self._wrapped(person_id)
        if wrapped is None:
            raise VaultError(f"Person {person_id} has no key: nothing of theirs can be sealed or opened.")
        return self._unwrap(person_id, wrapped)

    def _wrapped(self, person_id: UUID) -> bytes | None:
        with self.store.read() as session:
            return session.scalar(select(person_key.c.wrapped).where(person_key.c.person_id == person_id))

    def _wrap(self, person_id: UUID, key: bytes) -> bytes:
        return _encrypt(self._newest_master(), key, b"person_key\x00" + person_id.bytes)

    def _unwrap(self, person_id: UUID, wrapped: bytes) -> bytes:
        return _decrypt(self._master_of(wrapped), wrapped, b"person_key\x00" + person_id.bytes)

    def _newest_master(self) -> bytes:
        if self._newest is None:
            raise VaultError("MULL_MASTER_KEYS is missing, and nothing can be sealed without it.")
        return self._newest

    def _master_of(self, sealed: bytes) -> bytes:
        master = self._masters.get(sealed[1 : 1 + KEY_ID_BYTES])
        if master is None:
            raise WrongMasterKey(
                "MULL_MASTER_KEYS does not hold the key that people's words were sealed with. "
                "Add it after the newest one, separated by a comma."
            )
        return master


def _padded(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return text + b" " * (-len(text) % PADDING_BYTES)


def _key_id(key: bytes) -> bytes:
    return hashlib.sha256(b"mull key id\x00" + key).digest()[:KEY_ID_BYTES]


def _encrypt(key: bytes, text: bytes, associated: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return VERSION + _key_id(key) + nonce + AESGCM(key).encrypt(nonce, text, VERSION + associated)


def _decrypt(key: bytes, sealed: bytes, associated: bytes) -> bytes:
    start = 1 + KEY_ID_BYTES
    if sealed[:1] != VERSION or sealed[1:start] != _key_id(key):
        raise VaultError("A sealed value was not sealed with its owner's key. It stays closed.")
    nonce, text = sealed[start : start + NONCE_BYTES], sealed[start + NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, text, VERSION + associated)
    except (InvalidTag, ValueError):  # ValueError: so short that not even the nonce is whole
        raise VaultError("A sealed value has been changed or moved. It stays closed.") from None
