"""The words of a clause: plain text, and what stands in braces between them.

``{name}`` is a variable of the clause, ``{annex:recovery}`` and ``{clause:C15}`` refer to another
place of the schedule, ``{party:council}`` and ``{party:supplier}`` are the names of the parties.
Nothing else may stand in braces.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

PARTIES = ("council", "supplier")
TOKEN = re.compile(r"\{(?:(annex|clause|party):)?([^{}]*)\}")


class SegmentKind(StrEnum):
    WORDS = "words"
    VARIABLE = "variable"
    # A variable without a value: printed as a highlighted bracket, and blocks approval.
    EMPTY = "empty"
    ANNEX = "annex"
    CLAUSE = "clause"
    # The name of a party.
    PARTY = "party"
    # A reference to a clause that is not in this schedule: printed as a highlighted bracket.
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a paragraph. ``target`` is the variable, annex or clause it stands for."""

    kind: SegmentKind
    text: str
    target: str = ""


@dataclass(frozen=True, slots=True)
class Token:
    """Something in braces: ``family`` is "annex", "clause", "party" or "variable"."""

    family: str
    name: str


@lru_cache(maxsize=8192)
def tokens_in(text: str) -> tuple[Token, ...]:
    """Return what stands in braces. The texts of a library come again and again."""
    return tuple(Token(match[1] or "variable", match[2]) for match in TOKEN.finditer(text))


@lru_cache(maxsize=8192)
def pieces(text: str) -> tuple[tuple[str, Token | None], ...]:
    """Return the text in order: (words, None) or ("", token). It comes again and again, too."""
    found: list[tuple[str, Token | None]] = []
    end = 0
    for match in TOKEN.finditer(text):
        if match.start() > end:
            found.append((text[end : match.start()], None))
        found.append(("", Token(match[1] or "variable", match[2])))
        end = match.end()
    if end < len(text):
        found.append((text[end:], None))
    return tuple(found)


def begins_sentence(before: str) -> bool:
    """Return whether what follows ``before`` stands at the start of a sentence."""
    left = before.rstrip()
    return not left or left[-1] in ".!?"


def plain_text(segments: tuple[Segment, ...]) -> str:
    return "".join(segment.text for segment in segments)
