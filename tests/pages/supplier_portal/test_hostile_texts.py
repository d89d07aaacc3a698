"""Hostile texts typed on the pages of a bid, and then on the page, in Word, in Excel and in a PDF.

Each is there as it was typed, or was refused in a sentence when it was sent. In Word, which cannot
hold control characters, each of these is a sign that stands for what cannot be shown. No text is a
formula, a field, a link or a paragraph of its own.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import zipfile
from collections import Counter

import pytest
from docx import Document
from lxml import etree, html
from openpyxl import load_workbook

from foundation import soffice
from question_bank.rules.questions import Kind
from supplier_portal import queries
from tenders.queries import questionnaire_of
from tests import proving
from tests.fuzzing import sendable
from tests.hostile_texts import hostile_texts

# From which of the thousand on, and how many.
FIRST = proving.size("first_text", 0)
TEXTS = [sendable(text) for text in hostile_texts()][
    FIRST : FIRST + proving.size("hostile_texts", 50)
]
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# What no text may bring into a Word file; its breaks and tabs stay in its paragraph.
LIVE = {
    f"{W}{name}" for name in ("fldChar", "fldSimple", "instrText", "hyperlink", "object", "pict")
}
CANNOT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
TURNS = re.compile("[\u0590-\u08ff\u200f\u202e\u2066-\u2069]")
# Of what a PDF shows, pdftotext gives back words of such letters as they are, whatever the font.
WORD = re.compile("[A-Za-z0-9]{3,40}")


class Pages:
    """The text boxes of a bid, and what is typed into them."""

    def __init__(self, client, bid):
        self.client, self.home = client, f"/bids/{bid.token}"
        self.parts: dict[str, list[str]] = {}
        for part in questionnaire_of(bid.tender).parts.values():
            if part.kind in (Kind.NARRATIVE, Kind.SHORT_TEXT):
                self.parts.setdefault(part.id.partition(".")[0], []).append(part.id)
        self.boxes = [name for question in self.parts for name in self._shown(question)]

    def _page(self, question):
        return html.fromstring(self.client.get(f"{self.home}/questions/{question}").data)

    def _shown(self, question):
        """Return name → (what stands in the box, its version) of what the page asks."""
        page, found = self._page(question), {}
        for name in self.parts[question]:
            for box in page.xpath(f"//*[@name='{name}']"):
                stands = box.get("value", "") if box.tag == "input" else (box.text or "")
                (version,) = page.xpath(f"//input[@name='v-{name}']/@value")
                found[name] = (stands.removeprefix("\n") if box.tag != "input" else stands, version)
        return found

    def type(self, texts):
        """Type a text into each box; return name → text of what was taken, and what was refused."""
        taken, refused = {}, {}
        for question in self.parts:
            shown = self._shown(question)
            boxes = [name for name in shown if name in texts and "\0" not in texts[name]]
            for name in shown.keys() - boxes:
                refused[name] = self._unreadable(question, name, texts[name])
            if not boxes:
                continue
            sent = {name: texts[name] for name in boxes}
            versions = {f"v-{name}": shown[name][1] for name in boxes}
            answer = self.client.post(f"{self.home}/questions/{question}", data=sent | versions)
            assert answer.status_code in (302, 422), (question, sent)
            errors = _errors(answer) if answer.status_code == 422 else {}
            said = {name: errors.get(name, errors.get(name.replace(".", "-"))) for name in boxes}
            taken |= {name: text for name, text in sent.items() if said[name] is None}
            refused |= {name: words for name, words in said.items() if words is not None}
        return taken, refused

    def _unreadable(self, question, name, text):
        """Send a text with a character that no database holds; return what is said of it."""
        sent = {name: text, f"v-{name}": "0"}
        answer = self.client.post(f"{self.home}/questions/{question}", data=sent)
        assert answer.status_code == 400
        page = html.fromstring(answer.data)
        # What was typed is there all the same, with a sign for each.
        typed = [_signed("".join(dd.itertext())) for dd in page.xpath("//dd[@class]")]
        assert _signed(text) in typed
        return " ".join(" ".join(page.xpath("//main//p[1]//text()")).split())

    def standing(self):
        """Return what stands in each box now."""
        return {n: text for q in self.parts for n, (text, _) in self._shown(q).items()}


def _signed(text):
    """Return the words of a text: what cannot be shown is no space, whatever Python makes of it."""
    return CANNOT.sub("\ufffd", text.strip()).split()


def _errors(answer):
    page = html.fromstring(answer.data)
    found = page.xpath("//p[contains(@class, 'govuk-error-message')]")
    return {
        each.get("id", "").removesuffix("-error"): " ".join("".join(each.itertext()).split())
        for each in found
    }


def in_word(text):
    """Return how a text is to be read back from Word."""
    lines = text.replace("\r\n", "\n")
    for end in ("\r", "\u2028", "\u2029"):
        lines = lines.replace(end, "\n")
    return CANNOT.sub("\ufffd", lines)


def faults_in_word(data, texts, elements):
    """Yield each text that is not a paragraph of its own there, word for word, and what is live."""
    document = Document(io.BytesIO(data))
    paragraphs = Counter(paragraph.text for paragraph in document.paragraphs)
    cells = {cell.text for table in document.tables for row in table.rows for cell in row.cells}
    yield from (text for text in texts if in_word(text) not in paragraphs.keys() | cells)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        root = etree.fromstring(archive.read("word/document.xml"))
        links = archive.read("word/_rels/document.xml.rels")
    yield from ("live in Word", *LIVE & {element.tag for element in root.iter()})[1:]
    if b"External" in links:
        yield "a link in Word"
    if sum(1 for _ in root.iter(f"{W}p")) != elements:
        yield "a paragraph more in Word"


def paragraphs_of(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return sum(1 for _ in etree.fromstring(archive.read("word/document.xml")).iter(f"{W}p"))


def cells_of(data):
    """Return the words of cells, and the formulas by where they stand."""
    words, formulas = set(), {}
    for sheet in load_workbook(io.BytesIO(data)):
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    formulas[sheet.title, cell.coordinate] = str(cell.value)
                elif cell.value is not None:
                    words.add(ESCAPED.sub(lambda one: chr(int(one[1], 16)), str(cell.value)))
    return words, formulas


def as_pdf(data, folder, kind):
    """Return the words of a document as LibreOffice prints it: by the service itself, of Word."""
    if kind == "docx":
        pdf = soffice.to_pdf(data, seconds=300)
    else:
        (folder / "book.xlsx").write_bytes(data)
        subprocess.run(
            [soffice.program(), f"-env:UserInstallation=file://{folder}/profile", "--headless",
             "--convert-to", "pdf", "--outdir", str(folder), str(folder / "book.xlsx")],
            check=True, capture_output=True, timeout=300,
        )  # fmt: skip
        pdf = (folder / "book.pdf").read_bytes()
    assert pdf.startswith(b"%PDF")
    (folder / "made.pdf").write_bytes(pdf)
    made = subprocess.run(
        ["pdftotext", "-raw", str(folder / "made.pdf"), "-"], check=True, capture_output=True
    )
    return "".join(made.stdout.decode("utf-8", "replace").split())


def missing_in_print(printed, texts):
    """Return the words of texts that were not printed; turned round where the text says so."""
    return [
        (text[:80], word)
        for text in texts
        for word in WORD.findall(text)[:40]
        if word not in printed and not (TURNS.search(text) and word[::-1] in printed)
    ]


def deal(texts, boxes):
    """Yield name of the box → text, until all are dealt."""
    for start in range(0, len(texts), len(boxes)):
        yield dict(zip(boxes, texts[start : start + len(boxes)], strict=False))


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "printed",
    [
        pytest.param(False, id="page, Word and Excel"),
        pytest.param(True, id="and printed", marks=[pytest.mark.slow, pytest.mark.libreoffice]),
    ],
)
def test_a_text_is_the_same_on_the_page_in_word_in_excel_and_in_print(
    bid, lead, client_for, tmp_path, printed
):
    if printed and not soffice.is_present():
        if os.environ.get("CI"):
            pytest.fail("LibreOffice is not installed (debian-packages.txt)")
        pytest.skip("LibreOffice is not installed (debian-packages.txt)")
    client = client_for(lead)
    pages = Pages(client, bid)
    pages.type(dict.fromkeys(pages.boxes, "Plain words"))
    plain = client.get(f"{pages.home}/answers.docx").data
    _, ours = cells_of(client.get(f"{pages.home}/workbook.xlsx").data)
    wrong, counted = [], Counter(texts=0, refused=0, printed_documents=0)

    for dealt in deal(TEXTS, pages.boxes):
        taken, refused = pages.type(dict.fromkeys(pages.boxes, "Plain words") | dealt)
        counted.update(texts=len(dealt), refused=len(refused))
        wrong += [
            ("refused without a sentence", name) for name, said in refused.items() if not said
        ]
        mine = {name: text for name, text in taken.items() if name in dealt and text.strip()}
        standing, saved = pages.standing(), queries.answers_of(bid)
        wrong += [("page", n, t) for n, t in mine.items() if plain_lines(standing[n]) != on_page(t)]
        wrong += [
            ("saved", n, t, repr(saved.get(n)))
            for n, t in mine.items()
            if not is_as_typed(saved.get(n), t)
        ]
        word = client.get(f"{pages.home}/answers.docx").data
        kept = [saved[name] for name in mine if name in saved]
        # An answer of nothing but spaces takes one away: so many paragraphs are another's.
        count = paragraphs_of(plain) if len(kept) == len(dealt) else paragraphs_of(word)
        wrong += [("Word", text) for text in faults_in_word(word, kept, count)]
        excel = client.get(f"{pages.home}/workbook.xlsx").data
        words, formulas = cells_of(excel)
        wrong += [("Excel", text) for text in kept if text not in words]
        wrong += [("formula", *one) for one in formulas.items() if one not in ours.items()]
        if printed:
            for kind, data in (("docx", word), ("xlsx", excel)):
                counted.update(printed_documents=1)
                shown = as_pdf(data, tmp_path, kind)
                if kind == "docx":
                    wrong += [("print", *one) for one in missing_in_print(shown, kept)]

    # Told once: the same texts are typed again where documents are printed as well.
    if printed:
        proving.tell(hostile_texts=counted["texts"], faults=len(wrong), **{
            name: counted[name] for name in ("refused", "printed_documents")})  # fmt: skip
    assert wrong == []
    assert counted["texts"] == len(TEXTS) > 0


def is_as_typed(saved, text):
    """Return whether what was saved is what was typed, however it says that a line ends."""
    return saved is not None and plain_lines(saved) == plain_lines(text)


def plain_lines(text):
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def on_page(text):
    """Return what a browser reads in a page that holds a text: HTML has no NUL."""
    return plain_lines(text).replace("\0", "\ufffd")
