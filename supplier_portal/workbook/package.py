"""An .xlsx file from a stranger, as the cells that hold something.

Read here rather than through a library: every way to make such a file burst, hang, fetch or lie
is refused before it is unpacked, and text comes back exactly as a spreadsheet stores it.
"""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date
from typing import IO
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import parse

from supplier_portal.workbook.cells import (
    Budget,
    Sheet,
    SheetReader,
    TooManyCells,
    elements,
    shown_as,
    string_of,
    tag_of,
)
from supplier_portal.workbook.entered import Held

MEGABYTE = 1024 * 1024
LARGEST_FILE = 25 * MEGABYTE
# An honest workbook with 4 MB of text stays far below each of these.
LARGEST_UNPACKED = 60 * MEGABYTE
LARGEST_SMALL = 4 * MEGABYTE
MOST_MEMBERS = 500
HIGHEST_RATIO = 200
SMALL = MEGABYTE  # below this no ratio matters

OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0"
WORKBOOK = "xl/workbook.xml"
TOO_MUCH = (
    "The file holds far more than the answers need. Download the workbook again and copy your "
    "answers into it"
)


class NotAWorkbook(Exception):
    """The file cannot be read as a workbook of ours; the message says why and what to do."""


def sheets_in(stream: IO[bytes]) -> list[Sheet]:
    """Return every sheet of the file. Raises NotAWorkbook, whatever the bytes are."""
    _check_beginning(stream)
    try:
        with zipfile.ZipFile(stream) as archive:
            _check_members(archive.infolist())
            return list(_sheets(archive))
    except NotAWorkbook:
        raise
    except TooManyCells:
        raise NotAWorkbook(TOO_MUCH) from None
    except DefusedXmlException:
        raise NotAWorkbook(
            "The file contains instructions that no spreadsheet writes, so it was not read. "
            "Download the workbook again and copy your answers into it"
        ) from None
    except (
        zipfile.BadZipFile, zlib.error, ParseError, LookupError, ValueError, ArithmeticError,
        NotImplementedError, RuntimeError, OSError, EOFError, TypeError,
    ):  # fmt: skip
        raise NotAWorkbook(
            "The file is damaged or not an .xlsx workbook. Open it in a spreadsheet, save it as "
            ".xlsx and upload it again"
        ) from None


def _check_beginning(stream: IO[bytes]) -> None:
    size = stream.seek(0, 2)
    stream.seek(0)
    first = stream.read(4)
    stream.seek(0)
    if not size:
        raise NotAWorkbook("The file is empty. Choose the workbook again")
    if size > LARGEST_FILE:
        raise NotAWorkbook(
            f"The file is {size / MEGABYTE:.1f} MB and a workbook can be up to "
            f"{LARGEST_FILE // MEGABYTE} MB. Remove pictures from it, and save it again"
        )
    if first == OLD_OR_LOCKED:
        raise NotAWorkbook(
            "The file has a password or is in the old .xls format. Save it without a password as "
            ".xlsx and upload it again"
        )


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    """Look at the table of contents only: it decides whether to look any further."""
    names = {member.filename for member in members}
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise NotAWorkbook("The file contains macros. Save it without macros as .xlsx")
    if any(member.flag_bits & 1 for member in members):
        raise NotAWorkbook("The file has a password. Save it without one")
    if WORKBOOK not in names:
        kind = "OpenDocument (.ods)" if "content.xml" in names else "another kind of file"
        raise NotAWorkbook(f"The file is {kind}, not .xlsx. Save it as .xlsx and upload it again")
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    too_dense = unpacked > SMALL and unpacked > HIGHEST_RATIO * max(packed, 1)
    if len(members) > MOST_MEMBERS or unpacked > LARGEST_UNPACKED or too_dense:
        raise NotAWorkbook(TOO_MUCH)


def _sheets(archive: zipfile.ZipFile) -> Iterator[Sheet]:
    book = _parsed(archive, WORKBOOK)
    targets = {
        entry.get("Id", ""): _absolute(entry.get("Target", ""))
        for entry in _parsed(archive, "xl/_rels/workbook.xml.rels")
    }
    budget = Budget()
    strings = _strings(archive, budget)
    formats = _formats(archive)
    first_day = date(1904, 1, 1) if _counts_from_1904(book) else date(1899, 12, 30)
    seen = set[str]()
    for entry in book.iter():
        if tag_of(entry) != "sheet":
            continue
        relation = next((v for k, v in entry.attrib.items() if k.endswith("}id")), "")
        sheet = Sheet(entry.get("name", ""))
        path = targets.get(relation, "")
        if path in archive.namelist() and path not in seen:
            seen.add(path)
            reader = SheetReader(sheet, strings, formats, first_day, budget)
            with archive.open(path) as member:
                reader.read(member)
        yield sheet


def _parsed(archive: zipfile.ZipFile, name: str) -> Element:
    """Return a small member whole; the large ones are read element by element."""
    if archive.getinfo(name).file_size > LARGEST_SMALL:
        raise NotAWorkbook(TOO_MUCH)
    with archive.open(name) as member:
        root: Element = parse(member, forbid_dtd=True).getroot()
    return root


def _absolute(target: str) -> str:
    if target.startswith("/"):
        return target.lstrip("/")
    return posixpath.normpath(posixpath.join("xl", target))


def _counts_from_1904(book: Element) -> bool:
    return any(
        tag_of(entry) == "workbookPr" and entry.get("date1904") in ("1", "true")
        for entry in book.iter()
    )


def _strings(archive: zipfile.ZipFile, budget: Budget) -> list[str]:
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    found = []
    with archive.open("xl/sharedStrings.xml") as member:
        for element in elements(member, budget):
            if tag_of(element) == "si":
                found.append(string_of(element))
                element.clear()
    return found


def _formats(archive: zipfile.ZipFile) -> list[Held]:
    """Return what a number in a cell of each style is shown as."""
    if "xl/styles.xml" not in archive.namelist():
        return []
    styles = _parsed(archive, "xl/styles.xml")
    codes = {
        entry.get("numFmtId"): entry.get("formatCode", "")
        for entry in styles.iter()
        if tag_of(entry) == "numFmt"
    }
    lists = [entry for entry in styles if tag_of(entry) == "cellXfs"]
    return [
        shown_as(int(entry.get("numFmtId", "0")), codes.get(entry.get("numFmtId")))
        for entries in lists
        for entry in entries
    ]
