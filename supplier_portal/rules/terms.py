"""Whether a company accepts the contract terms its answers lead to, and what it objects to.

What is accepted is a set: which clauses, which of their sub-clauses, and where the council's
minimum stands instead of a figure of the bid. When later answers change the set, the word given
no longer stands and is asked for again. The bid's own figures are no part of it: whoever changes
them knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from foundation.errors import DomainError

LONGEST_TEXT = 2000
MOST_QUALIFICATIONS = 30


class WrongTerms(DomainError):
    """Something of the terms cannot be taken as it was sent."""


class TermsOvertaken(DomainError):
    """A colleague changed the qualifications while the form was open."""


class Word(StrEnum):
    """What a company says of the terms when it hands in its bid."""

    ACCEPT = "accept"
    QUALIFY = "qualify"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Qualification:
    """What a bid objects to in one clause, what it proposes instead, and why."""

    token: str
    clause: str
    title: str
    objects_to: str
    proposes: str
    reason: str


@dataclass(frozen=True, slots=True)
class GivenWord:
    """The word of a company on one set of terms. ``clauses`` tells one form of each clause from
    another; ``set_hash`` the whole set; ``at`` is a moment in ISO form."""

    says: Word
    set_hash: str
    clauses: Mapping[str, str]
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class Terms:
    """What a bid says of the terms; ``version`` counts the changes, 0 for none yet."""

    word: GivenWord | None = None
    qualifications: tuple[Qualification, ...] = ()
    version: int = 0

    def stands_for(self, set_hash: str) -> bool:
        """Return whether the word given is about exactly these terms."""
        return self.word is not None and self.word.set_hash == set_hash

    @property
    def in_words(self) -> str:
        return said_in_words(self)

    @property
    def refuses(self) -> bool:
        return self.word is not None and self.word.says is Word.REFUSE

    def qualification(self, token: str) -> Qualification | None:
        return next((entry for entry in self.qualifications if entry.token == token), None)

    def of_clause(self, clause_id: str) -> tuple[Qualification, ...]:
        return tuple(entry for entry in self.qualifications if entry.clause == clause_id)


@dataclass(frozen=True, slots=True)
class ClausesShown:
    """The set of terms a bid leads to: its hash, the clauses by id with what tells their forms
    apart, and their titles."""

    set_hash: str
    clauses: Mapping[str, str]
    titles: Mapping[str, str] = field(default_factory=dict)


def clauses_shown(commitments: Mapping[str, Any]) -> ClausesShown:
    """Return the set of terms in an outline as it is handed in with a bid."""
    return ClausesShown(
        commitments["set"],
        {clause["id"]: _form_of(clause) for clause in commitments["clauses"]},
        {clause["id"]: clause["title"] for clause in commitments["clauses"]},
    )


def _form_of(clause: Mapping[str, Any]) -> str:
    short = [value["name"] for value in clause.get("values", ()) if value.get("given")]
    places = ",".join(str(place) for place in clause.get("sub_clauses", ()))
    return f"{clause['version']}:{places}:{','.join(short)}"


def changes_since(word: GivenWord, shown: ClausesShown) -> tuple[str, ...]:
    """Return in sentences how the terms changed since the word on them was given."""
    then, now = word.clauses, shown.clauses
    new = [clause for clause in now if clause not in then]
    gone = [clause for clause in then if clause not in now]
    other = [clause for clause in now if clause in then and then[clause] != now[clause]]
    found = []
    if new:
        found.append(f"Your answers now also lead to {_named(new, shown)}")
    if gone:
        verb = "applies" if len(gone) == 1 else "apply"
        found.append(f"{_named(gone, shown)} no longer {verb}")
    if other:
        verb = "says" if len(other) == 1 else "say"
        found.append(f"{_named(other, shown)} now {verb} something else")
    return tuple(found)


def _named(clauses: Iterable[str], shown: ClausesShown) -> str:
    names = [
        f"{shown.titles[clause]} ({clause})" if clause in shown.titles else clause
        for clause in clauses
    ]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def said_in_words(terms: Terms) -> str:
    """Return the word given, to follow the name of who gave it; empty where none was given."""
    if terms.word is None:
        return ""
    return {
        Word.ACCEPT: "accepted the contract terms",
        Word.QUALIFY: f"accepted the contract terms with {counted_qualifications(terms)}",
        Word.REFUSE: "said that the company does not accept the contract terms as they stand",
    }[terms.word.says]


def counted_qualifications(terms: Terms) -> str:
    number = len(terms.qualifications)
    return "1 qualification" if number == 1 else f"{number} qualifications"


def checked_word(says: str, terms: Terms, *, allowed: bool) -> Word:
    """Return what was chosen. Raises WrongTerms naming the field.

    ``allowed``: whether the tender takes qualifications.
    """
    if says not in {word.value for word in words_offered(terms, allowed=allowed)}:
        if says == Word.ACCEPT and terms.qualifications:
            raise WrongTerms(
                "Select whether the bid stands with the qualifications listed; to accept the terms "
                "as they are, remove the qualifications first",
                field="terms",
            )
        raise WrongTerms("Select whether you accept the contract terms", field="terms")
    return Word(says)


def words_offered(terms: Terms, *, allowed: bool) -> tuple[Word, ...]:
    """Return what a company may say: with qualifications listed it accepts all but those."""
    if allowed and terms.qualifications:
        return (Word.QUALIFY, Word.REFUSE)
    return (Word.ACCEPT, Word.REFUSE)


def must_be_as_shown(shown: str, set_hash: str) -> None:
    """Raise WrongTerms if the terms are others than those on the page that was sent."""
    if shown != set_hash:
        raise WrongTerms(
            "The contract terms changed while this page was open, because somebody changed an "
            "answer. Look at them again, then submit",
            field="terms",
        )


def checked_qualification(
    token: str,
    clause: str,
    *,
    titles: Mapping[str, str],
    objects_to: str,
    proposes: str,
    reason: str,
) -> Qualification:
    """Return a qualification that can be kept. Raises WrongTerms naming the field."""
    if clause not in titles:
        raise WrongTerms("Select the clause you object to", field="clause")
    for name, text, wanted in (
        ("objects_to", objects_to, "what you object to"),
        ("proposes", proposes, "the wording you propose instead"),
        ("reason", reason, "why you object"),
    ):
        if not text.strip():
            raise WrongTerms(f"Enter {wanted}", field=name)
        if len(text) > LONGEST_TEXT:
            raise WrongTerms(f"Enter {LONGEST_TEXT:,} characters or fewer", field=name)
    return Qualification(
        token, clause, titles[clause], objects_to.strip(), proposes.strip(), reason.strip()
    )


def as_plain(terms: Terms) -> dict[str, Any]:
    """Return what a bid says of the terms as it is kept, less the version."""
    return {
        "word": word_as_plain(terms.word),
        "qualifications": [qualification_as_plain(entry) for entry in terms.qualifications],
    }


def word_as_plain(word: GivenWord | None) -> dict[str, Any] | None:
    if word is None:
        return None
    return {
        "says": str(word.says),
        "set": word.set_hash,
        "clauses": dict(word.clauses),
        "by": word.by,
        "at": word.at,
    }


def qualification_as_plain(entry: Qualification) -> dict[str, str]:
    return {name: getattr(entry, name) for name in Qualification.__slots__}


def terms_from(plain: Mapping[str, Any], version: int = 0) -> Terms:
    """Return what was kept, or handed in, as values again."""
    word = plain.get("word")
    return Terms(
        GivenWord(Word(word["says"]), word["set"], word["clauses"], word["by"], word["at"])
        if word
        else None,
        tuple(
            Qualification(*(str(entry[name]) for name in Qualification.__slots__))
            for entry in plain.get("qualifications") or ()
        ),
        version,
    )
