"""What is written, put into a package: with the styles and numbering, headers, footers, properties.

Styles and numbering are plain XML beside this file: what a council would change to make the
schedule look like its own contracts. The same schedule always gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from io import BytesIO
from itertools import chain
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from contract_clauses.rules.issuing import Approved
from contract_clauses.rules.parts import Schedule
from contract_clauses.rules.schedule_kept import sha256_of
from contract_clauses.word import fields
from contract_clauses.word.blocks import SIDEWAYS, UPRIGHT, Page, paragraph
from contract_clauses.word.text import escaped, run, safe_text

SKELETON = Path(__file__).parent / "skeleton"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
# The parts every document has, in the order in which they stand in the package.
PARTS = {
    "[Content_Types].xml": "content_types.xml",
    "_rels/.rels": "package_relationships.xml",
    "docProps/app.xml": "app.xml",
    "docProps/core.xml": "core.xml",
    "docProps/custom.xml": "custom.xml",
    "word/_rels/document.xml.rels": "document_relationships.xml",
    "word/styles.xml": "styles.xml",
    "word/numbering.xml": "numbering.xml",
    "word/settings.xml": "settings.xml",
}
COMMENTS_TYPE = (
    '<Override PartName="/word/comments.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.wordprocessingml.comments+xml"/>'
)
COMMENTS_RELATIONSHIP = (
    '<Relationship Id="rId8" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/comments" Target="comments.xml"/>'
)
NUMBER_OF_HEADINGS = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
HEADINGS_OF_LEVEL = '<w:pStyle w:val="Heading1"/>'
# Where a custom property of ours is read from: the format Word gives to those people enter.
CUSTOM_FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
PROPERTY = "SupplierAssurance"
# The SHA-256 of the template a document is on, where it is not on ours.
TEMPLATE_PROPERTY = "SupplierAssuranceTemplate"
LONGEST_PROPERTY = 255
# Files in a zip carry a time; ours says nothing, so that equal schedules are equal bytes.
NO_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Written:
    """A document to be packed: the inside of its body in pieces, and what stands around it.

    ``running_head`` and ``mark`` stand at the top of every page, ``title`` at its foot.
    ``made_from`` names what the document was made from, for when it comes back.
    """

    body: Iterable[str]
    title: str
    running_head: str
    mark: str = ""
    made_on: date | None = None
    subject: str = ""
    comments: str = ""
    made_from: str = ""
    # Headings of a schedule carry the numbers of its clauses; those of other documents none.
    has_numbered_headings: bool = True


def packed(written: Written) -> bytes:
    """Return the document as the bytes of a .docx file."""
    parts = dict(_skeleton())
    parts["docProps/core.xml"] = _before_end(parts["docProps/core.xml"], _properties(written))
    parts["docProps/custom.xml"] = _before_end(parts["docProps/custom.xml"], _made_from(written))
    if not written.has_numbered_headings:
        parts["word/styles.xml"] = parts["word/styles.xml"].replace(NUMBER_OF_HEADINGS, "")
        parts["word/numbering.xml"] = parts["word/numbering.xml"].replace(HEADINGS_OF_LEVEL, "")
    if written.comments:
        _add_comments(parts, written.comments)
    for page, kind in ((UPRIGHT, ""), (SIDEWAYS, "-wide")):
        parts[f"word/header{kind}.xml"] = _part("hdr", _header(written, page))
        parts[f"word/footer{kind}.xml"] = _part("ftr", _footer(written, page))
    begin, end = _around("document")
    # Piece by piece, since most pieces are ASCII, which costs nothing to encode; the whole is not.
    body = b"".join(map(str.encode, chain([f"{begin}<w:body>"], written.body, [f"</w:body>{end}"])))
    return zipped(parts | {"word/document.xml": body})


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """Return the parts as a package whose bytes depend on nothing else."""
    saved = BytesIO()
    with ZipFile(saved, "w", ZIP_DEFLATED) as package:
        for name, content in parts.items():
            entry = ZipInfo(name, NO_TIME)
            entry.compress_type = ZIP_DEFLATED
            package.writestr(entry, content)
    return saved.getvalue()


@cache
def _skeleton() -> dict[str, str]:
    return {name: (SKELETON / source).read_text(encoding="utf-8") for name, source in PARTS.items()}


def _part(root: str, inside: str) -> str:
    begin, end = _around(root)
    return f"{begin}{inside}{end}"


def _around(root: str) -> tuple[str, str]:
    """Return what stands before and after the inside of a part."""
    return f"{DECLARATION}<w:{root} {MAIN}>", f"</w:{root}>"


def _before_end(xml: str, more: str) -> str:
    """Return ``xml`` with ``more`` as the last children of its root."""
    start, end = xml.rsplit("</", 1)
    return f"{start}{more}</{end}"


def _properties(written: Written) -> str:
    """Return the properties of the document; they name no person."""
    one_line = " ".join(safe_text(written.title).split())[:LONGEST_PROPERTY]
    properties = f"<dc:title>{escaped(one_line)}</dc:title>"
    if written.subject:
        subject = " ".join(safe_text(written.subject).split())[:LONGEST_PROPERTY]
        properties += f"<dc:subject>{escaped(subject)}</dc:subject>"
    if written.made_on is not None:
        moment = f"{written.made_on.isoformat()}T00:00:00Z"
        properties += f'<dcterms:created xsi:type="dcterms:W3CDTF">{moment}</dcterms:created>'
    return properties


def says_made_from(schedule: Schedule, approved: Approved | None, bid: str) -> str:
    """Return what names this very schedule, for when the document comes back.

    ``bid``: the token of its bid, so that it is taken for no other; empty where there is none.
    """
    of = f":{bid}" if bid else ""
    if approved is None:
        return f"schedule:draft:{sha256_of(schedule)}{of}"
    return f"schedule:{approved.token}:{approved.sha256}{of}"


def _made_from(written: Written) -> str:
    if not written.made_from:
        return ""
    return (
        f'<property fmtid="{CUSTOM_FORMAT}" pid="2" name="{PROPERTY}">'
        f"<vt:lpwstr>{escaped(safe_text(written.made_from))}</vt:lpwstr></property>"
    )


def _add_comments(parts: dict[str, str], comments: str) -> None:
    for name, entry in (
        ("[Content_Types].xml", COMMENTS_TYPE),
        ("word/_rels/document.xml.rels", COMMENTS_RELATIONSHIP),
    ):
        parts[name] = _before_end(parts[name], entry)
    parts["word/comments.xml"] = _part("comments", comments)


def _header(written: Written, page: Page) -> str:
    words = f"{written.running_head}\t{written.mark}"
    return paragraph("Header", run(words), _right_tab(page))


def _footer(written: Written, page: Page) -> str:
    numbers = run("Page ") + fields.field("PAGE", "1") + run(" of ") + fields.field("NUMPAGES", "1")
    return paragraph("Footer", run(f"{written.title}\t") + numbers, _right_tab(page))


def _right_tab(page: Page) -> str:
    clear = f'<w:tab w:val="clear" w:pos="{UPRIGHT.text_width}"/>' if page is not UPRIGHT else ""
    return f'<w:tabs>{clear}<w:tab w:val="right" w:pos="{page.text_width}"/></w:tabs>'
