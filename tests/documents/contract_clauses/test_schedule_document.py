"""The schedule as a Word document, read back with python-docx and with LibreOffice."""

import itertools
import os
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import docx
import pytest
from docx.oxml.ns import qn
from lxml import etree

from contract_clauses.rules.selection import OfficerChoice
from contract_clauses.rules.variables import OfficerValue
from contract_clauses.word import blocks, schedule_document
from contract_clauses.word.blocks import column_widths
from contract_clauses.word.text import safe_text
from question_bank.rules.questions import Kind
from tests.rules.contract_clauses.small import questionnaire, schedule_of

FACTS = {
    "contract_start": "2027-04-01",
    "contract_end": "2030-03-31",
    "extension_end": "2032-03-31",
    "personal_data": "yes",
    "field_devices": "yes",
    "ai": "no",
}
HOSTILE = (
    "R&D <b>bold</b> \"double\" 'single' ‹low› ]]> &amp; &#10; "
    "</w:t></w:r></w:p><w:p><w:r><w:t>injected\n"
    "second line\ttabbed\r\nthird line\x0bpasted\x00\x07\x1b\x7f\x85\ufffe "
    "\u202eright to left\u202c \u200fשלום\u200e 😀 é 中文 "
    '=HYPERLINK("http://example.test") { HYPERLINK "http://example.test" } {{ 7*7 }}\u2029end'
)
SHOWN = (
    "R&D <b>bold</b> \"double\" 'single' ‹low› ]]> &amp; &#10; "
    "</w:t></w:r></w:p><w:p><w:r><w:t>injected\n"
    "second line\ttabbed\nthird line\ufffdpasted\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd "
    "\u202eright to left\u202c \u200fשלום\u200e 😀 é 中文 "
    '=HYPERLINK("http://example.test") { HYPERLINK "http://example.test" } {{ 7*7 }}\nend'
)


def opened(schedule):
    return docx.Document(BytesIO(schedule_document(schedule)))


def parts_of(schedule):
    with ZipFile(BytesIO(schedule_document(schedule))) as package:
        return {name: package.read(name) for name in package.namelist()}


def paragraphs_in(schedule, style):
    return [p for p in opened(schedule).paragraphs if p.style.name == style]


def hostile_answers(text):
    """The text in every place where a supplier can write freely."""
    answers = {}
    for part in questionnaire().parts.values():
        if part.kind in (Kind.NARRATIVE, Kind.SHORT_TEXT):
            answers[part.id] = text
        elif part.kind is Kind.COMMITMENT:
            answers[part.id] = {"answer": "yes-with-exception", "exception": text}
        elif part.kind is Kind.URL:
            answers[part.id] = f"https://example.test/{text}"
        elif part.schema is not None:
            row = {c.id: text for c in part.schema.columns if c.kind is Kind.SHORT_TEXT}
            answers[part.id] = [row] if part.kind is Kind.TABLE else row
    return answers


@pytest.fixture(scope="module")
def schedule():
    return schedule_of(facts=FACTS)


def test_headings_and_sub_clauses_carry_styles_and_no_typed_numbers(schedule):
    headings = paragraphs_in(schedule, "Heading 1")

    assert [p.text for p in headings] == [clause.title for clause in schedule.clauses]
    sub_clauses = [p.text.replace("\xa0", " ") for p in paragraphs_in(schedule, "Clause 2")]
    assert sub_clauses == [p.text for clause in schedule.clauses for p in clause.paragraphs]
    items = [p.text.replace("\xa0", " ") for p in paragraphs_in(schedule, "Clause 3")]
    expected = [i for clause in schedule.clauses for p in clause.paragraphs for i in p.items]
    assert items == ["".join(segment.text for segment in item.segments) for item in expected]


