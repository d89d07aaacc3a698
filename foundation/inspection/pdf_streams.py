"""Objects of a PDF that are packed together: unpacked within bounds, so that they can be seen."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from foundation.chunks import Source
from foundation.inspection import MEGABYTE, Unfit

HIDES = "it is written in a way that hides what it does. Print it to PDF again and send that"
TOO_MUCH = "it holds too much to be checked. Print it to PDF again and send that"

MOST_STREAMS = 100_000
MOST_UNPACKED = 100 * MEGABYTE
PIECE = 64 * 1024
# Pieces overlap, so that no name is cut in two.
OVERLAP = 4096
LOOK_BACK = 4096


def _name(letters: str) -> bytes:
    """Return a pattern for a name, each letter written plainly or as "#4A"."""
    either = "".join(f"(?:{letter}|#(?i:{ord(letter):02x}))" for letter in letters)
    return f"/{either}".encode() + rb"(?=[\x00\t\n\f\r ()<>\[\]{}/%]|\Z)"


BEGIN = re.compile(rb"(?<!end)stream(?:\r\n|\n|\r)")
MARK = re.compile(_name("ObjStm"))
FIRST, NUMBER = re.compile(_name("First")), re.compile(_name("N"))
LETTER = re.compile(rb"#([0-9A-Fa-f]{2})")
FILTER = re.compile(rb"/(?:Filter|F)\s*(\[[^\]]*\]|/[A-Za-z0-9]+|\d+\s+\d+\s+R)")
ONE_FLATE = re.compile(rb"\[?\s*/(?:FlateDecode|Fl)\s*\]?")


class ObjectStreams:
    """Finds each group of packed objects once, in windows that come in order and overlap."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._left = MOST_UNPACKED
        self._streams = self._marks = self._opened = 0
        self._marks_to = self._streams_to = -1

    def note_marks(self, window: bytes, start: int) -> None:
        """Count what calls itself a group of packed objects."""
        for mark in MARK.finditer(window):
            if start + mark.start() > self._marks_to:
                self._marks_to = start + mark.start()
                self._marks += 1

    def refuse_unopened(self) -> None:
        """Raises Unfit if something called itself a group of objects and was not found as one."""
        if self._marks > self._opened:
            raise Unfit(HIDES)

    def beginning_in(self, window: bytes, start: int) -> Iterator[bytes]:
        """Return what is unpacked from the groups of objects that begin in this window."""
        has_groups = MARK.search(window) or FIRST.search(window)
        for found in BEGIN.finditer(window):
            at = start + found.end()
            if at <= self._streams_to:
                continue
            self._streams_to = at
            self._streams += 1
            if self._streams > MOST_STREAMS:
                raise Unfit(TOO_MUCH)
            if not has_groups:
                continue
            before = window[max(0, found.start() - LOOK_BACK) : found.start()]
            described = before.rpartition(b"obj")[2]
            self._opened += len(MARK.findall(described))
            if MARK.search(described) or (FIRST.search(described) and NUMBER.search(described)):
                yield from self._unpacked(undisguised(described), at)

    def _unpacked(self, described: bytes, at: int) -> Iterator[bytes]:
        """Return the objects in pieces. Raises Unfit where not every byte of them can be seen."""
        if b"/DecodeParms" in described or b"/Predictor" in described:
            raise Unfit(HIDES)
        packed = FILTER.search(described)
        if packed is None:
            return  # written plainly, so it is seen where it lies
        if not ONE_FLATE.fullmatch(packed[1]):
            raise Unfit(HIDES)
        kept = b""
        for piece in self._inflated(at):
            self._left -= len(piece)
            if self._left < 0:
                raise Unfit(TOO_MUCH)
            yield kept + piece
            kept = (kept + piece)[-OVERLAP:]

    def _inflated(self, at: int) -> Iterator[bytes]:
        inflater = zlib.decompressobj()
        self._source.seek(at)
        try:
            while not inflater.eof and (raw := self._source.read(PIECE)):
                while raw and not inflater.eof:
                    yield inflater.decompress(raw, PIECE)
                    raw = inflater.unconsumed_tail
        except zlib.error:
            raise Unfit(HIDES) from None
        if not inflater.eof:
            raise Unfit(HIDES)


def undisguised(text: bytes) -> bytes:
    """Return the text with every letter that was written as "#4A" written plainly."""
    return LETTER.sub(lambda found: bytes([int(found[1], 16)]), text)
