"""A Word template of the council's, uploaded and looked at; the service's own layout is in use."""

from __future__ import annotations

import io

from docx import Document
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.shared import Mm, Pt, RGBColor

from accounts.queries import Viewer
from contract_clauses.queries.templates import templates_of
from contract_clauses.service.templates import add_template

TITLE = "Contract schedule, house style"
INK = RGBColor(0x1D, 0x4D, 0x4F)
FONT = "Georgia"
COVER = (
    ("Title", "{{ tender_title }}"),
    ("Subtitle", "Schedule to the contract between {{ authority }} and {{ supplier }}"),
    ("Normal", "Reference {{ tender_reference }}"),
    ("Normal", "{{ status }}{% if date %}, {{ date }}{% endif %}"),
    ("Normal", "{% if hash %}Fingerprint {{ hash }}{% endif %}"),
    ("Normal", "{{ schedule }}"),
)


def offer_template(reviewer: Viewer) -> None:
    if not templates_of(reviewer):
        add_template(TITLE, "house-style.docx", house_style(), by=reviewer)


def house_style() -> bytes:
    """Return a small template: a serif face, dark green headings, a rule of words on each page."""
    document = Document()
    for name, size in (("Normal", 10.5), ("Title", 30), ("Subtitle", 15), ("Heading 1", 13)):
        font = document.styles[name].font
        font.name, font.size = FONT, Pt(size)
        if name != "Normal":
            font.color.rgb = INK
            fonts = document.styles[name].element.rPr.rFonts
            for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
                fonts.attrib.pop(f"{{{fonts.nsmap['w']}}}{theme}", None)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(25)
    section.different_first_page_header_footer = True
    for words, part in (
        ("{{ authority }}\t{{ status }}", section.header),
        ("{{ tender_reference }}\t{{ supplier }}", section.footer),
    ):
        line = part.paragraphs[0]
        line.text = words
        for stop in list(line.style.paragraph_format.tab_stops):
            line.paragraph_format.tab_stops.add_tab_stop(stop.position, WD_TAB_ALIGNMENT.CLEAR)
        line.paragraph_format.tab_stops.add_tab_stop(Mm(160), WD_TAB_ALIGNMENT.RIGHT)
    for style, text in COVER:
        document.add_paragraph(text, style=style)
    document.paragraphs[0].paragraph_format.space_before = Pt(120)
    saved = io.BytesIO()
    document.save(saved)
    return saved.getvalue()
