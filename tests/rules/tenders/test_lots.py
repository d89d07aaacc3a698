"""What is published about lots, in words, and which limits do not go together."""

import pytest

from tenders.rules.joint import Dates, Part, joint_rows, part_of
from tenders.rules.lots import (
    LimitsUnclear,
    LotsFixed,
    limits_in_words,
    must_be_clear,
    must_be_open,
    rows_of,
)

HOW = "the lots of the highest value."


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (
            (None, None, ""),
            [
                "A supplier may bid for one lot, for several or for all",
                "A supplier may win every lot it bids for",
            ],
        ),
        (
            (2, 1, HOW),
            [
                "A supplier may bid for at most 2 lots",
                "A supplier may win at most 1 lot",
                "If it would win more: the lots of the highest value.",
            ],
        ),
    ],
)
def test_limits_are_said_in_words(limits, words):
    assert limits_in_words(*limits) == words


@pytest.mark.parametrize(
    ("limits", "field"),
    [((1, 2, HOW), "most_won"), ((3, 2, ""), "how_won"), ((None, None, HOW), "most_won")],
    ids=["wins more than it bids for", "nobody knows which", "no limit to apply it to"],
)
def test_limits_that_leave_a_supplier_guessing_are_refused(limits, field):
    with pytest.raises(LimitsUnclear) as refused:
        must_be_clear(*limits)

    assert refused.value.field == field


@pytest.mark.parametrize("limits", [(None, None, ""), (2, None, ""), (2, 2, ""), (3, 1, HOW)])
def test_limits_that_are_clear_are_taken(limits):
    must_be_clear(*limits)


def test_once_a_lot_is_published_the_lots_stay_as_they_are():
    must_be_open("")
    with pytest.raises(LotsFixed, match="because lot 2 is published"):
        must_be_open("lot 2")


def test_a_tender_that_says_nothing_of_lots_has_no_row():
    assert (rows_of({}), joint_rows({})) == ([], [])


def test_why_something_is_not_divided_is_said():
    assert rows_of({"undivided_because": "It is too small."}) == [
        ("Lots", "Not divided into lots: It is too small.")
    ]


def test_a_lot_names_its_procurement_and_its_limits():
    terms = {
        "lot": {
            "number": 2,
            "of": 3,
            "procurement": {"title": "Sensors"},
            "limits": ["One thing", "Another"],
        }
    }

    assert rows_of(terms) == [
        ("Lot", "Lot 2 of 3 of “Sensors”"),
        ("Bidding for lots", "One thing. Another"),
    ]


def test_everybody_who_buys_is_named_with_who_leads():
    terms = {"joint": {"led_by": {"name": "A"}, "authorities": [{"name": "B"}, {"name": "C"}]}}

    assert joint_rows(terms) == [("Bought together by", "A, B and C. A leads")]


@pytest.mark.parametrize(
    ("agreed", "left", "by_lead", "part"),
    [
        (None, None, False, Part.ASKED),
        (1, None, False, Part.TAKES_PART),
        (None, 2, False, Part.DECLINED),
        (None, 2, True, Part.TAKEN_BACK),
        (1, 2, False, Part.LEFT),
        (1, 2, True, Part.LET_GO),
    ],
)
def test_where_an_authority_stands_follows_from_what_is_kept(agreed, left, by_lead, part):
    assert part_of(Dates(agreed, left, by_lead)) is part
