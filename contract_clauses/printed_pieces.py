"""The pieces of a schedule as a page prints it."""

from __future__ import annotations

from dataclasses import dataclass

from contract_clauses.rules.annexes import ScheduledAnnex
from contract_clauses.rules.parts import DRAFT, Schedule

# What an address calls the whole of a schedule, and how a line changes.
ALL = "all"
STAYS, COMES, GOES = "", "ins", "del"


@dataclass(frozen=True, slots=True)
class Bit:
    """A stretch of words: plain, a bracket to fill, or a link to ``address``."""

    text: str
    address: str = ""
    is_bracket: bool = False


@dataclass(frozen=True, slots=True)
class Stretch:
    """Bits that stay, come ("ins") or go ("del")."""

    change: str
    bits: tuple[Bit, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A numbered or lettered line; ``change`` where the whole of it comes or goes."""

    number: str
    stretches: tuple[Stretch, ...]
    change: str = STAYS


@dataclass(frozen=True, slots=True)
class Meaning:
    term: str
    bits: tuple[Bit, ...]


@dataclass(frozen=True, slots=True)
class SubClause:
    """``number`` is empty for one that was taken out."""

    line: Line
    lines: tuple[Line, ...] = ()
    meanings: tuple[Meaning, ...] = ()

    @property
    def number(self) -> str:
        return "" if self.line.change == GOES else self.line.number


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the contents: what an address calls it, its number and its heading."""

    part: str
    number: str
    title: str
    # How many brackets are still to be filled there.
    brackets: int = 0

    @property
    def heading(self) -> str:
        return f"{self.number} {self.title}"


@dataclass(frozen=True, slots=True)
class PrintedClause:
    entry: Entry
    sub_clauses: tuple[SubClause, ...]
    # Who wrote it otherwise than the library has it, and why; empty while departures are hidden.
    departs: str = ""


@dataclass(frozen=True, slots=True)
class PrintedAnnex:
    entry: Entry
    annex: ScheduledAnnex


@dataclass(frozen=True, slots=True)
class Printed:
    """A schedule, or the part of it that was asked for."""

    schedule: Schedule
    facts: tuple[tuple[str, str], ...]
    contents: tuple[Entry, ...]
    clauses: tuple[PrintedClause, ...]
    annexes: tuple[PrintedAnnex, ...]
    part: str

    @property
    def is_whole(self) -> bool:
        return self.part == ALL

    @property
    def is_front(self) -> bool:
        return not self.part

    @property
    def is_draft(self) -> bool:
        return self.schedule.status == DRAFT

    @property
    def departs(self) -> bool:
        """Return whether anything in the whole schedule departs from the library."""
        return any(clause.departs for clause in self.schedule.clauses)

    @property
    def here(self) -> Entry | None:
        return next((entry for entry in self.contents if entry.part == self.part), None)

    @property
    def before(self) -> Entry | None:
        place = self._place()
        return self.contents[place - 1] if place and place > 0 else None

    @property
    def after(self) -> Entry | None:
        place = self._place()
        following = 0 if place is None and self.is_front else place
        if following is None:
            return None
        following += 0 if self.is_front else 1
        return self.contents[following] if following < len(self.contents) else None

    def _place(self) -> int | None:
        parts = [entry.part for entry in self.contents]
        return parts.index(self.part) if self.part in parts else None
