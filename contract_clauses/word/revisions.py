"""What departs from the clause library, as changes that Word tracks: to be accepted or rejected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher

from contract_clauses.rules.parts import Before, Departure, Item, Paragraph
from contract_clauses.rules.wording import Segment
from contract_clauses.word.blocks import Line
from contract_clauses.word.inline import deleted_segments, differences, segments
from contract_clauses.word.writing import Writing


def departing(paragraph: Paragraph, author: str, writing: Writing) -> Iterator[Line]:
    """Yield a sub-clause somebody added or wrote otherwise than the library has it."""
    before = paragraph.before
    if paragraph.departure is Departure.ADDED or before is None:
        yield _added("Clause2", paragraph.segments, author, writing)
        for item in paragraph.items:
            yield _added("Clause3", item.segments, author, writing)
        return
    yield Line("Clause2", _changed(before.segments, paragraph.segments, author, writing))
    yield from _items(before.items, paragraph.items, author, writing)


def taken_out(before: Before, author: str, writing: Writing) -> Iterator[Line]:
    """Yield a sub-clause of the library's that somebody took out."""
    yield _removed("Clause2", before.segments, author, writing)
    for item in before.items:
        yield _removed("Clause3", item.segments, author, writing)


def _items(
    then: tuple[Item, ...], now: tuple[Item, ...], author: str, writing: Writing
) -> Iterator[Line]:
    """Yield the items: what is new, gone or changed; of each stretch that differs, those changed
    are paired from its start."""
    matcher = SequenceMatcher(
        None, [_text(item) for item in then], [_text(item) for item in now], autojunk=False
    )
    for _, start, end, begin, stop in matcher.get_opcodes():
        gone, come = list(then[start:end]), list(now[begin:stop])
        for before, after in zip(gone, come, strict=False):
            words = _changed(before.segments, after.segments, author, writing)
            yield Line("Clause3", words)
        for item in gone[len(come) :]:
            yield _removed("Clause3", item.segments, author, writing)
        for item in come[len(gone) :]:
            yield _added("Clause3", item.segments, author, writing)


def _text(item: Item) -> str:
    return "".join(segment.text for segment in item.segments)


def _changed(
    before: Iterable[Segment], after: Iterable[Segment], author: str, writing: Writing
) -> str:
    """Return one paragraph with what stays, what goes and what comes."""
    written = []
    for stretch in differences(before, after):
        if stretch.kind == "delete":
            inside = "".join(piece.deleted for piece in stretch.pieces)
            written.append(f"<w:del {writing.signed(author)}>{inside}</w:del>")
        elif stretch.kind == "insert":
            inside = "".join(piece.shown for piece in stretch.pieces)
            written.append(f"<w:ins {writing.signed(author)}>{inside}</w:ins>")
        else:
            written += [piece.shown for piece in stretch.pieces]
    return "".join(written)


def _added(style: str, parts: Iterable[Segment], author: str, writing: Writing) -> Line:
    """Return a paragraph that comes in whole, its mark with it."""
    mark = f"<w:rPr><w:ins {writing.signed(author)}/></w:rPr>"
    return Line(style, f"<w:ins {writing.signed(author)}>{segments(parts)}</w:ins>", mark)


def _removed(style: str, parts: Iterable[Segment], author: str, writing: Writing) -> Line:
    mark = f"<w:rPr><w:del {writing.signed(author)}/></w:rPr>"
    return Line(style, f"<w:del {writing.signed(author)}>{deleted_segments(parts)}</w:del>", mark)
