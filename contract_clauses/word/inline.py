"""The words of a clause as runs and fields, and how they differ from the library's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import NamedTuple

from contract_clauses.rules.wording import Segment, SegmentKind
from contract_clauses.word import fields
from contract_clauses.word.text import NO_BREAK_SPACE, deleted_run, run

BRACKET = '<w:highlight w:val="yellow"/>'
# What stands in the text as words like any other.
PLAIN = (SegmentKind.WORDS, SegmentKind.VARIABLE, SegmentKind.PARTY)
WORD = re.compile(r"\S+|\s+")
# Where less than this is common, or there is more than this, the whole text is said anew.
LEAST_COMMON, MOST_COMPARED = 0.4, 3000


class Piece(NamedTuple):
    """A stretch of text of one kind; ``bookmark`` is what a cross-reference points to."""

    text: str
    properties: str = ""
    bookmark: str = ""

    @property
    def shown(self) -> str:
        if self.bookmark:
            return fields.reference(self.bookmark, self.text)
        return run(self.text, self.properties)

    @property
    def deleted(self) -> str:
        if self.bookmark:
            return fields.deleted_reference(self.bookmark, self.text)
        return deleted_run(self.text, self.properties)


def segments(parts: Iterable[Segment]) -> str:
    """Return the words of a paragraph: text as runs, references to other places as fields."""
    written, text = "", ""
    for part in parts:
        if part.kind in PLAIN:
            text += part.text
            continue
        for piece in _pieces(part):
            if piece.bookmark or piece.properties:
                written += (run(text) if text else "") + piece.shown
                text = ""
            else:
                text += piece.text
    return written + run(text) if text or not written else written


def deleted_segments(parts: Iterable[Segment]) -> str:
    return "".join(piece.deleted for piece in pieces(parts))


def pieces(parts: Iterable[Segment]) -> list[Piece]:
    return _joined(piece for part in parts for piece in _pieces(part))


def _pieces(part: Segment) -> tuple[Piece, ...]:
    match part.kind:
        case SegmentKind.CLAUSE:
            word, _, number = part.text.partition(" ")
            bookmark = fields.bookmark_name("Clause", part.target)
            return (Piece(f"{word}{NO_BREAK_SPACE}"), Piece(number, bookmark=bookmark))
        case SegmentKind.ANNEX:
            return (Piece(part.text, bookmark=fields.bookmark_name("Annex", part.target)),)
        case SegmentKind.EMPTY | SegmentKind.ABSENT:
            return (Piece(part.text, BRACKET),)
        case _:
            return (Piece(part.text),)


def _joined(found: Iterable[Piece]) -> list[Piece]:
    """Return the pieces with neighbours of one kind made one: a value is no run of its own."""
    joined: list[Piece] = []
    for piece in found:
        last = joined[-1] if joined else None
        if last is None or piece.bookmark or last.bookmark or piece.properties != last.properties:
            joined.append(piece)
        else:
            joined[-1] = Piece(last.text + piece.text, last.properties)
    return joined


@dataclass(frozen=True, slots=True)
class Stretch:
    """Text that stays (``kind`` "equal"), goes ("delete") or comes ("insert")."""

    kind: str
    pieces: tuple[Piece, ...]


def differences(before: Iterable[Segment], after: Iterable[Segment]) -> Iterator[Stretch]:
    """Yield what stays, goes and comes, word by word, in reading order."""
    then, now = _words(before), _words(after)
    for stays, gone, come in _steps(then, now):
        if stays:
            yield Stretch("equal", tuple(_joined(now[come])))
            continue
        for kind, found in (("delete", then[gone]), ("insert", now[come])):
            if found:
                yield Stretch(kind, tuple(_joined(found)))


def _words(parts: Iterable[Segment]) -> list[Piece]:
    return [word for piece in pieces(parts) for word in _split(piece)]


def _split(piece: Piece) -> list[Piece]:
    if piece.bookmark or piece.properties:
        return [piece]
    return [Piece(word) for word in WORD.findall(piece.text)]


def _steps(then: list[Piece], now: list[Piece]) -> list[tuple[bool, slice, slice]]:
    """Return (whether it stays, where then, where now) of each stretch."""
    whole = [(False, slice(0, len(then)), slice(0, len(now)))]
    if max(len(then), len(now)) > MOST_COMPARED:
        return whole
    matcher = SequenceMatcher(None, then, now, autojunk=False)
    if matcher.ratio() < LEAST_COMMON:
        return whole
    found: list[tuple[bool, slice, slice]] = []
    for kind, start, end, begin, stop in matcher.get_opcodes():
        # A space alone that stays between two changes would only tear them apart.
        stays = kind == "equal" and not (found and _is_space(now[begin:stop]))
        if found and not stays and not found[-1][0]:
            start, begin = found[-1][1].start, found.pop()[2].start
        found.append((stays, slice(start, end), slice(begin, stop)))
    return found


def _is_space(found: Iterable[Piece]) -> bool:
    return not "".join(piece.text for piece in found).strip()
