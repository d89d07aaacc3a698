"""Files people send: encrypted, and named by the hash of the bytes as stored."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from flask import current_app

from foundation.canonical import sha256_hex
from foundation.keys import make_private_folder, open_sealed, seal, sync_folder

FOLDER_NAME_LENGTH = 2


class FileMissing(RuntimeError):
    """A stored file is gone or its bytes are no longer those that were stored."""


@dataclass(frozen=True)
class StoredFile:
    """Where bytes went: ``name`` is the SHA-256 of what lies on disk, ``size`` that of the file."""

    name: str
    size: int


def store(data: bytes, *, key: bytes, context: str) -> StoredFile:
    """Encrypt and keep ``data``; once this returns, it survives a power cut.

    Store first, then save the row that names the file: a row never names what is not there.
    """
    sealed = seal(data, key=key, context=context)
    name = sha256_hex(sealed)
    _write_durably(_path_of(name), sealed)
    return StoredFile(name=name, size=len(data))


def read(name: str, *, key: bytes, context: str) -> bytes:
    """Return the file. Raises FileMissing, or SealBroken for the wrong key or context."""
    path = _path_of(name)
    try:
        sealed = path.read_bytes()
    except FileNotFoundError as error:
        raise FileMissing(f"File {name} is not in the store") from error
    if sha256_hex(sealed) != name:
        raise FileMissing(f"File {name} was changed where it is stored")
    return open_sealed(sealed, key=key, context=context)


def remove(name: str) -> None:
    """Delete the file, if it is there."""
    _path_of(name).unlink(missing_ok=True)


def _path_of(name: str) -> Path:
    if len(name) != 64 or set(name) - set("0123456789abcdef"):
        raise FileMissing("A stored file is named by 64 hexadecimal digits")
    folder: Path = current_app.extensions["settings"].files_folder
    return folder / name[:FOLDER_NAME_LENGTH] / name[FOLDER_NAME_LENGTH:]


def _write_durably(path: Path, content: bytes) -> None:
    """Write under another name, then rename: no reader ever sees half a file."""
    folder = path.parent
    make_private_folder(folder)
    draft = folder / f".{path.name}.{secrets.token_hex(4)}"
    try:
        with draft.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(folder)
    sync_folder(folder.parent)
