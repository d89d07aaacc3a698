"""A schedule on three templates of councils: their cover and looks, our words, Word's numbers."""

import hashlib
import io
import posixpath
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import date

import pytest
from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from lxml import etree

from contract_clauses.rules.issuing import Approved
from contract_clauses.rules.templating import TemplateRefused, values_of
from contract_clauses.word.on_template import OnTemplate, schedule_on_template
from contract_clauses.word.template_properties import ORDER
from contract_clauses.word.template_reading import look_into
from contract_clauses.word.template_sample import sample
from tests import word_templates
from tests.word_templates import ODD_STYLES, odd, plain, sideways, split_over_runs

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
TEMPLATES = {"plain": (plain, {}), "odd": (odd, ODD_STYLES), "sideways": (sideways, {})}


def on(data, chosen=None, schedule=None, approved=None, **more):
    found = look_into("house.docx", data)
    template = OnTemplate(
        data, hashlib.sha256(data).hexdigest(), {**found.guessed, **(chosen or {})}
    )
    return schedule_on_template(template, schedule or sample(), approved, **more)


@pytest.fixture(params=TEMPLATES)
def made(request):
    make, chosen = TEMPLATES[request.param]
    return on(make(), chosen, notes=True, departures=True)


def roots(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {
            name: etree.fromstring(archive.read(name))
            for name in archive.namelist()
            if name.endswith((".xml", ".rels"))
        }


def part(data, kind):
    """The part the text leads to, of one kind."""
    found = roots(data)
    for relation in found["word/_rels/document.xml.rels"]:
        if relation.get("Type").endswith(f"/{kind}"):
            return found["word/" + relation.get("Target").removeprefix("/word/")]
    raise LookupError(kind)


def number_shown(document):
    """Return each numbered paragraph with the number Word would show: from styles and lists."""
    data = document
    styles = {one.get(W + "styleId"): one for one in part(data, "styles").iter(W + "style")}
    numbering = part(data, "numbering")
    lists = {one.get(W + "abstractNumId"): one for one in numbering.iter(W + "abstractNum")}
    drawn = {
        one.get(W + "numId"): lists[one.find(W + "abstractNumId").get(W + "val")]
        for one in numbering.iter(W + "num")
    }
    counts, shown = {}, []
    for paragraph in roots(data)["word/document.xml"].iter(W + "p"):
        name = paragraph.find(f"{W}pPr/{W}pStyle")
        style = styles.get(name.get(W + "val")) if name is not None else None
        found = number_of_style(style, styles)
        if found is None or found[0] == "0":
            continue
        number, level = found
        levels = {int(one.get(W + "ilvl")): one for one in drawn[number].iter(W + "lvl")}
        count = counts.setdefault(id(drawn[number]), [0] * 9)
        count[level] += 1
        count[level + 1 :] = [0] * (8 - level)
        text = levels[level].find(W + "lvlText").get(W + "val")
        kind = levels[level].find(W + "numFmt").get(W + "val")
        for place in range(level + 1):
            value = str(count[place])
            if place == level and kind == "lowerLetter":
                value = chr(96 + count[place])
            text = text.replace(f"%{place + 1}", value)
        words = "".join(one.text or "" for one in paragraph.iter(W + "t"))
        shown.append((text, words))
    return shown


def number_of_style(style, styles):
    while style is not None:
        found = style.find(f"{W}pPr/{W}numPr")
        if found is not None and found.find(W + "numId") is not None:
            level = found.find(W + "ilvl")
            return found.find(W + "numId").get(W + "val"), int(
                level.get(W + "val") if level is not None else 0
            )
        based = style.find(W + "basedOn")
        style = styles.get(based.get(W + "val")) if based is not None else None
    return None


def test_clauses_number_themselves_on_every_template(made):
    shown = [
        (number, words) for number, words in number_shown(made) if words != "Our own numbered words"
    ]

    assert [number for number, _ in shown] == [
        "1.", "1.1", "2.", "2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "3.", "3.1", "(a)", "(b)",
        "3.2", "Annex 1", "Annex 2",
    ]  # fmt: skip
    assert shown[2][1] == "Availability (sample)"
    assert not any(re.match(r"\s*(\d+\.|\([a-z]\))", words) for _, words in shown)


def test_every_name_used_in_the_document_is_there(made):
    found = roots(made)
    styles = {one.get(W + "styleId") for one in part(made, "styles").iter(W + "style")}
    names = [one.get(W + "name") for one in found["word/document.xml"].iter(W + "bookmarkStart")]
    used = {
        one.get(W + "val")
        for root in (found["word/document.xml"], part(made, "comments"))
        for one in root.iter(W + "pStyle", W + "rStyle", W + "tblStyle")
    }
    asked = re.findall(r"(?:REF|PAGEREF) (\w+)", "".join(
        one.text for one in found["word/document.xml"].iter(W + "instrText")
    ))  # fmt: skip
    ids = [one.get(W + "id") for one in found["word/document.xml"].iter(W + "bookmarkStart")]

    assert used - styles == set()
    assert len(set(names)) == len(names)
    assert len(set(ids)) == len(ids)
    assert set(asked) - set(names) == set()
    assert {"SA_S02", "SA_S02_3", "SA_n1"} - set(names) == set()
    assert "SA_Place" not in names


def test_ids_of_styles_and_lists_are_the_only_ones(made):
    styles = part(made, "styles")
    ids = [one.get(W + "styleId") for one in styles.iter(W + "style")]
    names = [one.find(W + "name").get(W + "val").lower() for one in styles.iter(W + "style")]
    numbering = part(made, "numbering")
    numbers = [one.get(W + "numId") for one in numbering.iter(W + "num")]
    lists = [one.get(W + "abstractNumId") for one in numbering.iter(W + "abstractNum")]
    order = [one.tag for one in numbering if one.tag in (W + "num", W + "abstractNum")]

    assert len(set(ids)) == len(ids)
    assert sorted(name for name in set(names) if names.count(name) > 1) in ([], ["clause2"])
    assert len(set(numbers)) == len(numbers)
    assert len(set(lists)) == len(lists)
    assert order == sorted(order)


def test_everything_a_part_leads_to_is_in_the_package(made):
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        there = set(archive.namelist())
    types = {
        one.get("PartName") for one in roots(made)["[Content_Types].xml"] if one.get("PartName")
    }
    missing = set()
    for name, root in roots(made).items():
        if not name.endswith(".rels"):
            continue
        folder = name.rpartition("_rels/")[0]
        for one in root:
            if one.get("TargetMode") != "External":
                target = one.get("Target")
                path = posixpath.normpath(posixpath.join("/", folder, target)).removeprefix("/")
                missing |= {path} - there
    references = roots(made)["word/document.xml"].iter(W + "headerReference", W + "footerReference")
    known = {one.get("Id") for one in roots(made)["word/_rels/document.xml.rels"]}

    assert missing == set()
    assert {name.removeprefix("/") for name in types} - there == set()
    assert {one.get(R + "id") for one in references} - known == set()


def test_children_of_properties_are_in_the_order_of_the_schema(made):
    for root in (roots(made)["word/document.xml"], part(made, "styles")):
        for properties in root.iter(W + "pPr"):
            names = [etree.QName(one).localname for one in properties]
            assert names == sorted(names, key=ORDER.index)


def test_the_same_schedule_is_the_same_bytes_on_the_same_template():
    data = odd()

    assert on(data, ODD_STYLES, notes=True) == on(data, ODD_STYLES, notes=True)


def test_pages_of_a_template_stay_and_wide_annexes_turn_them():
    sizes = [
        (one.find(W + "pgSz").get(W + "w"), one.find(W + "pgSz").get(W + "h"))
        for one in roots(on(odd(), ODD_STYLES))["word/document.xml"].iter(W + "sectPr")
    ]
    upright, turned = ("11906", "16838"), ("16838", "11906")

    assert sizes == [upright, turned, upright, turned]
    assert len(Document(io.BytesIO(on(plain()))).sections) == 3
    assert len(Document(io.BytesIO(on(sideways()))).sections) == 1


def test_the_headers_of_turned_pages_reach_as_far_as_the_page():
    found = roots(on(odd(), ODD_STYLES))
    copies = [name for name in found if name.startswith("word/schedule-header-")]
    [copy] = [found[name] for name in copies if list(found[name].iter(W + "drawing"))]
    stops = [
        int(one.get(W + "pos"))
        for one in copy.iter(W + "tab")
        if one.get(W + "pos") and one.get(W + "val") == "right"
    ]
    words = "".join(one.text or "" for one in copy.iter(W + "t"))
    [name] = [one for one in copies if found[one] is copy]
    pictures = [one.get("Target") for one in found[f"word/_rels/{name[5:]}.rels"]]

    assert words == "Sample AuthorityDraft for legal review"
    assert stops == [round(9360 * 14570 / 9638)]
    assert pictures == ["media/image1.png"]


def test_styles_that_are_chosen_carry_the_looks_and_the_councils_own_text_keeps_its_own():
    document = Document(io.BytesIO(on(odd(), ODD_STYLES)))
    heading = next(one for one in document.paragraphs if one.text == "Availability (sample)")
    own = next(one for one in document.paragraphs if one.text == "The Council's own heading")

    assert heading.style.base_style.name == "HB Clause Head"
    assert own.style.name == "HB Clause Head"
    number = own.style.element.find(f"{W}pPr/{W}numPr/{W}numId")
    assert number is None or number.get(W + "val") == "0"


def test_styles_are_chosen_by_our_name_and_else_by_what_houses_usually_call_them():
    document = Document(io.BytesIO(plain()))
    for name in ("Level 2", "LEVEL-3", "Table Body", "Table Text", "Defined term", "Our own"):
        document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)

    guessed = look_into("house.docx", word_templates.saved(document)).guessed

    wanted = {
        "Clause2": "Level2",
        "Clause3": "LEVEL-3",
        "Clause4": "",
        "Definition": "Definedterm",
        "TableText": "TableText",
        "TableHead": "",
        "Heading1": "Heading1",
        "AnnexHeading": "Heading1",
    }
    assert {ours: guessed[ours] for ours in wanted} == wanted


