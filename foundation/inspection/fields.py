"""Fields in a Word document: codes that Word replaces, some of which fetch or start something."""

from __future__ import annotations

import re

from foundation.inspection import Unfit

STARTS_PROGRAMS = frozenset({"DDE", "DDEAUTO"})
FETCHES = frozenset({"INCLUDEPICTURE", "INCLUDETEXT", "IMPORT", "INCLUDE", "LINK", "DATABASE"})
# An address, or a path that begins with two backslashes: another computer.
ELSEWHERE = re.compile(r"""[a-z]{2,}://|(?:^|["\s])(?:\\\\|//)""", re.IGNORECASE)
LONGEST_CODE = 10_000

DDE = "a field in it starts another program (DDE). Remove the field, or send it as PDF"
FETCHED = (
    "a field in it takes text or a picture from another place. Select all, press Ctrl+Shift+F9 "
    "to keep what it shows, save it and send that"
)


class FieldReader:
    """Collects the code of each field, however many pieces it was cut into, and checks it."""

    def __init__(self) -> None:
        self._open: list[str] = []
        self._in_code = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "instrText":
            self._in_code = True
        elif name == "fldChar":
            self._mark(_named(attributes, "fldCharType"))
        elif name == "fldSimple":
            refuse_field(_named(attributes, "instr"))

    def text(self, text: str) -> None:
        if self._in_code and self._open and len(self._open[-1]) < LONGEST_CODE:
            self._open[-1] += text

    def end(self, name: str) -> None:
        if name == "instrText":
            self._in_code = False

    def _mark(self, kind: str) -> None:
        if kind == "begin" and len(self._open) < 100:
            self._open.append("")
        elif kind == "separate" and self._open:
            refuse_field(self._open[-1])
        elif kind == "end" and self._open:
            refuse_field(self._open.pop())


def refuse_field(code: str) -> None:
    """Raises Unfit for a field that starts a program or fetches something from elsewhere."""
    word, _, rest = code.strip().partition(" ")
    word = word.upper().strip('"')
    if word in STARTS_PROGRAMS:
        raise Unfit(DDE)
    if word in FETCHES and ELSEWHERE.search(rest):
        raise Unfit(FETCHED)


def _named(attributes: dict[str, str], wanted: str) -> str:
    for key, value in attributes.items():
        if key.rpartition(" ")[2] == wanted:
            return value
    return ""
