"""Fields of a Word document while it is read: what each shows, and what it points to."""

from __future__ import annotations

import re
from dataclasses import dataclass

REFERS = re.compile(r'\s*REF\s+"?_Ref(Clause|Annex)_([A-Za-z0-9_]+)"?', re.IGNORECASE)
# Fields whose result says nothing of its own.
SILENT = ("TOC", "PAGE", "PAGEREF", "NUMPAGES", "SECTIONPAGES")
MOST_OPEN = 50
LONGEST_INSTRUCTION = 500


@dataclass
class _Field:
    instruction: str = ""
    is_result: bool = False
    is_silent: bool = False


class Fields:
    """The fields that are open, the innermost last."""

    def __init__(self) -> None:
        self._open: list[_Field] = []

    def begin(self) -> None:
        if len(self._open) < MOST_OPEN:
            self._open.append(_Field())

    def instruct(self, text: str) -> None:
        if self._open and not self._open[-1].is_result:
            known = self._open[-1].instruction
            self._open[-1].instruction = (known + text)[:LONGEST_INSTRUCTION]

    def target(self) -> tuple[str, str] | None:
        """Return the family and name of the place the innermost field points to."""
        found = REFERS.match(self._open[-1].instruction) if self._open else None
        if found is None:
            return None
        # Names of bookmarks have underlines where ids have hyphens; ours are told apart there.
        return found[1].lower(), found[2]

    def separate(self, *, is_reference: bool) -> None:
        """Begin the result of the innermost field."""
        if not self._open:
            return
        field = self._open[-1]
        word = field.instruction.split(maxsplit=1)[:1]
        field.is_silent = is_reference or (bool(word) and word[0].upper() in SILENT)
        field.is_result = True

    def end(self) -> None:
        if self._open:
            self._open.pop()

    @property
    def is_silent(self) -> bool:
        """Return whether text now read is the result of a field that says nothing of its own."""
        return any(field.is_silent for field in self._open)
