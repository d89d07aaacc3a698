"""From a form to a redraft and back; what differs word by word; what to say beside the words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_clauses.loader import shipped_library
from contract_clauses.rules.advice import advice_on, duty_advice, mistakes_in
from contract_clauses.rules.library import Depth
from contract_clauses.rules.redrafting import Added, Redraft, Words, written
from contract_clauses.rules.rewriting import (
    Typed,
    as_typed,
    form_of,
    mistakes,
    next_key,
    redraft_of,
    words_typed,
)
from contract_clauses.rules.word_differences import Kind, Piece, word_differences

TOPIC = shipped_library().topics["C13"]
STANDARD = Depth.STANDARD
texts = st.text(st.sampled_from("ab .,-\n"), max_size=60)


def test_a_form_nobody_touched_is_no_redraft():
    for topic in shipped_library().topics.values():
        assert redraft_of(topic, STANDARD, form_of(topic, STANDARD, None)) == Redraft()


def test_a_redraft_comes_back_from_its_form_as_it_was():
    redraft = Redraft(
        Depth.ENHANCED,
        {"2": Words("Other words:", ("one", "two"))},
        frozenset({"3"}),
        (Added("own1", "2", Words("More.")), Added("own2", "own1", Words("Still more."))),
    )

    assert redraft_of(TOPIC, STANDARD, form_of(TOPIC, STANDARD, redraft)) == redraft


def test_lines_that_begin_with_a_dash_are_items_and_others_go_on():
    typed = "The Supplier must\n give:\n- a name\n  in full\n-a number\n- "

    assert words_typed(typed) == Words("The Supplier must give:", ("a name in full", "a number"))


@given(texts, st.lists(texts, max_size=3))
def test_typing_what_the_box_shows_changes_nothing(text, items):
    words = words_typed(as_typed(Words(text, tuple(items))))

    assert words_typed(as_typed(words)) == words


def test_what_followed_an_added_sub_clause_that_goes_follows_the_one_before():
    typed = Typed(
        STANDARD,
        {**form_of(TOPIC, STANDARD, None).words, "own1": "A.", "own2": "B."},
        frozenset({"own1"}),
        (("own1", "2"), ("own2", "own1")),
    )

    assert redraft_of(TOPIC, STANDARD, typed).added == (Added("own2", "2", Words("B.")),)


def test_a_sub_clause_taken_out_keeps_its_other_words_for_when_it_comes_back():
    redraft = Redraft(changed={"1": Words("Other.")}, removed=frozenset({"1"}))
    first, *_ = written(TOPIC, STANDARD, redraft)
    again, *_ = written(TOPIC, STANDARD, replace(redraft, removed=frozenset()))

    assert (first.is_removed, first.sub_clause) == (True, TOPIC.text[0])
    assert again.sub_clause.text == "Other."


def test_a_key_is_never_given_twice():
    assert next_key({"1", "2", "own1", "own7"}) == "own8"
    assert next_key({"1"}) == "own1"


def test_too_many_and_too_long_is_named_for_the_clause():
    keys = frozenset({"1"})
    many = tuple((f"own{number}", "1") for number in range(1, 42))
    words = {"1": "Words."} | {key: "More." for key, _ in many}

    assert mistakes(Typed(STANDARD, words, added=many), keys) == {
        "": ["Add 40 sub-clauses or fewer to one clause"]
    }


def pieces(before, after):
    return [(str(piece.kind), piece.text) for piece in word_differences(before, after)]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "", []),
        ("same words", "same words", [("same", "same words")]),
        (
            "within 24 hours",
            "within 48 hours",
            [("same", "within "), ("went", "24"), ("came", "48"), ("same", " hours")],
        ),
        ("a b c d", "a x y d", [("same", "a "), ("went", "b c"), ("came", "x y"), ("same", " d")]),
        ("gone", "", [("went", "gone")]),
        ("", "new", [("came", "new")]),
    ],
)
def test_differences_are_words(before, after, expected):
    assert pieces(before, after) == expected


@given(texts, texts)
def test_both_texts_can_be_read_from_their_difference(before, after):
    found = word_differences(before, after)

    assert "".join(piece.text for piece in found if piece.kind is not Kind.CAME) == before
    assert "".join(piece.text for piece in found if piece.kind is not Kind.WENT) == after


def test_texts_too_long_to_compare_are_shown_one_after_the_other():
    before, after = "a " * 3000, "b " * 3000

    assert word_differences(before, after)[0] == Piece(Kind.WENT, before.rstrip())


def advice(text, *items):
    return advice_on(Words(text, items), shipped_library(), ["C13", "C14"])


def test_good_words_get_no_advice():
    library = shipped_library()
    every = [*library.topics]
    said = {
        (topic.id, line)
        for topic in library.topics.values()
        for one in topic.text
        for line in advice_on(Words(one.text, one.items), library, every)
    }

    assert said == set()


def test_advice_names_what_to_think_about():
    assert advice("It will do so.") == [
        "Write “must”, not “will”: the library has one word for a duty"
    ]
    assert advice("word " * 46) == ["A sentence has 46 words; 45 or fewer are easier to read"]
    assert advice("He keeps the Grand Widget.") == [
        "“Grand Widget” has a capital like a defined term, and is defined nowhere"
    ]
    assert advice("See {clause:C20}.") == [
        "C20 is not in this schedule: the reference leads nowhere"
    ]
    assert advice("These", "one") == ["End the words before a list with a colon"]


def test_a_duty_without_an_obligation_and_an_obligation_without_a_duty_are_named():
    duty, none = Words("It must do so."), Words("It may do so.")

    assert duty_advice(duty, is_added=True, has_obligation=True) == []
    assert duty_advice(none, is_added=True, has_obligation=False) == []
    assert "becomes a row to track" in duty_advice(duty, is_added=True, has_obligation=False)[0]
    assert "no longer say" in duty_advice(none, is_added=False, has_obligation=True)[0]


def test_references_that_lead_nowhere_are_mistakes():
    library = shipped_library()

    def wrong(text):
        return len(mistakes_in(Words(text), TOPIC, library))

    good = "{notify_hours} {annex:trace} {clause:C14} {party:council}"
    assert [wrong(text) for text in (good, "{rto}", "{clause:C13}", "{", "}{", "{annex:none}")] == [
        0, 1, 1, 1, 1, 1,
    ]  # fmt: skip
