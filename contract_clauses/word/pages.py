"""On which page each heading stands, read out of the PDF that LibreOffice makes of a document.

A contents list that must be right when it is first opened is made in two passes: the document, its
PDF, the document again with the pages found (``schedule_document(..., pages=...)``). LibreOffice
writes every bookmark into the PDF as a named place; nothing else of the PDF is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from contract_clauses.rules.parts import Schedule
from contract_clauses.word.opening import headings

STARTS_AT = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")
SECTION = re.compile(rb"xref\s+0\s+(\d+)\s*?\n")
PLACE_OF_OBJECT = re.compile(rb"(\d{10}) \d{5} ([nf])[ \r\n]{2}")
ROOT = re.compile(rb"/Root\s+(\d+)\s+0\s+R")
PAGES, DESTINATIONS = re.compile(rb"/Pages\s+(\d+)\s+0\s+R"), re.compile(rb"/Dests\s+(\d+)\s+0\s+R")
KIDS, REFERENCE = re.compile(rb"/Kids\s*\[([^\]]*)\]"), re.compile(rb"(\d+)\s+0\s+R")
DESTINATION = re.compile(rb"/([A-Za-z0-9#-]+)\s*\[\s*(\d+)\s+0\s+R")
DEEPEST = 8


class NotRead(ValueError):
    """A PDF is not built as LibreOffice builds it."""


def pages_of_headings(pdf: bytes, schedule: Schedule) -> dict[str, int]:
    """Return the page, counted from 1, of the bookmark of each heading the contents list.

    Empty where one of them cannot be found: then the contents carry no page numbers.
    """
    try:
        found = _destinations(pdf)
    except NotRead:
        return {}
    pages = {name: found.get(_encoded(name), 0) for name, _, _ in headings(schedule)}
    return pages if all(pages.values()) else {}


def _destinations(pdf: bytes) -> dict[bytes, int]:
    """Return the page of every named place. Raises NotRead."""
    objects = _Objects(pdf)
    catalog = objects[objects.root]
    numbers = {
        number: page
        for page, number in enumerate(_leaves(objects, _number(PAGES, catalog)), start=1)
    }
    found = DESTINATION.findall(objects[_number(DESTINATIONS, catalog)])
    return {name.replace(b"#", b""): numbers.get(int(page), 0) for name, page in found}


def _encoded(name: str) -> bytes:
    """Return a name as the PDF has it: LibreOffice writes the code of an underline."""
    return name.replace("_", "5F").encode("ascii", "replace")


def _leaves(objects: _Objects, number: int, depth: int = 0) -> Iterator[int]:
    """Yield the numbers of the pages under a node, in order."""
    kids = KIDS.search(objects[number])
    if kids is None or depth > DEEPEST:
        yield number
        return
    for kid in REFERENCE.findall(kids[1]):
        yield from _leaves(objects, int(kid), depth + 1)


def _number(wanted: re.Pattern[bytes], where: bytes) -> int:
    found = wanted.search(where)
    if found is None:
        raise NotRead
    return int(found[1])


class _Objects:
    """The objects of a PDF, by number, where its one table says they are."""

    def __init__(self, pdf: bytes) -> None:
        self._pdf = pdf
        table = SECTION.match(pdf, _number(STARTS_AT, pdf[-2048:]))
        if table is None:
            raise NotRead
        entries = PLACE_OF_OBJECT.findall(pdf, table.end(), table.end() + 20 * int(table[1]))
        self._places = [int(place) if kind == b"n" else None for place, kind in entries]
        self.root = _number(ROOT, pdf[table.end() + 20 * len(entries) :])

    def __getitem__(self, number: int) -> bytes:
        place = self._places[number] if number < len(self._places) else None
        end = self._pdf.find(b"endobj", place or 0)
        if place is None or end < 0:
            raise NotRead
        return self._pdf[place:end]
