"""Text files: readable as text, and no formula among them that starts a program."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator

from foundation.chunks import Source
from foundation.inspection import MEGABYTE, Unfit

PIECE = 64 * 1024
# Larger JSON is only looked at for how it begins and ends: reading it takes many times its size.
LARGEST_READ = MEGABYTE

ENCODING = "the text is not in the UTF-8 encoding. Save it as UTF-8"
NOT_TEXT = "this is not a text file. Check that its name ends as it should"
NOT_JSON = "this is not valid JSON. Check it and save it again"
FORMULA = (
    "a cell in it starts a program when a spreadsheet opens the file. Remove what begins with =, "
    "+, - or @ and holds a |"
)
# =cmd|'/C calc'!A0: what spreadsheets take for a call of another program.
STARTS_PROGRAM = re.compile(
    r"""(?:^|[,;\t\n\r"'])\s{0,20}[=+\-@][^,;\t\n\r|]{0,200}\|[^\n\r!]{0,200}!"""
)
OVERLAP = 512


def inspect_text(source: Source) -> None:
    for _piece in _pieces(source):
        pass


def inspect_csv(source: Source) -> None:
    kept = ""
    for piece in _pieces(source):
        text = kept + piece
        if STARTS_PROGRAM.search(text):
            raise Unfit(FORMULA)
        kept = text[-OVERLAP:]


def inspect_json(source: Source) -> None:
    size = source.seek(0, 2)
    if size <= LARGEST_READ:
        try:
            json.loads("".join(_pieces(source)))
        except (ValueError, RecursionError):
            raise Unfit(NOT_JSON) from None
        return
    first = last = ""
    for piece in _pieces(source):
        kept = piece.strip()
        first = first or kept[:1]
        last = kept[-1:] or last
    if first + last not in ("{}", "[]"):
        raise Unfit(NOT_JSON)


def _pieces(source: Source) -> Iterator[str]:
    """Return the text piece by piece. Raises Unfit for what is none."""
    source.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    try:
        while raw := source.read(PIECE):
            text = decoder.decode(raw)
            if "\0" in text:
                raise Unfit(NOT_TEXT)
            yield text
        yield decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise Unfit(ENCODING) from None
