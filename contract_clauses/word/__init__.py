"""The contract schedule as a Word document: plain values in, the bytes of a .docx file out."""

from __future__ import annotations

from collections.abc import Mapping

from contract_clauses.rules.issuing import Approved
from contract_clauses.rules.parts import Schedule
from contract_clauses.word import opening
from contract_clauses.word.annexes import annexes
from contract_clauses.word.blocks import UPRIGHT, section_end
from contract_clauses.word.clauses import clauses, mark_of
from contract_clauses.word.package import PROPERTY, Written, packed, says_made_from
from contract_clauses.word.pages import pages_of_headings
from contract_clauses.word.writing import Writing

__all__ = ["PROPERTY", "mark_of", "pages_of_headings", "schedule_document"]


def schedule_document(
    schedule: Schedule,
    approved: Approved | None = None,
    *,
    notes: bool = False,
    departures: bool = False,
    pages: Mapping[str, int] | None = None,
    bid: str = "",
) -> bytes:
    """Return the schedule as .docx: cover, contents, clauses, annexes, trace.

    Numbers are Word's own (styles carry the numbering), so that a lawyer can add or strike out a
    clause and everything renumbers. The same schedule always gives the same bytes.
    ``approved``: the issue it is, whose version and hash the cover then shows.
    ``notes``: drafting notes as comments; ``departures``: what departs from the library as
    tracked changes. ``pages``: where the bookmark of each heading is, which the contents then show.
    ``bid``: the token of its bid, which the properties then name.
    """
    writing = Writing(notes, departures, schedule.parties.prepared_on)
    body = [
        *opening.cover(schedule, approved),
        *opening.contents(schedule, pages or {}),
        *opening.to_settle(schedule),
        *clauses(schedule.clauses, writing),
        section_end(UPRIGHT, first=True),
        *annexes(schedule, writing),
    ]
    parties = schedule.parties
    return packed(
        Written(
            body,
            title=_title(schedule, approved),
            running_head=f"{parties.authority} and {parties.supplier}",
            mark=schedule.status,
            made_on=parties.prepared_on,
            subject=parties.tender_title,
            comments=writing.comments_part(),
            made_from=says_made_from(schedule, approved, bid),
        )
    )


def _title(schedule: Schedule, approved: Approved | None) -> str:
    title = f"{opening.TITLE}: {schedule.parties.tender_reference}"
    return f"{title}, version {approved.version}" if approved else title
