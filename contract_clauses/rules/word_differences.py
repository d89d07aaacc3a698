"""How one text differs from another, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

TOKENS = re.compile(r"\s+|\w+|[^\w\s]")
# Comparing takes the product of both lengths; texts beyond it are shown as a whole, one after the
# other.
MOST_COMPARED = 4_000_000


class Kind(StrEnum):
    SAME = "same"
    WENT = "went"
    CAME = "came"


@dataclass(frozen=True, slots=True)
class Piece:
    kind: Kind
    text: str


def word_differences(before: str, after: str) -> tuple[Piece, ...]:
    """Return both texts in one: what stayed, what went, what came in its place."""
    then, now = TOKENS.findall(before), TOKENS.findall(after)
    if then == now:
        return (Piece(Kind.SAME, after),) if after else ()
    return tuple(_joined(_pieces(then, now)))


def _pieces(then: list[str], now: list[str]) -> Iterator[Piece]:
    start = _alike(then, now)
    end = _alike(then[start:][::-1], now[start:][::-1])
    left, right = then[start : len(then) - end], now[start : len(now) - end]
    yield Piece(Kind.SAME, "".join(then[:start]))
    if len(left) * len(right) > MOST_COMPARED:
        yield from _replaced(left, right)
    else:
        matcher = SequenceMatcher(None, left, right, autojunk=False)
        for how, at, to, at_now, to_now in matcher.get_opcodes():
            if how == "equal":
                yield Piece(Kind.SAME, "".join(left[at:to]))
            else:
                yield from _replaced(left[at:to], right[at_now:to_now])
    yield Piece(Kind.SAME, "".join(then[len(then) - end :]))


def _alike(one: list[str], other: list[str]) -> int:
    number = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        number += 1
    return number


def _replaced(left: list[str], right: list[str]) -> Iterator[Piece]:
    yield Piece(Kind.WENT, "".join(left))
    yield Piece(Kind.CAME, "".join(right))


def _joined(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Yield runs: a space alone that stayed between words that changed changed with them."""
    went, came, space = "", "", ""
    for piece in (piece for piece in pieces if piece.text):
        if piece.kind is not Kind.SAME:
            went += space + (piece.text if piece.kind is Kind.WENT else "")
            came += space + (piece.text if piece.kind is Kind.CAME else "")
            space = ""
        elif piece.text.isspace() and (went or came) and not space:
            space = piece.text
        else:
            yield from _run(went, came)
            yield Piece(Kind.SAME, space + piece.text)
            went = came = space = ""
    yield from _run(went, came)
    if space:
        yield Piece(Kind.SAME, space)


def _run(went: str, came: str) -> Iterator[Piece]:
    if went:
        yield Piece(Kind.WENT, went)
    if came:
        yield Piece(Kind.CAME, came)
