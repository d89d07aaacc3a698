"""The kinds of files that are made of the record."""

from __future__ import annotations

from enum import StrEnum


class RecordKind(StrEnum):
    # Everything, for auditors.
    AUDIT = "audit"
    # What is given out on request: withheld parts are replaced by a sheet that says why.
    PUBLIC = "public"
    # Everything an authority owns, as one JSON document.
    EXPORT = "export"
    # The evaluation workbook of a tender too big to be made while somebody waits.
    EVALUATION = "evaluation"
    # What whoever keeps a contract from now on needs of it.
    HANDOVER = "handover"
    # The contract schedules of all bids of a tender, in one archive.
    SCHEDULES = "schedules"
    # One contract schedule as PDF, with the pages counted in its contents.
    SCHEDULE_PDF = "schedule pdf"
