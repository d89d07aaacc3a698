"""What a company says of the contract terms, and when it is asked again."""

from __future__ import annotations

import pytest

from supplier_portal.rules.terms import (
    GivenWord,
    Qualification,
    Terms,
    Word,
    WrongTerms,
    as_plain,
    changes_since,
    checked_qualification,
    checked_word,
    clauses_shown,
    must_be_as_shown,
    terms_from,
    words_offered,
)

ENTRY = Qualification("t" * 22, "C14", "Continuity", "14.2", "Thirty hours", "Our host")


def outline(*clauses, set_hash="a" * 64):
    """What is handed in of an outline: (id, sub-clauses, whether the minimum replaces a value)."""
    return {
        "set": set_hash,
        "clauses": [
            {
                "id": name,
                "version": 1,
                "title": f"Title of {name}",
                "sub_clauses": list(places),
                "values": [{"name": "hours", "words": "24", "given": "72" if short else ""}],
            }
            for name, places, short in clauses
        ],
    }


def word_on(shown, says=Word.ACCEPT):
    return GivenWord(says, shown.set_hash, shown.clauses, "Mara Voss", "2026-12-01T12:00:00")


BEFORE = clauses_shown(outline(("C02", (0, 1), False), ("C13", (0,), False)))


@pytest.mark.parametrize(
    ("after", "said"),
    [
        pytest.param(
            (("C02", (0, 1), False), ("C13", (0,), False), ("C14", (0,), False)),
            ("Your answers now also lead to Title of C14 (C14)",),
            id="a clause more",
        ),
        pytest.param(
            (("C02", (0, 1), False),),
            ("C13 no longer applies",),
            id="a clause less",
        ),
        pytest.param(
            (("C02", (0, 1, 2), False), ("C13", (0,), False)),
            ("Title of C02 (C02) now says something else",),
            id="a sub-clause more",
        ),
        pytest.param(
            (("C02", (0, 1), False), ("C13", (0,), True)),
            ("Title of C13 (C13) now says something else",),
            id="the minimum instead of a figure",
        ),
        pytest.param(
            (("C14", (0,), False), ("C15", (0,), False)),
            (
                "Your answers now also lead to Title of C14 (C14) and Title of C15 (C15)",
                "C02 and C13 no longer apply",
            ),
            id="others altogether",
        ),
    ],
)
def test_what_changed_since_the_word_was_given_is_said(after, said):
    assert changes_since(word_on(BEFORE), clauses_shown(outline(*after, set_hash="b" * 64))) == said


def test_a_word_stands_for_the_very_set_it_was_given_on():
    terms = Terms(word_on(BEFORE))

    assert [terms.stands_for(BEFORE.set_hash), terms.stands_for("b" * 64)] == [True, False]


def test_nobody_accepts_terms_he_was_not_shown():
    with pytest.raises(WrongTerms) as refused:
        must_be_as_shown("b" * 64, BEFORE.set_hash)

    assert (refused.value.field, "changed while this page was open" in str(refused.value)) == (
        "terms",
        True,
    )


@pytest.mark.parametrize(
    ("terms", "allowed", "offered"),
    [
        (Terms(), False, (Word.ACCEPT, Word.REFUSE)),
        (Terms(), True, (Word.ACCEPT, Word.REFUSE)),
        (Terms(qualifications=(ENTRY,)), True, (Word.QUALIFY, Word.REFUSE)),
        (Terms(qualifications=(ENTRY,)), False, (Word.ACCEPT, Word.REFUSE)),
    ],
)
def test_what_may_be_said_depends_on_the_list_and_the_tender(terms, allowed, offered):
    assert words_offered(terms, allowed=allowed) == offered


@pytest.mark.parametrize("says", ["", "yes", "qualify"])
def test_a_word_that_is_not_offered_is_refused_at_its_field(says):
    with pytest.raises(WrongTerms) as refused:
        checked_word(says, Terms(), allowed=True)

    assert (str(refused.value), refused.value.field) == (
        "Select whether you accept the contract terms",
        "terms",
    )


def test_terms_with_qualifications_are_not_accepted_as_they_are():
    with pytest.raises(WrongTerms, match="remove the qualifications first"):
        checked_word("accept", Terms(qualifications=(ENTRY,)), allowed=True)


@pytest.mark.parametrize(
    ("changed", "field", "says"),
    [
        ({"clause": "C99"}, "clause", "Select the clause you object to"),
        ({"objects_to": " "}, "objects_to", "Enter what you object to"),
        ({"proposes": ""}, "proposes", "Enter the wording you propose instead"),
        ({"reason": ""}, "reason", "Enter why you object"),
        ({"reason": "x" * 2001}, "reason", "Enter 2,000 characters or fewer"),
    ],
)
def test_a_qualification_lacks_nothing(changed, field, says):
    typed = {"clause": "C14", "objects_to": "14.2", "proposes": "30", "reason": "Host"} | changed
    clause = typed.pop("clause")

    with pytest.raises(WrongTerms) as refused:
        checked_qualification("t", clause, titles={"C14": "Continuity"}, **typed)

    assert (str(refused.value), refused.value.field) == (says, field)


def test_what_is_kept_is_read_again_as_it_was():
    terms = Terms(word_on(BEFORE, Word.QUALIFY), (ENTRY,), 3)

    assert terms_from(as_plain(terms), 3) == terms