def test_a_heading_style_without_a_use_is_itself_linked_and_what_rests_on_it_is_not():
    document = Document(io.BytesIO(on(plain())))
    heading = next(one for one in document.paragraphs if one.text == "Availability (sample)")
    contents = document.styles["TOC Heading"]

    assert heading.style.name == "Heading 1"
    assert heading.style.element.find(f"{W}pPr/{W}numPr") is not None
    assert contents.element.find(f"{W}pPr/{W}numPr/{W}numId").get(W + "val") == "0"


def test_fields_are_filled_in_and_what_depends_on_them_goes():
    texts = [one.text for one in Document(io.BytesIO(on(split_over_runs()))).paragraphs]

    assert texts[:2] == ["For Example Supplier Ltd only", "Another Sample Authority; "]


def test_an_issue_shows_its_version_and_fingerprint():
    approved = Approved(3, "ab" * 32, "Ada Keene", date(2027, 3, 9), "token")
    data = plain("{{ version }}, {{ approved_by }}, {{ approved_on }}, {{ hash }}")
    document = Document(io.BytesIO(on(data, approved=approved)))
    custom = roots(on(data, approved=approved))["docProps/custom.xml"]
    said = {one.get("name"): one[0].text for one in custom}

    assert document.paragraphs[1].text == "3, Ada Keene, 9 March 2027, " + " ".join(
        ["abababab"] * 8
    )
    assert document.core_properties.title == "Contract schedule: SAMPLE-1, version 3"
    assert document.core_properties.author == "Supplier Assurance"
    assert said == {
        "SupplierAssurance": "schedule:token:" + "ab" * 32,
        "SupplierAssuranceTemplate": hashlib.sha256(data).hexdigest(),
    }


