"""A contract schedule of 60 clauses, 180 sub-clauses and 60 tables, as ours writes it.

``written_down`` leaves the same words in a folder for the libraries that write them too
(``benchmarks.beside.word``), which know nothing of ours.
"""

from __future__ import annotations

import json
from pathlib import Path

from contract_clauses.rules.annexes import AnnexColumn, ScheduledAnnex
from contract_clauses.rules.parts import Item, Paragraph, Parties, Schedule, ScheduledClause
from contract_clauses.rules.wording import Segment, SegmentKind
from contract_clauses.word import schedule_document
from contract_clauses.word.blocks import UPRIGHT, paragraph, section, table, words
from contract_clauses.word.package import Written, packed

SUB_CLAUSES, ROWS = 3, 4
WORDS = (
    "The Supplier must tell the Council of every incident within the hours stated here, say what "
    "was reached and what was not, and keep what it knows of it until the Council has read it. "
)
LABELS = ("Dataset", "What it holds", "Kept for", "Who may read it")
CELL = "Readings of the sensors, without anything about people & <their homes>"


def schedule_of(supplier: str, clauses: int = 60) -> Schedule:
    """Return a schedule as large as the row of the benchmark says."""
    return Schedule(
        status="Draft for legal review",
        parties=Parties("Hollowmere Council", supplier, "Air quality sensors", "HM-14"),
        bank_version="2026.12",
        library_version="2026.12",
        library_fingerprint="ab" * 32,
        clauses=tuple(_clause(number) for number in range(1, clauses + 1)),
        excluded=(),
        annexes=tuple(_annex(number) for number in range(1, clauses + 1)),
        commitments=(),
        duties=(),
        deviations=(),
        brackets=(),
        trace=(),
    )


def _clause(number: int) -> ScheduledClause:
    paragraphs = tuple(
        Paragraph(
            f"{number}.{place}",
            (
                Segment(SegmentKind.WORDS, WORDS),
                Segment(SegmentKind.WORDS, "See "),
                Segment(SegmentKind.CLAUSE, f"clause {number}", f"C{number:02}"),
                Segment(SegmentKind.WORDS, " and "),
                Segment(SegmentKind.ANNEX, f"Annex {number}", f"a{number}"),
                Segment(SegmentKind.WORDS, "."),
            ),
            tuple(
                Item("ab"[n], (Segment(SegmentKind.WORDS, WORDS[:80]),)) for n in range(place - 1)
            ),
            key=str(place),
        )
        for place in range(1, SUB_CLAUSES + 1)
    )
    return ScheduledClause(f"C{number:02}", number, 1, f"What clause {number} is about", paragraphs)


def _annex(number: int) -> ScheduledAnnex:
    return ScheduledAnnex(
        f"a{number}",
        number,
        f"What annex {number} lists",
        "As the Supplier stated it.",
        tuple(AnnexColumn(label, 3) for label in LABELS),
        tuple((f"Set {row}", CELL, "6 months", "Two named people") for row in range(ROWS)),
        "",
    )


def template() -> bytes:
    """Return a template for docxtpl in our styles, with the same loops a council would write."""
    in_table = table(
        [f"{{{{ a.labels[{number}] }}}}" for number in range(4)],
        [1, 1, 1, 1],
        [
            ["{%tr for row in a.rows %}", "", "", ""],
            ["{{ row[0] }}", "{{ row[1] }}", "{{ row[2] }}", "{{ row[3] }}"],
            ["{%tr endfor %}", "", "", ""],
        ],
        width=UPRIGHT.text_width,
        title="Annex",
    )
    body = [
        words("Title", "Contract schedule"),
        words("Normal", "{{ authority }} and {{ supplier }}"),
        words("Normal", "{%p for c in clauses %}"),
        words("Heading1", "{{ c.title }}"),
        words("Normal", "{%p for p in c.paragraphs %}"),
        words("Clause2", "{{ p.text }}"),
        words("Normal", "{%p for i in p.listed %}"),
        words("Clause3", "{{ i }}"),
        words("Normal", "{%p endfor %}"),
        words("Normal", "{%p endfor %}"),
        words("Normal", "{%p endfor %}"),
        words("Normal", "{%p for a in annexes %}"),
        words("AnnexHeading", "{{ a.title }}"),
        words("AnnexIntro", "{{ a.intro }}"),
        in_table,
        words("AfterTable", ""),
        words("Normal", "{%p endfor %}"),
        paragraph("Normal", ""),
        section(UPRIGHT),
    ]
    return packed(Written(body, "Template", "{{ authority }} and {{ supplier }}"))


def written_down(folder: Path, clauses: int) -> None:
    """Leave the words of the schedule, ours as it is packed, and the template for docxtpl."""
    schedule = schedule_of("Larkfield Sensors Limited", clauses)
    (folder / "ours.docx").write_bytes(schedule_document(schedule))
    (folder / "template.docx").write_bytes(template())
    said = {
        "authority": schedule.parties.authority,
        "supplier": schedule.parties.supplier,
        "clauses": [
            {
                "title": clause.title,
                "paragraphs": [
                    {
                        "text": one.text,
                        "listed": ["".join(s.text for s in item.segments) for item in one.items],
                    }
                    for one in clause.paragraphs
                ],
            }
            for clause in schedule.clauses
        ],
        "annexes": [
            {"title": one.title, "intro": one.intro, "labels": LABELS, "rows": one.rows}
            for one in schedule.annexes
        ],
    }
    (folder / "words.json").write_text(json.dumps(said), encoding="utf-8")
