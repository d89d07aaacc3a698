"""A recommendation goes with the ranking, and rests on the whole record."""

from __future__ import annotations

import pytest

from scoring.rules.recommending import (
    SUCCESSFUL,
    UNSUCCESSFUL,
    CannotRecommend,
    Place,
    about,
    checked_outcomes,
    checked_reason,
    checked_several,
    hash_of,
    why_not_in_words,
)

LARK, ROOK = Place("l", "Lark", "1"), Place("r", "Rook", "2")
OUT = Place("o", "Owl", "", "failed SLP-02")


def checked(chosen, places=(LARK, ROOK, OUT), *, in_order=True):
    return checked_outcomes(places, chosen, in_order=in_order)


def words(first, second, third=UNSUCCESSFUL):
    return {"l": first, "r": second, "o": third}


def test_the_best_bid_wins():
    assert checked(words(SUCCESSFUL, UNSUCCESSFUL)) == words(SUCCESSFUL, UNSUCCESSFUL)
    assert checked(words(SUCCESSFUL, SUCCESSFUL)) == words(SUCCESSFUL, SUCCESSFUL)


@pytest.mark.parametrize(
    ("chosen", "says"),
    [
        ({"l": SUCCESSFUL}, "Select the result of Rook"),
        (words(UNSUCCESSFUL, SUCCESSFUL), "You cannot recommend Rook and not Lark"),
        (words(UNSUCCESSFUL, UNSUCCESSFUL), "Select at least one bid"),
        (words(SUCCESSFUL, SUCCESSFUL, SUCCESSFUL), "Owl because it failed SLP-02"),
        (words(SUCCESSFUL, "perhaps"), "Select the result of Rook"),
    ],
)
def test_what_does_not_go_with_the_ranking_is_refused(chosen, says):
    with pytest.raises(CannotRecommend, match=says):
        checked(chosen)


def test_where_something_else_decides_another_may_win_but_none_that_is_out():
    assert checked(words(UNSUCCESSFUL, SUCCESSFUL), in_order=False)["r"] == SUCCESSFUL
    with pytest.raises(CannotRecommend, match="because it failed SLP-02"):
        checked(words(UNSUCCESSFUL, UNSUCCESSFUL, SUCCESSFUL), in_order=False)


def test_of_bids_that_share_a_place_one_may_win():
    tied = (Place("l", "Lark", "1="), Place("r", "Rook", "1="))

    assert checked({"l": UNSUCCESSFUL, "r": SUCCESSFUL}, tied)["r"] == SUCCESSFUL


def test_more_than_one_winner_is_said_with_a_reason():
    both, one, because = words(SUCCESSFUL, SUCCESSFUL), words(SUCCESSFUL, UNSUCCESSFUL), "x" * 40

    assert checked_several(both, several=True, because=f" {because} ") == because
    assert checked_several(one, several=False, because=because) == ""
    assert checked_several({}, several=False, because="") == ""
    for outcomes, several, said, field in (
        (both, False, because, "several"),
        (one, True, because, "several"),
        (both, True, "Because", "several_because"),
        (both, True, "x" * 2001, "several_because"),
    ):
        with pytest.raises(CannotRecommend) as refused:
            checked_several(outcomes, several=several, because=said)
        assert refused.value.field == field


def test_without_a_bid_there_is_nothing_to_win():
    with pytest.raises(CannotRecommend, match="or recommend to award nothing"):
        checked({}, ())


def test_a_reason_says_something():
    with pytest.raises(CannotRecommend, match="in at least 40 characters"):
        checked_reason("Because")


def test_what_two_people_agree_on_changes_with_the_record_and_with_the_recommendation():
    before, after = hash_of({"marks": [1]}), hash_of({"marks": [2]})

    assert len({about("a", before), about("a", after), about("b", before)}) == 3


def test_why_not_names_nobody_else():
    assert why_not_in_words(OUT) == "Your bid failed SLP-02."
    assert (
        why_not_in_words(ROOK, "a total of 63.2 of 100")
        == "Other bids were assessed as better. Yours is ranked 2 with a total of 63.2 of 100."
    )
