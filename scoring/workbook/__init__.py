"""The scored workbook and the risk register as .xlsx bytes, made from plain values.

Nothing here needs a database, so ``flask assess`` uses the same two functions as the pages.
Whatever a supplier wrote goes through ``write_text``: it can never become a formula.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scoring.rules.register import RegisterRow, row_of
from scoring.rules.report import (
    EVALUATOR,
    HIGHEST_POSSIBLE,
    BidForWorkbook,
    GivenMark,
    RequirementDecided,
    WorkbookAbout,
    parts_to_read,
)

if TYPE_CHECKING:
    from scoring.workbook.register import register_workbook
    from scoring.workbook.scores import scores_workbook

__all__ = [
    "EVALUATOR",
    "HIGHEST_POSSIBLE",
    "BidForWorkbook",
    "GivenMark",
    "RegisterRow",
    "RequirementDecided",
    "WorkbookAbout",
    "parts_to_read",
    "register_workbook",
    "row_of",
    "scores_workbook",
]


def __getattr__(name: str) -> Any:
    """What writes needs the library for Excel, which takes long to load: when first asked for."""
    if name == "register_workbook":
        from scoring.workbook.register import register_workbook

        return register_workbook
    if name == "scores_workbook":
        from scoring.workbook.scores import scores_workbook

        return scores_workbook
    raise AttributeError(name)
