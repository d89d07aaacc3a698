"""A schedule in Word as it goes out, and ways in which the other side changes it."""

from __future__ import annotations

import copy
import re
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from contract_clauses.loader import shipped_library
from contract_clauses.rules.negotiated import compare
from contract_clauses.rules.negotiated_figures import weigher
from contract_clauses.rules.negotiated_match import recognised
from contract_clauses.rules.negotiated_parts import Change, known_of
from contract_clauses.word import schedule_document
from contract_clauses.word.reading import read_document
from contract_clauses.word.reading_names import names_in
from tests.rules.contract_clauses.small import schedule_of, situation

FACTS = {
    "personal_data": "yes",
    "field_devices": "yes",
    "notification_hours": "24",
    "contract_start": "2027-03-01",
    "contract_end": "2030-02-28",
    "extension_end": "2032-02-29",
}
NAME = "negotiated.docx"


class Edited:
    """A schedule in Word, opened to be changed as a person would."""

    def __init__(self, data: bytes) -> None:
        self.document = docx.Document(BytesIO(data))
        self.at = {}
        for paragraph in self.document.paragraphs:
            for mark in paragraph._p.findall(qn("w:bookmarkStart")):
                self.at[mark.get(qn("w:name"))] = paragraph

    def saved(self) -> bytes:
        written = BytesIO()
        self.document.save(written)
        return written.getvalue()

    def say(self, mark, old, new):
        """Write ``new`` for ``old`` in the paragraph a bookmark begins in."""
        for run in self.at[mark].runs:
            if old in run.text:
                run.text = run.text.replace(old, new)
                return
        raise AssertionError(f"{mark} does not say {old!r}: {self.at[mark].text}")

    def take_out(self, mark):
        element = self.at[mark]._p
        element.getparent().remove(element)

    def unmark(self, mark):
        """Take every bookmark off a paragraph, as cutting and pasting does."""
        element = self.at[mark]._p
        for tag in ("w:bookmarkStart", "w:bookmarkEnd"):
            for found in element.findall(qn(tag)):
                element.remove(found)

    def add_after(self, mark, words, style_of=None):
        """Put a paragraph in after another, in the style of one there is."""
        wanted = self.at[style_of or mark]._p
        made = copy.deepcopy(wanted)
        for child in list(made):
            if child.tag != qn("w:pPr"):
                made.remove(child)
        self.at[mark]._p.addnext(made)
        paragraph = Paragraph(made, self.at[mark]._parent)
        paragraph.add_run(words)
        return paragraph

    def move_before(self, mark, other):
        self.at[other]._p.addprevious(self.at[mark]._p)

    def track(self, mark, words, *, kind="ins", by="Larkfield Legal", at="2026-12-05T10:00:00Z"):
        """Put words in at the end of a paragraph, tracked; or take all of it out, tracked."""
        element = self.at[mark]._p
        change = OxmlElement(f"w:{kind}")
        for name, value in (("id", "9001"), ("author", by), ("date", at)):
            change.set(qn(f"w:{name}"), value)
        if kind == "ins":
            run = OxmlElement("w:r")
            text = OxmlElement("w:t")
            text.text = words
            text.set(qn("xml:space"), "preserve")
            run.append(text)
            change.append(run)
            element.append(change)
            return
        for run in element.findall(qn("w:r")):
            element.replace(run, change) if change.getparent() is None else element.remove(run)
            for text in run.findall(qn("w:t")):
                text.tag = qn("w:delText")
            change.append(run)


def out(**more):
    """Return a schedule and the Word document it went out as."""
    schedule = schedule_of(facts=FACTS, **more)
    return schedule, schedule_document(schedule)


def back(schedule, data, sent=None):
    """Return how a document that came back differs from the schedule that went out."""
    names = names_in(schedule)
    made = read_document("ours.docx", sent or schedule_document(schedule))
    known = known_of(recognised(made, schedule, names), made)
    weigh = weigher(shipped_library(), situation(None, FACTS), schedule)
    return compare(read_document(NAME, data), schedule, names, known, weigh)


def said(compared):
    """Return (clause, key, change) of everything that differs."""
    return [
        (clause.name, "heading" if unit.is_heading else unit.key, str(unit.change))
        for clause in compared.clauses
        for unit in clause.units
        if unit.change is not Change.UNCHANGED
    ]


def with_part(data: bytes, name: str, change) -> bytes:
    """Return a package with one part changed by ``change``, which takes and returns its text."""
    written = BytesIO()
    with ZipFile(BytesIO(data)) as old, ZipFile(written, "w", ZIP_DEFLATED) as new:
        for entry in old.namelist():
            content = old.read(entry)
            if entry == name:
                content = change(content.decode()).encode()
            new.writestr(entry, content)
    return written.getvalue()


def without_marks(data: bytes) -> bytes:
    return with_part(
        data, "word/document.xml", lambda xml: re.sub(r"<w:bookmark(Start|End)[^>]*/>", "", xml)
    )


def with_new_part(data: bytes, name: str, content: str) -> bytes:
    written = BytesIO(data)
    with ZipFile(written, "a", ZIP_DEFLATED) as package:
        package.writestr(name, content)
    return written.getvalue()
