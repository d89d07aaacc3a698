"""A contract schedule as Word: `python -m benchmarks.schedule_word [schedules]`.

60 clauses, 180 sub-clauses and 60 tables, written by ours, by docxtpl from a template of the same
styles, and by python-docx as most people write it, in turn, in one process. The floor is the same
text and tables as strings put together in one loop, zipped with our other parts: what any way to
write this file must do. The zip alone, of the very parts ours writes, stands beside it. Ours alone
writes bookmarks, cross-references and the contents.
Each time is the median of the turns, in processor time. Then 1,000 schedules one after the other in
a process of its own, with what its memory grew by after the first hundred. Exits 1 where ours is
slower than docxtpl, or where the memory grew by more than 20 MB.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from statistics import median
from xml.sax.saxutils import escape

import docx
from docxtpl import DocxTemplate

from contract_clauses.rules.annexes import AnnexColumn, ScheduledAnnex
from contract_clauses.rules.parts import Item, Paragraph, Parties, Schedule, ScheduledClause
from contract_clauses.rules.wording import Segment, SegmentKind
from contract_clauses.word import schedule_document
from contract_clauses.word.blocks import UPRIGHT, paragraph, section, table, words
from contract_clauses.word.package import Written, packed

CLAUSES, SUB_CLAUSES, ROWS, TURNS = 60, 3, 4, 15
MOST_GROWN_MB = 20
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
WORDS = (
    "The Supplier must tell the Council of every incident within the hours stated here, say what "
    "was reached and what was not, and keep what it knows of it until the Council has read it. "
)
LABELS = ("Dataset", "What it holds", "Kept for", "Who may read it")
CELL = "Readings of the sensors, without anything about people & <their homes>"


def schedule_of(supplier: str) -> Schedule:
    """Return a schedule as large as the row of the benchmark says."""
    return Schedule(
        status="Draft for legal review",
        parties=Parties("Hollowmere Council", supplier, "Air quality sensors", "HM-14"),
        bank_version="2026.12",
        library_version="2026.12",
        library_fingerprint="ab" * 32,
        clauses=tuple(_clause(number) for number in range(1, CLAUSES + 1)),
        excluded=(),
        annexes=tuple(_annex(number) for number in range(1, CLAUSES + 1)),
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


def by_ours(schedule: Schedule) -> bytes:
    return schedule_document(schedule)


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


def by_docxtpl(schedule: Schedule, source: bytes) -> bytes:
    made = DocxTemplate(BytesIO(source))
    made.render(
        {
            "authority": schedule.parties.authority,
            "supplier": schedule.parties.supplier,
            "clauses": [
                {
                    "title": c.title,
                    "paragraphs": [
                        {
                            "text": p.text,
                            "listed": ["".join(s.text for s in i.segments) for i in p.items],
                        }
                        for p in c.paragraphs
                    ],
                }
                for c in schedule.clauses
            ],
            "annexes": [
                {"title": a.title, "intro": a.intro, "labels": LABELS, "rows": a.rows}
                for a in schedule.annexes
            ],
        },
        autoescape=True,
    )
    saved = BytesIO()
    made.save(saved)
    return saved.getvalue()


def by_python_docx(schedule: Schedule) -> bytes:
    made = docx.Document()
    made.add_heading("Contract schedule", 0)
    for clause in schedule.clauses:
        made.add_heading(clause.title, 1)
        for sub_clause in clause.paragraphs:
            made.add_paragraph(sub_clause.text, style="List Number")
            for item in sub_clause.items:
                text = "".join(segment.text for segment in item.segments)
                made.add_paragraph(text, style="List Number 2")
    for annex in schedule.annexes:
        made.add_heading(annex.title, 1)
        made.add_paragraph(annex.intro)
        rows = made.add_table(len(annex.rows) + 1, len(LABELS), style="Table Grid").rows
        for row, texts in zip(rows, (LABELS, *annex.rows), strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
    saved = BytesIO()
    made.save(saved)
    return saved.getvalue()


def plain_zip(parts: dict[str, bytes]) -> bytes:
    saved = BytesIO()
    with zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return saved.getvalue()


def by_strings(schedule: Schedule, parts: dict[str, bytes]) -> bytes:
    """Return the same paragraphs and tables without numbers, references or contents: the floor."""
    body = []
    for clause in schedule.clauses:
        body.append(_plain("Heading1", clause.title))
        for sub_clause in clause.paragraphs:
            body.append(_plain("Clause2", sub_clause.text))
            for item in sub_clause.items:
                body.append(_plain("Clause3", "".join(segment.text for segment in item.segments)))
    for annex in schedule.annexes:
        body += [_plain("AnnexHeading", annex.title), _plain("AnnexIntro", annex.intro), "<w:tbl>"]
        for row in (LABELS, *annex.rows):
            cells = (f"<w:tc>{_plain('TableText', text)}</w:tc>" for text in row)
            body.append(f"<w:tr>{''.join(cells)}</w:tr>")
        body.append("</w:tbl>")
    document = f'<w:document xmlns:w="{W}"><w:body>{"".join(body)}</w:body></w:document>'
    return plain_zip(parts | {"word/document.xml": document.encode()})


def _plain(style: str, text: str) -> str:
    words = f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{words}</w:p>'


def in_turn(ways: dict[str, Callable[[], bytes]]) -> dict[str, float]:
    """Return the milliseconds of processor time each way takes, none helped by going first."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(TURNS):
        for name, way in ways.items():
            began = time.process_time()
            way()
            taken[name].append((time.process_time() - began) * 1000)
    return {name: median(times) for name, times in taken.items()}


def many(wanted: int) -> int:
    """Write schedules one after the other; print how many a second, and what memory grew by."""
    schedule = schedule_of("Larkfield Sensors Limited")
    began, early = time.perf_counter(), 0
    for number in range(wanted):
        one = replace(schedule, parties=replace(schedule.parties, supplier=f"Supplier {number}"))
        by_ours(one)
        if number == min(99, wanted - 1):
            early = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    late = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    rate = wanted / (time.perf_counter() - began)
    grown = (late - early) / 1024
    print(
        f"{wanted:,} schedules: {rate:.0f} a second, at most {late / 1024:.0f} MB, "
        f"{grown:.1f} MB more than after the first hundred"
    )
    return int(grown > MOST_GROWN_MB)


def main() -> int:
    if sys.argv[1:2] == ["many"]:
        return many(int(sys.argv[2]))
    wanted = sys.argv[1] if sys.argv[1:] else "1000"
    schedule, source = schedule_of("Larkfield Sensors Limited"), template()
    with zipfile.ZipFile(BytesIO(by_ours(schedule))) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    taken = in_turn(
        {
            "ours": lambda: by_ours(schedule),
            "docxtpl": lambda: by_docxtpl(schedule, source),
            "python-docx": lambda: by_python_docx(schedule),
            "zip alone": lambda: plain_zip(parts),
            "floor": lambda: by_strings(schedule, parts),
        }
    )
    for name, milliseconds in taken.items():
        print(
            f"{name:12} {milliseconds:7.1f} ms, {milliseconds / taken['ours']:.1f} × ours, "
            f"{milliseconds / taken['floor']:.1f} × the floor"
        )
    command = [sys.executable, "-m", "benchmarks.schedule_word", "many", wanted]
    status = subprocess.run(command, check=False).returncode  # noqa: S603
    return status or int(taken["ours"] > taken["docxtpl"])


if __name__ == "__main__":
    sys.exit(main())
