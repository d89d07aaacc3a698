"""What a bid gives, and the limit it misses, read with units and the side that counts."""

from __future__ import annotations

import pytest

from contract_clauses.rules.deviation_words import minimum_in_words, with_unit


@pytest.mark.parametrize(
    ("label", "given", "minimum", "says"),
    [
        ("hours within which it is told", "48", "24", ("48 hours", "at most 24 hours")),
        ("months of notice", "3", "6", ("3 months", "at least 6 months")),
        ("Working Days to return keys", "1", "12", ("1 Working Day", "at least 12 Working Days")),
        ("percentage corrected in time", "90", "95", ("90%", "at least 95%")),
        ("Recovery Times tendered", "8 hours and 2 days", "4 hours",
         ("8 hours and 2 days", "at most 4 hours")),
        ("Access Charge", "£5,000", "£0", ("£5,000", "at most £0")),
        # Neither side can be told of what lies on both, or is no figure.
        ("Recovery Times tendered", "1 hour and 2 days", "4 hours",
         ("1 hour and 2 days", "4 hours")),
        ("countries", "France and Spain", "Spain", ("France and Spain", "Spain")),
    ],
)  # fmt: skip
def test_a_deviation_reads_with_its_unit_and_the_side_of_the_limit(label, given, minimum, says):
    assert (with_unit(given, label), minimum_in_words(given, minimum, label)) == says
