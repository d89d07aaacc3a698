"""Keys that live outside the database and its backup, and what is sealed with them.

Each bid, tender and file has its own data key. In the database a data key is only ever seen
wrapped: encrypted under a master key from the keys folder, and bound to its purpose.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app

KEY_BYTES = 32
NONCE_BYTES = 12
CURRENT = "current"
SUFFIX = ".key"
# Ids of keys that are lost for good, as somebody wrote down: the service starts without them.
LOST = "lost"


class SealBroken(RuntimeError):
    """Sealed bytes do not open: the wrong key or purpose, or somebody changed them."""


class KeyMissing(RuntimeError):
    """A master key that wrapped something is no longer in the keys folder."""


def new_data_key() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


def seal(plaintext: bytes, *, key: bytes, context: str) -> bytes:
    """Return ``plaintext`` encrypted (AES-256-GCM) and bound to ``context``.

    ``context`` names the one place the bytes belong to; they open nowhere else.
    """
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, context.encode())


def open_sealed(sealed: bytes, *, key: bytes, context: str) -> bytes:
    """Return what was sealed. Raises SealBroken if key, context or bytes are not the same."""
    nonce, body = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    try:
        return AESGCM(key).decrypt(nonce, body, context.encode())
    except (InvalidTag, ValueError) as error:
        raise SealBroken(f"Sealed content for {context!r} does not open") from error


class KeyRing:
    """The master keys: one file each (mode 0600), and ``current`` naming the one for new work."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # A key never changes under its id; new ones get new ids.
        self._read: dict[str, bytes] = {}

    def wrap(self, data_key: bytes, *, purpose: str) -> str:
        """Return ``data_key`` as "key id:base64"; it unwraps for the same ``purpose`` only."""
        key_id = self._current_id()
        sealed = seal(data_key, key=self._master(key_id), context=f"wrap:{purpose}")
        return f"{key_id}:{base64.b64encode(sealed).decode()}"

    def unwrap(self, wrapped: str, *, purpose: str) -> bytes:
        """Return the data key. Raises SealBroken or KeyMissing."""
        key_id, _, encoded = wrapped.partition(":")
        try:
            sealed = base64.b64decode(encoded, validate=True)
        except binascii.Error as error:
            raise SealBroken(f"The wrapped key for {purpose!r} is damaged") from error
        return open_sealed(sealed, key=self._master(key_id), context=f"wrap:{purpose}")

    def rewrap(self, wrapped: str, *, purpose: str) -> str:
        """Return the same data key under the current master key. Raises as ``unwrap`` does."""
        if key_id_of(wrapped) == self._current_id():
            return wrapped
        return self.wrap(self.unwrap(wrapped, purpose=purpose), purpose=purpose)

    @property
    def ids(self) -> list[str]:
        """The keys that lie in the folder."""
        return sorted(path.stem for path in self.folder.glob(f"*{SUFFIX}"))

    @property
    def current(self) -> str | None:
        """The key for new work; None before the first."""
        path = self.folder / CURRENT
        return path.read_text(encoding="ascii").strip() if path.exists() else None

    @property
    def lost(self) -> frozenset[str]:
        """Keys somebody wrote down as lost for good."""
        path = self.folder / LOST
        return frozenset(path.read_text(encoding="ascii").split()) if path.exists() else frozenset()

    def changed_at(self) -> float:
        """Return since when the current key is it, in seconds as files have it."""
        return (self.folder / CURRENT).stat().st_mtime

    def add(self) -> str:
        """Make a new master key, the one for new work from now on, and return its id."""
        make_private_folder(self.folder)
        key_id = secrets.token_hex(8)
        write_private_file(self.folder / f"{key_id}{SUFFIX}", secrets.token_bytes(KEY_BYTES))
        replace_private_file(self.folder / CURRENT, f"{key_id}\n".encode())
        return key_id

    def remove(self, key_id: str) -> None:
        """Take a key away for good. Whoever calls this knows that nothing needs it."""
        (self.folder / f"{key_id}{SUFFIX}").unlink()
        sync_folder(self.folder)
        self._read.pop(key_id, None)

    def write_off(self, key_ids: Iterable[str]) -> None:
        """Write down that keys are lost for good, so that the service starts without them."""
        text = "".join(f"{key_id}\n" for key_id in sorted(self.lost.union(key_ids)))
        make_private_folder(self.folder)
        replace_private_file(self.folder / LOST, text.encode())

    def _current_id(self) -> str:
        path = self.folder / CURRENT
        if not path.exists():
            self._make_first_key(path)
        return path.read_text(encoding="ascii").strip()

    def _master(self, key_id: str) -> bytes:
        key = self._read.get(key_id)
        if key is None:
            key = self._read[key_id] = self._master_from_file(key_id)
        return key

    def _master_from_file(self, key_id: str) -> bytes:
        # An id with a slash would name a file elsewhere.
        path = self.folder / f"{key_id}{SUFFIX}"
        if not key_id.isalnum() or not path.exists():
            raise KeyMissing(
                f"Key {key_id!r} is not in {self.folder}. Restore the keys folder from its backup"
            )
        return path.read_bytes()

    def _make_first_key(self, current: Path) -> None:
        make_private_folder(self.folder)
        key_id = secrets.token_hex(8)
        write_private_file(self.folder / f"{key_id}{SUFFIX}", secrets.token_bytes(KEY_BYTES))
        write_private_file(current, f"{key_id}\n".encode())


def key_ring() -> KeyRing:
    """Return the keys of the running application."""
    ring: KeyRing = current_app.extensions["key_ring"]
    return ring


def wrap(data_key: bytes, *, purpose: str) -> str:
    return key_ring().wrap(data_key, purpose=purpose)


def unwrap(wrapped: str, *, purpose: str) -> bytes:
    return key_ring().unwrap(wrapped, purpose=purpose)


def make_private_folder(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)


def key_id_of(wrapped: str) -> str:
    """Return which master key a data key is wrapped under."""
    return wrapped.partition(":")[0]


def write_private_file(path: Path, content: bytes) -> None:
    """Create ``path`` for its owner alone, durable, and leave it be if another was faster.

    The content appears under its name whole or not at all: two servers may start at once.
    """
    draft = _private_draft(path, content)
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()
        sync_folder(path.parent)


def replace_private_file(path: Path, content: bytes) -> None:
    """Write ``path`` anew for its owner alone, durable; until then it holds what it held."""
    _private_draft(path, content).replace(path)
    sync_folder(path.parent)


def _private_draft(path: Path, content: bytes) -> Path:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return draft


def sync_folder(folder: Path) -> None:
    """Make a new or renamed file in ``folder`` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
