"""Text into runs: every character kept, or visibly replaced where a document cannot hold it.

Whatever a supplier wrote stays inside the paragraph it was put into: a line break becomes a break,
a tab a tab, and nothing in it can become a field, a link, an element or a new paragraph.
"""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

REPLACED = "\ufffd"

# What XML or Word cannot hold: control characters but tab and line feed, lone surrogates, and the
# two code points that are no characters.
UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# Every way to say "new line"; in Word all of them stay in the paragraph.
LINE_ENDS = re.compile("\r\n|\r|\u2028|\u2029")
SPECIAL = re.compile("([\t\n])")


def safe_text(text: str) -> str:
    """Return ``text`` with U+FFFD for each character a document cannot hold; lines end in \\n."""
    return UNSAFE.sub(REPLACED, LINE_ENDS.sub("\n", text))


def run(text: str, properties: str = "") -> str:
    """Return one run. ``properties`` is the inside of its w:rPr."""
    rpr = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f"<w:r>{rpr}{content(text)}</w:r>"


def content(text: str) -> str:
    """Return text as the children of a run."""
    safe = safe_text(text)
    if "\n" not in safe and "\t" not in safe:
        return _stretch(safe)
    return "".join(_piece(piece) for piece in SPECIAL.split(safe) if piece)


def _piece(piece: str) -> str:
    if piece == "\n":
        return "<w:br/>"
    if piece == "\t":
        return "<w:tab/>"
    return _stretch(piece)


def _stretch(text: str) -> str:
    return f'<w:t xml:space="preserve">{escape(text)}</w:t>'


def attribute(text: str) -> str:
    """Return text fit for an attribute in double quotes."""
    return escape(safe_text(text), {'"': "&quot;", "\n": " ", "\t": " "})