def test_the_numbering_is_in_the_styles_so_that_word_renumbers_by_itself(schedule):
    document = opened(schedule)

    numbered = {}
    for style in document.styles.element.findall(qn("w:style")):
        level = style.find(f"{qn('w:pPr')}/{qn('w:numPr')}/{qn('w:ilvl')}")
        if level is not None:
            numbered[style.get(qn("w:styleId"))] = level.get(qn("w:val"))
    in_text = document.element.body.findall(f".//{qn('w:numPr')}")
    levels = document.part.numbering_part.element.findall(f".//{qn('w:lvlText')}")

    assert numbered == {
        "Heading1": "0",
        "Clause2": "1",
        "Clause3": "2",
        "Clause4": "3",
        "AnnexHeading": "0",
    }
    assert in_text == []
    assert [level.get(qn("w:val")) for level in levels] == [
        "%1.",
        "%1.%2",
        "(%3)",
        "(%4)",
        "Annex %1",
    ]


def test_every_reference_is_a_field_whose_bookmark_exists_and_whose_number_is_right(schedule):
    body = opened(schedule).element.body
    marks = {mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))}
    instructions = [element.text for element in body.iter(qn("w:instrText"))]

    named = [re.search(r"REF (\S+) ", text)[1] for text in instructions if " REF " in text]
    links = [link.get(qn("w:anchor")) for link in body.iter(qn("w:hyperlink"))]

    assert len(named) > 40
    assert set(named) - marks == set()
    assert set(links) == {mark for mark in marks if mark.startswith("_Ref")}
    assert [link for link in body.iter(qn("w:hyperlink")) if link.get(qn("r:id"))] == []


def test_the_contents_list_every_clause_and_annex_without_asking_to_be_updated(schedule):
    entries = [p.text for p in paragraphs_in(schedule, "toc 1")]

    expected = [f"{clause.number}.\t{clause.title}" for clause in schedule.clauses]
    expected += [f"Annex {annex.number}\t{annex.title}" for annex in schedule.annexes]
    assert entries == expected
    everything = b"".join(parts_of(schedule).values())
    assert (b"updateFields" in everything, b"w:dirty" in everything) == (False, False)


def test_a_table_repeats_its_heading_row_and_fits_between_the_margins():
    schedule = schedule_of(hostile_answers("Plain words"), FACTS)

    document = opened(schedule)
    widths = {section.page_width - section.left_margin - section.right_margin
              for section in document.sections}  # fmt: skip
    for table in document.tables[1:]:
        first = table.rows[0]._tr
        assert first.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        total = sum(int(column.get(qn("w:w"))) for column in table._tbl.tblGrid)
        assert total * 635 <= max(widths)


def test_wide_annexes_lie_on_their_side(schedule):
    orientations = [section.orientation for section in opened(schedule).sections]

    assert orientations == [0, 1, 0, 1]


def test_every_topic_is_in_the_document_or_listed_with_why(schedule):
    document = opened(schedule)
    text = "\n".join(p.text for p in document.paragraphs)
    listed = "\n".join(cell.text for table in document.tables for cell in table._cells)

    missing = [c.title for c in schedule.clauses if c.title not in text]
    unexplained = [
        t.id for t in schedule.excluded if f"({t.id})" not in listed or t.because not in listed
    ]
    assert (missing, unexplained) == ([], [])
    assert len(schedule.excluded) > 0


def test_empty_variables_are_highlighted_brackets():
    schedule = schedule_of(facts={"personal_data": "yes"})

    highlighted = [
        run.text
        for paragraph in paragraphs_in(schedule, "Clause 3")
        for run in paragraph.runs
        if run.font.highlight_color
    ]

    assert "[start date of the contract]" in highlighted


def test_a_draft_says_so_on_its_cover_and_at_the_top_of_each_page(schedule):
    document = opened(schedule)

    assert "Draft for legal review" in [p.text for p in document.paragraphs]
    headers = [section.header.paragraphs[0].text for section in document.sections]
    assert {head.endswith("\tDraft for legal review") for head in headers} == {True}


