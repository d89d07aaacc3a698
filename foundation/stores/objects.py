"""Reading an object of a bucket piece by piece, and sending a piece of a file to it."""

from __future__ import annotations

import hashlib
import io
import re
from typing import IO, Any

from foundation.stores.base import FileMissing, FilesUnreachable, FilesUnusable
from foundation.stores.client import TRIES, said_by_library, status_of

# Whoever reads on gets more at a time: a download of 100 MB asks about fifty times, and a page
# that wants the first lines of a file does not wait for two megabytes.
FIRST_BYTES, MOST_BYTES, GROWS = 256 * 1024, 2 * 1024 * 1024, 4
# Kept beside what is being read: an archive is read from its end and from its beginning in turn.
KEPT = 2
BLOCK_BYTES = 64 * 1024
RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")


class Placed(io.BufferedIOBase):
    """What is read from a place in it, which can be sought. ``size`` is in bytes."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size, self._position = size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self.size}[whence]
        self._position = max(0, start + offset)
        return self._position

    def _left(self, size: int | None) -> int:
        """Return how many bytes there are to read, ``size`` at the most."""
        left = max(0, self.size - self._position)
        return size if size is not None and 0 <= size < left else left


class ObjectReader(Placed):
    """The bytes of an object, to read and seek in; at most two pieces of it are in memory.

    Raises FileMissing where it is gone or is another one than it was, and FilesUnreachable.
    """

    def __init__(self, client: Any, where: dict[str, str]) -> None:
        super().__init__(0)
        self._client, self._where = client, where
        # Pieces by where they begin, the one read last at the end.
        self._held: dict[int, bytes] = {}
        self._etag = ""
        self._asked = FIRST_BYTES
        self._fetch(0, FIRST_BYTES)

    def read(self, size: int | None = -1, /) -> bytes:
        left = self._left(size)
        pieces = []
        while left:
            start, held = self._piece()
            piece = held[self._position - start :][:left]
            self._position += len(piece)
            left -= len(piece)
            pieces.append(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def close(self) -> None:
        self._held.clear()
        super().close()

    def _piece(self) -> tuple[int, bytes]:
        """Return the piece in which the position lies, and where it begins."""
        for start, held in self._held.items():
            if start <= self._position < start + len(held):
                self._held[start] = self._held.pop(start)
                return start, held
        follows = any(start + len(held) == self._position for start, held in self._held.items())
        self._asked = min(self._asked * GROWS, MOST_BYTES) if follows else FIRST_BYTES
        while len(self._held) >= KEPT:
            del self._held[next(iter(self._held))]
        self._fetch(self._position, self._asked)
        return self._position, self._held[self._position]

    def _fetch(self, start: int, size: int) -> None:
        for tried in range(1, TRIES + 1):
            try:
                with said_by_library():
                    self._held[start] = self._ask(start, size)
                return
            except FilesUnusable:
                raise
            except FilesUnreachable:
                # An answer can break off after it began, which the library does not try again.
                if tried == TRIES:
                    raise

    def _ask(self, start: int, size: int) -> bytes:
        same = {"IfMatch": self._etag} if self._etag else {}
        try:
            answer = self._client.get_object(
                **self._where, **same, Range=f"bytes={start}-{start + size - 1}"
            )
        except Exception as error:
            status = status_of(error)[1]
            if status == "416" and start == 0:
                return b""
            if status in ("412", "416"):
                raise FileMissing("The file was changed where it is stored") from error
            raise
        with answer["Body"] as body:
            found = RANGE.fullmatch(answer.get("ContentRange", ""))
            if found is None:
                raise FilesUnreachable("the bucket does not say which piece it sends")
            first, last, self.size = map(int, found.groups())
            # Never more than was asked for, whatever is sent.
            content = bytes(body.read(size + 1))
        if first != start or len(content) != last - first + 1 or len(content) > size:
            raise FilesUnreachable("the bucket sends another piece than it was asked for")
        self._etag = answer.get("ETag", "")
        return content


class Window(Placed):
    """A piece of a file, as a file of its own: sent, and sent again, without being in memory."""

    def __init__(self, file: IO[bytes], start: int, size: int) -> None:
        super().__init__(size)
        self.file, self._start = file, start

    def read(self, size: int | None = -1, /) -> bytes:
        left = self._left(size)
        self.file.seek(self._start + self._position)
        piece = self.file.read(left)
        self._position += len(piece)
        return piece

    def sha256(self) -> bytes:
        found = hashlib.sha256()
        self.seek(0)
        while piece := self.read(BLOCK_BYTES):
            found.update(piece)
        self.seek(0)
        return found.digest()
