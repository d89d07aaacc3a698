"""How well founded a rating is stands beside it: on the register, on the risk, in the workbook."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import load_workbook


@pytest.fixture
def bid(make_bid, opened):
    bid = make_bid("Rook Systems", best=False)
    opened()
    return bid


@pytest.fixture
def risk(bid, evaluated):
    return next(entry for entry in evaluated(bid).risks if entry.risk_id == "R10").row


def test_the_page_of_a_risk_says_which_answer_is_only_asserted(client_for, risk, officer):
    page = client_for(officer).get(f"/evaluation/risks/{risk.token}").text

    assert "Strength of knowledge</strong> Low: SLP-07.f and SLP-07.i are asserted, with" in page


def test_the_register_says_it_beside_each_rating(client_for, bid, risk, officer):
    page = client_for(officer).get(f"/evaluation/bids/{bid.token}/risks").text

    assert "Strength of knowledge: low" in page


def test_the_workbook_has_a_column_for_it(client_for, bid, risk, officer):
    file = client_for(officer).get(f"/evaluation/tenders/{bid.tender.token}/risk-register.xlsx")

    sheet = load_workbook(BytesIO(file.data))["Register"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    heading = next(row for row in rows if "Strength of knowledge" in row)
    column = heading.index("Strength of knowledge")
    of_backups = next(row for row in rows if "R10" in row)
    assert of_backups[column].startswith("Low: SLP-07.f and SLP-07.i are asserted")
