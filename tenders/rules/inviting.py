"""Whom to invite: what was pasted or sent as a file, read row by row, with what is wrong where.

A row is an e-mail address and the name of a company, in any order, one to a line. Nothing that
could reach the head of a message gets past here: every address is one word without brackets,
quotes or anything that cannot be seen.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass

from accounts.rules.invitations import LONGEST_ADDRESS
from foundation.errors import DomainError

LONGEST_COMPANY = 200
MOST_ROWS = 20_000
LONGEST_ROW = 1_000
# More than that much text is sent in several goes: a browser has to carry it.
LONGEST_TEXT = 2_000_000
# As much of a row as a message shows.
SHOWN = 60
# Stands for a line break within the cell of a file, so that a row of the file stays one row.
BROKEN = "\N{SYMBOL FOR NEWLINE}"

# Only what cannot be an address is refused; whether it is one, the mail finds out.
ADDRESS = re.compile(
    r"""[^\s@,;:<>()\[\]"\\]{1,64}@(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W_](?:[\w-]*[^\W_])?"""
)

BETWEEN_CELLS = re.compile(r"[,;\t]")
# "Larkfield Sensors <mara@larkfield.example>", as mail programs write it.
IN_BRACKETS = re.compile(r"(?P<company>[^<>]*)<(?P<email>[^<>]*)>")
HEADINGS = frozenset({"email", "e-mail", "email address", "e-mail address", "mail"})


class TooManyRows(DomainError):
    """More rows than one look can take."""

    def __init__(self) -> None:
        super().__init__(
            f"Enter {MOST_ROWS:,} rows or fewer at a time, and the rest afterwards", field="rows"
        )


@dataclass(frozen=True, slots=True)
class Wanted:
    """A row that can be invited."""

    number: int
    email: str
    company: str


@dataclass(frozen=True, slots=True)
class WrongRow:
    """A row that cannot, and why; ``typed`` is the row as it was."""

    number: int
    message: str
    typed: str

    def __str__(self) -> str:
        return f"Line {self.number}: {self.message}"


@dataclass(frozen=True, slots=True)
class Read:
    """Everything that was typed, told apart."""

    wanted: tuple[Wanted, ...] = ()
    wrong: tuple[WrongRow, ...] = ()

    @property
    def left(self) -> str:
        """Return the rows that are wrong, as they were typed, to be put right."""
        return "\n".join(row.typed for row in self.wrong)


def read_rows(text: str, *, invited: Set[str]) -> Read:
    """Read what was typed; ``invited`` are the addresses invited before.

    Empty lines and a line of headings do not count. Raises TooManyRows.
    """
    if len(text) > LONGEST_TEXT:
        raise TooManyRows
    # Not splitlines(): a page break or a line separator inside a row is an error of that row.
    text = text.replace("\N{NO-BREAK SPACE}", " ")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    numbered = [(number, line) for number, line in enumerate(lines, start=1) if line.strip()]
    if numbered and _is_heading(numbered[0][1]):
        del numbered[0]
    if len(numbered) > MOST_ROWS:
        raise TooManyRows
    first: dict[str, int] = {}
    wanted: list[Wanted] = []
    wrong: list[WrongRow] = []
    for number, line in numbered:
        email, company = cells_of(line) if len(line) <= LONGEST_ROW else ("", "")
        message = _wrong_with(line, email, company, invited)
        if not message and email in first:
            message = f"{_shown(email)} stands on line {first[email]} already"
        if message:
            wrong.append(WrongRow(number, message, line))
        else:
            first[email] = number
            wanted.append(Wanted(number, email, company))
    return Read(tuple(wanted), tuple(wrong))


def cells_of(line: str) -> tuple[str, str]:
    """Return the address (lower case) and the company of a row, whichever comes first."""
    bracketed = IN_BRACKETS.fullmatch(line.strip())
    if bracketed:
        return bracketed["email"].strip().lower(), _plain(bracketed["company"])
    cells = [cell.strip().strip('"').strip() for cell in _split(line)]
    place = next((place for place, cell in enumerate(cells) if "@" in cell), 0)
    company = ", ".join(cell for number, cell in enumerate(cells) if number != place and cell)
    return cells[place].lower(), _plain(company)


def as_lines(rows: Iterable[Sequence[str]]) -> str:
    """Return the rows of a file as they could have been typed, line by line as in the file."""
    return "\n".join(", ".join(_on_one_line(cell) for cell in row if cell.strip()) for row in rows)


def as_file(rows: Iterable[WrongRow]) -> str:
    """Return what is wrong as a CSV file: line, what is wrong, what was typed.

    A cell that a spreadsheet would take for a formula is kept from being one.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(("Line", "What is wrong", "What was typed"))
    for row in rows:
        writer.writerow((row.number, row.message, harmless(_visible(row.typed))))
    return out.getvalue()


def _on_one_line(cell: str) -> str:
    return re.sub("\r\n|[\r\n]", BROKEN, cell.strip())


def harmless(cell: str) -> str:
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t") else cell


def _split(line: str) -> list[str]:
    """Return the cells of a line; one written by a spreadsheet may hold a comma in quotes."""
    if line.lstrip().startswith('"') or ',"' in line:
        return next(csv.reader([line]), [""]) or [""]
    return BETWEEN_CELLS.split(line)


def _is_heading(line: str) -> bool:
    return any(cell.strip().strip('"').lower() in HEADINGS for cell in BETWEEN_CELLS.split(line))


def _wrong_with(line: str, email: str, company: str, invited: Set[str]) -> str:
    if len(line) > LONGEST_ROW:
        return f"the row has {len(line):,} characters; {LONGEST_ROW:,} at the most"
    if BROKEN in line:
        return "there is a line break within the cell: an address stands on one line"
    if not all(character.isprintable() or character == "\t" for character in line):
        return "there is a character in it that cannot be seen: type the row again"
    return _wrong_address(email, line, invited) or _wrong_company(company)


def _wrong_address(email: str, line: str, invited: Set[str]) -> str:
    if "@" not in email:
        return f"no @ in “{_shown(line)}”"
    if email.count("@") > 1:
        return f"more than one @ in “{_shown(email)}”: enter one address a line"
    if len(email) > LONGEST_ADDRESS:
        return f"the address has {len(email):,} characters; {LONGEST_ADDRESS} at the most"
    if not ADDRESS.fullmatch(email):
        return f"“{_shown(email)}” is no address like name@company.co.uk"
    if email in invited:
        return f"{_shown(email)} is invited already"
    return ""


def _wrong_company(company: str) -> str:
    if len(company) > LONGEST_COMPANY:
        return f"the name of the company has {len(company):,} characters; {LONGEST_COMPANY} at most"
    if "@" in company:
        return "there are two addresses in it: enter one address a line"
    return ""


def _plain(text: str) -> str:
    return " ".join(text.replace('"', " ").split())


def _visible(text: str) -> str:
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def _shown(text: str) -> str:
    plain = _visible(text.strip())
    return plain if len(plain) <= SHOWN else f"{plain[:SHOWN]}…"
