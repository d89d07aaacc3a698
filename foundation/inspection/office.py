"""Word, Excel and PowerPoint files: what they are, and whether they do or fetch anything."""

from __future__ import annotations

import io
import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from foundation.chunks import Source
from foundation.inspection import MEGABYTE, Unfit
from foundation.inspection.archive import Archive, Member
from foundation.inspection.fields import FieldReader
from foundation.inspection.markup import local, read_markup
from foundation.inspection.references import External, refuse_external

PREFIX = "application/vnd.openxmlformats-officedocument."
TYPES = "[content_types].xml"
ROOT_RELATIONS = "_rels/.rels"
# A chart keeps its numbers in a small workbook of its own.
LARGEST_CHART_DATA = 2 * MEGABYTE

OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0"
PROGRAMS = (b"MZ", b"\x7fELF", b"#!")
PROGRAM_ENDINGS = (
    ".exe", ".dll", ".js", ".jse", ".vbs", ".vbe", ".wsf", ".hta", ".bat", ".cmd", ".com", ".ps1",
    ".scr", ".lnk", ".msi", ".jar", ".reg", ".chm", ".url",
)  # fmt: skip

MACROS = "the file contains macros. Save it without macros as .{ending}"
EMBEDDED = "another file is embedded in it. Take that out and send it as a file of its own"
CONTROLS = "it contains a control that runs a program (ActiveX). Take it out, or send it as PDF"
PROGRAM = "there is a program inside it. Take it out, or send it as PDF"
ADD_IN = "it starts an add-in when it is opened. Take the add-in out, or send it as PDF"
LINKED = (
    "it takes data from another file. In Excel choose Data, Edit Links, Break Link (or Queries & "
    "Connections, Delete), save it and send that"
)
SCRIPT_IN_PICTURE = "a picture in it contains a script. Replace the picture, or send it as PDF"
NOT_THIS_KIND = "this is not a .{ending} file. Check that its name ends as it should"

# A word in the type of a part or of a relationship, in small letters → what is wrong with it.
FORBIDDEN = {
    "vbaproject": MACROS,
    "vbadata": MACROS,
    "macroenabled": MACROS,
    "macrosheet": MACROS,
    "dialogsheet": MACROS,
    "attachedtoolbars": MACROS,
    "activex": CONTROLS,
    "/control": CONTROLS,
    "oleobject": EMBEDDED,
    "afchunk": EMBEDDED,
    "webextension": ADD_IN,
    "externallink": LINKED,
    "connections": LINKED,
}
CHART_DATA = "/package"


@dataclass(frozen=True)
class OfficeKind:
    """A kind of Office file: how its name ends, and the type its main part must have."""

    ending: str
    main_type: str


WORD = OfficeKind("docx", PREFIX + "wordprocessingml.document.main+xml")
EXCEL = OfficeKind("xlsx", PREFIX + "spreadsheetml.sheet.main+xml")
POWERPOINT = OfficeKind("pptx", PREFIX + "presentationml.presentation.main+xml")


def inspect_office(source: Source, kind: OfficeKind) -> None:
    """Raises Unfit unless the file is of this kind and does and fetches nothing by itself."""
    _inspect(source, kind, with_charts=True)


def _inspect(source: Source, kind: OfficeKind, *, with_charts: bool) -> None:
    source.seek(0)
    beginning = source.read(4)
    if beginning == OLD_OR_LOCKED:
        raise Unfit(
            "the file has a password or an old format. "
            f"Save it without a password as .{kind.ending}, then choose it again"
        )
    if beginning != b"PK\x03\x04":
        raise Unfit(f"this is not a .{kind.ending} file, or it is damaged. Save it again")
    package = _Package(Archive(source), kind)
    package.check_kind()
    for member in package.archive.members.values():
        package.check_part(member, with_charts=with_charts)


