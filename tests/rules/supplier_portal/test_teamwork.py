from datetime import UTC, datetime, timedelta

import pytest

from supplier_portal.rules.teamwork import (
    Decision,
    SignOffNeeded,
    WrongRemark,
    checked_remark,
    must_be_signed_off,
    sign_off_in_words,
    state_of_work,
)

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
YES = Decision(3, True, "", "Ada Wren", NOON)
NO = Decision(3, False, "the price is missing", "Ada Wren", NOON)


def test_a_remark_is_kept_without_the_space_around_it():
    assert checked_remark("  Ask Tom.\n", "a comment") == "Ask Tom."


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (" \n", "Enter a comment"),
        ("x" * 2001, "Enter 2,000 characters or fewer; you have written 2,001"),
    ],
)
def test_a_remark_says_something_and_not_too_much(text, message):
    with pytest.raises(WrongRemark) as wrong:
        checked_remark(text, "a comment")

    assert (str(wrong.value), wrong.value.field) == (message, "text")


@pytest.mark.parametrize(("needed", "last"), [(False, None), (False, NO), (True, YES)])
def test_a_bid_is_handed_in_where_nobody_asked_or_the_answers_are_signed_off(needed, last):
    must_be_signed_off(needed, 3, last)


@pytest.mark.parametrize(
    ("revision", "last", "why"),
    [
        (3, None, "a certifier of your company has not signed it off yet"),
        (3, NO, "Ada Wren declined to sign it off: the price is missing"),
        (4, YES, "answers were changed after Ada Wren signed it off"),
    ],
)
def test_a_sign_off_that_is_needed_and_does_not_stand_is_said(revision, last, why):
    with pytest.raises(SignOffNeeded) as needed:
        must_be_signed_off(True, revision, last)

    assert str(needed.value) == f"You cannot submit this bid because {why}"


@pytest.mark.parametrize(
    ("complete_at", "saved", "words"),
    [
        (None, NOON, ""),
        (NOON, None, "Marked complete by Ada Wren"),
        (NOON, NOON - timedelta(1), "Marked complete by Ada Wren"),
        (NOON, NOON + timedelta(1), "Changed since Ada Wren marked it complete"),
    ],
)
def test_work_marked_complete_and_changed_since_says_so(complete_at, saved, words):
    assert state_of_work(complete_at, saved, "Ada Wren") == words


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        (0, "Marked complete by Ada Wren"),
        (1, "Marked complete by Ada Wren, although 1 required answer is missing"),
        (3, "Marked complete by Ada Wren, although 3 required answers are missing"),
    ],
)
def test_work_marked_complete_with_answers_missing_says_so(missing, words):
    assert state_of_work(NOON, None, "Ada Wren", missing) == words


@pytest.mark.parametrize(
    ("revision", "last", "words"),
    [
        (3, None, "not signed off yet"),
        (3, YES, "signed off by Ada Wren"),
        (4, YES, "answers were changed after Ada Wren signed it off"),
        (3, NO, "Ada Wren declined to sign it off"),
        (4, NO, "Ada Wren declined to sign it off"),
    ],
)
def test_how_a_sign_off_stands_is_said_in_a_few_words(revision, last, words):
    assert sign_off_in_words(revision, last) == words
