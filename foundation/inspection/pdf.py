"""PDF files: no script, nothing embedded, nothing that starts by itself, no password.

A reader finds objects by tables that a hostile file can bend, so no table is believed here: the
names that make a PDF do something are looked for in every byte, and in every packed group of
objects, reachable or not. A name cannot be written in any way but these two: plainly, or with
letters as "#4A", which are resolved first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from foundation.chunks import Source
from foundation.inspection import MEGABYTE, Unfit
from foundation.inspection.pdf_streams import HIDES, ObjectStreams, undisguised

WINDOW = MEGABYTE
# Long enough for any name, and for what stands before and behind one.
OVERLAP = 4096
TAIL = 1024
MOST_NAMES_IN_DISGUISE = 20_000
MOST_OPENINGS = 5

DAMAGED = "this is not a PDF file, or it is damaged. Save it again"
SCRIPT = "it contains a script. Print it to PDF again and send that"
EMBEDDED = "another file is attached inside it. Send that as a file of its own, and this without it"
MEDIA = "it contains sound, film or 3D. Print it to PDF again and send that"
STARTS = "it starts a program or opens another file. Print it to PDF again and send that"
SENDS = "it is a form that sends what is typed elsewhere. Print it to PDF again and send that"
FORM = "it is an interactive form (XFA) that not every reader can show. Print it to PDF again"
LOCKED = (
    "it has a password or restrictions. Save it without them, or print it to PDF again, and "
    "send that"
)
ON_OPENING = "it does something by itself when it is opened. Print it to PDF again and send that"
SECOND_FILE = "there is another file behind its end. Print it to PDF again and send that"

FORBIDDEN = {
    b"JavaScript": SCRIPT,
    b"Launch": STARTS,
    b"GoToE": STARTS,
    b"GoToR": STARTS,
    b"EmbeddedFile": EMBEDDED,
    b"EmbeddedFiles": EMBEDDED,
    b"FileAttachment": EMBEDDED,
    b"Collection": EMBEDDED,
    b"RichMedia": MEDIA,
    b"RichMediaExecute": MEDIA,
    b"Rendition": MEDIA,
    b"Movie": MEDIA,
    b"SubmitForm": SENDS,
    b"ImportData": SENDS,
    b"XFA": FORM,
    b"Encrypt": LOCKED,
}
END_OF_NAME = rb"(?=[\x00\t\n\f\r ()<>\[\]{}/%]|\Z)"
PLAIN = re.compile(rb"/(" + b"|".join(sorted(FORBIDDEN, reverse=True)) + rb")" + END_OF_NAME)
# An attached file need not be called one; this is what a reader finds it by.
ATTACHED = re.compile(rb"/EF\s{0,9}<<")
REGULAR = rb"[^\x00-\x20()<>\[\]{}/%#]{0,60}"
DISGUISED = re.compile(rb"/((?:" + REGULAR + rb"#[0-9A-Fa-f]{2}){1,60}" + REGULAR + rb")")
# A place in the document behind /OpenAction is harmless, an action other than going there is not.
OPENING = re.compile(rb"/OpenAction\s{0,99}(?:(<<)|(\d{1,10})\s{1,99}\d{1,5}\s{1,99}R)")
HARMLESS_ACTION = re.compile(rb"/S\s{0,99}/GoTo" + END_OF_NAME)
LONGEST_ACTION = 400


def inspect_pdf(source: Source) -> None:
    """Raises Unfit unless the file is a PDF that does nothing but be shown; links are fine."""
    _check_ends(source)
    names = _Names()
    streams = ObjectStreams(source)
    for start, window in _windows(source):
        names.look_at(window)
        streams.note_marks(window, start)
        for unpacked in streams.beginning_in(window, start):
            names.look_at(unpacked)
    streams.refuse_unopened()
    for number in sorted(names.opened):
        _check_action(source, number)


def _check_ends(source: Source) -> None:
    source.seek(0)
    if source.read(5) != b"%PDF-":
        raise Unfit(DAMAGED)
    size = source.seek(0, 2)
    source.seek(max(0, size - TAIL))
    tail = source.read(TAIL)
    if b"%%EOF" not in tail:
        raise Unfit(DAMAGED)
    if b"PK\x05\x06" in tail:
        raise Unfit(SECOND_FILE)


def _windows(source: Source) -> Iterator[tuple[int, bytes]]:
    """Return the file in pieces that overlap, so that nothing is cut in two."""
    start, kept = 0, b""
    while True:
        source.seek(start + len(kept))
        piece = source.read(WINDOW)
        if not piece:
            return
        window = kept + piece
        yield start, window
        kept = window[-OVERLAP:]
        start += len(window) - len(kept)


class _Names:
    """Looks for names that make a PDF do something."""

    def __init__(self) -> None:
        self._disguised = 0
        # Numbers of the objects that say what happens on opening.
        self.opened: set[bytes] = set()

    def look_at(self, text: bytes) -> None:
        text = self._undisguised(text)
        if found := PLAIN.search(text):
            raise Unfit(FORBIDDEN[found[1]])
        if ATTACHED.search(text):
            raise Unfit(EMBEDDED)
        for opening in OPENING.finditer(text):
            if opening[2]:
                self.opened.add(opening[2])
            elif not HARMLESS_ACTION.search(text[opening.end() :][:LONGEST_ACTION]):
                raise Unfit(ON_OPENING)
        if len(self.opened) > MOST_OPENINGS:
            raise Unfit(HIDES)

    def _undisguised(self, text: bytes) -> bytes:
        """Return the text with names in disguise written plainly behind it."""
        plain = [undisguised(found[1]) for found in DISGUISED.finditer(text)]
        self._disguised += len(plain)
        if self._disguised > MOST_NAMES_IN_DISGUISE:
            raise Unfit(HIDES)
        return text + b"".join(b"\n/" + name for name in plain)


def _check_action(source: Source, number: bytes) -> None:
    """Look at an object that says what happens on opening, wherever it is written plainly.

    Packed among other objects it may lead to a page of the web, about which readers ask.
    """
    written = re.compile(rb"(?<!\d)" + number + rb"\s{1,99}\d{1,5}\s{1,99}obj\s{0,99}<<")
    for _start, window in _windows(source):
        for found in written.finditer(window):
            if not HARMLESS_ACTION.search(window[found.end() :][:LONGEST_ACTION]):
                raise Unfit(ON_OPENING)
