"""Companies told apart under all the ways of writing them."""

from datetime import date, timedelta

import pytest

from records.rules.companies import Named, Part, companies_of, folded, named_in, number_of
from records.rules.portfolio import Certificate, Runs, share_bars, shares_of_hosts
from records.rules.sharing import (
    Age,
    Consent,
    Said,
    SharingRefused,
    age_of,
    checked_until,
    consent_of,
)

TODAY = date(2026, 12, 4)


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("Nimbus Cloud Ltd", "nimbus cloud"),
        ("  THE NIMBUS  CLOUD LIMITED. ", "nimbus cloud"),
        ("Nimbus-Cloud P.L.C.", "nimbus cloud"),
        ("Brandt & Söhne GmbH & Co. KG", "brandt and sohne gmbh and"),
        ("Ltd", "ltd"),
        ("The Ltd", "the"),
        ("Société Nuage S.A.S.", "societe nuage"),
        ("…", ""),
    ],
)
def test_a_name_is_compared_without_what_says_nothing(written, compared):
    assert folded(written) == compared


@pytest.mark.parametrize(
    ("written", "compared"),
    [("0123456", "00123456"), ("SC 123-456", "SC123456"), ("n/a", ""), ("", "")],
)
def test_a_company_number_is_compared_by_letters_and_digits(written, compared):
    assert number_of(written) == compared


def named(name, number="", part=Part.HOST, country="GB"):
    return Named(name, number, country, part)


def test_a_number_decides_and_every_spelling_is_kept():
    found = companies_of(
        {
            "a": [named("Nimbus Cloud Ltd", "00123456")],
            "b": [named("Nimbus Holdings", "00123456"), named("Larch")],
            "c": [named("NIMBUS CLOUD LIMITED"), named("Larch", "00000001")],
        }
    )

    assert [(one.number, sorted(one.on)) for one in found] == [
        ("00123456", ["a", "b", "c"]),
        ("00000001", ["b", "c"]),
    ]
    assert found[0].spellings == ("NIMBUS CLOUD LIMITED", "Nimbus Cloud Ltd", "Nimbus Holdings")


def test_a_name_of_two_numbered_companies_joins_neither():
    found = companies_of(
        {
            "a": [named("Larch", "00000001")],
            "b": [named("Larch", "00000002")],
            "c": [named("Larch Ltd")],
        }
    )

    assert [sorted(one.on) for one in found] != [["a", "b", "c"]]
    assert sorted(len(one.on) for one in found) == [1, 1, 1]


def test_the_order_of_contracts_changes_nothing():
    rows = {
        "a": [named("Larch", "00000001")],
        "b": [named("LARCH LTD"), named("Nimbus")],
        "c": [named("nimbus plc")],
    }
    turned = dict(reversed(rows.items()))

    assert [(one.key, one.name) for one in companies_of(rows)] == [
        (one.key, one.name) for one in companies_of(turned)
    ]


def test_tables_are_known_by_their_columns_and_odd_values_name_nobody():
    answers = {
        "X.a": [{"name": "Larch", "hosting": "no", "country": "IE", "company_number": 7}],
        "X.b": [{"provider": "Nimbus", "personal": "none", "country": None}],
        "X.c": [{"backup_provider": " Tape  Vault ", "backup_country": "GB"}, "text", None],
        "X.d": {"provider": "Not a table", "personal": "none"},
        "X.e": [{"name": "A role", "count": "3"}],
    }

    assert [(one.name, one.part, one.country) for one in named_in(answers)] == [
        ("Larch", Part.SUBCONTRACTOR, "IE"),
        ("Nimbus", Part.STORAGE, ""),
        ("Tape Vault", Part.COPIES, "GB"),
    ]


@pytest.mark.parametrize(
    ("days", "runs"),
    [(-1, Runs.EXPIRED), (0, Runs.SOON), (90, Runs.SOON), (91, Runs.IN_DATE)],
)
def test_a_certificate_is_valid_on_its_last_day(days, runs):
    assert Certificate("iso-27001", "1", TODAY + timedelta(days=days)).runs_on(TODAY) is runs


def test_a_picture_has_every_figure_in_the_table_behind_it():
    companies = companies_of({str(n): [named(f"Host {n}")] for n in range(20)})
    drawing = share_bars("hosts", "Hosts", "host", shares_of_hosts(companies, 20))

    assert len(drawing.table.rows) == 20
    assert drawing.table.rows[0] == ("Host 0", "1 of 20", "5%")
    assert "The first 12 of 20 are drawn" in drawing.description


@pytest.mark.parametrize(
    ("today", "age"),
    [
        (date(2027, 12, 4), Age.CURRENT),
        (date(2027, 12, 5), Age.STALE),
        (date(2029, 12, 4), Age.STALE),
        (date(2029, 12, 5), Age.HIDDEN),
    ],
)
def test_a_finding_ages_by_its_anniversaries(today, age):
    assert age_of(TODAY, today) is age


@pytest.mark.parametrize(
    ("steps", "consent"),
    [
        ([], Consent.NONE),
        ([Said(None)], Consent.ASKED),
        ([Said(None), Said(True, TODAY)], Consent.GIVEN),
        ([Said(None), Said(True, TODAY - timedelta(days=1))], Consent.RAN_OUT),
        ([Said(None), Said(True, None)], Consent.RAN_OUT),
        ([Said(None), Said(False)], Consent.REFUSED),
        ([Said(None), Said(True, TODAY), Said(False)], Consent.TAKEN_BACK),
        ([Said(None), Said(True, TODAY), Said(None), Said(False)], Consent.REFUSED),
        ([Said(None), Said(True, TODAY), Said(False), Said(None)], Consent.ASKED),
    ],
)
def test_the_last_step_says_how_a_request_stands(steps, consent):
    assert consent_of(steps, TODAY) is consent


@pytest.mark.parametrize("until", [None, TODAY - timedelta(days=1), date(2029, 1, 1)])
def test_a_word_has_a_last_day_within_two_years(until):
    with pytest.raises(SharingRefused):
        checked_until(until, TODAY)
