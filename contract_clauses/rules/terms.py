"""Defined terms: which of them a text uses, each in its longest form, plurals included."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

# Far more texts than a library has; more come only from what somebody wrote instead.
MOST_KNOWN = 10_000


class Terms:
    """The terms of a library, found in one pass over a text.

    The longest term wins, so that "Security Incident" is not also "Incident". A plural counts as
    its term.
    """

    def __init__(self, meanings: Mapping[str, str]) -> None:
        self.meanings = meanings
        self._term_of = {form: term for term in meanings for form in forms(term)}
        longest_first = sorted(self._term_of, key=len, reverse=True)
        alternatives = "|".join(map(re.escape, longest_first))
        self._pattern = re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)" if alternatives else r"(?!)")
        self._known: dict[str, frozenset[str]] = {}

    def without(self, text: str) -> str:
        """Return the text with a small word in place of each term."""
        return self._pattern.sub("x", text)

    def found_in(self, text: str) -> frozenset[str]:
        return frozenset(self._term_of[form] for form in self._pattern.findall(text))

    def used_in(self, texts: Iterable[str]) -> frozenset[str]:
        """Return the terms the texts use, and those that the meanings of these use in turn.

        For texts of a library, which come again and again: what each uses is looked up once.
        """
        used: set[str] = set()
        new = {term for text in texts for term in self._looked_up(text)}
        while new:
            used |= new
            new = {t for term in new for t in self._looked_up(self.meanings[term])} - used
        return frozenset(used)

    def _looked_up(self, text: str) -> frozenset[str]:
        found = self._known.get(text)
        if found is None:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            found = self._known[text] = self.found_in(text)
        return found


def forms(term: str) -> tuple[str, ...]:
    """Return a term and its plurals: "Authority" → "Authorities", "Key" → "Keys"."""
    if term.endswith("y") and term[-2:-1] not in "aeiou":
        return (term, f"{term[:-1]}ies")
    return (term, f"{term}s", f"{term}es")
