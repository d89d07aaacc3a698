"""Documents beside the schedule, in its style: title, facts, and headings without numbers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain

from contract_clauses.word.blocks import (
    SIDEWAYS,
    UPRIGHT,
    Page,
    facts_table,
    paragraph,
    section,
    table,
    words,
)
from contract_clauses.word.package import Written, packed
from contract_clauses.word.text import run

HEADINGS = ("Heading1", "Heading2", "Heading3")
AT_THE_TOP = '<w:spacing w:before="0" w:after="120"/>'


@dataclass(frozen=True, slots=True)
class Report:
    """What stands on the first page and around every other; ``mark`` at the top of each."""

    title: str
    subtitle: str
    facts: Sequence[tuple[str, str]]
    running_head: str
    mark: str = ""
    made_on: date | None = None
    made_from: str = ""
    is_wide: bool = False

    @property
    def page(self) -> Page:
        return SIDEWAYS if self.is_wide else UPRIGHT


def report_document(report: Report, content: Iterable[str]) -> bytes:
    """Return a document of the pieces in ``content``, with its title and facts before them."""
    page = report.page
    facts = [(name, value) for name, value in report.facts if value]
    head = [
        paragraph("Title", run(report.title), AT_THE_TOP),
        words("Subtitle", report.subtitle),
        facts_table(facts, width=page.text_width, title="About this document") if facts else "",
        words("AfterTable", ""),
    ]
    return packed(
        Written(
            chain(head, content, [section(page)]),
            title=report.title,
            running_head=report.running_head,
            mark=report.mark,
            made_on=report.made_on,
            subject=report.subtitle,
            made_from=report.made_from,
            has_numbered_headings=False,
        )
    )


def heading(text: str, level: int = 1) -> str:
    return words(HEADINGS[level - 1], text)


def rows_table(
    report: Report,
    labels: Sequence[str],
    weights: Sequence[int],
    rows: Sequence[Sequence[str]],
    title: str,
    *,
    to_fill: Collection[int] = (),
) -> str:
    """Return a table with its heading row on each page, and the space after it.

    ``to_fill``: as for ``blocks.table``.
    """
    width = report.page.text_width
    drawn = table(labels, weights, rows, width=width, title=title, to_fill=to_fill)
    return drawn + words("AfterTable", "")