def test_the_footer_counts_pages_in_fields(schedule):
    footer = parts_of(schedule)["word/footer.xml"].decode()

    assert re.findall(r"<w:instrText[^>]*> (\w+) <", footer) == ["PAGE", "NUMPAGES"]


def test_the_document_names_no_person_and_is_in_british_english(schedule):
    schedule = replace(schedule, parties=replace(schedule.parties, prepared_on=date(2026, 12, 4)))

    properties = opened(schedule).core_properties

    assert properties.author == "Supplier Assurance"
    assert properties.last_modified_by == ""
    assert properties.title == "Contract schedule: HM-14"
    assert b'<w:lang w:val="en-GB"' in parts_of(schedule)["word/styles.xml"]


def test_the_same_schedule_gives_the_same_bytes(schedule):
    assert schedule_document(schedule) == schedule_document(schedule)


def test_hostile_text_stays_text_in_its_own_cell():
    plain = schedule_of(hostile_answers("Plain words"), FACTS)
    hostile = schedule_of(hostile_answers(HOSTILE), FACTS)

    before, after = opened(plain), opened(hostile)

    assert len(after.element.body.findall(f".//{qn('w:p')}")) == len(
        before.element.body.findall(f".//{qn('w:p')}")
    )
    for tag in ("w:fldChar", "w:hyperlink", "w:instrText", "w:tbl", "w:drawing"):
        count = len(list(before.element.body.iter(qn(tag))))
        assert len(list(after.element.body.iter(qn(tag)))) == count
    relationships = parts_of(hostile)["word/_rels/document.xml.rels"]
    assert relationships == parts_of(plain)["word/_rels/document.xml.rels"]
    assert b"External" not in relationships
    cells = {cell.text for table in after.tables for cell in table._cells}
    assert SHOWN in cells


def test_hostile_names_of_the_parties_stay_text():
    schedule = schedule_of(facts=FACTS)
    parties = replace(
        schedule.parties,
        supplier=HOSTILE,
        authority=HOSTILE,
        tender_title=HOSTILE,
        tender_reference=HOSTILE,
        address=HOSTILE,
    )

    document = opened(replace(schedule, parties=parties))

    assert SHOWN in document.tables[0].cell(1, 1).text
    assert SHOWN.splitlines()[0] in document.core_properties.title


@pytest.mark.parametrize("code", [*range(0x20), *range(0x7F, 0xA0), 0xD800, 0xFFFE, 0xFFFF])
def test_each_character_a_document_cannot_hold_is_visibly_replaced(code):
    shown = {"\t": "\t", "\n": "\n", "\r": "\n"}.get(chr(code), "\ufffd")

    assert safe_text(f"a{chr(code)}b") == f"a{shown}b"


def test_columns_fill_the_width_exactly_whatever_they_need():
    for least in ([0, 0, 0], [100, 200, 5000], [9000, 9000, 9000]):
        widths = column_widths([1, 2, 4], 8906, least)
        assert sum(widths) in range(8900, 8907)
        assert min(widths) > 0


ORDER = {
    "pPr": (
        "pStyle keepNext keepLines pageBreakBefore numPr pBdr tabs spacing ind jc outlineLvl sectPr"
    ),
    "rPr": "rStyle rFonts b bCs i iCs color sz szCs highlight u lang",
    "sectPr": "headerReference footerReference type pgSz pgMar titlePg",
    "tblPr": "tblStyle tblW jc tblInd tblBorders tblLayout tblCellMar tblLook tblCaption",
    "trPr": "cantSplit tblHeader",
    "style": "name basedOn next uiPriority semiHidden qFormat pPr rPr tblPr tblStylePr",
}


