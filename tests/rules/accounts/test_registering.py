"""What a company may say of itself when it registers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from accounts.rules.registering import (
    Company,
    Told,
    WrongDetails,
    checked_address,
    checked_company,
    company_number,
    is_open,
    may_have_a_link,
)

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("01234567", "01234567"),
        ("1234567", "01234567"),
        (" 1234 567 ", "01234567"),
        ("sc123456", "SC123456"),
        ("SC 1234", "SC001234"),
        ("NI-654321", "NI654321"),
        ("OC300001", "OC300001"),
        ("R0000123", "R0000123"),
        ("IP12345R", "IP12345R"),
    ],
)
def test_a_company_number_is_kept_as_companies_house_writes_it(typed, number):
    assert company_number(typed) == number


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "0",
        "00000000",
        "123456789",
        "SC",
        "SC1234567",
        "XX123456",
        "SCABCDEF",
        "GB123456789",
        "١٢٣٤٥٦٧٨",
        "1234567O",
        "' OR 1=1",
        "9" * 5000,
    ],
)
def test_what_is_no_company_number_is_refused(typed):
    with pytest.raises(WrongDetails) as refused:
        company_number(typed)

    assert refused.value.field == "number"


def told(**changed):
    given = {
        "name": "Larkfield  Sensors",
        "legal_name": "",
        "registered": "companies-house",
        "number": "1234567",
    }
    return Told(**(given | changed))


def test_the_legal_name_is_the_name_where_no_other_is_given():
    assert checked_company(told()) == Company("Larkfield Sensors", "Larkfield Sensors", "01234567")
    assert checked_company(told(legal_name="Larkfield Ltd")).legal_name == "Larkfield Ltd"


def test_a_company_from_abroad_has_no_number():
    assert checked_company(told(registered="abroad", number="")).number is None


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 161}, "name"),
        ({"name": "Lark\N{RIGHT-TO-LEFT OVERRIDE}field"}, "name"),
        ({"legal_name": "x" * 161}, "legal_name"),
        ({"registered": "abroad"}, "number"),
        ({"number": "no number"}, "number"),
    ],
)
def test_what_cannot_be_right_is_named_by_its_field(changed, field):
    with pytest.raises(WrongDetails) as refused:
        checked_company(told(**changed))

    assert refused.value.field == field


@pytest.mark.parametrize(
    "typed",
    ["", "mara", "mara@larkfield", "a b@c.example", "a@b.example\nBcc: x", "x" * 255 + "@b.c"],
)
def test_what_is_no_address_is_refused(typed):
    with pytest.raises(WrongDetails):
        checked_address(typed)


def test_an_address_is_kept_in_lower_case():
    assert checked_address(" Mara@Larkfield.Example ") == "mara@larkfield.example"


@pytest.mark.parametrize(
    ("asked", "may"),
    [
        ([], True),
        ([timedelta(seconds=59)], False),
        ([timedelta(minutes=1)], True),
        ([timedelta(hours=n) for n in range(1, 5)], True),
        ([timedelta(hours=n) for n in range(1, 6)], False),
        ([timedelta(days=1)] * 9, True),
    ],
)
def test_an_address_gets_a_link_a_minute_and_five_a_day(asked, may):
    assert may_have_a_link([NOON - ago for ago in asked], NOON) is may


def test_a_link_works_until_its_time_is_over_or_it_is_used():
    last = NOON - timedelta(microseconds=1)

    assert is_open(None, NOON, last)
    assert not is_open(None, NOON, NOON)
    assert not is_open(last, NOON, last)