class _Package:
    """The parts of one file, what each is, and what leads to what."""

    def __init__(self, archive: Archive, kind: OfficeKind) -> None:
        self.archive = archive
        self._kind = kind
        self._types: dict[str, str] = {}
        self._main = ""
        self._chart_data: set[str] = set()
        if TYPES not in archive.members:
            raise Unfit(NOT_THIS_KIND.format(ending=kind.ending))
        self._read_types()
        for name in archive.members:
            if name.endswith(".rels"):
                self._read_relations(name)

    def check_kind(self) -> None:
        main = self._type_of(self._main) if self._main in self.archive.members else ""
        if main == self._kind.main_type.lower():
            return
        if "template.main" in main or "slideshow.main" in main:
            raise Unfit(f"it is a template or a slide show. Save it as .{self._kind.ending}")
        raise Unfit(NOT_THIS_KIND.format(ending=self._kind.ending))

    def check_part(self, member: Member, *, with_charts: bool) -> None:
        name = member.name.lower()
        pieces = self.archive.pieces(member)
        first = next(pieces, b"")
        self._refuse_programs(name, first)
        if first.startswith(b"PK\x03\x04"):
            self._check_nested(member, chain([first], pieces), with_charts=with_charts)
        elif name.endswith(".svg"):
            _check_picture(chain([first], pieces))
        elif self._is_markup(name):
            _read_part(name, chain([first], pieces))
        else:
            for _piece in pieces:  # to its end: its size and sum must be what was declared
                pass

    def _refuse_programs(self, name: str, first: bytes) -> None:
        if posixpath.basename(name).startswith(("vbaproject", "vbadata")) or "macrosheets/" in name:
            raise Unfit(MACROS.format(ending=self._kind.ending))
        if first.startswith(OLD_OR_LOCKED):
            raise Unfit(EMBEDDED)
        if name.endswith(PROGRAM_ENDINGS) or first.startswith(PROGRAMS):
            raise Unfit(PROGRAM)

    def _check_nested(self, member: Member, pieces: Iterable[bytes], *, with_charts: bool) -> None:
        """The only file that may lie within a file: the numbers of a chart."""
        wanted = member.name.lower() in self._chart_data and with_charts
        if not wanted or member.unpacked > LARGEST_CHART_DATA:
            raise Unfit(EMBEDDED)
        _inspect(io.BytesIO(b"".join(pieces)), EXCEL, with_charts=False)

    def _is_markup(self, name: str) -> bool:
        return name.endswith((".xml", ".rels", ".vml")) or self._type_of(name).endswith("xml")

    def _type_of(self, name: str) -> str:
        return self._types.get("/" + name) or self._types.get(name.rpartition(".")[2], "")

    def _read_types(self) -> None:
        def start(name: str, attributes: dict[str, str]) -> None:
            kind = attributes.get("ContentType", "").lower()
            self._refuse_type(kind)
            key = "PartName" if name == "Override" else "Extension"
            self._types[attributes.get(key, "").lower()] = kind

        read_markup(self.archive.pieces(self.archive.members[TYPES]), start)

    def _read_relations(self, name: str) -> None:
        folder = posixpath.dirname(posixpath.dirname(name))
        found: list[tuple[str, str]] = []

        def start(element: str, attributes: dict[str, str]) -> None:
            if element != "Relationship":
                return
            kind, target = attributes.get("Type", "").lower(), attributes.get("Target", "")
            if attributes.get("TargetMode", "").lower() == "external":
                refuse_external(External(kind, target))
                return
            self._refuse_type(kind)
            if kind.endswith((CHART_DATA, "/officedocument")):
                found.append((kind, _absolute(folder, target)))

        read_markup(self.archive.pieces(self.archive.members[name]), start)
        for kind, target in found:
            if name == ROOT_RELATIONS:
                self._main = target
            elif kind.endswith(CHART_DATA) and "/charts/" in name:
                self._chart_data.add(target)

    def _refuse_type(self, kind: str) -> None:
        for word, sentence in FORBIDDEN.items():
            if word in kind:
                raise Unfit(sentence.format(ending=self._kind.ending))


def _absolute(folder: str, target: str) -> str:
    joined = posixpath.normpath(posixpath.join("/" + folder, target))
    return joined.lstrip("/").lower()


def _read_part(name: str, pieces: Iterable[bytes]) -> None:
    """Read a part of markup to its end; in a document also the fields that fetch things."""
    if name.startswith("word/"):
        fields = FieldReader()
        read_markup(pieces, fields.start, fields.text, fields.end)
    else:
        read_markup(pieces)


def _check_picture(pieces: Iterable[bytes]) -> None:
    def start(name: str, attributes: dict[str, str]) -> None:
        if name.lower() in ("script", "foreignobject", "handler", "iframe", "embed", "object"):
            raise Unfit(SCRIPT_IN_PICTURE)
        for key, value in _lowered(attributes):
            leads_out = key == "href" and not value.startswith(("#", "data:image/"))
            if key.startswith("on") or "script:" in value or leads_out:
                raise Unfit(SCRIPT_IN_PICTURE)

    read_markup(pieces, start)


def _lowered(attributes: dict[str, str]) -> Iterator[tuple[str, str]]:
    for key, value in attributes.items():
        yield local(key).lower(), value.strip().lower()
