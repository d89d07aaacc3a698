"""What an archive of contract schedules says of each: a line of its register."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from records.rules.assessment import slugs_for

HELD_BACK, DRAFT = "held back", "draft"
# What a spreadsheet would take for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
TOKEN_PART = 6


@dataclass(frozen=True, slots=True)
class Registered:
    """One bid. ``version``: "draft", "held back" or the number of the issue; without ``file`` there
    is none in the archive, and ``note`` says why."""

    bid: str
    supplier: str
    version: str
    file: str
    sha256: str
    brackets: int
    deviations: int
    note: str = ""

    @property
    def plain(self) -> dict[str, Any]:
        return asdict(self)


def read_registered(plain: Mapping[str, Any]) -> Registered:
    return Registered(**plain)


def file_of(supplier: str, token: str) -> str:
    """Return the name of a schedule in an archive: of the supplier, told apart by the bid."""
    (plain,) = slugs_for([supplier])
    apart = "".join(letter for letter in token if letter.isascii() and letter.isalnum())
    return f"{plain}-{apart[:TOKEN_PART].lower()}.docx"


def register_csv(rows: Iterable[Registered]) -> bytes:
    """Return the register for a spreadsheet; what a supplier chose is never a formula in it."""
    out = io.StringIO(newline="")
    written = csv.writer(out)
    written.writerow([field.name for field in fields(Registered)])
    for row in rows:
        written.writerow([_cell(value) for value in row.plain.values()])
    return out.getvalue().encode("utf-8-sig")


def _cell(value: str | int) -> str | int:
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value
