"""The passages a reason rests on: places in the answers of a bid, never their words.

What a bid says stays sealed; whoever may read the bid sees the words at the place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

# Beyond these, a mark cites the bid as a whole.
MOST = 40
# A whole answer is recalled by its beginning.
LONGEST_SHOWN = 300

_SENT = re.compile(r"([A-Z][A-Z0-9]*-[0-9]+\.[a-z]+):([0-9]{1,6}):([0-9]{1,6})")


@dataclass(frozen=True, slots=True)
class Cite:
    """A passage: characters ``start`` to ``end`` of the answer to a part; 0 to 0 is all of it."""

    part: str
    start: int = 0
    end: int = 0

    @property
    def is_whole(self) -> bool:
        return self.end == 0

    @property
    def as_sent(self) -> str:
        return f"{self.part}:{self.start}:{self.end}"

    @property
    def as_stored(self) -> dict[str, Any]:
        return {"part": self.part, "from": self.start, "to": self.end}


def cites_sent(sent: Iterable[str], answers: Mapping[str, str]) -> list[Cite]:
    """Return the passages a form named, each once; what is no place in ``answers`` is dropped.

    ``answers``: the text of each answer that can be cited, by part; empty where it is a table.
    """
    found = [_cite(text, answers) for text in sent]
    return list(dict.fromkeys(one for one in found if one is not None))[:MOST]


def _cite(text: str, answers: Mapping[str, str]) -> Cite | None:
    match = _SENT.fullmatch(text)
    if match is None or match[1] not in answers:
        return None
    start, end = int(match[2]), int(match[3])
    if (start, end) == (0, 0):
        return Cite(match[1])
    return Cite(match[1], start, end) if start < end <= len(answers[match[1]]) else None


def cites_stored(stored: Iterable[Mapping[str, Any]]) -> list[Cite]:
    return [Cite(one["part"], one["from"], one["to"]) for one in stored]


def passage(cite: Cite, answers: Mapping[str, str]) -> str:
    """Return the words at a place; empty for all of an answer that is no text."""
    text = answers.get(cite.part, "")
    if not cite.is_whole:
        return text[cite.start : cite.end]
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN].rstrip()} …"


def with_part_named(reason: str, part: str) -> str:
    """Return the reason with the part named on a line of its own, ready to be gone on with."""
    return f"{reason.rstrip()}\n{part}: ".lstrip()
