"""Put each paragraph of a document that came back where it belongs: clause, annex, or around them.

A clause is known by its bookmarks; where those are gone, by what its paragraphs look like.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from contract_clauses.rules.negotiated_read import (
    Comment,
    Document,
    Line,
    Table,
    Tracked,
    normal,
)
from contract_clauses.rules.parts import Paragraph, Schedule, ScheduledClause
from contract_clauses.rules.wording import Segment, SegmentKind

TYPED_NUMBER = re.compile(r"^(?:\d{1,3}(?:\.\d{1,3})*\.?|\([a-z]{1,3}\))\s+")
TERM = re.compile(r"(.{1,100}?) means ")
TERMS = "definition"


@dataclass(frozen=True, slots=True)
class Names:
    """What our bookmarks stand for: each mark a clause and the key of a sub-clause ("" its
    heading), or an annex; and the number that a cross-reference prints."""

    marks: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    annexes: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[tuple[str, str], str] = field(default_factory=dict)
    # The id of what a cross-reference points to, where its bookmark is written otherwise.
    targets: Mapping[tuple[str, str], str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ours:
    """A sub-clause or a definition as it went out: its lines as segments."""

    clause: str
    key: str
    number: str
    lines: tuple[tuple[Segment, ...], ...]
    term: str = ""
    library: tuple[tuple[Segment, ...], ...] | None = ()

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(normal("".join(part.text for part in line)) for line in self.lines)


@dataclass
class Theirs:
    """A sub-clause or a definition as it came back: ``section`` numbers the heading it is under."""

    lines: list[Line]
    texts: tuple[str, ...] = ()
    section: int = 0
    place: tuple[str, str] | None = None
    term: str = ""
    ours: Ours | None = None


@dataclass
class Section:
    """A heading with what stands under it. ``clause``: the clause of ours it is, "" for a new one;
    ``heading`` is None where the heading went and sub-clauses stayed."""

    heading: Line | None
    title: str = ""
    clause: str = ""
    units: list[Theirs] = field(default_factory=list)
    gone: list[Line] = field(default_factory=list)


@dataclass
class Recognised:
    """Everything that was read, by what it is. ``gone``: what is left of sub-clauses taken out."""

    sections: list[Section] = field(default_factory=list)
    gone: dict[tuple[str, str], list[Line]] = field(default_factory=dict)
    annexes: dict[str, list[Table]] = field(default_factory=dict)
    around: list[str] = field(default_factory=list)
    tracked_around: list[Tracked] = field(default_factory=list)
    comments_around: list[Comment] = field(default_factory=list)
    pictures: int = 0


def name_of(clause: ScheduledClause) -> str:
    """Return what a clause is called here: its id; "n1" for one that has only a number."""
    return clause.id or f"n{clause.number}"


def ours_in(schedule: Schedule) -> list[Ours]:
    """Return every sub-clause and definition of a schedule, in order."""
    return [
        ours
        for clause in schedule.clauses
        for paragraph in clause.paragraphs
        for ours in _ours(name_of(clause), paragraph)
    ]


def _ours(clause: str, paragraph: Paragraph) -> Iterator[Ours]:
    lines = (paragraph.segments, *(item.segments for item in paragraph.items))
    library: tuple[tuple[Segment, ...], ...] | None = lines
    if paragraph.before is not None:
        before = paragraph.before
        library = (before.segments, *(item.segments for item in before.items))
    elif paragraph.departure:
        library = None
    yield Ours(clause, paragraph.key, paragraph.number, lines, library=library)
    for one in paragraph.definitions:
        words = (
            Segment(SegmentKind.WORDS, f"{one.term} means "),
            *one.segments,
            Segment(SegmentKind.WORDS, "."),
        )
        key = f"{paragraph.key}:{one.term}"
        yield Ours(clause, key, "", (words,), one.term, (words,))


class Sorter:
    """Goes through a document once and puts each paragraph where it belongs."""

    def __init__(self, schedule: Schedule, names: Names) -> None:
        self._names = names
        self._found = Recognised()
        self._annex: str | None = None
        self._unit: Theirs | None = None
        self._terms = {ours.term for ours in ours_in(schedule) if ours.term}
        self._annex_titles = {normal(annex.title): annex.id for annex in schedule.annexes}

    def sorted(self, document: Document) -> Recognised:
        for block in document.blocks:
            if isinstance(block, Table):
                self._table(block)
            else:
                self._found.pictures += block.pictures
                self._line(block)
        return self._found

    def _table(self, table: Table) -> None:
        if self._annex is not None:
            self._found.annexes.setdefault(self._annex, []).append(table)
        elif self._found.sections:
            text = " / ".join(" | ".join(row) for row in table.rows)
            line = Line(text, tracked=table.tracked, comments=table.comments)
            if normal(text):
                self._begin(line)
            return
        else:
            self._found.around += [normal(cell) for row in table.rows for cell in row if cell]
        self._found.tracked_around += table.tracked
        self._found.comments_around += table.comments

    def _line(self, line: Line) -> None:
        annex = next((mark for mark in line.begins if mark in self._names.annexes), "")
        if annex or (line.style == "annex heading" and not line.is_gone):
            self._unit = None
            self._annex = self._names.annexes.get(annex) or self._annex_titles.get(
                normal(line.text), ""
            )
            self._aside(line)
        elif line.is_gone:
            self._gone(line)
        elif self._is_heading(line):
            self._unit, self._annex = None, None
            self._found.sections.append(Section(line, self._typed(line), self._clause_of(line)))
        elif not self._place(line) and (self._annex is not None or not self._found.sections):
            self._aside(line)
        else:
            self._body(line)

    def _aside(self, line: Line) -> None:
        if line.text:
            self._found.around.append(normal(line.text))
        self._found.tracked_around += line.tracked
        self._found.comments_around += line.comments

    def _gone(self, line: Line) -> None:
        place = self._place(line)
        if place:
            self._found.gone.setdefault(place, []).append(line)
        elif self._found.sections and self._annex is None:
            self._found.sections[-1].gone.append(line)
        else:
            self._aside(line)

    def _is_heading(self, line: Line) -> bool:
        return line.level == 1 or self._clause_of(line) != ""

    def _clause_of(self, line: Line) -> str:
        """Return the clause whose heading a line is by its mark."""
        for mark in line.marks:
            clause, key = self._names.marks.get(mark, ("", "-"))
            if key == "":
                return clause
        return ""

    def _place(self, line: Line) -> tuple[str, str] | None:
        return next((self._names.marks[m] for m in line.marks if m in self._names.marks), None)

    def _typed(self, line: Line) -> str:
        return normal(TYPED_NUMBER.sub("", normal(line.text), count=1))

    def _body(self, line: Line) -> None:
        if not self._found.sections:
            self._found.sections.append(Section(None))
        self._annex = None
        term = self._term(line)
        if term:
            unit = Theirs([line], term=term)
            self._put(unit)
            return
        if self._goes_on(line):
            return
        self._begin(line)

    def _goes_on(self, line: Line) -> bool:
        """Add a line to the sub-clause before it; False where it begins one of its own."""
        if self._unit is None or not self._is_of(line, self._unit):
            return False
        self._unit.lines.append(line)
        return True

    def _is_of(self, line: Line, unit: Theirs) -> bool:
        place = self._place(line)
        begun = any(mark in self._names.marks for mark in line.begins)
        if begun and place != unit.place:
            return False
        if line.level == 3:
            return place is None or place == unit.place or not begun
        return line.level != 2 and place is not None and place == unit.place

    def _begin(self, line: Line) -> None:
        place = self._place(line) if line.begins else None
        self._unit = Theirs([line], place=place)
        self._put(self._unit)

    def _put(self, unit: Theirs) -> None:
        unit.section = len(self._found.sections) - 1
        self._found.sections[-1].units.append(unit)

    def _term(self, line: Line) -> str:
        found = TERM.match(normal(line.text))
        if found is None or (line.style != TERMS and found[1] not in self._terms):
            return ""
        return found[1] if line.style == TERMS or line.level != 2 else ""
