"""Prices as written down with a hash, and held beside what the answers say of charges."""

import json
from decimal import Decimal

import pytest

from supplier_portal.rules.prices import (
    Offer,
    WrongPrice,
    checked_prices,
    contradictions,
    offer_from,
    pounds,
)
from tests.pricing import SCHEDULE, priced


def dataset(**changes):
    return {"dataset": "Counts", "charge": "0", "charge_line": ""} | changes


@pytest.mark.parametrize(
    ("prices", "answers", "found"),
    [
        (("1", "1", "0", "1"), {"SLP-04.b2": "no-charges"}, []),
        (("1", "1", "5", "1"), {"SLP-04.b2": "all-priced"}, []),
        (("1", "1", "5", "1"), {}, []),
        (
            ("1", "1", "5", "1"),
            {"SLP-04.b2": "no-charges"},
            [
                "Line L3 (Calls to the API) is priced at £5.00, and SLP-04.b2 says that there are "
                "no such charges"
            ],
        ),
        (
            ("1", "1", "0", "1"),
            {"SLP-04.b2": "all-priced"},
            [
                "SLP-04.b2 says that the price schedule has charges for access to data, and every "
                "line expected at zero is priced at £0.00"
            ],
        ),
        # A line nobody has priced yet is no word about it.
        (("1", "1"), {"SLP-04.b2": "all-priced"}, []),
        (
            ("1", "1", "0", "1"),
            {"SLP-11.a": [dataset(charge="600", charge_line="L3 Calls")]},
            ["SLP-11.a has a charge for Counts and names line L3, which is priced at £0.00"],
        ),
        (("1", "1", "5", "1"), {"SLP-11.a": [dataset(charge="600", charge_line="l3: calls")]}, []),
        (
            ("1", "1", "0", "1"),
            {"SLP-11.a": [dataset(charge="600"), dataset()]},
            ["SLP-11.a has a charge for Counts and names no line of the price schedule"],
        ),
        (("1", "1", "0", "1"), {"SLP-11.a": "odd"}, []),
        (("1", "1", "0", "1"), {"SLP-11.a": [None, dataset(charge="x")]}, []),
    ],
)
def test_charges_and_answers_that_do_not_agree_are_said_neutrally(prices, answers, found):
    assert [c.says for c in contradictions(SCHEDULE, priced(*prices), answers)] == found


def test_what_is_written_is_read_again_and_hashed_with_its_salt():
    offer = Offer("bid", 2, SCHEDULE.fingerprint, priced("1", "2.5"), "From the other portal")
    assert offer_from(json.loads(offer.text)) == offer
    assert offer.commitment(b"a") != offer.commitment(b"b")


def test_one_price_is_written_in_one_way():
    taken = checked_prices(SCHEDULE, priced("5", "5.00", "0.0050", "1.5000"))

    assert [str(price) for price in taken.values()] == ["5.00", "5.00", "0.005", "1.50"]


@pytest.mark.parametrize("wrong", ["-0.01", "1000000000", "0.00001", "NaN", "Infinity"])
def test_a_price_that_is_none_is_refused_at_its_line(wrong):
    with pytest.raises(WrongPrice) as refused:
        checked_prices(SCHEDULE, priced("1", wrong))
    assert refused.value.field == "price_2"


def test_pounds_show_pence_and_more_only_where_they_say_something():
    assert [pounds(Decimal(n)) for n in ("1250", "0.0005", "1.50", "999999999")] == [
        "£1,250.00",
        "£0.0005",
        "£1.50",
        "£999,999,999.00",
    ]
