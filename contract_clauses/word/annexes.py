"""The annexes as tables: wide ones on pages turned on their side, the trace in small type."""

from __future__ import annotations

from collections.abc import Iterator

from contract_clauses.rules.annexes import ScheduledAnnex
from contract_clauses.rules.parts import Schedule
from contract_clauses.word import fields
from contract_clauses.word.blocks import (
    SIDEWAYS,
    UPRIGHT,
    Page,
    paragraph,
    section,
    section_end,
    table,
    words,
)
from contract_clauses.word.text import run
from contract_clauses.word.writing import Writing

TRACE = "trace"


def annexes(schedule: Schedule, writing: Writing) -> Iterator[str]:
    """Yield every annex, and the end of a section wherever the page turns.

    All annexes up to the last wide one lie on their side, so that few pages turn.
    """
    last_wide = max((a.number for a in schedule.annexes if a.is_wide), default=0)
    before: Page | None = None
    for annex in schedule.annexes:
        page = SIDEWAYS if annex.number <= last_wide or annex.id == TRACE else UPRIGHT
        if before is not None and page is not before:
            yield section_end(before)
        yield from _annex(annex, page, writing)
        if annex.id == TRACE:
            yield from _left_out(schedule, page)
        before = page
    yield section(before or UPRIGHT)


def _annex(annex: ScheduledAnnex, page: Page, writing: Writing) -> Iterator[str]:
    name = fields.bookmark_name("Annex", annex.id)
    yield paragraph("AnnexHeading", writing.bookmarked(name, run(annex.title)))
    yield words("AnnexIntro", annex.intro)
    if not annex.rows:
        yield words("Normal", annex.empty)
        return
    yield table(
        [column.label for column in annex.columns],
        [column.width for column in annex.columns],
        annex.rows,
        width=page.text_width,
        title=annex.title,
        small=annex.id == TRACE,
    )
    yield words("AfterTable", "")


def _left_out(schedule: Schedule, page: Page) -> Iterator[str]:
    """Yield the topics of the library that are not in this schedule, with why."""
    yield words("SmallHeading", "Topics that are not in this Schedule")
    if not schedule.excluded:
        yield words("Normal", "Every topic of the clause library is in this Schedule.")
        return
    yield table(
        ("Topic", "Version", "Why it is left out"),
        (4, 1, 9),
        [(f"{t.title} ({t.id})", str(t.version), t.printed_because) for t in schedule.excluded],
        width=page.text_width,
        title="Topics that are not in this Schedule",
        small=True,
    )
    yield words("AfterTable", "")
