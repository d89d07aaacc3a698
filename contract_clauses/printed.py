"""A schedule as a page prints it: the very pieces and the very changes of the Word document.

Numbers, words and departures come from where the Word file takes them, so that the two cannot come
apart; a reference to another place of the schedule leads there within the page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from contract_clauses.printed_pieces import (
    ALL,
    COMES,
    GOES,
    STAYS,
    Bit,
    Entry,
    Line,
    Meaning,
    Printed,
    PrintedAnnex,
    PrintedClause,
    Stretch,
    SubClause,
)
from contract_clauses.rules.issuing import Approved
from contract_clauses.rules.parts import (
    DRAFT,
    Before,
    Departure,
    Item,
    Paragraph,
    Schedule,
    ScheduledClause,
)
from contract_clauses.rules.wording import Segment
from contract_clauses.word.fields import bookmark_name
from contract_clauses.word.inline import Piece, differences, pieces
from contract_clauses.word.opening import cover_facts, issue_facts

CHANGES = {"equal": STAYS, "insert": COMES, "delete": GOES}


class NoSuchPart(LookupError):
    """A schedule has no part of this name."""


def printed(
    schedule: Schedule,
    address_of: Callable[[str], str],
    *,
    part: str = ALL,
    approved: Approved | None = None,
    departures: bool = False,
) -> Printed:
    """Return the schedule, or one ``part`` of it: what its address calls a clause or an annex,
    ``ALL``, or nothing for the front. ``address_of`` says where a part is shown, of the whole
    page the place in it. Raises NoSuchPart."""
    clauses = [(_entry(clause), clause) for clause in schedule.clauses]
    annexes = [
        (Entry(f"annex-{annex.id}", f"Annex {annex.number}", annex.title), annex)
        for annex in schedule.annexes
    ]
    contents = tuple(entry for entry, _ in [*clauses, *annexes])
    if part not in ("", ALL, *(entry.part for entry in contents)):
        raise NoSuchPart(part)
    writing = _Writing(_places(schedule, address_of), departures)
    return Printed(
        schedule,
        (*cover_facts(schedule), *issue_facts(approved)),
        contents,
        tuple(
            PrintedClause(entry, tuple(writing.sub_clauses(clause)), writing.why(clause))
            for entry, clause in clauses
            if part in (ALL, entry.part)
        ),
        tuple(PrintedAnnex(entry, one) for entry, one in annexes if part in (ALL, entry.part)),
        part,
    )


def part_of(clause: ScheduledClause) -> str:
    """Return what an address calls a clause."""
    return clause.id or f"clause-{clause.number}"


def _entry(clause: ScheduledClause) -> Entry:
    empty = sum(
        piece.properties != ""
        for paragraph in clause.paragraphs
        for segments in (
            paragraph.segments,
            *(item.segments for item in paragraph.items),
            *(definition.segments for definition in paragraph.definitions),
        )
        for piece in pieces(segments)
    )
    return Entry(part_of(clause), f"{clause.number}.", clause.title, empty)


def _places(schedule: Schedule, address_of: Callable[[str], str]) -> dict[str, str]:
    """Return where each bookmark of the Word document is shown."""
    places = {
        bookmark_name("Clause", clause.id or str(clause.number)): address_of(part_of(clause))
        for clause in schedule.clauses
    }
    return places | {
        bookmark_name("Annex", annex.id): address_of(f"annex-{annex.id}")
        for annex in schedule.annexes
    }


@dataclass(frozen=True, slots=True)
class _Writing:
    places: dict[str, str]
    departures: bool

    def why(self, clause: ScheduledClause) -> str:
        return clause.redrafted if self.departures else ""

    def sub_clauses(self, clause: ScheduledClause) -> Iterator[SubClause]:
        yield from self._taken_out_after("", clause)
        for paragraph in clause.paragraphs:
            yield self._sub_clause(paragraph)
            yield from self._taken_out_after(paragraph.key, clause)

    def _sub_clause(self, paragraph: Paragraph) -> SubClause:
        meanings = tuple(
            Meaning(one.term, self._bits(pieces(one.segments))) for one in paragraph.definitions
        )
        number, before = paragraph.number, paragraph.before
        if not self.departures or paragraph.departure is Departure.NONE:
            change = STAYS
        elif paragraph.departure is Departure.ADDED or before is None:
            change = COMES
        else:
            line = Line(number, self._differing(before.segments, paragraph.segments))
            items = tuple(self._items(before.items, paragraph.items))
            return SubClause(line, items, meanings)
        line = self._line(number, paragraph.segments, change)
        return SubClause(line, self._lettered(paragraph.items, change), meanings)

    def _taken_out_after(self, key: str, clause: ScheduledClause) -> Iterator[SubClause]:
        taken_out: Iterable[Before] = clause.taken_out if self.departures else ()
        for before in taken_out:
            if before.after == key:
                line = self._line("", before.segments, GOES)
                yield SubClause(line, self._lettered(before.items, GOES))

    def _items(self, then: Sequence[Item], now: Sequence[Item]) -> Iterator[Line]:
        """Yield the items as Word pairs them: of what differs, from its start."""
        matcher = SequenceMatcher(
            None, [_text(item) for item in then], [_text(item) for item in now], autojunk=False
        )
        for kind, start, end, begin, stop in matcher.get_opcodes():
            gone, come = list(then[start:end]), list(now[begin:stop])
            if kind == "equal":
                yield from self._lettered(come, STAYS)
                continue
            for before, after in zip(gone, come, strict=False):
                stretches = self._differing(before.segments, after.segments)
                yield Line(f"({after.letter})", stretches)
            yield from self._lettered(gone[len(come) :], GOES)
            yield from self._lettered(come[len(gone) :], COMES)

    def _lettered(self, items: Iterable[Item], change: str) -> tuple[Line, ...]:
        return tuple(self._line(f"({item.letter})", item.segments, change) for item in items)

    def _line(self, number: str, segments: Iterable[Segment], change: str) -> Line:
        return Line(number, (Stretch(change, self._bits(pieces(segments))),), change)

    def _differing(
        self, before: Iterable[Segment], after: Iterable[Segment]
    ) -> tuple[Stretch, ...]:
        return tuple(
            Stretch(CHANGES[one.kind], self._bits(one.pieces)) for one in differences(before, after)
        )

    def _bits(self, found: Iterable[Piece]) -> tuple[Bit, ...]:
        return tuple(
            Bit(piece.text, self.places.get(piece.bookmark, ""), bool(piece.properties))
            for piece in found
        )


def _text(item: Item) -> str:
    return "".join(segment.text for segment in item.segments)


def as_draft(schedule: Schedule) -> Schedule:
    """Return a schedule that nobody has approved as one: it bears the mark of a draft."""
    return replace(schedule, status=DRAFT)
