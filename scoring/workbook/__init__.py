"""The scored workbook and the risk register as .xlsx bytes, made from plain values.

Nothing here needs a database, so ``flask assess`` uses the same two functions as the pages.
Whatever a supplier wrote goes through ``write_text``: it can never become a formula.
"""

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
