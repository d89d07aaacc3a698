"""Encryption of files in chunks, so that no file is ever held whole in memory.

The STREAM construction: every chunk is sealed (AES-256-GCM) under its number and under whether it
is the last, so that chunks cannot be exchanged, left out, cut off or appended unnoticed.
"""

from __future__ import annotations

import io
import secrets
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from foundation.keys import SealBroken

CHUNK_BYTES = 64 * 1024
TAG_BYTES = 16
# With 4 bytes for the number of the chunk and one for "last" these are the nonce of 12.
PREFIX_BYTES = 7


class Source(Protocol):
    """Bytes read from any place: an upload, a stored file, an ordinary file."""

    def read(self, size: int = -1, /) -> bytes: ...

    def seek(self, offset: int, whence: int = 0, /) -> int: ...

    def tell(self) -> int: ...


class ChunkCipher:
    """Seals and opens the chunks of one file. A key may seal one file only."""

    def __init__(self, key: bytes, prefix: bytes, context: str) -> None:
        self._cipher = AESGCM(key)
        self._prefix = prefix
        self._context = context

    def seal(self, number: int, chunk: bytes, *, last: bool) -> bytes:
        return self._cipher.encrypt(self._nonce(number, last), chunk, self._context.encode())

    def open(self, number: int, sealed: bytes, *, last: bool) -> bytes:
        """Return the chunk. Raises SealBroken for any other key, context, number or bytes."""
        try:
            return self._cipher.decrypt(self._nonce(number, last), sealed, self._context.encode())
        except (InvalidTag, ValueError) as error:
            raise SealBroken(f"A chunk of {self._context!r} does not open") from error

    def _nonce(self, number: int, last: bool) -> bytes:
        return self._prefix + number.to_bytes(4, "big") + bytes([last])


def new_prefix() -> bytes:
    return secrets.token_bytes(PREFIX_BYTES)


class ChunkReader(io.BufferedIOBase):
    """A file to read and seek in, of which one chunk at a time is in memory."""

    chunk_bytes = CHUNK_BYTES

    def __init__(self) -> None:
        self._position = 0
        self._held: tuple[int, bytes] = (-1, b"")

    @property
    def size(self) -> int:
        raise NotImplementedError

    def chunk(self, number: int) -> bytes:
        """Return one chunk in the clear; asked only for chunks within the size."""
        raise NotImplementedError

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self.size}[whence]
        if start + offset < 0:
            raise ValueError("A file has nothing before its first byte")
        self._position = start + offset
        return self._position

    def read(self, size: int | None = -1, /) -> bytes:
        left = max(0, self.size - self._position)
        if size is not None and 0 <= size < left:
            left = size
        pieces = []
        while left:
            piece = self._piece(left)
            self._position += len(piece)
            left -= len(piece)
            pieces.append(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def read1(self, size: int = -1, /) -> bytes:
        return self.read(self.chunk_bytes if size < 0 else min(size, self.chunk_bytes))

    def _piece(self, most: int) -> bytes:
        number, start = divmod(self._position, self.chunk_bytes)
        if self._held[0] != number:
            self._held = (number, self.chunk(number))
        return self._held[1][start : start + most]

    def forget(self) -> None:
        """Drop the chunk held in memory."""
        self._held = (-1, b"")
