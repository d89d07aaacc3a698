"""What a store of files can do, whatever it is, and how it says that it cannot."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol

FOLDER_NAME_LENGTH = 2
NAME_LENGTH = 64
HEX = frozenset("0123456789abcdef")


class FileMissing(RuntimeError):
    """A stored file is gone or its bytes are no longer those that were stored."""


class FilesUnreachable(RuntimeError):
    """The store does not answer, or refuses; the text holds no address, key or secret.

    No rule was broken, so that this is no DomainError: what catches those must not take a store
    that is away for something a person did wrong.
    """


class FilesUnusable(FilesUnreachable):
    """The same, and trying again does not help: the settings or the rights are wrong."""


@dataclass(frozen=True, slots=True)
class Lying:
    """A stored file as it lies there."""

    name: str
    size: int
    changed_at: datetime


class Draft(Protocol):
    """Bytes on their way into the store. Left without ``keep``, nothing of them stays."""

    def write(self, data: bytes, /) -> int: ...

    def keep(self, name: str) -> None:
        """Put what was written under ``name``, its SHA-256: there, whole, and durable when this
        returns. Raises FilesUnreachable."""
        ...


class Store(Protocol):
    """Bytes by name. Every function may raise FilesUnreachable where the store is elsewhere."""

    def draft(self) -> AbstractContextManager[Draft]: ...

    def open(self, name: str) -> BinaryIO:
        """Return the bytes to read and seek in. Raises FileMissing."""
        ...

    def size(self, name: str) -> int:
        """Return how many bytes lie under ``name``. Raises FileMissing."""
        ...

    def remove(self, name: str) -> None:
        """Delete the file, if it is there."""
        ...

    def lying(self) -> Iterator[Lying]:
        """Yield every stored file, in no order."""
        ...

    def clear_unfinished(self, before: datetime) -> int:
        """Take away what was begun ``before`` and never finished; return how many there were."""
        ...

    def belongs_to(self, owner: str) -> str:
        """Return whose the store is: ``owner``, unless another was written down there before."""
        ...


def relative_path(name: str) -> str:
    """Return where a file of this name lies, alike in a folder and in a bucket: whoever copies the
    one over the other with a tool of his own has moved the store. Raises FileMissing."""
    if len(name) != NAME_LENGTH or set(name) - HEX:
        raise FileMissing("A stored file is named by 64 hexadecimal digits")
    return f"{name[:FOLDER_NAME_LENGTH]}/{name[FOLDER_NAME_LENGTH:]}"


def name_at(path: str) -> str | None:
    """Return the name of the file at a path of the store; None for what is no stored file."""
    folder, _, rest = path.partition("/")
    name = folder + rest
    right = len(folder) == FOLDER_NAME_LENGTH and len(name) == NAME_LENGTH
    return name if right and not set(name) - HEX else None
