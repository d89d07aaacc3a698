"""A small disk under a folder of a test: a real file system, which really fills up.

It is mounted in a view of its own that ends with the process, whatever ends that.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
from pathlib import Path

CLONE_NEWNS = 0x00020000
MEGABYTE = 1024 * 1024


class SmallDisk:
    """An ext4 file system of so many megabytes that takes the place of ``folder``, content and all.

    The test's own threads see it, and what it starts. Raises PermissionError where this process
    may mount nothing.
    """

    def __init__(self, folder: Path, beside: Path, megabytes: int) -> None:
        self.folder = folder
        self._filler = folder / "filler"
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.unshare(CLONE_NEWNS):
            raise PermissionError(ctypes.get_errno(), "May not mount")
        image, aside = beside / "image", beside / "disk"
        with image.open("wb") as file:
            file.truncate(megabytes * MEGABYTE)
        aside.mkdir()
        # Root too can use no more than is there: nothing is kept back for it.
        _run("mkfs.ext4", "-q", "-m", "0", str(image))
        _run("mount", "--make-rprivate", "/")
        _run("mount", "-o", "loop", str(image), str(aside))
        shutil.copytree(folder, aside, dirs_exist_ok=True)
        aside.chmod(folder.stat().st_mode & 0o777)
        _run("mount", "--move", str(aside), str(folder))

    def fill(self, but_for: int) -> None:
        """Take all the room there is, less so many bytes."""
        with self._filler.open("ab") as file:
            taken = file.tell()
            wanted = taken + max(0, shutil.disk_usage(self.folder).free - but_for)
            try:
                os.posix_fallocate(file.fileno(), taken, max(1, wanted - taken))
            except OSError:
                # What the file system needs for itself came off what it had said was free.
                os.ftruncate(file.fileno(), taken)
                _write_until_full(file.fileno(), wanted - taken)

    def empty(self) -> None:
        self._filler.unlink(missing_ok=True)

    def take_away(self) -> None:
        """Show what lay there before."""
        _run("umount", "-l", str(self.folder))


def _write_until_full(file: int, size: int) -> None:
    try:
        while size > 0:
            size -= os.write(file, b"x" * min(size, 4096))
    except OSError:
        pass


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
