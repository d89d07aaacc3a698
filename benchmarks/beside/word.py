"""The same schedule as Word: by ours, by strings in one loop, and by libraries.

Ours alone writes bookmarks, cross-references and the contents. The floor is the same text and
tables as strings put together in one loop, zipped with our other parts; the zip alone packs the
very parts that ours writes.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

Job = Callable[[], int]
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def ours(_folder: str, clauses: str) -> Job:
    from benchmarks.beside.word_ours import schedule_of
    from contract_clauses.word import schedule_document

    schedule = schedule_of("Larkfield Sensors Limited", int(clauses))
    return lambda: len(schedule_document(schedule))


def docxtpl(folder: str, _clauses: str) -> Job:
    from docxtpl import DocxTemplate

    said, source = _said(folder), (Path(folder) / "template.docx").read_bytes()

    def job() -> int:
        made = DocxTemplate(BytesIO(source))
        made.render(said, autoescape=True)
        saved = BytesIO()
        made.save(saved)
        return len(saved.getvalue())

    return job


def python_docx(folder: str, _clauses: str) -> Job:
    """As most people write it."""
    import docx

    said = _said(folder)

    def job() -> int:
        made = docx.Document()
        made.add_heading("Contract schedule", 0)
        for clause in said["clauses"]:
            made.add_heading(clause["title"], 1)
            for one in clause["paragraphs"]:
                made.add_paragraph(one["text"], style="List Number")
                for item in one["listed"]:
                    made.add_paragraph(item, style="List Number 2")
        for annex in said["annexes"]:
            made.add_heading(annex["title"], 1)
            made.add_paragraph(annex["intro"])
            _table(made, [annex["labels"], *annex["rows"]])
        saved = BytesIO()
        made.save(saved)
        return len(saved.getvalue())

    return job


def _table(made: Any, texts: list[list[str]]) -> None:
    rows = made.add_table(len(texts), len(texts[0]), style="Table Grid").rows
    for row, line in zip(rows, texts, strict=True):
        for cell, text in zip(row.cells, line, strict=True):
            cell.text = text


def zip_alone(folder: str, _clauses: str) -> Job:
    parts = _parts(folder)
    return lambda: len(_zipped(parts))


def floor(folder: str, _clauses: str) -> Job:
    """The same paragraphs and tables without numbers, references or contents."""
    said, parts = _said(folder), _parts(folder)

    def job() -> int:
        body = []
        for clause in said["clauses"]:
            body.append(_plain("Heading1", clause["title"]))
            for one in clause["paragraphs"]:
                body.append(_plain("Clause2", one["text"]))
                body += [_plain("Clause3", item) for item in one["listed"]]
        for annex in said["annexes"]:
            body += [_plain("AnnexHeading", annex["title"]), _plain("AnnexIntro", annex["intro"])]
            body.append("<w:tbl>")
            for row in (annex["labels"], *annex["rows"]):
                cells = (f"<w:tc>{_plain('TableText', text)}</w:tc>" for text in row)
                body.append(f"<w:tr>{''.join(cells)}</w:tr>")
            body.append("</w:tbl>")
        document = f'<w:document xmlns:w="{W}"><w:body>{"".join(body)}</w:body></w:document>'
        return len(_zipped(parts | {"word/document.xml": document.encode()}))

    return job


def _said(folder: str) -> dict[str, Any]:
    said: dict[str, Any] = json.loads((Path(folder) / "words.json").read_text(encoding="utf-8"))
    return said


def _parts(folder: str) -> dict[str, bytes]:
    with zipfile.ZipFile(Path(folder) / "ours.docx") as package:
        return {name: package.read(name) for name in package.namelist()}


def _zipped(parts: dict[str, bytes]) -> bytes:
    saved = BytesIO()
    with zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return saved.getvalue()


def _plain(style: str, text: str) -> str:
    words = f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{words}</w:p>'
