"""Taking every stored file from a folder to a bucket, or back: again and again until all are there.

What lies at the other end under its name is not sent again; what is sent is compared with its name
on the way out, and by the store on the way in. The place it comes from is left as it is until
somebody asks to clear it, and then each file is read again at the other end first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from foundation.chunks import CHUNK_BYTES
from foundation.stores import FileMissing, Store

Say = Callable[[str], None]


@dataclass
class Moved:
    """What a move came to. ``amiss``: name of a file → why it was not taken along."""

    copied: int = 0
    there_before: int = 0
    cleared: int = 0
    amiss: dict[str, str] = field(default_factory=dict)


def move(source: Store, target: Store, *, clear: bool, say: Say) -> Moved:
    """Copy every file of ``source`` that ``target`` does not hold; with ``clear`` take away from
    the source what the target holds. Raises FilesUnreachable: then it is taken up again."""
    there, moved = {one.name: one.size for one in target.lying()}, Moved()
    files = sorted(source.lying(), key=lambda one: one.name)
    tell = _told(say, len(files))
    for number, one in enumerate(files, start=1):
        if there.get(one.name) == one.size:
            moved.there_before += 1
        else:
            _copy(source, target, one.name, moved)
        if clear and one.name not in moved.amiss:
            _clear(source, target, one.name, moved)
        tell(number)
    return moved


def _copy(source: Store, target: Store, name: str, moved: Moved) -> None:
    try:
        with target.draft() as draft:
            found = hashlib.sha256()
            for piece in _pieces(source, name):
                found.update(piece)
                draft.write(piece)
            if found.hexdigest() != name:
                moved.amiss[name] = "it was changed where it is stored"
                return
            draft.keep(name)
    except FileMissing:
        # Removed meanwhile, by a service that runs.
        return
    moved.copied += 1


def _clear(source: Store, target: Store, name: str, moved: Moved) -> None:
    found = hashlib.sha256()
    try:
        for piece in _pieces(target, name):
            found.update(piece)
    except FileMissing:
        return
    if found.hexdigest() != name:
        moved.amiss[name] = "it is not the same at the other end, and stays where it is"
        return
    source.remove(name)
    moved.cleared += 1


def _pieces(store: Store, name: str) -> Iterator[bytes]:
    with store.open(name) as file:
        while piece := file.read(CHUNK_BYTES):
            yield piece


def _told(say: Say, of: int) -> Callable[[int], None]:
    """Return what says each tenth that is done."""
    waiting = list(range(10, 101, 10))

    def tell(number: int) -> None:
        percent = 100 * number // of
        while waiting and waiting[0] <= percent:
            say(f"Files: {waiting.pop(0)} %")

    return tell
