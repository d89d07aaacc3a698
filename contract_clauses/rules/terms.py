"""Defined terms: which of them a text uses, each in its longest form, plurals included."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping


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

    def found_in(self, text: str) -> frozenset[str]:
        return frozenset(self._term_of[form] for form in self._pattern.findall(text))

    def used_in(self, texts: Iterable[str]) -> frozenset[str]:
        """Return the terms the texts use, and those that the meanings of these use in turn."""
        used: set[str] = set()
        new = self.found_in("\n".join(texts))
        while new:
            used |= new
            new = self.found_in("\n".join(self.meanings[term] for term in new)) - used
        return frozenset(used)


def forms(term: str) -> tuple[str, ...]:
    """Return a term and its plurals: "Authority" → "Authorities", "Device" → "Devices"."""
    if term.endswith("y"):
        return (term, f"{term[:-1]}ies")
    return (term, f"{term}s", f"{term}es")
