"""Files in a folder of this machine: written under another name, synced, renamed, synced."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from foundation.keys import make_private_folder, sync_folder
from foundation.stores.base import FileMissing, Lying, name_at, relative_path

DRAFT = ".draft-"


class FolderStore:
    """The store of an installation on one machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def draft(self) -> Iterator[FolderDraft]:
        """Write under another name, to be renamed: no reader ever sees half a file."""
        make_private_folder(self.folder)
        path = self.folder / f"{DRAFT}{secrets.token_hex(8)}"
        try:
            with path.open("xb") as file:
                yield FolderDraft(self.folder, path, file)
        finally:
            path.unlink(missing_ok=True)

    def open(self, name: str) -> BinaryIO:
        try:
            return self._path(name).open("rb")
        except FileNotFoundError as error:
            raise FileMissing(f"File {name} is not in the store") from error

    def size(self, name: str) -> int:
        try:
            return self._path(name).stat().st_size
        except FileNotFoundError as error:
            raise FileMissing(f"File {name} is not in the store") from error

    def remove(self, name: str) -> None:
        self._path(name).unlink(missing_ok=True)

    def lying(self) -> Iterator[Lying]:
        for path in self.folder.glob("??/*"):
            name = name_at(f"{path.parent.name}/{path.name}")
            # Somebody may remove it at this moment.
            with suppress(FileNotFoundError):
                if name is not None:
                    about = path.stat()
                    changed_at = datetime.fromtimestamp(about.st_mtime, tz=UTC)
                    yield Lying(name, about.st_size, changed_at)

    def clear_unfinished(self, before: datetime) -> int:
        cleared = 0
        for path in self.folder.glob(f"{DRAFT}*"):
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < before.timestamp():
                    path.unlink()
                    cleared += 1
        return cleared

    def belongs_to(self, owner: str) -> str:
        # It lies in the instance folder, which is one installation's.
        return owner

    def _path(self, name: str) -> Path:
        return self.folder / relative_path(name)


class FolderDraft:
    """A file being written beside its place."""

    def __init__(self, folder: Path, path: Path, file: BinaryIO) -> None:
        self._folder, self._path, self._file = folder, path, file

    def write(self, data: bytes, /) -> int:
        return self._file.write(data)

    def keep(self, name: str) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
        place = self._folder / relative_path(name)
        make_private_folder(place.parent)
        self._path.rename(place)
        sync_folder(place.parent)
        sync_folder(self._folder)
