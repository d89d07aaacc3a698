"""Opens the documents an officer took away, as their reader would, and says what stands in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import docx
import openpyxl

# Our own computed cells all begin so; a formula of any other sort would be a supplier's text.
OUR_FORMULAS = ("=IF(", "=SUM(", "=COUNT", "=ROUND(")


def rows_of(workbook: Path, sheet: str) -> Iterator[Mapping[str, Any]]:
    """Yield each row of a sheet as heading → value."""
    headings, *rows = openpyxl.load_workbook(workbook)[sheet].iter_rows(values_only=True)
    for row in rows:
        yield dict(zip(headings, row, strict=True))


def strange_formulas(workbook: Path) -> list[str]:
    """Return every formula that is not of ours."""
    return [
        f"{sheet.title}!{cell.coordinate}: {cell.value}"
        for sheet in openpyxl.load_workbook(workbook)
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f" and not str(cell.value).startswith(OUR_FORMULAS)
    ]


def marks_in(scores: Path) -> dict[str, int]:
    return {row["Question"]: row["Mark"] for row in rows_of(scores, "Marks")}


def decisions_in(scores: Path) -> dict[str, str]:
    """Return the decision on each requirement, where there is one."""
    rows = rows_of(scores, "Requirements")
    return {row["Question"]: row["Decision"] for row in rows if row["Decision"]}


def decided_in(register: Path) -> dict[str, str]:
    """Return what was decided on each risk, by its id."""
    rows = rows_of(register, "Register")
    return {row["Risk"]: row["Status"] for row in rows if row["Decided by"]}


def headings_in(schedule: Path) -> list[str]:
    paragraphs = docx.Document(str(schedule)).paragraphs
    return [entry.text for entry in paragraphs if entry.style and entry.style.name == "Heading 1"]


def words_in(schedule: Path) -> str:
    """Return all the words of the document, tables included."""
    document = docx.Document(str(schedule))
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(entry.text for entry in document.paragraphs), *cells])
