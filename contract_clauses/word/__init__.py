"""The contract schedule as a Word document: plain values in, the bytes of a .docx file out."""

from __future__ import annotations

from itertools import chain

from contract_clauses.rules.issuing import Approved
from contract_clauses.rules.parts import Schedule
from contract_clauses.word import fields, opening
from contract_clauses.word.annexes import annexes
from contract_clauses.word.blocks import UPRIGHT, section_end
from contract_clauses.word.clauses import clauses
from contract_clauses.word.package import packed

__all__ = ["schedule_document"]


def schedule_document(schedule: Schedule, approved: Approved | None = None) -> bytes:
    """Return the schedule as .docx: cover, contents, clauses, annexes, trace.

    Numbers are Word's own (styles carry the numbering), so that a lawyer can add or strike out a
    clause and everything renumbers. The same schedule always gives the same bytes.
    ``approved``: the issue it is, whose version and hash the cover then shows.
    """
    bookmarks = _bookmarks(schedule)
    body = chain(
        opening.cover(schedule, approved),
        opening.contents(schedule),
        opening.to_settle(schedule),
        clauses(schedule.clauses, bookmarks),
        [section_end(UPRIGHT, first=True)],
        annexes(schedule, bookmarks),
    )
    parties = schedule.parties
    return packed(
        "".join(body),
        title=_title(schedule, approved),
        running_head=f"{parties.authority} and {parties.supplier}",
        mark=schedule.status,
        made_on=parties.prepared_on,
    )


def _title(schedule: Schedule, approved: Approved | None) -> str:
    title = f"{opening.TITLE}: {schedule.parties.tender_reference}"
    return f"{title}, version {approved.version}" if approved else title


def _bookmarks(schedule: Schedule) -> dict[str, int]:
    """Return a number for the bookmark of each clause and annex."""
    names = [fields.bookmark_name("Clause", c.id or str(c.number)) for c in schedule.clauses]
    names += [fields.bookmark_name("Annex", annex.id) for annex in schedule.annexes]
    return {name: number for number, name in enumerate(names, start=1)}
