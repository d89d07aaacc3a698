"""Two versions of a text, with the words that are gone and those that are new."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

# A word with the space after it, so that several changed words in a row are one stretch.
_WORDS = re.compile(r"\S+\s*|\s+")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some words of a text; ``differs`` if the other version does not have them here."""

    text: str
    differs: bool


Stretches = tuple[Stretch, ...]


@lru_cache(maxsize=4096)
def word_marks(old: str, new: str) -> tuple[Stretches, Stretches]:
    """Return both texts cut where they begin and cease to differ."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    left: list[Stretch] = []
    right: list[Stretch] = []
    matcher = SequenceMatcher(
        a=[word.strip() for word in before], b=[word.strip() for word in after], autojunk=False
    )
    for found, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        for side, words in ((left, before[old_from:old_to]), (right, after[new_from:new_to])):
            if words:
                side.append(Stretch("".join(words), found != "equal"))
    return tuple(left), tuple(right)
