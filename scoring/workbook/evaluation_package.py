"""The zip of an .xlsx around its sheets: written as they are made, the list of sheets last."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile

from foundation.cells import column_letter
from scoring.workbook.evaluation_cells import in_xml
from scoring.workbook.evaluation_styles import STYLES
from scoring.workbook.evaluation_xml import (
    DECLARED,
    MAIN,
    SheetToWrite,
    SheetWriter,
    Written,
)

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
# Speed matters more here than the last tenth of the size.
LEVEL = 1
# So many pieces wait to be packed at most: memory does not grow where packing is slower.
WAITING = 8


@dataclass
class _Sink:
    """Takes what the zip module writes, until it is fetched."""

    held: list[bytes] = field(default_factory=list)

    def write(self, data: bytes) -> int:
        self.held.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing to do: what was written is fetched after every piece."""

    def close(self) -> None:
        """Nothing to do: nothing is held open."""

    def taken(self) -> bytes:
        taken = b"".join(self.held)
        self.held.clear()
        return taken


def workbook_pieces(
    title: str, made_at: datetime, sheets: Iterable[SheetToWrite]
) -> Iterator[bytes]:
    """Return the bytes of the file piece by piece; sheets are read as they go out."""
    sink, written = _Sink(), list[Written]()
    with ZipFile(sink, mode="w", compression=ZIP_DEFLATED, compresslevel=LEVEL) as archive:
        yield from _member(archive, sink, "_rels/.rels", [_RELATIONS])
        yield from _member(archive, sink, "docProps/core.xml", [_properties(title, made_at)])
        yield from _member(archive, sink, "xl/styles.xml", [STYLES])
        for sheet in sheets:
            rows = iter(sheet.rows)
            part, more = 1, True
            while more:
                name = sheet.title if part == 1 else f"{sheet.title} {part}"
                one = Written(name, sheet.headed, len(sheet.columns))
                written.append(one)
                writer = SheetWriter(sheet, one, footer=f"{title} – {name}")
                path = f"xl/worksheets/sheet{len(written)}.xml"
                yield from _member(archive, sink, path, writer.pieces(rows))
                part, more = part + 1, writer.is_full
        yield from _member(archive, sink, "xl/workbook.xml", [_book(written)])
        yield from _member(archive, sink, "xl/_rels/workbook.xml.rels", [_book_relations(written)])
        yield from _member(archive, sink, "[Content_Types].xml", [_content_types(written)])
    yield sink.taken()


def _member(archive: ZipFile, sink: _Sink, path: str, made: Iterable[str]) -> Iterator[bytes]:
    """Write one member; it is packed beside the making of its text, which another core can do."""
    # By its name alone: only so does the zip module heed the level; the time inside is fixed.
    with archive.open(path, "w") as file, ThreadPoolExecutor(1) as beside:

        def packed(piece: str) -> bytes:
            file.write(piece.encode())
            return sink.taken()

        waiting = deque[Future[bytes]]()
        for piece in made:
            waiting.append(beside.submit(packed, piece))
            while len(waiting) > WAITING or (waiting and waiting[0].done()):
                if taken := waiting.popleft().result():
                    yield taken
        for one in waiting:
            yield one.result()
    yield sink.taken()


_RELATIONS = (
    f'{DECLARED}<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    f'<Relationship Id="rId2" Type="{PACKAGE}/relationships/metadata/core-properties" '
    'Target="docProps/core.xml"/></Relationships>'
)


def _properties(title: str, made_at: datetime) -> str:
    return (
        f'{DECLARED}<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{in_xml(title)}</dc:title><dc:creator>Supplier Assurance</dc:creator>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{made_at:%Y-%m-%dT%H:%M:%SZ}'
        "</dcterms:created></cp:coreProperties>"
    )


def _book(written: Sequence[Written]) -> str:
    sheets = "".join(
        f'<sheet name={quoteattr(one.title)} sheetId="{n}" r:id="rId{n}"/>'
        for n, one in enumerate(written, start=1)
    )
    names = "".join(_names(n, one) for n, one in enumerate(written))
    return (
        f'{DECLARED}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><bookViews><workbookView/>'
        f"</bookViews><sheets>{sheets}</sheets><definedNames>{names}</definedNames></workbook>"
    )


def _names(place: int, one: Written) -> str:
    """Return what of a sheet is printed, and that its headings are repeated on every page."""
    sheet = escape(f"'{one.title}'!")
    last = f"${column_letter(one.columns)}${max(1, one.rows)}"
    area = (
        f'<definedName name="_xlnm.Print_Area" localSheetId="{place}">{sheet}$A$1:{last}'
        "</definedName>"
    )
    if not one.headed:
        return area
    return (
        f'{area}<definedName name="_xlnm.Print_Titles" localSheetId="{place}">{sheet}$1:$1'
        "</definedName>"
    )


def _book_relations(written: Sequence[Written]) -> str:
    sheets = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(written) + 1)
    )
    return (
        f'{DECLARED}<Relationships xmlns="{PACKAGE}/relationships">{sheets}'
        f'<Relationship Id="rId{len(written) + 1}" Type="{OFFICE}/styles" Target="styles.xml"/>'
        "</Relationships>"
    )


def _content_types(written: Sequence[Written]) -> str:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    sheets = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{kind}.worksheet+xml"/>'
        for n in range(1, len(written) + 1)
    )
    return (
        f'{DECLARED}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{kind}.styles+xml"/>'
        '<Override PartName="/docProps/core.xml" '
        'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
        f"{sheets}</Types>"
    )
