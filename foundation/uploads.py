"""Which files are taken, and whether one is what its name says. Pure: bytes in, kind out.

The limits are shown on the pages that take files: a limit nobody was told of must refuse nobody.
"""

from __future__ import annotations

import io
import json
import zipfile
from enum import StrEnum
from pathlib import PurePosixPath

from foundation.errors import DomainError

MEGABYTE = 1024 * 1024
LARGEST_FILE = 25 * MEGABYTE
MOST_MEMBERS = 2_000
LARGEST_UNPACKED = 200 * MEGABYTE
# Text squeezes to a tenth or so; a bomb to a thousandth.
HIGHEST_RATIO = 120
LONGEST_NAME = 200


class UploadKind(StrEnum):
    PDF = "pdf"
    WORD = "docx"
    EXCEL = "xlsx"
    POWERPOINT = "pptx"
    CSV = "csv"
    TEXT = "txt"
    PNG = "png"
    JPEG = "jpg"
    JSON = "json"
    YAML = "yaml"


ENDINGS = {kind.value: kind for kind in UploadKind} | {
    "jpeg": UploadKind.JPEG,
    "yml": UploadKind.YAML,
}
FIRST_BYTES = {
    UploadKind.PDF: b"%PDF-",
    UploadKind.PNG: b"\x89PNG\r\n\x1a\n",
    UploadKind.JPEG: b"\xff\xd8\xff",
}
MAIN_PARTS = {
    UploadKind.WORD: "word/document.xml",
    UploadKind.EXCEL: "xl/workbook.xml",
    UploadKind.POWERPOINT: "ppt/presentation.xml",
}

# For the page that asks for a file.
LIMITS_IN_WORDS = (
    f"A PDF, Word, Excel, PowerPoint, CSV, text, PNG, JPEG, JSON or YAML file of up to "
    f"{LARGEST_FILE // MEGABYTE} MB, without macros and without a password."
)
ACCEPT = ",".join(f".{ending}" for ending in ENDINGS)


class UploadRefused(DomainError):
    """The file cannot be taken; the message names it and says what to do."""


def check_upload(filename: str, data: bytes, *, field: str | None = None) -> UploadKind:
    """Return what kind of file it is. Raises UploadRefused."""
    name = shown_name(filename)
    try:
        return _checked_kind(name, data)
    except _Unfit as reason:
        raise UploadRefused(f"{name}: {reason}", field=field) from None


def shown_name(filename: str) -> str:
    """Return the last part of ``filename``, in any script, fit to show and to store."""
    last = PurePosixPath(filename.replace("\\", "/")).name
    printable = "".join(character for character in last if character.isprintable()).strip()
    return printable[-LONGEST_NAME:] or "file without a name"


class _Unfit(Exception):
    """Why the file cannot be taken."""


def _checked_kind(name: str, data: bytes) -> UploadKind:
    kind = ENDINGS.get(name.rpartition(".")[2].lower()) if "." in name else None
    if kind is None:
        raise _Unfit(f"this kind of file cannot be taken. Send: {LIMITS_IN_WORDS}")
    if not data:
        raise _Unfit("the file is empty. Choose the file again")
    if len(data) > LARGEST_FILE:
        raise _Unfit(
            f"the file is {len(data) / MEGABYTE:.1f} MB. "
            f"Choose a file of up to {LARGEST_FILE // MEGABYTE} MB, or split it into several"
        )
    if kind in FIRST_BYTES:
        if not data.startswith(FIRST_BYTES[kind]):
            raise _Unfit(f"this is not a {kind.upper()} file, or it is damaged. Save it again")
    elif kind in MAIN_PARTS:
        _check_office(kind, data)
    else:
        _check_text(kind, data)
    return kind


def _check_office(kind: UploadKind, data: bytes) -> None:
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise _Unfit(
            "the file has a password or an old format. "
            f"Save it without a password as .{kind}, then choose it again"
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_members(kind, archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise _Unfit(f"this is not a .{kind} file, or it is damaged. Save it again") from None


def _check_members(kind: UploadKind, members: list[zipfile.ZipInfo]) -> None:
    """Look at the table of contents only: what it says decides whether to look any further."""
    names = {member.filename for member in members}
    if not {"[Content_Types].xml", MAIN_PARTS[kind]} <= names:
        raise _Unfit(f"this is not a .{kind} file. Check that its name ends as it should")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise _Unfit(f"the file contains macros. Save it without macros as .{kind}")
    if any(member.flag_bits & 1 for member in members):
        raise _Unfit("the file has a password. Save it without one")
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if (
        len(members) > MOST_MEMBERS
        or unpacked > LARGEST_UNPACKED
        or unpacked > HIGHEST_RATIO * max(packed, 1)
    ):
        raise _Unfit("the file unpacks to far more than it seems. Send it as PDF instead")


def _check_text(kind: UploadKind, data: bytes) -> None:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _Unfit("the text is not in the UTF-8 encoding. Save it as UTF-8") from None
    if "\0" in text:
        raise _Unfit("this is not a text file. Check that its name ends as it should")
    if kind is UploadKind.JSON:
        try:
            json.loads(text)
        except (ValueError, RecursionError):
            raise _Unfit("this is not valid JSON. Check it and save it again") from None