HOSTILE = (
    "{{ authority }}", "{% if x %}", "{_{ x }_}", "{#", "<w:p/>", "&amp;", "a\x07b", "\ue0f1{_",
    "{_%", "]]>", "\u2028", "x" * 900, "\"'“”", "SA_Place",
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_supplier_is_called_stays_text(text):
    schedule = replace(sample(), parties=replace(sample().parties, supplier=text))
    texts = [
        one.text
        for one in Document(io.BytesIO(on(plain("<{{ supplier }}>"), schedule=schedule))).paragraphs
    ]
    shown = " ".join(text.split()).replace("\x07", "\ufffd")

    assert texts[1] == f"<{shown}>"
    assert len(texts) == len(Document(io.BytesIO(on(plain("<{{ supplier }}>")))).paragraphs)


def test_values_are_one_line_each():
    assert all("\n" not in value for value in values_of(sample(), None).values())


def test_a_file_that_is_not_the_one_uploaded_is_not_written_on():
    with pytest.raises(TemplateRefused, match="not the file that was uploaded"):
        schedule_on_template(OnTemplate(plain(), "0" * 64), sample())


def test_a_schedule_may_be_a_template_itself_and_its_marks_are_the_new_ones():
    once = on(plain())
    again = Document(io.BytesIO(once))
    again.add_paragraph("{{ schedule }}")
    names = [
        one.get(qn("w:name"))
        for one in roots(on(word_templates.saved(again)))["word/document.xml"].iter(
            W + "bookmarkStart"
        )
    ]

    assert len(set(names)) == len(names)


@pytest.mark.libreoffice
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_a_schedule_on_every_template(made, tmp_path):
    path = tmp_path / "made.docx"
    path.write_bytes(made)
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
         "--convert-to", "pdf", "--outdir", str(tmp_path), str(path)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip

    assert (tmp_path / "made.pdf").stat().st_size > 10_000
