"""Files people send: encrypted in chunks, and named by the hash of the bytes as stored."""

from __future__ import annotations

import hashlib
import io
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from flask import current_app

from foundation.chunks import (
    CHUNK_BYTES,
    PREFIX_BYTES,
    TAG_BYTES,
    ChunkCipher,
    ChunkReader,
    Source,
    new_prefix,
)
from foundation.keys import SealBroken, make_private_folder, open_sealed, sync_folder

FOLDER_NAME_LENGTH = 2
# What a file in chunks begins with. One that begins otherwise was sealed in one piece, as the
# first version did it: 12 random bytes, then everything.
MAGIC = b"SAfiles2"
HEADER_BYTES = len(MAGIC) + PREFIX_BYTES
SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES


class FileMissing(RuntimeError):
    """A stored file is gone or its bytes are no longer those that were stored."""


@dataclass(frozen=True)
class StoredFile:
    """Where bytes went: ``name`` is the SHA-256 of what lies on disk; ``size`` and ``sha256`` are
    those of the file as it was given."""

    name: str
    size: int
    sha256: str


def store(source: bytes | Source, *, key: bytes, context: str) -> StoredFile:
    """Encrypt and keep all of ``source``; once this returns, it survives a power cut.

    Takes the same memory for a file of any size. A ``key`` may store one file only. Store first,
    then save the row that names the file: a row never names what is not there.
    """
    if isinstance(source, bytes):
        source = io.BytesIO(source)
    source.seek(0)
    with _draft() as (draft, path):
        plain, sealed, size = hashlib.sha256(), hashlib.sha256(), 0
        for piece in _sealed(source, plain, key, context):
            draft.write(piece)
            sealed.update(piece)
            size += len(piece)
        draft.flush()
        os.fsync(draft.fileno())
        name = sealed.hexdigest()
        _move_into_place(path, _path_of(name))
    size -= HEADER_BYTES
    chunks = -(-size // SEALED_CHUNK_BYTES)
    return StoredFile(name=name, size=size - chunks * TAG_BYTES, sha256=plain.hexdigest())


def open_stored(name: str, *, key: bytes, context: str) -> ChunkReader:
    """Return the file to be read from, piece by piece; close it afterwards.

    What is read is what was stored: every chunk proves itself when it is opened, and the first
    and the last do so here, so that a wrong key or a file cut short shows before anything is
    sent. Raises FileMissing, or SealBroken for the wrong key or context; reading may do so too.
    """
    path = _path_of(name)
    try:
        file = path.open("rb")
    except FileNotFoundError as error:
        raise FileMissing(f"File {name} is not in the store") from error
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
    """Return a file whole: for small ones. Raises FileMissing and SealBroken."""
    with open_stored(name, key=key, context=context) as file:
        return file.read()


def remove(name: str) -> None:
    """Delete the file, if it is there."""
    _path_of(name).unlink(missing_ok=True)


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


def _folder() -> Path:
    folder: Path = current_app.extensions["settings"].files_folder
    return folder


def _path_of(name: str) -> Path:
    if len(name) != 64 or set(name) - set("0123456789abcdef"):
        raise FileMissing("A stored file is named by 64 hexadecimal digits")
    return _folder() / name[:FOLDER_NAME_LENGTH] / name[FOLDER_NAME_LENGTH:]


@contextmanager
def _draft() -> Iterator[tuple[BinaryIO, Path]]:
    """Write under another name, to be renamed: no reader ever sees half a file."""
    make_private_folder(_folder())
    path = _folder() / f".draft-{secrets.token_hex(8)}"
    try:
        with path.open("xb") as file:
            yield file, path
    finally:
        path.unlink(missing_ok=True)


def _move_into_place(draft: Path, path: Path) -> None:
    make_private_folder(path.parent)
    draft.rename(path)
    sync_folder(path.parent)
    sync_folder(path.parent.parent)
