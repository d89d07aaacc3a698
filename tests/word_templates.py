"""Word templates of councils, made here: ordinary ones, and ones that must be refused."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from random import Random

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Mm, Pt

R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PLACE = "{{ schedule }}"


def saved(document) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def plain(*paragraphs: str, place: str | None = PLACE) -> bytes:
    """What anybody makes in a minute: python-docx's own styles, a title, the place."""
    document = Document()
    document.add_heading("Contract for {{ tender_title }}", 0)
    for text in paragraphs or ("{{ authority }} and {{ supplier }}: {{ status }}, {{ version }}",):
        document.add_paragraph(text)
    if place is not None:
        document.add_paragraph(place)
    return saved(document)


def odd() -> bytes:
    """A house style of its own: other names, own lists, a picture in the header, a signature page
    on its side behind the schedule."""
    document = Document()
    styles = document.styles
    for name, based in (
        ("HB Clause Head", "Heading 1"), ("HB Clause", "Normal"), ("HB Cell", "Normal"),
        ("Definition", "Normal"),
    ):  # fmt: skip
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = styles[based]
        style.font.size = Pt(12)
    # An id and a list of its own that ours must not run into.
    clash = styles.add_style("Clause2", WD_STYLE_TYPE.CHARACTER)
    clash.element.set(
        "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}styleId", "Clause2"
    )
    document.add_paragraph("Our own numbered words", style="List Number")
    document.add_paragraph("The Council's own heading", style="HB Clause Head")
    document.add_paragraph("{{ tender_reference }} {%p if hash %}".removesuffix(" {%p if hash %}"))
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    section.different_first_page_header_footer = True
    header = section.header.paragraphs[0]
    header.add_run().add_picture(io.BytesIO(png()), width=Mm(12))
    header.add_run("\t{{ authority }}\t{{ status }}")
    section.footer.paragraphs[0].text = "{{ tender_reference }}\t\t{{ hash }}"
    document.add_paragraph(PLACE)
    last = document.add_section(WD_SECTION.NEW_PAGE)
    last.orientation = WD_ORIENT.LANDSCAPE
    last.page_width, last.page_height = Mm(297), Mm(210)
    document.add_paragraph("Signed for {{ authority }} and {{ supplier }}")
    return saved(document)


ODD_STYLES = {"Heading1": "HBClauseHead", "Clause3": "HBClause", "TableText": "HBCell"}


def sideways() -> bytes:
    """The whole template lies on its side, and something follows the schedule."""
    document = Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    document.add_paragraph("{{ tender_title }}")
    document.add_paragraph(PLACE)
    document.add_paragraph("End of the schedule of {{ supplier }}")
    return saved(document)


def split_over_runs() -> bytes:
    """As Word leaves it after somebody corrected a letter in the middle of a field."""
    document = Document()
    paragraph = document.add_paragraph()
    for piece in ("For {", "{ supp", "lier ", "}", "} only"):
        paragraph.add_run(piece)
    document.add_paragraph("{%p if hash %}")
    document.add_paragraph("Hash {{ hash }}")
    document.add_paragraph("{%p endif %}")
    document.add_paragraph("{% for name in bought_with %}{{ name }}; {% endfor %}")
    document.add_paragraph(PLACE)
    return saved(document)


