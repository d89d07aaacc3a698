"""What an authority's own Word template may hold, and the words that take the place of its fields.

One table says it for the page that takes templates, for the check and for the document.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from contract_clauses.rules.issuing import Approved
from contract_clauses.rules.parts import DRAFT, Schedule
from foundation.errors import DomainError

MEGABYTE = 1024 * 1024
LARGEST_TEMPLATE = 5 * MEGABYTE
LONGEST_TITLE, LONGEST_REASON = 100, 2000
# A value longer than this is cut: a cover has no room for more.
LONGEST_VALUE = 1000
PLACE = "schedule"
LIMITS_IN_WORDS = (
    f"A Word document (.docx) of up to {LARGEST_TEMPLATE // MEGABYTE} MB, without a password, "
    "macros, comments or tracked changes, and with nothing that lies outside the file."
)


class TemplateRefused(DomainError):
    """The template cannot be taken or written on; the message says where and what to do."""


@dataclass(frozen=True, slots=True)
class MergeField:
    """A field of a template: its name between braces, what it becomes, and an example."""

    name: str
    becomes: str
    example: str

    @property
    def written(self) -> str:
        return "{{ " + self.name + " }}"


FIELDS: tuple[MergeField, ...] = (
    MergeField("authority", "the name of the authority", "Harrowbeck Council"),
    MergeField("supplier", "the name of the supplier", "Example Sensors Ltd"),
    MergeField("supplier_number", "the supplier's company number", "01234567"),
    MergeField("supplier_address", "the supplier's address", "1 Example Street, Harrowbeck"),
    MergeField("tender_title", "the title of the tender", "Street lighting controls"),
    MergeField("tender_reference", "the reference of the tender", "HB-2026-014"),
    MergeField("version", "the version of an issued schedule, or the word Draft", "2"),
    MergeField("status", "the state of the schedule, as at the top of its pages", "Draft"),
    MergeField("date", "the day on which the schedule was prepared", "4 March 2027"),
    MergeField("approved_on", "the day of approval; empty in a draft", "9 March 2027"),
    MergeField("approved_by", "who approved the issue; empty in a draft", "Ada Example"),
    MergeField("hash", "the fingerprint of the issue; empty in a draft", "9f86d081 884c7d65 …"),
    MergeField("library_version", "the version of the clause library", "2026.11"),
)
LISTS: tuple[MergeField, ...] = (
    MergeField("bought_with", "the other authorities that buy together", "Larkmoor Council"),
)
NAMES = frozenset(field.name for field in FIELDS)
LIST_NAMES = frozenset(field.name for field in LISTS)

# The styles a schedule uses → what each is for, in the order of the document.
STYLES: Mapping[str, str] = {
    "TOCHeading": "Heading of the contents",
    "TOC1": "A line of the contents",
    "FrontHeading": "Heading of the page for reviewers",
    "SmallHeading": "Small heading above a table",
    "Heading1": "Heading of a clause: 1.",
    "Clause2": "Sub-clause: 1.1",
    "Clause3": "Item: (a)",
    "Clause4": "Item within an item: (i)",
    "Definition": "A defined term",
    "AnnexHeading": "Heading of an annex: Annex 1",
    "AnnexIntro": "Sentence under the heading of an annex",
    "Normal": "Other text",
    "TableHead": "Heading row of a table",
    "TableText": "Text of a table",
    "SmallHead": "Heading row of the trace",
    "SmallText": "Text of the trace",
}
TABLE_STYLES: Mapping[str, str] = {"ScheduleTable": "Tables"}


def values_of(schedule: Schedule, approved: Approved | None) -> dict[str, str | list[str]]:
    """Return what takes the place of each field; every value one line of plain text."""
    parties = schedule.parties
    is_draft = schedule.status == DRAFT
    day = parties.prepared_on
    found = {
        "authority": parties.authority,
        "supplier": parties.supplier,
        "supplier_number": parties.company_number,
        "supplier_address": parties.address,
        "tender_title": parties.tender_title,
        "tender_reference": parties.tender_reference,
        "version": str(approved.version) if approved else "Draft" if is_draft else "",
        "status": schedule.status,
        "date": f"{day.day} {day:%B %Y}" if day else "",
        "approved_on": f"{approved.approved_on.day} {approved.approved_on:%B %Y}"
        if approved
        else "",
        "approved_by": approved.approved_by if approved else "",
        "hash": in_groups(approved.sha256) if approved else "",
        "library_version": schedule.library_version,
    }
    single: dict[str, str | list[str]] = {name: one_line(text) for name, text in found.items()}
    return single | {"bought_with": [one_line(name) for name in parties.bought_with]}


def one_line(text: str) -> str:
    """Return the text without line ends and tabs, and not longer than a cover has room for."""
    return " ".join(text.split())[:LONGEST_VALUE]


def in_groups(sha256: str) -> str:
    """Return a hash in groups of eight, so that two people can compare it aloud."""
    return " ".join(sha256[start : start + 8] for start in range(0, len(sha256), 8))
