"""The pages that span every station: open data, the record of a tender, the demonstration."""

from records.views import (
    calendars,
    demonstration,
    drafts,
    evaluation_workbooks,
    handover,
    my_sharing,
    notice_drafts,
    open_data,
    open_pages,
    portfolio,
    record,
    retention,
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
    "open_data",
    "open_pages",
    "pages",
    "portfolio",
    "record",
    "retention",
    "sharing",
]
