"""A form too large to be taken: what was typed in it is received all the same, to be shown back.

Only so much of it is held as fits (LARGEST_TEXT); of files nothing is held but their names.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import suppress
from typing import IO, Any
from urllib.parse import parse_qsl

from flask import request
from werkzeug.datastructures import FileStorage, ImmutableMultiDict, MultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser, MultiPartParser
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

from foundation.chunks import CHUNK_BYTES

# The largest file is 25 MB (uploads.py); what travels with it fits into the rest.
LARGEST_BODY = 30 * 1024 * 1024
# All text of a form that may send files too: a novel has one million bytes.
LARGEST_TEXT = 4 * 1024 * 1024
MOST_FIELDS = 5000
# A body beyond the limit is received to its end up to here: who is cut off while sending sees only
# that the connection broke, not the page that says why.
MOST_TO_FORGET = 200 * 1024 * 1024
RECEIVED = "supplier_assurance.received"
MULTIPART = "multipart/form-data"

Opened = Callable[[File], IO[bytes]]


class Received:
    """What a form with files holds, as it comes in; ``why`` says what of it is too much."""

    def __init__(self, opened: Opened | None) -> None:
        # None: whatever comes is too much, so no file is kept.
        self._opened = opened
        self.fields: list[tuple[str, str]] = []
        self.files: list[tuple[str, FileStorage]] = []
        self.why = ""
        self._parts = 0
        self._left = LARGEST_TEXT
        self._part: Field | File | None = None
        self._held: IO[bytes] = io.BytesIO()

    def take_all(self, read: Callable[[int], bytes], boundary: bytes) -> None:
        """Take in everything. Raises ValueError where it is no form, and what ``read`` raises."""
        decoder = MultipartDecoder(boundary, max_form_memory_size=LARGEST_TEXT)
        while True:
            piece = read(CHUNK_BYTES)
            decoder.receive_data(piece or None)
            while not isinstance(event := decoder.next_event(), Epilogue | NeedData):
                self._take(event)
            if not piece:
                return

    def close(self) -> None:
        """Let go of the bytes of all files; their names stay."""
        self._held.close()
        for _name, file in self.files:
            file.close()
            file.stream = io.BytesIO()

    def _take(self, event: object) -> None:
        if isinstance(event, Field | File):
            self._begin(event)
        elif isinstance(event, Data) and self._part is not None:
            self._add(event.data)
            if not event.more_data:
                self._end(self._part)

    def _begin(self, part: Field | File) -> None:
        self._parts += 1
        self._part, self._held = part, io.BytesIO()
        if self._parts > MOST_FIELDS:
            self.why, self._part = "fields", None
        elif isinstance(part, File) and self._opened is not None:
            self._held = self._opened(part)

    def _add(self, data: bytes) -> None:
        if isinstance(self._part, File):
            if self._opened is not None:
                self._held.write(data)
            return
        self._held.write(data[: self._left])
        if len(data) > self._left:
            self.why = self.why or "text"
        self._left = max(0, self._left - len(data))

    def _end(self, part: Field | File) -> None:
        self._held.seek(0)
        # A part without a name cannot be asked for: nobody's form sends one.
        name = part.name or ""
        if isinstance(part, File):
            sent = FileStorage(self._held, part.filename, name, headers=part.headers)
            self.files.append((name, sent))
        elif name:
            charset = MultiPartParser().get_part_charset(part.headers)
            self.fields.append((name, self._held.read().decode(charset, "replace")))
        self._part = None


class PatientParser(FormDataParser):
    """Reads a form; one that is too large it reads to its end, before it says so."""

    def parse(
        self,
        stream: IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: dict[str, str] | None = None,
    ) -> tuple[IO[bytes], MultiDict[str, str], MultiDict[str, FileStorage]]:
        if mimetype != MULTIPART:
            return super().parse(stream, mimetype, content_length, options)

        def opened(file: File) -> IO[bytes]:
            return self.stream_factory(
                total_content_length=content_length,
                content_type=file.headers.get("content-type"),
                filename=file.filename,
                content_length=None,
            )

        received = Received(opened)
        try:
            _take_parts(received, stream.read, options)
        except RequestEntityTooLarge:
            received.why = received.why or "body"
        except ValueError:
            received.close()
            return stream, self.cls(), self.cls()
        if received.why:
            request.environ[RECEIVED] = received
            raise RequestEntityTooLarge
        return stream, self.cls(received.fields), self.cls(received.files)


def receive_the_rest() -> str:
    """Take in what is still being sent, keep of it the text that fits, and return what is too
    much: "file", "text" or "fields".

    From then on ``request.form`` is what was kept, and the files have names alone.
    """
    received: Received | None = request.environ.pop(RECEIVED, None)
    source = _Forgetting(request.environ["wsgi.input"])
    if received is None:
        received = Received(None)
        with suppress(ValueError, RequestEntityTooLarge, OSError):
            _take_typed(received, source)
    with suppress(OSError):
        while source.read(CHUNK_BYTES):
            pass
    received.close()
    _put_in_place(received)
    if received.why in ("text", "fields"):
        return received.why
    return "file" if received.files or not received.fields else "text"


def _put_in_place(received: Received) -> None:
    """Whoever asks for the form on the way out finds what was kept, not the same refusal again."""
    form = ImmutableMultiDict(received.fields)
    files = ImmutableMultiDict(received.files)
    request.__dict__.update(form=form, files=files, stream=io.BytesIO())


def _take_typed(received: Received, source: _Forgetting) -> None:
    if request.mimetype == MULTIPART:
        _take_parts(received, source.read, request.mimetype_params)
    elif request.mimetype == "application/x-www-form-urlencoded":
        text = b""
        while len(text) < LARGEST_TEXT and (piece := source.read(CHUNK_BYTES)):
            text += piece
        received.fields = parse_qsl(text.decode(errors="replace"), keep_blank_values=True)


def _take_parts(received: Received, read: Callable[[int], bytes], options: Any) -> None:
    boundary = (options or {}).get("boundary", "").encode("ascii")
    if not boundary:
        raise ValueError("Missing boundary")
    received.take_all(read, boundary)


class _Forgetting:
    """What is sent, up to the most that is received only to be forgotten."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self._left = MOST_TO_FORGET

    def read(self, size: int) -> bytes:
        piece = self._source.read(min(size, self._left))
        self._left -= len(piece)
        return piece
