"""Whether a document is valid on a day, and whether it ends too soon for a tender."""

from __future__ import annotations

from datetime import date

import pytest

from question_bank.loader import shipped_bank
from supplier_portal.rules.library import (
    DocumentFacts,
    DocumentKind,
    Level,
    Milestones,
    Validity,
    expiries_in,
    filled_from,
    library_schema,
    serves_certificates,
    too_soon,
    validity_on,
)

TODAY = date(2026, 11, 22)
TENDER = Milestones(date(2026, 12, 4), date(2027, 2, 15), date(2030, 3, 31))
DETAILS = {
    "scheme": "iso-27001",
    "number": "IS 4711",
    "issued": "2026-02-01",
    "expires": "2029-01-31",
    "covers_solution": "yes",
    "renewal_booked": "no",
}


def part(part_id):
    return shipped_bank().parts[part_id]


@pytest.mark.parametrize(
    ("begins", "ends", "stands"),
    [
        pytest.param(None, None, Validity.UNKNOWN, id="no dates: nothing is claimed"),
        pytest.param("2026-11-23", None, Validity.NOT_YET, id="begins tomorrow"),
        pytest.param("2026-11-22", None, Validity.UNKNOWN, id="began today, no end known"),
        pytest.param(None, "2026-11-21", Validity.EXPIRED, id="ended yesterday"),
        pytest.param(None, "2026-11-22", Validity.EXPIRES_SOON, id="its last day is today"),
        pytest.param(None, "2027-02-20", Validity.EXPIRES_SOON, id="90 days left"),
        pytest.param(None, "2027-02-21", Validity.VALID, id="91 days left"),
        pytest.param("2027-01-01", "2026-01-01", Validity.EXPIRED, id="over before it begins"),
    ],
)
def test_where_a_document_stands_today(begins, ends, stands):
    dates = [date.fromisoformat(day) if day else None for day in (begins, ends)]

    assert validity_on(TODAY, *dates) is stands


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        pytest.param(
            "2026-12-03",
            "expires 3 December 2026, before bids close on 4 December 2026",
            id="the day before closing",
        ),
        pytest.param(
            "2026-12-04",
            "expires 4 December 2026, before the award expected on 15 February 2027",
            id="on the closing day it is still valid",
        ),
        pytest.param(
            "2027-02-15",
            "expires 15 February 2027, before the contract ends on 31 March 2030",
            id="on the day of the award it is still valid",
        ),
        pytest.param(
            "2030-03-30",
            "expires 30 March 2030, before the contract ends on 31 March 2030",
            id="a day short of the end",
        ),
        pytest.param("2030-03-31", None, id="reaches the end"),
    ],
)
def test_the_first_day_a_document_does_not_reach_is_named(ends, words):
    found = too_soon(date.fromisoformat(ends), TENDER)

    assert (found.in_words if found else None) == words


def test_a_day_nobody_knows_claims_nothing():
    ends = date(2026, 12, 3)

    assert too_soon(ends, Milestones()) is None
    assert too_soon(None, TENDER) is None
    assert too_soon(ends, Milestones(award=date(2027, 2, 15))).level is Level.BEFORE_AWARD


def test_the_days_of_a_tender_come_from_its_facts():
    facts = {"closes_at": "2026-12-04", "award_date": "2027-02-15", "contract_end": "soon"}

    assert Milestones.of(facts) == Milestones(date(2026, 12, 4), date(2027, 2, 15), None)


def test_dates_inside_answers_are_found_by_certificate_and_by_row():
    certificate = expiries_in(part("SLP-05.c"), DETAILS)
    rows = expiries_in(part("SLP-05.a"), [{"scheme": "iso-9001"}, DETAILS])
    suppliers = expiries_in(
        part("SLP-12.c"), [{"name": "Umber Hosting", "certificate_expires": "2027-01-01"}]
    )

    assert certificate == [("ISO/IEC 27001 certificate", date(2029, 1, 31))]
    assert rows == [("ISO/IEC 27001 (information security) (row 2)", date(2029, 1, 31))]
    assert suppliers == [("a certificate of Umber Hosting (row 1)", date(2027, 1, 1))]
    assert expiries_in(part("SLP-07.a"), "until 2027-01-01") == []
    assert expiries_in(part("SLP-05.c"), None) == []


def test_an_answer_from_before_an_amendment_of_its_kind_holds_no_date():
    assert expiries_in(part("SLP-05.c"), [DETAILS]) == []
    assert expiries_in(part("SLP-05.a"), DETAILS) == []
    assert expiries_in(part("SLP-05.a"), "until 2027-01-01") == []


def test_a_certificate_fills_the_columns_that_hold_for_every_bid():
    filled = filled_from(part("SLP-05.c"), DETAILS | {"edition": "1998"})

    assert filled == {
        "scheme": "iso-27001",
        "number": "IS 4711",
        "issued": "2026-02-01",
        "expires": "2029-01-31",
    }


def test_what_holds_for_one_bid_alone_is_not_asked_in_the_library():
    asked = {column.id for column in library_schema(shipped_bank().schemas["CERT"]).columns}

    assert {"scheme", "number", "body", "scope", "issued", "expires"} <= asked
    assert asked & {"covers_solution", "renewal_booked", "covers_subcontractors"} == set()


@pytest.mark.parametrize(
    ("part_id", "serves"),
    [("SLP-05.c", True), ("SLP-05.a", True), ("SLP-12.b", False), ("SLP-07.a", False)],
)
def test_certificates_fill_certificates_and_their_registers(part_id, serves):
    assert serves_certificates(part(part_id)) is serves


def test_a_document_is_found_by_any_of_its_words():
    facts = DocumentFacts.of_certificate("Our main certificate", DETAILS)

    assert facts.mentions("is 4711 main")
    assert facts.mentions("")
    assert not facts.mentions("main insurance")
    assert DocumentFacts.stored(facts.as_json()) == facts
    assert facts.kind is DocumentKind.CERTIFICATE
