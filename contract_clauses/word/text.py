"""Text into runs: every character kept, or visibly replaced where a document cannot hold it.

Whatever a supplier wrote stays inside the paragraph it was put into: a line break becomes a break,
a tab a tab, and nothing in it can become a field, a link, an element or a new paragraph.
"""

from __future__ import annotations

import re

REPLACED = "\ufffd"
NO_BREAK_SPACE = "\u00a0"

# What XML or Word cannot hold: control characters but tab and line feed, lone surrogates, and the
# two code points that are no characters.
UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# Every way to say "new line"; in Word all of them stay in the paragraph.
LINE_ENDS = re.compile("\r\n|\r|\u2028|\u2029")
SPECIAL = re.compile("([\t\n])")
# The element that holds the words of a run, and keeps spaces at their ends.
SPACE_KEPT = ' xml:space="preserve">'
TEXT_BEGINS, TEXT_ENDS = "<w:t" + SPACE_KEPT, "</w:t>"


def safe_text(text: str) -> str:
    """Return ``text`` with U+FFFD for each character a document cannot hold; lines end in \\n."""
    # What Python can print needs neither, and most text is that; of the rest most only has spaces
    # that keep words together.
    if text.replace(NO_BREAK_SPACE, "").isprintable():
        return text
    return UNSAFE.sub(REPLACED, LINE_ENDS.sub("\n", text))


def run(text: str, properties: str = "") -> str:
    """Return one run. ``properties`` is the inside of its w:rPr."""
    rpr = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    # Most text is printable, and so neither unsafe nor broken into lines.
    safe = text if (is_plain := text.isprintable()) else safe_text(text)
    if is_plain or ("\n" not in safe and "\t" not in safe):
        return f"<w:r>{rpr}{TEXT_BEGINS}{escaped(safe)}{TEXT_ENDS}</w:r>"
    pieces = (_piece(piece) for piece in SPECIAL.split(safe) if piece)
    return f"<w:r>{rpr}{''.join(pieces)}</w:r>"


def deleted_run(text: str, properties: str = "") -> str:
    """Return a run of a deletion, whose words have an element of their own."""
    return (
        run(text, properties)
        .replace(TEXT_BEGINS, "<w:delText" + SPACE_KEPT)
        .replace(TEXT_ENDS, "</w:delText>")
    )


def _piece(piece: str) -> str:
    if piece == "\n":
        return "<w:br/>"
    if piece == "\t":
        return "<w:tab/>"
    return f"{TEXT_BEGINS}{escaped(piece)}{TEXT_ENDS}"


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def attribute(text: str) -> str:
    """Return text fit for an attribute in double quotes."""
    safe = escaped(safe_text(text)).replace('"', "&quot;")
    return safe.replace("\n", " ").replace("\t", " ")