@pytest.mark.parametrize("part", ["word/document.xml", "word/styles.xml", "word/numbering.xml"])
def test_elements_stand_in_the_order_word_demands(schedule, part):
    root = etree.fromstring(parts_of(schedule)[part])

    for name, order in ORDER.items():
        names = order.split()
        for element in root.iter(qn(f"w:{name}")):
            positions = [names.index(etree.QName(child).localname) for child in element]
            assert positions == sorted(positions), etree.tostring(element)[:300]


@pytest.fixture(scope="module")
def as_text(tmp_path_factory):
    """Return the text of a schedule as LibreOffice reads it, numbers included."""
    program = shutil.which("soffice")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("LibreOffice is not installed (debian-packages.txt)")
        pytest.skip("LibreOffice is not installed (debian-packages.txt)")
    folder = tmp_path_factory.mktemp("libreoffice")
    numbers = itertools.count()

    def convert(schedule, kind="txt:Text (encoded):UTF8"):
        name = f"schedule-{next(numbers)}"
        (folder / f"{name}.docx").write_bytes(schedule_document(schedule))
        subprocess.run(
            [
                program,
                f"-env:UserInstallation=file://{folder}/profile",
                "--headless",
                "--convert-to",
                kind,
                "--outdir",
                str(folder),
                str(folder / f"{name}.docx"),
            ],
            check=True,
            capture_output=True,
            timeout=120,
        )
        return Path(folder / f"{name}.txt").read_text(encoding="utf-8-sig")

    return convert


@pytest.mark.libreoffice
@pytest.mark.slow
def test_libreoffice_numbers_clauses_items_and_annexes_as_the_schedule_does(as_text):
    library_leaves_out = {"C05": OfficerChoice(False, "Not needed")}
    schedule = schedule_of(facts=FACTS, choices=library_leaves_out)

    text = as_text(schedule).replace("\xa0", " ")
    lines = [line.strip() for line in text.splitlines()]

    for clause in schedule.clauses:
        assert f"{clause.number}. {clause.title}" in lines
        for paragraph in clause.paragraphs:
            assert f"{paragraph.number} {paragraph.text}" in lines
    [statements] = [annex.number for annex in schedule.annexes if annex.id == "statements"]
    assert f"(a) this Schedule, except the statements reproduced in Annex {statements};" in lines
    for annex in schedule.annexes:
        assert f"Annex {annex.number} {annex.title}" in lines


@pytest.mark.libreoffice
@pytest.mark.slow
def test_libreoffice_reads_hostile_text_back_as_it_was_written(as_text):
    schedule = schedule_of(hostile_answers(HOSTILE), FACTS)

    text = as_text(schedule)

    for line in SHOWN.split("\n"):
        assert line in text


def test_a_topic_left_out_by_a_person_is_listed_without_the_person_and_the_reason():
    out = OfficerChoice(False, "Private reason", "Ada Ferrer")
    entered = {("C13", "notify_hours"): OfficerValue("12", "Private reason", "Ada Ferrer")}
    schedule = schedule_of(facts=FACTS, choices={"C14": out}, values=entered)

    cells = [cell.text for table in opened(schedule).tables for cell in table._cells]

    assert cells.count("Left out by decision of the Council.") == 1
    assert cells.count("Entered by the Council.") == 1
    assert [text for text in cells if "Ada Ferrer" in text or "Private" in text] == []


def test_what_an_empty_or_short_column_does_not_need_goes_to_the_long_text_beside_it():
    def widths(*texts):
        made = blocks.table(
            ("How", "Exceptions", "Met"), (4, 3, 3), [texts], width=9000, title="Sample"
        )
        return [int(found) for found in re.findall(r'<w:gridCol w:w="(\d+)"', made)]

    long = "Every connection between services uses certificates renewed daily"
    how, exceptions, met = widths(long, "", "Yes")

    assert how + exceptions + met == 9000
    assert how > 6500
    assert exceptions > met
    # Where every column holds a long text, each has its weight.
    shared = widths(long, long, long)
    assert shared[0] > shared[1] > 2000
