"""The supplier's pages; each module adds its own to the blueprint."""

from supplier_portal.views import (
    bids,
    carried,
    files,
    pasting,
    preview,
    questions,
    rows,
    submitting,
    teamwork,
    versions,
    workbook,
)
from supplier_portal.views.base import pages

__all__ = [
    "bids",
    "carried",
    "files",
    "pages",
    "pasting",
    "preview",
    "questions",
    "rows",
    "submitting",
    "teamwork",
    "versions",
    "workbook",
]
