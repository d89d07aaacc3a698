"""Page numbers in the contents: read out of the PDF of the document, and written into it."""

import re
import shutil
import subprocess
from dataclasses import replace
from io import BytesIO

import docx
import pytest
from docx.oxml.ns import qn

from contract_clauses.word import pages_of_headings, schedule_document
from contract_clauses.word.opening import headings
from foundation import soffice
from tests.rules.contract_clauses.small import schedule_of

FACTS = {"personal_data": "yes", "field_devices": "yes"}


@pytest.fixture(scope="module")
def schedule():
    return schedule_of(facts=FACTS)


def contents(document):
    found = docx.Document(BytesIO(document))
    return [p for p in found.paragraphs if p.style.name == "toc 1"]


def test_with_the_page_of_every_heading_each_entry_ends_in_a_field_that_shows_it(schedule):
    pages = {name: number for number, (name, _, _) in enumerate(headings(schedule), start=4)}

    entries = contents(schedule_document(schedule, pages=pages))

    instructions = [e.text for entry in entries for e in entry._p.iter(qn("w:instrText"))]
    assert instructions == [
        ' TOC \\o "1-1" \\h \\z \\u ',
        *(f" PAGEREF {name} \\h " for name in pages),
    ]
    assert [int(entry.text.split("\t")[2]) for entry in entries] == list(pages.values())
    fields = [f.get(qn("w:fldCharType")) for e in entries for f in e._p.iter(qn("w:fldChar"))]
    assert {fields.count(kind) for kind in ("begin", "separate", "end")} == {1 + len(pages)}


def test_without_the_page_of_one_heading_the_contents_show_none(schedule):
    pages = {name: 4 for name, _, _ in list(headings(schedule))[1:]}

    assert schedule_document(schedule, pages=pages) == schedule_document(schedule)
    assert [entry.text.count("\t") for entry in contents(schedule_document(schedule))] == [
        1 for _ in headings(schedule)
    ]


OBJECTS = (
    b"<</Type/Catalog/Pages 2 0 R\n/Dests 5 0 R>>",
    b"<</Type/Pages/Kids[ 3 0 R 4 0 R ]/Count 3>>",
    b"<</Type/Page/Parent 2 0 R>>",
    b"<</Type/Pages/Kids[6 0 R 7 0 R]/Count 2>>",
    b"<</Type/Page/Parent 4 0 R>>",
    b"<</Type/Page/Parent 4 0 R>>",
)


def pdf_of(*objects):
    out, places = b"%PDF-1.6\n", []
    for number, inside in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n\n" % (number, inside)
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    table += b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + table + b"trailer\n<</Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(out)


def test_pages_are_counted_through_every_branch_of_the_pdf(schedule):
    names = [f"/{name.replace('_', '5F')}".encode() for name, _, _ in headings(schedule)]
    places = b"\n".join(name + b"[7 0 R/XYZ 1 2 0]" for name in names[1:])
    first = names[0].replace(b"5F", b"#5F") + b"[3 0 R/XYZ 1 2 0]\n"
    objects = [*OBJECTS[:4], b"<<" + first + places + b">>", *OBJECTS[4:]]

    pages = pages_of_headings(pdf_of(*objects), schedule)

    assert list(pages.values()) == [1, *(3 for _ in names[1:])]


@pytest.mark.parametrize(
    "pdf",
    [
        b"",
        b"%PDF-1.6",
        b"startxref\n99999\n%%EOF",
        b"startxref\n0\n%%EOF",
        pdf_of(b"<</Type/Catalog>>"),
        pdf_of(b"<</Type/Catalog/Pages 9 0 R/Dests 9 0 R>>"),
        pdf_of(b"<</Type/Catalog/Pages 2 0 R/Dests 2 0 R>>", b"<</Kids[2 0 R]>>"),
        pdf_of(*OBJECTS),
        pdf_of(*OBJECTS)[:-20],
    ],
)
def test_a_pdf_of_another_making_gives_no_pages(pdf, schedule):
    assert pages_of_headings(pdf, schedule) == {}


@pytest.mark.libreoffice
@pytest.mark.slow
def test_the_second_pass_names_the_page_each_heading_is_on(schedule, tmp_path):
    if not soffice.is_present() or shutil.which("pdftotext") is None:
        pytest.skip("LibreOffice or poppler is not installed (debian-packages.txt)")
    pages = pages_of_headings(soffice.to_pdf(schedule_document(schedule)), schedule)

    numbered = schedule_document(schedule, pages=pages)
    pdf = soffice.to_pdf(numbered)

    assert pages_of_headings(pdf, schedule) == pages
    (tmp_path / "s.pdf").write_bytes(pdf)
    text = subprocess.run(
        ["pdftotext", "-layout", str(tmp_path / "s.pdf"), "-"], check=True, capture_output=True
    ).stdout.decode()
    printed = text.split("\f")
    for name, number, title in headings(schedule):
        heading = rf"^\s*{re.escape(number)}\s+{re.escape(title)}\s*$"
        assert re.search(heading, printed[pages[name] - 1], re.MULTILINE), (number, title)
        entry = rf"^\s*{re.escape(number)}\s+{re.escape(title)}\.* ?{pages[name]}\s*$"
        assert re.search(entry, printed[1], re.MULTILINE), (number, title)
    assert len(contents(numbered)) == len(pages) > 40


@pytest.mark.libreoffice
@pytest.mark.slow
def test_an_approved_schedule_has_pages_of_its_own(schedule):
    if not soffice.is_present():
        pytest.skip("LibreOffice is not installed (debian-packages.txt)")
    issued = replace(schedule, status="Issued, version 1")

    draft = pages_of_headings(soffice.to_pdf(schedule_document(schedule)), schedule)
    final = pages_of_headings(soffice.to_pdf(schedule_document(issued)), issued)

    # The page of what is to be settled goes with the draft.
    assert draft["_RefClause_1"] - final["_RefClause_1"] == 1
