"""The parts of a .docx put together: the skeleton's styles and numbering, and what is written.

The skeleton is plain XML beside this file: what a council would change to make the schedule look
like its own contracts. The same schedule always gives the same bytes.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from contract_clauses.word import fields
from contract_clauses.word.blocks import SIDEWAYS, UPRIGHT, Page, paragraph
from contract_clauses.word.text import attribute, run

SKELETON = Path(__file__).parent / "skeleton"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
FIXED = {
    "[Content_Types].xml": "content_types.xml",
    "_rels/.rels": "package_relationships.xml",
    "docProps/app.xml": "app.xml",
    "word/_rels/document.xml.rels": "document_relationships.xml",
    "word/styles.xml": "styles.xml",
    "word/numbering.xml": "numbering.xml",
    "word/settings.xml": "settings.xml",
}
# Files in a zip carry a time; ours says nothing, so that equal schedules are equal bytes.
NO_TIME = (1980, 1, 1, 0, 0, 0)


def packed(body: str, *, title: str, running_head: str, mark: str, made_on: date | None) -> bytes:
    """Return the document. ``running_head`` and ``mark`` stand at the top of every page."""
    written = {
        "docProps/core.xml": _core_properties(title, made_on),
        "word/document.xml": f"<w:document {MAIN}><w:body>{body}</w:body></w:document>",
        "word/header.xml": _header(running_head, mark, UPRIGHT),
        "word/footer.xml": _footer(title, UPRIGHT),
        "word/header-wide.xml": _header(running_head, mark, SIDEWAYS),
        "word/footer-wide.xml": _footer(title, SIDEWAYS),
    }
    saved = BytesIO()
    with ZipFile(saved, "w", ZIP_DEFLATED, compresslevel=6) as package:
        for name, source in FIXED.items():
            package.writestr(_entry(name), _skeleton(source))
        for name, xml in written.items():
            package.writestr(_entry(name), (DECLARATION + xml).encode("utf-8"))
    return saved.getvalue()


@cache
def _skeleton(name: str) -> bytes:
    return (SKELETON / name).read_bytes()


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, NO_TIME)
    entry.compress_type = ZIP_DEFLATED
    return entry


def _header(running_head: str, mark: str, page: Page) -> str:
    line = paragraph("Header", run(f"{running_head}\t{mark}"), _right_tab(page))
    return f"<w:hdr {MAIN}>{line}</w:hdr>"


def _footer(title: str, page: Page) -> str:
    numbers = run("Page ") + fields.field("PAGE", "1") + run(" of ") + fields.field("NUMPAGES", "1")
    line = paragraph("Footer", run(f"{title}\t") + numbers, _right_tab(page))
    return f"<w:ftr {MAIN}>{line}</w:ftr>"


def _right_tab(page: Page) -> str:
    clear = f'<w:tab w:val="clear" w:pos="{UPRIGHT.text_width}"/>' if page is not UPRIGHT else ""
    return f'<w:tabs>{clear}<w:tab w:val="right" w:pos="{page.text_width}"/></w:tabs>'


def _core_properties(title: str, made_on: date | None) -> str:
    """Return properties that name no person."""
    made = ""
    if made_on:
        moment = f"{made_on.isoformat()}T00:00:00Z"
        made = f'<dcterms:created xsi:type="dcterms:W3CDTF">{moment}</dcterms:created>'
    return (
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
        'core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{attribute(title)}</dc:title><dc:creator>Supplier Assurance</dc:creator>"
        f"{made}<dc:language>en-GB</dc:language></cp:coreProperties>"
    )
