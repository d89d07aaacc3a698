"""Put finished files into a folder: all of them or none, and never over somebody's work."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from foundation.canonical import sha256_hex
from records.documents import TRACE
from records.rules.trace import FORMAT


class WouldOverwrite(Exception):
    """Files in the way that were changed since we wrote them, or that we never wrote."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(", ".join(names))
        self.names = names


def write_all(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write ``files`` into ``folder``, which is made if it does not exist.

    A file of ours is replaced only as long as it is what we wrote: what an officer has worked on
    since is refused with WouldOverwrite, and then nothing is written. Raises OSError too.
    """
    in_the_way = _not_ours(folder, files)
    if in_the_way:
        raise WouldOverwrite(in_the_way)
    folder.mkdir(parents=True, exist_ok=True)
    waiting = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=folder))
    try:
        for name, data in files.items():
            (waiting / name).write_bytes(data)
        for name in files:
            os.replace(waiting / name, folder / name)
    finally:
        shutil.rmtree(waiting, ignore_errors=True)


def _not_ours(folder: Path, files: Mapping[str, bytes]) -> list[str]:
    there = [name for name in files if os.path.lexists(folder / name)]
    written = _written_before(folder / TRACE)
    return [name for name in there if not _is_ours(folder / name, written)]


def _is_ours(path: Path, written: Mapping[str, str]) -> bool:
    if path.is_symlink() or not path.is_file():
        return False
    if path.name == TRACE:
        return bool(written)
    return written.get(path.name) == sha256_hex(path.read_bytes())


def _written_before(trace: Path) -> Mapping[str, str]:
    """Return the hashes of what an earlier run wrote, by name; nothing if there was none."""
    try:
        before = json.loads(trace.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(before, dict) or before.get("format") != FORMAT:
        return {}
    files = before.get("files")
    return files if isinstance(files, dict) else {}
