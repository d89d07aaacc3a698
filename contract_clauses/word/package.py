"""What is written, put into the template: its styles and numbering, headers, footers, properties.

The template is plain XML beside this file: what a council would change to make the schedule look
like its own contracts. The same schedule always gives the same bytes.
"""

from __future__ import annotations

from datetime import date, datetime, time
from functools import cache
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.opc.part import XmlPart
from docx.oxml import parse_xml
from docx.oxml.xmlchemy import BaseOxmlElement

from contract_clauses.word import fields
from contract_clauses.word.blocks import SIDEWAYS, UPRIGHT, Page, paragraph
from contract_clauses.word.text import run, safe_text

SKELETON = Path(__file__).parent / "skeleton"
MAIN = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
PARTS = {
    "[Content_Types].xml": "content_types.xml",
    "_rels/.rels": "package_relationships.xml",
    "docProps/app.xml": "app.xml",
    "docProps/core.xml": "core.xml",
    "word/_rels/document.xml.rels": "document_relationships.xml",
    "word/styles.xml": "styles.xml",
    "word/numbering.xml": "numbering.xml",
    "word/settings.xml": "settings.xml",
}
# What every document writes for itself.
BLANK = {
    "word/document.xml": f"<w:document {MAIN}><w:body/></w:document>",
    "word/header.xml": f"<w:hdr {MAIN}/>",
    "word/footer.xml": f"<w:ftr {MAIN}/>",
    "word/header-wide.xml": f"<w:hdr {MAIN}/>",
    "word/footer-wide.xml": f"<w:ftr {MAIN}/>",
}
LONGEST_PROPERTY = 255
# Files in a zip carry a time; ours says nothing, so that equal schedules are equal bytes.
NO_TIME = (1980, 1, 1, 0, 0, 0)


def packed(body: str, *, title: str, running_head: str, mark: str, made_on: date | None) -> bytes:
    """Return the document. ``running_head`` and ``mark`` stand at the top of every page."""
    document = Document(BytesIO(_template()))
    _fill(document.element.body, body)
    for page in (UPRIGHT, SIDEWAYS):
        _fill(_part(document.part.related_parts[page.header]), _header(running_head, mark, page))
        _fill(_part(document.part.related_parts[page.footer]), _footer(title, page))
    # Properties that name no person.
    document.core_properties.title = " ".join(safe_text(title).split())[:LONGEST_PROPERTY]
    if made_on is not None:
        document.core_properties.created = datetime.combine(made_on, time())
    saved = BytesIO()
    document.save(saved)
    return _without_times(saved)


@cache
def _template() -> bytes:
    saved = BytesIO()
    with ZipFile(saved, "w", ZIP_DEFLATED) as package:
        for name, source in PARTS.items():
            package.writestr(name, (SKELETON / source).read_bytes())
        for name, xml in BLANK.items():
            package.writestr(name, xml)
    return saved.getvalue()


def _part(part: object) -> BaseOxmlElement:
    if not isinstance(part, XmlPart):
        raise TypeError(f"The template names {part!r} as a header or footer")
    element: BaseOxmlElement = part.element
    return element


def _fill(element: BaseOxmlElement, xml: str) -> None:
    """Put ``xml`` into an element of the template in place of what is there."""
    element[:] = list(parse_xml(f"<w:written {MAIN}>{xml}</w:written>"))


def _without_times(saved: BytesIO) -> bytes:
    timeless = BytesIO()
    with ZipFile(saved) as source, ZipFile(timeless, "w", ZIP_DEFLATED) as package:
        for name in source.namelist():
            entry = ZipInfo(name, NO_TIME)
            entry.compress_type = ZIP_DEFLATED
            package.writestr(entry, source.read(name))
    return timeless.getvalue()


def _header(running_head: str, mark: str, page: Page) -> str:
    return paragraph("Header", run(f"{running_head}\t{mark}"), _right_tab(page))


def _footer(title: str, page: Page) -> str:
    numbers = run("Page ") + fields.field("PAGE", "1") + run(" of ") + fields.field("NUMPAGES", "1")
    return paragraph("Footer", run(f"{title}\t") + numbers, _right_tab(page))


def _right_tab(page: Page) -> str:
    clear = f'<w:tab w:val="clear" w:pos="{UPRIGHT.text_width}"/>' if page is not UPRIGHT else ""
    return f'<w:tabs>{clear}<w:tab w:val="right" w:pos="{page.text_width}"/></w:tabs>'
