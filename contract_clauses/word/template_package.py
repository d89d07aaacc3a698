"""The file of a template as its parts: bounded and looked into before any of it is believed."""

from __future__ import annotations

import io
import posixpath
import re
from collections.abc import Mapping
from typing import Any, TypeAlias
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from lxml import etree

from contract_clauses.rules.templating import (
    LARGEST_TEMPLATE,
    LIMITS_IN_WORDS,
    MEGABYTE,
    TemplateRefused,
)
from contract_clauses.word.package import NO_TIME
from foundation.inspection import Unfit
from foundation.inspection.archive import Archive
from foundation.inspection.office import WORD, inspect_office

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
CONTENT_TYPES = "[Content_Types].xml"
# Of these the type has another beginning.
KINDS = {
    "core-properties": "http://schemas.openxmlformats.org/package/2006/relationships/metadata/"
    "core-properties"
}
MOST_PARTS = 300
LARGEST_UNPACKED, LARGEST_MARKUP = 30 * MEGABYTE, 8 * MEGABYTE
# The inspection of files speaks of evidence, which may come as PDF; a template may not.
AS_PDF = re.compile(r"[,;]? or send it as PDF|\. Send it as PDF instead")
STRICT = (
    "it is saved in the strict form of Office files. In Word choose Save As, Word Document (.docx)"
)

# lxml has no public name for it, and no types.
Element: TypeAlias = Any


def w(name: str) -> str:
    return f"{{{W}}}{name}"


def opened(name: str, content: bytes) -> dict[str, bytes]:
    """Return the parts of a .docx that was looked into. Raises TemplateRefused."""
    try:
        return _opened(name, content)
    except Unfit as reason:
        said = AS_PDF.sub("", str(reason))
        raise TemplateRefused(f"{name}: {said}", field="file") from None


def _opened(name: str, content: bytes) -> dict[str, bytes]:
    if not name.lower().endswith(".docx"):
        raise Unfit(f"this kind of file cannot be taken. Send: {LIMITS_IN_WORDS}")
    if not content:
        raise Unfit("the file is empty. Choose the file again")
    if len(content) > LARGEST_TEMPLATE:
        raise Unfit(
            f"the file is {len(content) / MEGABYTE:.1f} MB. Choose one of up to "
            f"{LARGEST_TEMPLATE // MEGABYTE} MB: in Word, Compress Pictures makes it smaller"
        )
    source = io.BytesIO(content)
    if content.startswith(b"PK\x03\x04"):
        _must_be_bounded(Archive(source))
    inspect_office(source, WORD)
    archive = Archive(source)
    return {member.name: b"".join(archive.pieces(member)) for member in archive.members.values()}


def _must_be_bounded(archive: Archive) -> None:
    members = archive.members.values()
    if len(members) > MOST_PARTS:
        raise Unfit(f"it has more than {MOST_PARTS} parts. Save it again in Word")
    if sum(member.unpacked for member in members) > LARGEST_UNPACKED:
        raise Unfit("it unpacks to far more than a template needs. Take large pictures out")
    markup = (one for one in members if one.name.lower().endswith((".xml", ".rels", ".vml")))
    if sum(member.unpacked for member in markup) > LARGEST_MARKUP:
        raise Unfit("it has more text than a template needs. Keep the cover and what stands around")


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """Return the parts as a package whose bytes depend on nothing else."""
    saved = io.BytesIO()
    with ZipFile(saved, "w", ZIP_DEFLATED) as package:
        for name in sorted(
            parts, key=lambda one: (one != CONTENT_TYPES, one != "_rels/.rels", one)
        ):
            entry = ZipInfo(name, NO_TIME)
            entry.compress_type = ZIP_DEFLATED
            package.writestr(entry, parts[name])
    return saved.getvalue()


def parsed(data: bytes) -> Element:
    """Return the root of a part: no entities, no network, no notes for programs."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        raise TemplateRefused(
            "A part of the file is damaged. Open it in Word, save it again under another name and "
            "choose that file",
            field="file",
        ) from None


def written(root: Element) -> bytes:
    found: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return found


class Relations:
    """What a part of the package leads to."""

    def __init__(self, parts: dict[str, bytes], part: str) -> None:
        folder, base = posixpath.split(part)
        self._parts, self._folder = parts, folder
        self.name = posixpath.join(folder, "_rels", f"{base}.rels")
        if self.name in parts:
            self.root = parsed(parts[self.name])
        else:
            self.root = etree.Element(f"{{{RELATIONS}}}Relationships", nsmap={None: RELATIONS})

    def of_kind(self, kind: str) -> list[Element]:
        """Return the relationships whose type ends with ``kind``."""
        return [one for one in self.root if one.get("Type", "").rpartition("/")[2] == kind]

    def part_of(self, relation: Element) -> str:
        target = relation.get("Target", "")
        joined = posixpath.normpath(posixpath.join("/" + self._folder, target))
        return joined.lstrip("/")

    def part_of_kind(self, kind: str) -> str:
        """Return the name of the part; empty where there is none."""
        found = self.of_kind(kind)
        return self.part_of(found[0]) if found else ""

    def part_of_id(self, number: str) -> str:
        for one in self.root:
            if one.get("Id") == number:
                return self.part_of(one)
        return ""

    def add(self, kind: str, target: str) -> str:
        """Return the id of a new relationship."""
        taken = {one.get("Id") for one in self.root}
        number = next(f"rIdS{n}" for n in range(1, len(taken) + 2) if f"rIdS{n}" not in taken)
        etree.SubElement(
            self.root, f"{{{RELATIONS}}}Relationship",
            {"Id": number, "Type": KINDS.get(kind, f"{R}/{kind}"), "Target": target},
        )  # fmt: skip
        return number

    def drop(self, kind: str) -> None:
        for one in self.of_kind(kind):
            self.root.remove(one)

    def save(self) -> None:
        self._parts[self.name] = written(self.root)


def main_part(parts: dict[str, bytes]) -> str:
    """Return the name of the part with the text. Raises TemplateRefused."""
    name = Relations(parts, "").part_of_kind("officeDocument")
    if name not in parts or parsed(parts[name]).tag != w("document"):
        raise TemplateRefused(f"The file cannot be taken: {STRICT}", field="file")
    return name


def say_type(parts: dict[str, bytes], part: str, content_type: str) -> None:
    """Say in the package what kind of part ``part`` is."""
    root = parsed(parts[CONTENT_TYPES])
    for one in root:
        if one.get("PartName", "").lower() == f"/{part}".lower():
            root.remove(one)
    etree.SubElement(
        root, f"{{{TYPES}}}Override", {"PartName": f"/{part}", "ContentType": content_type}
    )
    parts[CONTENT_TYPES] = written(root)
