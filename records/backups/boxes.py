"""One file of a backup: as it is, or under the backup's key, chunk by chunk.

Under a key every file has a key of its own, drawn from the backup's key and the file's name, so
that none can be put in the place of another.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from foundation.chunks import CHUNK_BYTES, PREFIX_BYTES, TAG_BYTES, ChunkCipher, new_prefix
from foundation.errors import DomainError
from foundation.keys import KEY_BYTES, SealBroken

MAGIC = b"SAbackup1"


class BackupBroken(DomainError):
    """A backup is not whole, or no backup, or does not open; the message says which file."""


class Taker(Protocol):
    """Whatever bytes are written into."""

    def write(self, data: bytes, /) -> int: ...


@dataclass(frozen=True)
class Written:
    """What went into a file: ``size`` and ``sha256`` of what it holds, not of how it is kept."""

    size: int
    sha256: str


def key_from(path: Path) -> bytes:
    """Return the key of backups: 64 hexadecimal digits in a file. Raises BackupBroken."""
    try:
        text = path.read_text(encoding="ascii").strip()
    except (OSError, ValueError) as error:
        raise BackupBroken(f"The key {path} cannot be read: {error}") from None
    if not re.fullmatch("[0-9a-fA-F]{64}", text):
        raise BackupBroken(
            f"{path} is no key for backups: make one with `openssl rand -hex 32 > FILE`"
        )
    return bytes.fromhex(text)


def put(source: BinaryIO, to: Path, name: str, key: bytes | None) -> Written:
    """Write all of ``source`` into the file ``to``, durable, and return what it was."""
    digest, size = hashlib.sha256(), 0

    def counted() -> Iterator[bytes]:
        nonlocal size
        while piece := _full(source):
            digest.update(piece)
            size += len(piece)
            yield piece

    with to.open("xb") as file:
        os.fchmod(file.fileno(), 0o600)
        for piece in counted() if key is None else _sealed(counted(), name, key):
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return Written(size, digest.hexdigest())


def take(path: Path, name: str, key: bytes | None, into: Taker | None) -> Written:
    """Read a file of a backup to its end, into ``into`` if given. Raises BackupBroken."""
    digest, size = hashlib.sha256(), 0
    try:
        with path.open("rb") as file:
            for piece in _pieces(file) if key is None else _opened(file, name, key):
                digest.update(piece)
                size += len(piece)
                if into is not None:
                    into.write(piece)
    except FileNotFoundError:
        raise BackupBroken(f"{path} is missing") from None
    except SealBroken:
        raise BackupBroken(
            f"{path} does not open: it was changed, or the key is that of another backup"
        ) from None
    return Written(size, digest.hexdigest())


def _sealed(pieces: Iterator[bytes], name: str, key: bytes) -> Iterator[bytes]:
    prefix = new_prefix()
    cipher = ChunkCipher(_key_of(name, key), prefix, name)
    yield MAGIC + prefix
    number, piece = 0, next(pieces, b"")
    while True:
        following = next(pieces, None)
        yield cipher.seal(number, piece, last=following is None)
        if following is None:
            return
        number, piece = number + 1, following


def _opened(file: BinaryIO, name: str, key: bytes) -> Iterator[bytes]:
    if file.read(len(MAGIC)) != MAGIC:
        raise SealBroken(f"{name} is not sealed")
    cipher = ChunkCipher(_key_of(name, key), file.read(PREFIX_BYTES), name)
    number, sealed = 0, file.read(CHUNK_BYTES + TAG_BYTES)
    while True:
        following = file.read(CHUNK_BYTES + TAG_BYTES)
        yield cipher.open(number, sealed, last=not following)
        if not following:
            return
        number, sealed = number + 1, following


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(CHUNK_BYTES):
        yield piece


def _full(source: BinaryIO) -> bytes:
    """Return a whole chunk, or what is left: a pipe may give less than it is asked for."""
    piece = source.read(CHUNK_BYTES)
    while 0 < len(piece) < CHUNK_BYTES and (more := source.read(CHUNK_BYTES - len(piece))):
        piece += more
    return piece


def _key_of(name: str, key: bytes) -> bytes:
    info = f"supplier-assurance-backup/1:{name}".encode()
    return HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=info).derive(key)
