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
# What a spreadsheet would take for one character: _x0041_ for A.
LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
CUT = " … (cut: a cell holds no more)"
LETTERS = 26


def fit_for_cell(text: str) -> str:
    """Return text with what no cell can hold visibly replaced or cut."""
    clean = NOT_FOR_CELLS.sub(REPLACEMENT, text)
    return clean if len(clean) <= LONGEST_CELL else clean[: LONGEST_CELL - len(CUT)] + CUT


def as_stored(text: str) -> str:
    """Return text as the file of a workbook has to hold it, so that a spreadsheet shows that text.

    ISO/IEC 29500-1, 22.9.2.19: _x and four figures stand for a character, and _x005F_ for a _.
    """
    fitting = fit_for_cell(text)
    return LOOKS_ESCAPED.sub("_x005F_", fitting) if "_x" in fitting else fitting


def column_letter(number: int) -> str:
    """Return the name of a column, counted from 1: A to Z, then AA."""
    name = ""
    while number:
        number, place = divmod(number - 1, LETTERS)
        name = chr(ord("A") + place) + name
    return name
