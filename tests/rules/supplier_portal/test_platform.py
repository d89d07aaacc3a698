"""What a bid records of the Central Digital Platform, and what it still lacks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from supplier_portal.rules.platform import (
    OnPlatform,
    PlatformRole,
    WrongPlatformEntry,
    checked,
    from_json,
    gaps,
)

TODAY = date(2027, 3, 1)
COMPLETE = OnPlatform(
    PlatformRole.BIDDER,
    "Larkmead Systems Ltd",
    "PWVM-7396-GPLM",
    "HDJ2123F",
    date(2027, 2, 27),
    confirmed=True,
)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("PWVM-7396-GPLM", "PWVM-7396-GPLM"),
        ("pwvm 7396 gplm", "PWVM-7396-GPLM"),
        ("GB-PPON-PWVM-7396-GPLM", "PWVM-7396-GPLM"),
        ("", ""),
    ],
)
def test_an_identifier_is_stored_in_its_usual_form(typed, stored):
    assert checked(replace(COMPLETE, ppon=typed), today=TODAY).ppon == stored


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "n" * 201}, "name"),
        ({"ppon": "12345678"}, "ppon"),
        ({"ppon": "PWVM-7396-GPLMX"}, "ppon"),
        ({"share_code": "no"}, "share_code"),
        ({"share_code": "with space"}, "share_code"),
        ({"shared_on": None}, "shared_on"),
        ({"shared_on": date(2027, 3, 2)}, "shared_on"),
    ],
)
def test_what_cannot_be_names_its_field(wrong, field):
    with pytest.raises(WrongPlatformEntry) as error:
        checked(replace(COMPLETE, **wrong), today=TODAY)

    assert error.value.field == field


def test_a_supplier_is_read_back_as_it_was_written():
    assert from_json(COMPLETE.as_json()) == COMPLETE


def test_nothing_is_missing_where_everything_is_recorded():
    assert gaps([COMPLETE], above_threshold=True) == []


def test_the_pdf_stands_for_a_share_code():
    with_pdf = replace(COMPLETE, share_code="", shared_on=None, evidence="token")

    assert gaps([with_pdf], above_threshold=True) == []


def test_each_supplier_says_what_it_lacks_above_the_threshold():
    member = OnPlatform(PlatformRole.MEMBER, "Brindle Ltd", confirmed=True)

    assert gaps([member], above_threshold=True) == [
        "Your company itself is not recorded",
        "Brindle Ltd: the identifier (PPON), a share code, or the PDF",
    ]


def test_below_the_threshold_nothing_is_asked_for():
    assert gaps([], above_threshold=False) == []
