"""The pages that span every station: open data, the record of a tender, the demonstration."""

from records.views import (
    calendars,
    demonstration,
    drafts,
    evaluation_workbooks,
    handover,
    my_sharing,
    notice_drafts,
    notices,
    open_data,
    open_pages,
    operation,
    portfolio,
    record,
    retention,
    schedule_pdfs,
    schedules_made,
    sharing,
)
from records.views.blueprint import pages

__all__ = [
    "calendars",
    "demonstration",
    "drafts",
    "evaluation_workbooks",
    "handover",
    "my_sharing",
    "notice_drafts",
    "notices",
    "open_data",
    "open_pages",
    "operation",
    "pages",
    "portfolio",
    "record",
    "retention",
    "schedule_pdfs",
    "schedules_made",
    "sharing",
]
