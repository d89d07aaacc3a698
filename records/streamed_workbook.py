"""A workbook of very many bids, written as they come: nothing of a bid stays in memory.

A sheet is finished before the next begins, so rows wait in files of their own until all are known.
"""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from scoring.workbook.evaluation_cells import Shows
from scoring.workbook.evaluation_package import workbook_pieces
from scoring.workbook.evaluation_xml import Column, SheetToWrite

TITLE = "Assessed bids"
BIDS = (
    Column("Supplier", 36),
    Column("Company number", 14),
    Column("Answer file", 30),
    Column("Quality, highest possible", 12, Shows.POINTS),
    Column("Proposed to fail", 24, Shows.TEXT),
    Column("Red flags", 10, Shows.FIGURE),
    Column("Amber flags", 10, Shows.FIGURE),
    Column("Risks", 10, Shows.FIGURE),
    Column("Highest risk score", 12, Shows.FIGURE),
    Column("Parts to read", 10, Shows.FIGURE),
    Column("Rules not checked", 12, Shows.FIGURE),
)
RISKS = (
    Column("Supplier", 36),
    Column("Risk", 8),
    Column("Title", 40),
    Column("Likelihood", 10, Shows.FIGURE),
    Column("Impact", 10, Shows.FIGURE),
    Column("Score", 10, Shows.FIGURE),
    Column("Band", 12),
    Column("Strength of knowledge", 50, Shows.TEXT),
    Column("Why", 90, Shows.TEXT),
    Column("Rules", 24, Shows.TEXT),
    Column("Edition of the bank", 14),
)

Row = Sequence[Any]


class Waiting:
    """Rows of a sheet in a file without a name, gone with the process, in the order added."""

    def __init__(self, folder: Path) -> None:
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed by ``close``
        self._times = 0

    def add(self, rows: Sequence[Row]) -> None:
        pickle.dump(rows, self._file)
        self._times += 1

    def rows(self) -> Iterator[Row]:
        self._file.seek(0)
        for _ in range(self._times):
            yield from pickle.load(self._file)  # noqa: S301 - nobody else can write there

    def close(self) -> None:
        self._file.close()


class StreamedWorkbook:
    """Sheets “Bids” and “Risks”; a further sheet of risks where one is full."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._bids, self._risks = Waiting(path.parent), Waiting(path.parent)

    def add(self, found: Mapping[str, Any]) -> None:
        """Add one bid as ``evaluation_trace`` has it."""
        severities = [flag["severity"] for flag in found["flags"]]
        scores = [risk["score"] for risk in found["risks"]]
        failing = [r["question_id"] for r in found["requirements"] if r["result"] == "not met"]
        bid = (
            *(found["name"], found["company_number"], found["answer_file"], found["quality"]),
            *(", ".join(failing), severities.count("red"), severities.count("amber")),
            *(len(scores), max(scores, default=None)),
            *(len(found["needs_evaluator"]), len(found["not_checked"])),
        )
        self._bids.add([bid])
        self._risks.add([_risk(found["name"], risk) for risk in found["risks"]])

    def save(self, made_at: datetime) -> None:
        sheets = (
            SheetToWrite("Bids", BIDS, self._bids.rows()),
            SheetToWrite("Risks", RISKS, self._risks.rows()),
        )
        with self._path.open("wb") as file:
            file.writelines(workbook_pieces(TITLE, made_at, sheets))

    def close(self) -> None:
        self._bids.close()
        self._risks.close()


def _risk(supplier: str, risk: Mapping[str, Any]) -> Row:
    causes = risk["causes"]
    return (
        *(supplier, risk["risk"], risk["title"]),
        *(risk["likelihood"], risk["impact"], risk["score"], risk["band"]),
        risk["strength_of_knowledge"],
        "\n".join(dict.fromkeys(cause["says"] for cause in causes)),
        "\n".join(cause["rule"] for cause in causes),
        causes[0]["bank_version"],
    )
