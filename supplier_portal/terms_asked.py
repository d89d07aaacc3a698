"""What a page asks about the contract terms, put together from the rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from foundation.fields import Choice
from supplier_portal.models import Bid
from supplier_portal.queries.terms import commitments_now, terms_of
from supplier_portal.rules.terms import (
    ClausesShown,
    Terms,
    Word,
    changes_since,
    clauses_shown,
    counted_qualifications,
    said_in_words,
    words_offered,
)


@dataclass(frozen=True)
class TermsAsked:
    """The terms a bid leads to, and what its company has said of them.

    ``commitments`` is the outline as it would be handed in.
    """

    commitments: Mapping[str, Any]
    shown: ClausesShown
    terms: Terms
    allowed: bool

    @property
    def stands(self) -> bool:
        return self.terms.stands_for(self.shown.set_hash)

    @property
    def changes(self) -> tuple[str, ...]:
        """Return in sentences what changed since the word given, if it no longer stands."""
        if self.terms.word is None or self.stands:
            return ()
        return changes_since(self.terms.word, self.shown)

    @property
    def said(self) -> str:
        """Return the word given, in words; empty where none was given."""
        return said_in_words(self.terms)

    @property
    def counted(self) -> str:
        return counted_qualifications(self.terms)

    @property
    def short(self) -> list[tuple[str, Mapping[str, Any]]]:
        """Return where the council's minimum replaces a figure: (title of clause, value)."""
        return [
            (clause["title"], value)
            for clause in self.commitments["clauses"]
            for value in clause.get("values", ())
            if value.get("given")
        ]

    @property
    def undecided(self) -> list[Mapping[str, Any]]:
        return [c for c in self.commitments["clauses"] if c.get("ground") == "not known"]

    @property
    def choices(self) -> list[Choice]:
        offered = words_offered(self.terms, allowed=self.allowed)
        texts = {
            Word.ACCEPT: ("We accept the contract terms our answers lead to", ""),
            Word.QUALIFY: (
                f"We accept the contract terms with the {self.counted} we have listed",
                "",
            ),
            Word.REFUSE: (
                "We do not accept the contract terms as they stand",
                "You can submit all the same. The council may disregard the bid.",
            ),
        }
        return [Choice(word, *texts[word]) for word in offered]


def terms_asked(bid: Bid, answers: Mapping[str, Any]) -> TermsAsked | None:
    """Return what to ask about the terms; None where the tender froze no clauses.

    ``answers`` are those to the parts that are asked.
    """
    made = commitments_now(bid, answers)
    if made is None:
        return None
    return TermsAsked(made, clauses_shown(made), terms_of(bid), bid.tender.allows_qualifications)
