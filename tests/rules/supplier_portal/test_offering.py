"""Rows that one table's answer offers to another."""

from __future__ import annotations

import pytest

from question_bank.loader import shipped_bank
from question_bank.rules.answers import read_answer, read_draft, what_is_missing
from supplier_portal.rules.offering import fingerprint, rows_offered

PARTS = shipped_bank().parts
HOSTS, API, THIRD = PARTS["SLP-12.c"], PARTS["SLP-11.a"], PARTS["SLP-03.e"]


def dataset(name, provider="Northgate Hosting Ltd", country="GB", **cells):
    return {"name": name, "provider": provider, "country": country, **cells}


def offered(part, **answers):
    named = {name.replace("_", "-", 1).replace("_", "."): rows for name, rows in answers.items()}
    return [row for found in rows_offered(part, named, "Larkfield Sensors") for row in found.rows]


def test_one_row_for_a_host_of_several_datasets_with_what_is_known():
    rows = offered(
        HOSTS,
        SLP_13_b=[dataset("Counts"), dataset("Noise", "Northgate hosting", "IE"), dataset("Air")],
    )

    assert rows == [
        {"name": "Northgate Hosting Ltd", "data": "Counts, Noise, Air", "hosting": "yes"}
    ]


def test_where_all_agree_the_cell_is_filled():
    assert offered(HOSTS, SLP_13_b=[dataset("Counts"), dataset("Air")])[0]["country"] == "GB"


@pytest.mark.parametrize(
    "own",
    ["Larkfield Sensors", "LARKFIELD SENSORS LTD"],
    ids=["as registered", "written otherwise"],
)
def test_the_bidder_is_no_subcontractor_of_his_own(own):
    assert offered(HOSTS, SLP_13_b=[dataset("Counts", own)]) == []


def test_what_is_listed_is_not_offered_again():
    listed = [{"name": "northgate hosting limited", "service": "Hosting"}]

    assert offered(HOSTS, SLP_12_c=listed, SLP_13_b=[dataset("Counts")]) == []


def test_two_answers_that_name_one_company_offer_it_once():
    rows = offered(
        HOSTS,
        SLP_13_b=[dataset("Counts")],
        SLP_07_i=[{"backup_provider": "Northgate Hosting", "backup_country": "GB"}],
        SLP_06_c=[{"organisation": "Guards", "country": "FR"}],
    )

    assert [row["name"] for row in rows] == ["Northgate Hosting Ltd", "Guards"]


def test_only_rows_of_which_the_content_says_so_are_offered():
    rows = [dataset("Counts", by_api="yes"), dataset("Noise", by_api="no"), dataset("Air")]

    assert offered(API, SLP_13_b=rows) == [{"dataset": "Counts"}]


def test_a_row_without_what_tells_rows_apart_is_not_offered():
    rows = [dataset("Counts", third_party_use="yes"), dataset("Air", third_party_use="yes")]
    rows[1]["third_party"] = "A university"

    assert offered(THIRD, SLP_13_b=rows) == [{"third_party": "A university", "dataset": "Air"}]


def test_a_text_too_long_for_its_column_is_left_to_be_written():
    rows = [dataset("Counts", publishable="yes", fields="x" * 900)]

    assert offered(PARTS["LON-05.b"], SLP_13_b=rows) == [{"name": "Counts"}]


def test_a_row_offered_is_called_otherwise_once_anything_in_it_changes():
    assert fingerprint({"a": "1", "b": "2"}) == fingerprint({"b": "2", "a": "1"})
    assert fingerprint({"a": "1"}) != fingerprint({"a": "2"})


def test_rows_not_complete_are_kept_as_a_draft_and_named_as_missing():
    rows = [{"name": "Northgate", "hosting": "yes"}]

    assert read_answer(HOSTS, rows).problems[0].message == "Enter what the subcontractor does"
    assert read_draft(HOSTS, rows).value == rows
    lacking = what_is_missing(HOSTS, rows)
    assert (lacking.row, lacking.column) == (1, "service")
    assert lacking.message == "Row 1: Enter what the subcontractor does, and 7 more cells"


def test_a_draft_still_takes_nothing_that_could_never_stand():
    assert read_draft(HOSTS, [{"name": "A", "country": "Mars"}]).problems[0].column == "country"
    assert read_draft(HOSTS, [{"name": "A"}, {"name": "a"}]).problems[0].code == "duplicate_row"


def test_never_tested_beside_the_date_of_a_test_is_said_at_the_date():
    row = {"component": "Dashboard", "result": "not-tested", "last_restore": "2026-03-27"}

    wrong = contradictions(row)

    assert [(one.column, one.message) for one in wrong] == [
        (
            "last_restore",
            "Remove the date of the test, or select what came of it: you selected “Never tested”",
        )
    ]
    assert contradictions(row | {"result": "passed"}) == []


def contradictions(row):
    problems = read_answer(PARTS["SLP-07.i"], [row]).problems
    return [wrong for wrong in problems if wrong.code == "contradiction"]
