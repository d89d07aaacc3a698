"""Letters: what they must say, what is withheld from whom, and who may find one right."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scoring.rules import exclusions, low_prices
from scoring.rules.letters import (
    LONGEST_WHY,
    Exemption,
    Letter,
    LetterUnfit,
    ReviewRefused,
    State,
    Withheld,
    checked,
    checked_withheld,
    letter_from,
    must_be_reviewable,
    opening_words,
    state_of,
    writers_of,
)

SECRET = Withheld("SLP-05", "the Kestrel radio", Exemption.COMMERCIAL, "It tells how they do it")


def test_a_letter_is_kept_word_for_word():
    letter = Letter("Dear all", "Another bid was better", "1 Road", (SECRET,), "ab")

    assert letter_from(letter.text()) == letter


@pytest.mark.parametrize(
    ("letter", "says"),
    [
        (Letter(" ", "why"), "Enter the opening words"),
        (Letter("Dear", " "), "Enter why the bid was not successful"),
        (Letter("x" * 6001, "why"), "Enter 6,000 characters or fewer"),
        (Letter("Dear", "x" * 20_001), "Enter 20,000 characters or fewer"),
        (Letter("Dear", "why", "x" * 601), "Enter 600 characters or fewer"),
    ],
)
def test_what_a_letter_lacks_is_named(letter, says):
    with pytest.raises(LetterUnfit, match=says):
        checked(letter, successful=False)


def test_a_letter_has_room_for_the_longest_decision_it_is_prepared_with():
    framed = 1000
    assert low_prices.LONGEST_TEXT + framed <= LONGEST_WHY
    assert 4 * (exclusions.LONGEST_TEXT + framed) <= LONGEST_WHY


def test_a_changed_letter_has_to_be_read_again():
    letter = checked(Letter("Dear ", "why", read="ab"), successful=True)

    assert letter == Letter("Dear", "")
    assert state_of(reviewed=False, read="", told="x") is State.TO_READ
    assert state_of(reviewed=True, read="x", told="x") is State.READ
    assert state_of(reviewed=True, read="x", told="y") is State.CHANGED


def test_whoever_withholds_says_why_and_once():
    with pytest.raises(LetterUnfit, match="in at least 20 characters"):
        checked_withheld(replace(SECRET, reason="secret"), ())
    with pytest.raises(LetterUnfit, match="left out already"):
        checked_withheld(SECRET, (SECRET,))
    assert checked_withheld(replace(SECRET, passage=" a "), ()).passage == "a"


def test_what_is_withheld_takes_a_second_officer():
    letter = Letter("Dear", address="1 Road", withheld=(SECRET,))

    with pytest.raises(ReviewRefused, match="a second officer must"):
        must_be_reviewable(letter, successful=True, by=1, written_by={1}, withheld_by={1})
    must_be_reviewable(letter, successful=True, by=2, written_by={1}, withheld_by={1})


def test_whoever_wrote_a_letter_does_not_find_it_right():
    letter = Letter("Dear", "why")

    with pytest.raises(ReviewRefused, match="because you wrote it, or a part of it"):
        must_be_reviewable(letter, successful=False, by=1, written_by={1, 2}, withheld_by=set())
    must_be_reviewable(letter, successful=False, by=3, written_by={1, 2}, withheld_by=set())


def test_whoever_changed_a_part_last_wrote_it_and_a_draft_is_of_whoever_had_it_prepared():
    draft = Letter("Dear", "Another was better")
    opened, placed = replace(draft, opening="Dear Lark"), replace(draft, address="1 Road")
    both = replace(opened, address="1 Road")

    assert writers_of([(1, draft)]) == {1}
    assert writers_of([(1, draft), (1, opened)]) == {1}
    assert writers_of([(1, draft), (2, placed)]) == {2}
    assert writers_of([(1, draft), (1, opened), (2, both)]) == {1, 2}
    assert writers_of([(1, draft), (2, placed), (3, replace(placed, read="ab"))]) == {2}
    assert writers_of([(1, draft), (2, opened), (1, replace(opened, opening="Good day"))]) == {1}
    assert writers_of([(1, draft), (2, replace(draft, withheld=(SECRET,)))]) == {2}
    assert writers_of([]) == set()


def test_the_successful_bidder_has_an_address():
    with pytest.raises(ReviewRefused, match="the address of the successful bidder is missing"):
        must_be_reviewable(
            Letter("Dear"), successful=True, by=1, written_by=set(), withheld_by=set()
        )
    must_be_reviewable(
        Letter("Dear", "why"), successful=False, by=1, written_by=set(), withheld_by=set()
    )


@pytest.mark.parametrize("successful", [True, False])
@pytest.mark.parametrize("stands_still", [True, False])
def test_the_opening_words_fit_the_outcome(successful, stands_still):
    words = opening_words(
        legal_name="Rook Ltd",
        authority="Hollowmere",
        title="Sensors",
        successful=successful,
        stands_still=stands_still,
    )

    assert ("It was not successful" in words) is not successful
    assert ("this letter does not begin it" in words) is stands_still
