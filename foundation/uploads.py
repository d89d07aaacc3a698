"""Which files are taken, and whether one is what its name says. Pure: a stream in, kind out.

The limits are shown on the pages that take files: a limit nobody was told of must refuse nobody.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import partial
from pathlib import PurePosixPath

from foundation.chunks import Source
from foundation.errors import DomainError
from foundation.inspection import MEGABYTE, Unfit
from foundation.inspection.office import EXCEL, POWERPOINT, WORD, inspect_office
from foundation.inspection.pdf import inspect_pdf
from foundation.inspection.pictures import inspect_jpeg, inspect_png
from foundation.inspection.text import inspect_csv, inspect_json, inspect_text

LARGEST_FILE = 25 * MEGABYTE
LONGEST_NAME = 200
# All files of one bid, of one library and of one contract: 80 of the largest.
MOST_TOGETHER = 2 * 1024 * MEGABYTE


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
INSPECTIONS: Mapping[UploadKind, Callable[[Source], None]] = {
    UploadKind.PDF: inspect_pdf,
    UploadKind.WORD: partial(inspect_office, kind=WORD),
    UploadKind.EXCEL: partial(inspect_office, kind=EXCEL),
    UploadKind.POWERPOINT: partial(inspect_office, kind=POWERPOINT),
    UploadKind.CSV: inspect_csv,
    UploadKind.TEXT: inspect_text,
    UploadKind.PNG: inspect_png,
    UploadKind.JPEG: inspect_jpeg,
    UploadKind.JSON: inspect_json,
    UploadKind.YAML: inspect_text,
}

# For the page that asks for a file.
LIMITS_IN_WORDS = (
    f"A PDF, Word, Excel, PowerPoint, CSV, text, PNG, JPEG, JSON or YAML file of up to "
    f"{LARGEST_FILE // MEGABYTE} MB, without a password, macros, scripts or files inside it."
)
TOGETHER = f"{MOST_TOGETHER // MEGABYTE // 1024} GB"
TOGETHER_IN_WORDS = f"up to {TOGETHER}"
LIMITS_OF_A_BID = (
    f"{LIMITS_IN_WORDS} All files of a bid, or of a contract, come to {TOGETHER_IN_WORDS} together."
)
LIMITS_OF_A_LIBRARY = f"{LIMITS_IN_WORDS} All files of the library come to {TOGETHER_IN_WORDS}."
ACCEPT = ",".join(f".{ending}" for ending in ENDINGS)


class UploadRefused(DomainError):
    """The file cannot be taken; the message names it and says what to do."""


class NoRoom(UploadRefused):
    """The files of a bid, a library or a contract would come to more than they may."""


def must_fit(held: int, source: bytes | Source | int, *, whose: str, field: str | None) -> None:
    """Refuse a file where it and the ``held`` bytes come to more than MOST_TOGETHER: NoRoom.

    ``source``: the file, or its size in bytes; ``whose``: the bid, the library, the contract.
    """
    coming = source if isinstance(source, int) else size_of(source)
    if held + coming > MOST_TOGETHER:
        left = max(0, MOST_TOGETHER - held) / MEGABYTE
        raise NoRoom(
            f"You cannot add this file because {left:.1f} MB are left: all files of {whose}, older "
            f"ones and those taken out of answers included, may come to {TOGETHER} together. "
            "Choose a smaller file, or one that is there already",
            field=field,
        )


def size_of(source: bytes | Source) -> int:
    """Return how many bytes ``source`` has; leaves it at its beginning."""
    if isinstance(source, bytes):
        return len(source)
    size = source.seek(0, io.SEEK_END)
    source.seek(0)
    return size


def check_upload(filename: str, source: bytes | Source, *, field: str | None = None) -> UploadKind:
    """Return what kind of file it is; reads ``source`` and leaves it anywhere.

    Raises UploadRefused.
    """
    name = shown_name(filename)
    if isinstance(source, bytes):
        source = io.BytesIO(source)
    try:
        return _checked_kind(name, source)
    except Unfit as reason:
        raise UploadRefused(f"{name}: {reason}", field=field) from None


def shown_name(filename: str) -> str:
    """Return the last part of ``filename``, in any script, fit to show and to store."""
    last = PurePosixPath(filename.replace("\\", "/")).name
    printable = "".join(character for character in last if character.isprintable()).strip()
    return printable[-LONGEST_NAME:] or "file without a name"


def _checked_kind(name: str, source: Source) -> UploadKind:
    kind = ENDINGS.get(name.rpartition(".")[2].lower()) if "." in name else None
    if kind is None:
        raise Unfit(f"this kind of file cannot be taken. Send: {LIMITS_IN_WORDS}")
    size = source.seek(0, io.SEEK_END)
    if not size:
        raise Unfit("the file is empty. Choose the file again")
    if size > LARGEST_FILE:
        raise Unfit(
            f"the file is {size / MEGABYTE:.1f} MB. "
            f"Choose a file of up to {LARGEST_FILE // MEGABYTE} MB, or split it into several"
        )
    INSPECTIONS[kind](source)
    return kind
