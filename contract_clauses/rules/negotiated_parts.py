"""What a schedule that came back says otherwise, as plain values for pages and services."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from contract_clauses.rules.negotiated_figures import Figure
from contract_clauses.rules.negotiated_read import Comment, Document, Tracked, normal
from contract_clauses.rules.negotiated_sorting import TYPED_NUMBER, Ours, Recognised
from contract_clauses.rules.negotiated_tables import AnnexChange
from contract_clauses.rules.word_differences import Piece, word_differences

NEW = "new"
# Works out what changing a value means: (clause, variable, before, after, the word that follows).
Weigh = Callable[[str, str, str, str, str], Figure]


class Change(StrEnum):
    """What became of a clause, or of one sub-clause of it."""

    UNCHANGED = "unchanged"
    NUMBER = "number changed"
    REWORDED = "reworded"
    MOVED = "moved"
    REMOVED = "removed"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Unit:
    """A sub-clause, a definition or a heading, before and after.

    ``key`` is that of the sub-clause in the schedule that went out, empty for a new one;
    ``after`` the key of the one it now follows. ``pieces``: the difference from what went out;
    ``from_library``: from the library's words, None where those are what went out, or unknown.
    """

    change: Change
    key: str = ""
    number: str = ""
    term: str = ""
    is_heading: bool = False
    moved: bool = False
    # The clause it moved to or from, in words.
    moved_where: str = ""
    after: str = ""
    lines: tuple[str, ...] = ()
    # As read: with what each cross-reference points to.
    raw: tuple[str, ...] = ()
    pieces: tuple[Piece, ...] = ()
    from_library: tuple[Piece, ...] | None = None
    figures: tuple[Figure, ...] = ()
    tracked: tuple[Tracked, ...] = ()
    comments: tuple[Comment, ...] = ()
    ours: Ours | None = None


@dataclass(frozen=True, slots=True)
class ClauseChange:
    """One clause: ``name`` is its id ("n1" for one without, "new1" … for one of theirs)."""

    name: str
    title: str
    change: Change
    units: tuple[Unit, ...]
    number: int = 0
    moved: bool = False
    # The clause of ours that a new one follows.
    follows: str = ""
    tracked: tuple[Tracked, ...] = ()

    @property
    def differs(self) -> bool:
        return self.change not in (Change.UNCHANGED, Change.MOVED) or any(
            unit.change is not Change.UNCHANGED for unit in self.units
        )

    @property
    def is_new(self) -> bool:
        return self.name.startswith(NEW)

    @property
    def counts(self) -> Mapping[Change, int]:
        return Counter(unit.change for unit in self.units if not unit.is_heading)

    @property
    def figures(self) -> tuple[Figure, ...]:
        return tuple(figure for unit in self.units for figure in unit.figures)

    @property
    def comments(self) -> tuple[Comment, ...]:
        return tuple(dict.fromkeys(one for unit in self.units for one in unit.comments))


@dataclass(frozen=True, slots=True)
class Compared:
    """Everything a negotiated document says otherwise. ``came``: text around the clauses that is
    not ours; ``went``: ours that is no longer there."""

    clauses: tuple[ClauseChange, ...]
    annexes: tuple[AnnexChange, ...] = ()
    came: tuple[str, ...] = ()
    went: tuple[str, ...] = ()
    tracked: tuple[Tracked, ...] = ()
    comments: tuple[Comment, ...] = ()
    pictures: int = 0

    @property
    def counts(self) -> Mapping[Change, int]:
        return Counter(clause.change for clause in self.clauses)

    @property
    def to_decide(self) -> tuple[ClauseChange, ...]:
        return tuple(clause for clause in self.clauses if clause.differs)

    def clause(self, name: str) -> ClauseChange | None:
        return next((clause for clause in self.clauses if clause.name == name), None)


@dataclass(frozen=True, slots=True)
class Known:
    """What of a document was ours when it went out: text around the clauses, tracked changes and
    comments that show how a clause departs from the library."""

    around: tuple[str, ...] = ()
    tracked: frozenset[tuple[str, str]] = frozenset()
    comments: frozenset[str] = frozenset()

    def left(self, tracked: Iterable[Tracked]) -> tuple[Tracked, ...]:
        return tuple(one for one in tracked if (one.by, normal(one.text)) not in self.tracked)

    def unknown(self, comments: Iterable[Comment]) -> tuple[Comment, ...]:
        return tuple(one for one in comments if normal(one.text) not in self.comments)


def known_of(found: Recognised, blocks: Document) -> Known:
    """Return what is ours of a document, from one that was made for it afresh."""
    lines = blocks.lines
    return Known(
        tuple(found.around),
        frozenset((one.by, normal(one.text)) for line in lines for one in line.tracked),
        frozenset(normal(one.text) for line in lines for one in line.comments),
    )


def of_all(units: Iterable[Unit], *, is_moved: bool) -> Change:
    """Return what became of a clause from what became of its parts."""
    changes = {unit.change for unit in units}
    if changes & {Change.REWORDED, Change.REMOVED, Change.NEW}:
        return Change.REWORDED
    for change in (Change.NUMBER, Change.MOVED):
        if change in changes:
            return change
    return Change.MOVED if is_moved else Change.UNCHANGED


def from_library(one: Ours, now: str) -> tuple[Piece, ...] | None:
    """Return the difference from the library; None where that is what went out."""
    if one.library is None:
        return word_differences("", now)
    if one.library == one.lines:
        return None
    then = "\n".join(normal("".join(part.text for part in line)) for line in one.library)
    return word_differences(then, now)


def without_number(text: str, ours: str) -> str:
    """Return a line without a number that some programs write into the text."""
    if TYPED_NUMBER.match(ours):
        return text
    return TYPED_NUMBER.sub("", text, count=1)
