"""Uploads on their way in: never in clear on the disk, and never whole in memory.

The framework would put a large upload into an ordinary temporary file, where evidence of a sealed
bid could be read. Here it lies encrypted in a file without a name, under a key that exists only
in memory and ends with the request.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import IO, cast

from flask import Flask, Request, current_app

from foundation.chunks import CHUNK_BYTES, TAG_BYTES, ChunkCipher, ChunkReader, new_prefix
from foundation.keys import make_private_folder, new_data_key
from foundation.too_large import PatientParser

SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES


class Spool(ChunkReader):
    """A file that is written once, in order, and can then be read and sought in.

    Its last, unfinished chunk stays in memory: a small file never touches the disk.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self._cipher = ChunkCipher(new_data_key(), new_prefix(), "spool")
        self._file: IO[bytes] | None = None
        self._chunks = 0
        self._tail = bytearray()

    @property
    def size(self) -> int:
        return self._chunks * CHUNK_BYTES + len(self._tail)

    def writable(self) -> bool:
        return True

    def write(self, data: bytes, /) -> int:  # type: ignore[override]  # only ever given bytes
        """Append ``data``, wherever was read last."""
        self._tail += data
        while len(self._tail) >= CHUNK_BYTES:
            self._put_away(bytes(self._tail[:CHUNK_BYTES]))
            del self._tail[:CHUNK_BYTES]
        self.forget()
        self._position = self.size
        return len(data)

    def chunk(self, number: int) -> bytes:
        if number == self._chunks or self._file is None:
            return bytes(self._tail)
        self._file.seek(number * SEALED_CHUNK_BYTES)
        return self._cipher.open(number, self._file.read(SEALED_CHUNK_BYTES), last=False)

    def close(self) -> None:
        self.forget()
        self._tail.clear()
        if self._file is not None:
            self._file.close()
        super().close()

    def _put_away(self, chunk: bytes) -> None:
        if self._file is None:
            make_private_folder(self._folder)
            # It has no name in the folder, so nothing is left of it after a crash.
            self._file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115 (see close)
        self._file.seek(self._chunks * SEALED_CHUNK_BYTES)
        self._file.write(self._cipher.seal(self._chunks, chunk, last=False))
        self._chunks += 1


class PrivateRequest(Request):
    """A request whose files arrive in a spool; they are closed with it."""

    form_data_parser_class = PatientParser

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        folder = current_app.extensions["settings"].spool_folder
        return cast(IO[bytes], Spool(folder))


def init_app(app: Flask) -> None:
    app.request_class = PrivateRequest
