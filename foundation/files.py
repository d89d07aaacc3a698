"""Files people send: encrypted in chunks, and named by the hash of the bytes as stored."""

from __future__ import annotations

import hashlib
import io
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from flask import current_app

from foundation import stores
from foundation.chunks import (
    CHUNK_BYTES,
    PREFIX_BYTES,
    TAG_BYTES,
    ChunkCipher,
    ChunkReader,
    Source,
    new_prefix,
)
from foundation.keys import SealBroken, open_sealed
from foundation.stores import FileMissing, FilesUnreachable, Store

__all__ = [
    "FileMissing",
    "FilesUnreachable",
    "StoredFile",
    "open_stored",
    "read",
    "remove",
    "store",
]

# What a file in chunks begins with. One that begins otherwise was sealed in one piece, as the
# first version did it: 12 random bytes, then everything.
MAGIC = b"SAfiles2"
HEADER_BYTES = len(MAGIC) + PREFIX_BYTES
SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES


logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class StoredFile:
    """Where bytes went: ``name`` is the SHA-256 of what lies there; ``size`` and ``sha256`` are
    those of the file as it was given."""

    name: str
    size: int
    sha256: str


def store(source: bytes | Source, *, key: bytes, context: str) -> StoredFile:
    """Encrypt and keep all of ``source``; once this returns, it survives a power cut.

    Takes the same memory for a file of any size. A ``key`` may store one file only. Store first,
    then save the row that names the file: a row never names what is not there. Raises
    FilesUnreachable where the store is a bucket that does not take it; nothing is stored then.
    """
    if isinstance(source, bytes):
        source = io.BytesIO(source)
    source.seek(0)
    with _store().draft() as draft:
        plain, sealed, size = hashlib.sha256(), hashlib.sha256(), 0
        for piece in _sealed(source, plain, key, context):
            draft.write(piece)
            sealed.update(piece)
            size += len(piece)
        name = sealed.hexdigest()
        draft.keep(name)
    size -= HEADER_BYTES
    chunks = -(-size // SEALED_CHUNK_BYTES)
    return StoredFile(name=name, size=size - chunks * TAG_BYTES, sha256=plain.hexdigest())


def open_stored(name: str, *, key: bytes, context: str) -> ChunkReader:
    """Return the file to be read from, piece by piece; close it afterwards.

    What is read is what was stored: every chunk proves itself when it is opened, and the first
    and the last do so here, so that a wrong key or a file cut short shows before anything is
    sent. Raises FileMissing, SealBroken for the wrong key or context, or FilesUnreachable;
    reading may do so too.
    """
    file = _store().open(name)
    reader: ChunkReader
    try:
        if file.read(len(MAGIC)) == MAGIC:
            reader = StoredReader(file, name, key, context)
        else:
            reader = _sealed_in_one_piece(file, name, key, context)
    except BaseException:
        file.close()
        raise
    return reader


def read(name: str, *, key: bytes, context: str) -> bytes:
    """Return a file whole: for small ones. Raises as ``open_stored`` does."""
    with open_stored(name, key=key, context=context) as file:
        return file.read()


def remove(name: str) -> None:
    """Delete the file, if it is there. No row names it any more, and the key to it is gone.

    From a bucket that does not answer it is taken with whatever else no row names, the next day.
    """
    try:
        _store().remove(name)
    except FilesUnreachable as error:
        logger.warning("A file stays in the bucket for now", exc_info=error)


class StoredReader(ChunkReader):
    """A stored file, decrypted chunk by chunk as it is read."""

    def __init__(self, file: BinaryIO, name: str, key: bytes, context: str) -> None:
        super().__init__()
        self._file, self._name = file, name
        self._cipher = ChunkCipher(key, file.read(PREFIX_BYTES), context)
        sealed = file.seek(0, os.SEEK_END) - HEADER_BYTES
        self._chunks = max(1, -(-sealed // SEALED_CHUNK_BYTES))
        self._size = sealed - self._chunks * TAG_BYTES
        for number in {0, self._chunks - 1}:
            self.chunk(number)

    @property
    def size(self) -> int:
        return self._size

    def chunk(self, number: int) -> bytes:
        self._file.seek(HEADER_BYTES + number * SEALED_CHUNK_BYTES)
        sealed = self._file.read(SEALED_CHUNK_BYTES)
        try:
            return self._cipher.open(number, sealed, last=number == self._chunks - 1)
        except SealBroken:
            _refuse_if_changed(self._file, self._name)
            raise

    def close(self) -> None:
        self.forget()
        self._file.close()
        super().close()


class _WholeReader(ChunkReader):
    """A file of the first format, which could only be opened whole."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self._content = content
        self.chunk_bytes = max(1, len(content))

    @property
    def size(self) -> int:
        return len(self._content)

    def chunk(self, number: int) -> bytes:
        return self._content


def _sealed_in_one_piece(file: BinaryIO, name: str, key: bytes, context: str) -> _WholeReader:
    with file:
        _refuse_if_changed(file, name)
        file.seek(0)
        return _WholeReader(open_sealed(file.read(), key=key, context=context))


def _refuse_if_changed(file: BinaryIO, name: str) -> None:
    file.seek(0)
    found = hashlib.sha256()
    while piece := file.read(CHUNK_BYTES):
        found.update(piece)
    if found.hexdigest() != name:
        raise FileMissing(f"File {name} was changed where it is stored")


def _sealed(source: Source, plain: hashlib._Hash, key: bytes, context: str) -> Iterator[bytes]:
    """Return what is written, piece by piece; reads one chunk ahead to know the last one."""
    prefix = new_prefix()
    cipher = ChunkCipher(key, prefix, context)
    yield MAGIC + prefix
    number, chunk = 0, _full_chunk(source)
    while True:
        following = _full_chunk(source) if len(chunk) == CHUNK_BYTES else b""
        plain.update(chunk)
        yield cipher.seal(number, chunk, last=not following)
        if not following:
            return
        number, chunk = number + 1, following


def _full_chunk(source: Source) -> bytes:
    """Return a whole chunk, or what is left: a stream may give less than it is asked for."""
    chunk = source.read(CHUNK_BYTES)
    while 0 < len(chunk) < CHUNK_BYTES and (more := source.read(CHUNK_BYTES - len(chunk))):
        chunk += more
    return chunk


def _store() -> Store:
    return stores.of(current_app.extensions["settings"])
