"""A file of companies to invite, CSV or Excel, as lines that could have been typed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from foundation.errors import DomainError
from foundation.uploads import UploadKind, check_upload
from tenders.rules.inviting import MOST_ROWS, TooManyRows, as_lines

# A sheet may go on with empty rows that somebody coloured once.
MOST_LOOKED_AT = 10 * MOST_ROWS
MOST_COLUMNS = 20

TAKEN = frozenset({UploadKind.CSV, UploadKind.TEXT, UploadKind.EXCEL})
FIELD = "file"


class WrongFile(DomainError):
    """A file that holds no rows one could invite."""


def lines_in(filename: str, content: bytes) -> str:
    """Return the rows of the file, one a line. Raises UploadRefused, WrongFile and TooManyRows."""
    kind = check_upload(filename, content, field=FIELD)
    if kind not in TAKEN:
        raise WrongFile("Choose a CSV, text or Excel (.xlsx) file", field=FIELD)
    try:
        rows = list(_few(_of_excel(content) if kind is UploadKind.EXCEL else _of_text(content)))
    except DomainError:
        raise
    except Exception as error:
        # Whatever a reader stumbles over in a file of a stranger: it is the file.
        raise WrongFile(
            "This file cannot be read. Save it again, or copy its rows into the box", field=FIELD
        ) from error
    while rows and not any(cell.strip() for cell in rows[-1]):
        rows.pop()
    if not rows:
        raise WrongFile("This file holds no rows", field=FIELD)
    return as_lines(rows)


def _few(rows: Iterable[Sequence[str]]) -> Iterator[Sequence[str]]:
    filled = 0
    for number, row in enumerate(rows):
        filled += any(row)
        if filled > MOST_ROWS + 1 or number > MOST_LOOKED_AT:
            raise TooManyRows
        yield row


def _of_text(content: bytes) -> Iterator[list[str]]:
    text = content.decode("utf-8-sig")
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    return iter(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def _of_excel(content: bytes) -> Iterator[list[str]]:
    from openpyxl import load_workbook  # the only file that needs all of it

    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    try:
        sheet = book.worksheets[0]
        for row in sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True):
            yield ["" if cell is None else str(cell) for cell in row]
    finally:
        book.close()
