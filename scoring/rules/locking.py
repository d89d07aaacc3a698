"""What a lock or an agreement covers, as one hash that anybody can work out again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from foundation.canonical import canonical_json, sha256_hex


@dataclass(frozen=True, slots=True, order=True)
class Covered:
    """One mark: the token of the bid, the question, its number there, the mark 0 to 5."""

    bid: str
    question_id: str
    number: int
    mark: int


def hash_of(marks: Iterable[Covered]) -> str:
    """Return the SHA-256, in hexadecimal, of the marks in order of bid and question."""
    return sha256_hex(
        canonical_json([[one.bid, one.question_id, one.number, one.mark] for one in sorted(marks)])
    )
