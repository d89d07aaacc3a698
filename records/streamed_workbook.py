"""A workbook of very many bids, written row by row: nothing of a bid stays in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from foundation.spreadsheets import fit_for_cell, write_text

BIDS = (
    *("Supplier", "Company number", "Answer file", "Quality, highest possible"),
    *("Proposed to fail", "Red flags", "Amber flags", "Risks", "Highest risk score"),
    *("Parts to read", "Rules not checked"),
)
RISKS = (
    *("Supplier", "Risk", "Title", "Likelihood", "Impact", "Score", "Band"),
    *("Strength of knowledge", "Why", "Rules", "Edition of the bank"),
)
# A sheet holds 1,048,576 rows.
MOST_ROWS = 1_000_000
# With these a spreadsheet begins to reckon.
RECKONS = ("=", "+", "-", "@", "\t", "\r")


class StreamedWorkbook:
    """Sheets “Bids” and “Risks”; a further sheet of risks where one is full."""

    def __init__(self, path: Path, most_rows: int = MOST_ROWS) -> None:
        self.path, self.most_rows = path, most_rows
        self.book = Workbook(write_only=True)
        self.bids = self.book.create_sheet("Bids")
        self.bids.freeze_panes = "A2"
        self.bids.append(BIDS)
        self.sheets = 0
        self._further_sheet()

    def _further_sheet(self) -> None:
        self.sheets += 1
        title = "Risks" if self.sheets == 1 else f"Risks {self.sheets}"
        self.risks = self.book.create_sheet(title)
        self.risks.freeze_panes = "A2"
        self.risks.append(RISKS)
        self.rows = 1

    def add(self, found: Mapping[str, Any]) -> None:
        """Add one bid as ``evaluation_trace`` has it."""
        severities = [flag["severity"] for flag in found["flags"]]
        scores = [risk["score"] for risk in found["risks"]]
        failing = [r["question_id"] for r in found["requirements"] if r["result"] == "not met"]
        self._append(
            self.bids,
            (found["name"], found["company_number"], found["answer_file"]),
            (
                float(found["quality"]) if found["quality"] else None,
                ", ".join(failing),
                severities.count("red"),
                severities.count("amber"),
                len(scores),
                max(scores, default=None),
                len(found["needs_evaluator"]),
                len(found["not_checked"]),
            ),
        )
        for risk in found["risks"]:
            self._add_risk(found["name"], risk)

    def _add_risk(self, supplier: str, risk: Mapping[str, Any]) -> None:
        if self.rows >= self.most_rows:
            self._further_sheet()
        self.rows += 1
        causes = risk["causes"]
        self._append(
            self.risks,
            (supplier,),
            (risk["risk"], risk["title"], risk["likelihood"], risk["impact"], risk["score"]),
            (risk["band"], risk["strength_of_knowledge"]),
            ("\n".join(dict.fromkeys(cause["says"] for cause in causes)),),
            ("\n".join(cause["rule"] for cause in causes),),
            (causes[0]["bank_version"],),
        )

    def _append(self, sheet: Any, *several: Iterable[Any]) -> None:
        sheet.append([self._cell(sheet, value) for values in several for value in values])

    def _cell(self, sheet: Any, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        if not value.startswith(RECKONS):
            return fit_for_cell(value)
        cell = WriteOnlyCell(sheet)
        write_text(cell, value)
        return cell

    def close(self) -> None:
        self.book.save(self.path)
