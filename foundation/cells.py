"""Text as a cell of a workbook can hold it, and the names of columns.

Without the library for Excel, which takes long to load and which only those need who write a file.
"""

from __future__ import annotations

import re

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
LONGEST_CELL = 32_767  # Excel's own limit
# What openpyxl refuses, and what it lets pass though XML has no place for it: half characters and
# two non-characters.
NOT_FOR_CELLS = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
CUT = " … (cut: a cell holds no more)"
LETTERS = 26


def fit_for_cell(text: str) -> str:
    """Return text with what no cell can hold visibly replaced or cut."""
    clean = NOT_FOR_CELLS.sub(REPLACEMENT, text)
    return clean if len(clean) <= LONGEST_CELL else clean[: LONGEST_CELL - len(CUT)] + CUT


def column_letter(number: int) -> str:
    """Return the name of a column, counted from 1: A to Z, then AA."""
    name = ""
    while number:
        number, place = divmod(number - 1, LETTERS)
        name = chr(ord("A") + place) + name
    return name
