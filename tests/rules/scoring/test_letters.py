"""Letters: what they must say, what is withheld from whom, and who may find one right."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scoring.rules.letters import (
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
        (Letter("Dear", "x" * 4001), "Enter 4,000 characters or fewer"),
        (Letter("Dear", "why", "x" * 601), "Enter 600 characters or fewer"),
    ],
)
def test_what_a_letter_lacks_is_named(letter, says):
    with pytest.raises(LetterUnfit, match=says):
        checked(letter, successful=False)


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
        must_be_reviewable(letter, successful=True, by=1, withheld_by={1})
    must_be_reviewable(letter, successful=True, by=2, withheld_by={1})


def test_the_successful_bidder_has_an_address():
    with pytest.raises(ReviewRefused, match="the address of the successful bidder is missing"):
        must_be_reviewable(Letter("Dear"), successful=True, by=1, withheld_by=set())
    must_be_reviewable(Letter("Dear", "why"), successful=False, by=1, withheld_by=set())


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