def png() -> bytes:
    """One dark dot."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        summed = struct.pack(">L", zlib.crc32(kind + data))
        return struct.pack(">L", len(data)) + kind + data + summed

    head = struct.pack(">2L5B", 1, 1, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\x00\x12\x32\x4a")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def changed(data: bytes, parts: Mapping[str, Callable[[bytes], bytes]], **added: bytes) -> bytes:
    """The same package with some of its parts written over."""
    saved_to = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(saved_to, "w", 8) as new:
        for name in old.namelist():
            new.writestr(name, parts.get(name, lambda same: same)(old.read(name)))
        for name, content in added.items():
            new.writestr(name, content)
    return saved_to.getvalue()


def with_body(xml: str) -> bytes:
    """A template whose text begins with ``xml``."""
    document = Document(io.BytesIO(plain()))
    document.element.body.insert(0, parse_xml(xml))
    return saved(document)


def paragraph_of(inside: str) -> bytes:
    more = nsdecls("w", "r", "wp", "a", "pic")
    return with_body(f"<w:p {more}>{inside}</w:p>")


def external(kind: str, target: str) -> bytes:
    relation = (
        f'<Relationship Id="rIdX" Type="{R}/{kind}" Target="{target}" TargetMode="External"/>'
    )
    return changed(
        plain(),
        {
            "word/_rels/document.xml.rels": lambda data: data.replace(
                b"</Relationships>", relation.encode() + b"</Relationships>"
            )
        },
    )


def of_type(kind: bytes) -> bytes:
    return changed(
        plain(),
        {
            "[Content_Types].xml": lambda data: data.replace(
                b"wordprocessingml.document.main+xml", kind
            )
        },
    )


def with_type(kind: str, part: str, content: bytes) -> bytes:
    entry = f'<Override PartName="/{part}" ContentType="{kind}"/></Types>'.encode()
    data = changed(plain(), {"[Content_Types].xml": lambda old: old.replace(b"</Types>", entry)})
    return changed(data, {}, **{part: content})


# What somebody tries with merge fields → words of the sentence that refuses it.
HOSTILE_FIELDS: Mapping[str, str] = {
    # The six of the tests that decided on the list of what is allowed.
    "{{ ''.__class__.__mro__[1].__subclasses__() }}": "holds something that is no merge field",
    "{{ authority.__init__.__globals__ }}": "holds something that is no merge field",
    "{{ 'a' * 9999999999 }}": "holds something that is no merge field",
    "{% for x in range(999999999) %}{{ x }}{% endfor %}": "goes through something that is no list",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}": (
        "holds something that is no merge field"
    ),
    "{% include '/etc/passwd' %}": "holds something that is no merge field",
    # And more.
    "{{ authority['__class__'] }}": "holds something that is no merge field",
    "{{ authority | attr('__class__') }}": "in a way that is not allowed",
    "{{ authority | center(999999999) }}": "in a way that is not allowed",
    "{{ authority | default(supplier) }}": "in a way that is not allowed",
    "{{ authority ~ supplier }}": "holds something that is no merge field",
    "{{ 9 ** 9 ** 9 }}": "holds something that is no merge field",
    "{{ authority % 9 }}": "holds something that is no merge field",
    "{{ [authority] }}": "holds something that is no merge field",
    "{{ {'a': 1} }}": "holds something that is no merge field",
    "{{ lipsum(n=9999) }}": "holds something that is no merge field",
    "{{ self }}": "“self”, which is not a merge field",
    "{{ config }}": "“config”, which is not a merge field",
    "{{ suplier }}": "Did you mean {{ supplier }}?",
    "{{ 1.5 }}": "holds something that is no merge field",
    "{{ authority if supplier else hash }}": "holds something that is no merge field",
    "{{ authority is defined }}": "is no merge field",
    "{% set x = 1 %}": "holds something that is no merge field",
    "{% macro m() %}{% endmacro %}": "holds something that is no merge field",
    "{% raw %}{% endraw %}": "is no merge field",
    "{% import 'x' as y %}": "holds something that is no merge field",
    "{% extends 'x' %}": "holds something that is no merge field",
    "{% for a in bought_with %}{% for b in bought_with %}{{ b }}{% endfor %}{% endfor %}": (
        "a list within a list"
    ),
    "{% for a in bought_with recursive %}{{ a }}{% endfor %}": "list within a list",
    "{% for a in bought_with if a %}{{ a }}{% endfor %}": "goes through something else",
    "{% for a, b in bought_with %}{{ a }}{% endfor %}": "goes through something that is no list",
    "{% for hash in bought_with %}{{ hash }}{% endfor %}": "the name of a merge field",
    "{% for a in bought_with %}{{ loop.index }}{% endfor %}": (
        "holds something that is no merge field"
    ),
    "{% filter upper %}x{% endfilter %}": "holds something that is no merge field",
    "{%r if hash %}": "is no merge field",
    "{{r authority }}": "is no merge field",
    "{% colspan 5 %}": "is no merge field",
    "{% if hash %}": "does not begin or end",
    "{% endif %}": "is no merge field",
    "{{ authority": "does not begin or end there",
    "authority }}": "does not begin or end there",
    "{%- if hash %}{% endif %}": "has a sign beside its braces",
    "{{ authority -}}": "has a sign beside its braces",
    "{{ " + "x" * 400 + " }}": "more than 300 characters",
    "{{ authority }}" * 301: "more than 300 merge fields",
    "before {{ schedule }}": "Put it in a paragraph of its own",
    "{{ schedule | upper }}": "“schedule”, which is not a merge field",
}


# Letters that no packing makes much smaller.
MUCH_TEXT = Random(1).randbytes(4_250_000).hex().encode()


def bomb() -> bytes:
    return changed(plain(), {}, **{"word/media/image9.png": bytes(120 * 1024 * 1024)})


# What comes in the file itself → words of the sentence.
HOSTILE_FILES: Mapping[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "the file is empty"),
    "no zip": (lambda: b"MZ" + bytes(99), "this is not a .docx file"),
    "macros by type": (
        lambda: of_type(b"ms-word.document.macroEnabled.main+xml"), "macros",
    ),
    "a template of Word": (
        lambda: of_type(b"wordprocessingml.template.main+xml"), "Save it as .docx",
    ),
    "a macro project": (
        lambda: changed(plain(), {}, **{"word/vbaProject.bin": b"x"}), "macros",
    ),
    "a program of the old kind": (
        lambda: changed(plain(), {}, **{"word/embeddings/a.bin": b"\xd0\xcf\x11\xe0" + bytes(99)}),
        "another file",
    ),
    "a control": (
        lambda: with_type("application/vnd.ms-office.activeX+xml", "word/x.xml", b"<a/>"),
        "control",
    ),
    "a picture elsewhere": (lambda: external("image", "https://x.test/a.png"), "another place"),
    "a template elsewhere": (
        lambda: external("attachedTemplate", "https://x.test/a.dotm"), "another place",
    ),
    "a link to a share": (lambda: external("hyperlink", "file://server/share"), "private network"),
    "an entity": (
        lambda: changed(
            plain(),
            {
                "word/document.xml": lambda data: data.replace(
                    b"<w:document", b'<!DOCTYPE w [<!ENTITY a "b">]><w:document', 1
                )
            },
        ),
        "document type",
    ),
    "a bomb": (bomb, "unpacks to far more"),
    "many parts": (
        lambda: changed(plain(), {}, **{f"customXml/{n}.xml": b"<a/>" for n in range(400)}),
        "more than 300 parts",
    ),
    "much text": (
        lambda: changed(
            plain(), {}, **{"customXml/a.xml": b"<a>%b</a>" % MUCH_TEXT}
        ),
        "more text than a template needs",
    ),
    "another document inside": (
        lambda: with_body(f'<w:altChunk {nsdecls("w", "r")} r:id="rId9"/>'),
        "holds another document",
    ),
    "a tracked change": (
        lambda: paragraph_of('<w:ins w:id="1" w:author="A"><w:r><w:t>new</w:t></w:r></w:ins>'),
        "Accept All Changes",
    ),
    "a comment": (
        lambda: paragraph_of('<w:r><w:commentReference w:id="0"/></w:r>'), "Delete All Comments",
    ),
    "a field that fetches": (
        lambda: paragraph_of('<w:fldSimple w:instr=" INCLUDETEXT C:/secret.docx "/>'),
        "takes something from another place",
    ),
    "a field that starts a program": (
        lambda: paragraph_of(
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>DDE</w:instrText></w:r>'
            '<w:r><w:instrText>AUTO cmd</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/>'
            "</w:r>"
        ),
        "starts another program",
    ),
    "a button that runs a macro": (
        lambda: paragraph_of('<w:fldSimple w:instr="MACROBUTTON x Click"/>'), "when it is clicked",
    ),
    "a merge field in a field code": (
        lambda: paragraph_of('<w:r><w:instrText>HYPERLINK "{{ supplier }}"</w:instrText></w:r>'),
        "in a place that is no text",
    ),
    "a merge field in an attribute": (
        lambda: paragraph_of('<w:bookmarkStart w:id="5" w:name="{{ supplier }}"/>'),
        "in a place that is no text",
    ),
    "no place": (lambda: plain(place=None), "does not say where the clauses go"),
    "two places": (lambda: plain(PLACE), "says 2 times where the clauses go"),
    "the place in a table": (
        lambda: _with_table(), "stands in a table",
    ),
    "the strict form": (
        lambda: changed(
            plain(),
            {
                "word/document.xml": lambda data: data.replace(
                    b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
                    b"http://purl.oclc.org/ooxml/wordprocessingml/main",
                )
            },
        ),
        "strict form",
    ),
}  # fmt: skip


def _with_table() -> bytes:
    document = Document(io.BytesIO(plain(place=None)))
    document.add_table(1, 1).cell(0, 0).text = PLACE
    return saved(document)
