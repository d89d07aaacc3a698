"""The contracts of an authority in one look, and the companies they rest on together."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from contract_clauses.loader import raw_library
from contract_clauses.models import Contract
from foundation.database import db, transaction
from records.queries.portfolio import portfolio_of
from scoring.models import InterestDecision, OwnRiskDecision, RiskRow
from scoring.rules.register import RiskState, Treatment
from tests import contracting
from tests.factories import make_authority, make_person, make_tender, publish, viewer_of
from tests.pages.scoring.conftest import (  # noqa: F401  (fixtures of a tender and its bids)
    CLOSES_AT,
    authority,
    make_bid,
    officer,
    opened,
)

AFTER = datetime(2026, 12, 4, 12, tzinfo=UTC)
TODAY = AFTER.date()


@pytest.fixture
def tender(officer):  # noqa: F811
    tender = make_tender(officer, closes_at=CLOSES_AT, facts=contracting.FACTS)
    publish(tender, officer, raw_library)
    return tender


def subcontractor(name, number="", country="GB", hosting="yes"):
    return {
        "name": name, "company_number": number, "service": "Hosting", "data": "None",
        "personal": "no", "hosting": hosting, "country": country, "transfer": "not-needed",
        "flow_down": "yes", "replaceable": "with-notice",
    }  # fmt: skip


def certificate(until, number="CE-1", scheme="cyber-essentials"):
    return {
        "scheme": scheme, "number": number, "body": "IASME", "accreditation": "iasme",
        "holder": "bidder", "holder_name": "Larkfield", "scope": "All", "covers_solution": "yes",
        "issued": "2026-01-01", "expires": until.isoformat(), "covers_subcontractors": "no",
    }  # fmt: skip


def contracted(bid, authority, reference):  # noqa: F811
    """Record a contract with a bid that won; the pages read it with no schedule."""
    contracting.award_to(bid)
    with transaction():
        row = Contract(
            bid_id=bid.id, tender_id=bid.tender_id, authority_id=authority.id,
            supplier_id=bid.supplier_id, reference=reference, signed_on=date(2026, 12, 3),
            starts_on=date(2026, 12, 3), ends_on=date(2030, 2, 28), created_at=AFTER,
        )  # fmt: skip
        db.session.add(row)
    return row


@pytest.fixture
def two(make_bid, opened, at, authority):  # noqa: F811
    """Two contracts that rest on one host, written in two ways."""
    first = make_bid("Larkfield", **{
        "SLP-12.c": [subcontractor("Nimbus Cloud Ltd", "0123456")],
        "SLP-05.a": [certificate(TODAY + timedelta(days=12)), certificate(TODAY, "CE-2")],
    })  # fmt: skip
    second = make_bid("Quayside", **{
        "SLP-12.c": [
            subcontractor("NIMBUS CLOUD LIMITED"),
            subcontractor("Own Hands", country="IE", hosting="no"),
        ],
        "SLP-05.a": [certificate(TODAY - timedelta(days=1), "CE-9")],
    })  # fmt: skip
    opened()
    at(AFTER)
    return contracted(first, authority, "C-1"), contracted(second, authority, "C-2")


@pytest.mark.both_databases
def test_every_supplier_stands_with_its_certificates_and_what_it_rests_on(client_for, two, officer):  # noqa: F811
    page = client_for(officer).get("/portfolio").text
    found = portfolio_of(viewer_of(officer))
    nimbus = next(one for one in found.companies if "Nimbus Cloud Ltd" in one.spellings)

    assert [supplier.name for supplier in found.suppliers] == ["Larkfield", "Quayside"]
    assert {
        one.number: one.words_on(TODAY) for each in found.contracts for one in each.certificates
        if one.number.startswith("CE-")
    } == {"CE-1": "runs out in 12 days", "CE-2": "runs out today", "CE-9": "expired"}  # fmt: skip
    assert (nimbus.number, len(nimbus.on)) == ("00123456", 2)
    assert nimbus.spellings == ("NIMBUS CLOUD LIMITED", "Nimbus Cloud Ltd")
    assert "Also written “Nimbus Cloud Ltd”" in page
    assert "Runs out in 12 days" in page
    assert '<svg class="app-picture__drawing"' in page
    assert '<td class="govuk-table__cell">2 of 2</td>' in page


def test_one_company_leads_to_the_contracts_that_depend_on_it(client_for, two, officer):  # noqa: F811
    company = next(
        one for one in portfolio_of(viewer_of(officer)).companies if one.name == "Own Hands"
    )
    client = client_for(officer)
    page = client.get(f"/portfolio/companies/{company.key}").text

    assert "Which contracts depend on Own Hands?" in page
    assert "Ireland" in page
    assert "C-2" in page
    assert "C-1" not in page
    assert client.get("/portfolio/companies/0123456789abcdef").status_code == 404


def test_risks_count_as_the_authority_keeps_them(two, officer, authority):  # noqa: F811
    before = {one.seen.reference: one.risks for one in portfolio_of(viewer_of(officer)).contracts}
    rows = db.session.scalars(
        select(RiskRow)
        .where(RiskRow.bid_id == two[1].bid_id)
        .order_by(RiskRow.likelihood * RiskRow.impact)
    ).all()
    keep(rows[0], authority, officer, state=RiskState.CLOSED)
    keep(rows[1], authority, officer, left=(5, 5), review_on=date(2026, 12, 1))
    after = {one.seen.reference: one.risks for one in portfolio_of(viewer_of(officer)).contracts}

    assert after["C-1"] == before["C-1"]
    assert before["C-2"].total == len(rows)
    assert after["C-2"].total == len(rows) - 1
    assert after["C-2"].bands["very high"] == before["C-2"].bands["very high"] + 1
    assert after["C-2"].review_on == date(2026, 12, 1)


def keep(row, authority, officer, *, state=None, left=(None, None), review_on=None):  # noqa: F811
    with transaction():
        db.session.add(
            OwnRiskDecision(
                risk_row_id=row.id, authority_id=authority.id, number=1, state=state,
                treatment=Treatment.TREAT, actions="", owner="Panel", why="Seen",
                residual_likelihood=left[0], residual_impact=left[1], review_on=review_on,
                decided_by_id=officer.id, decided_at=AFTER,
            )
        )  # fmt: skip


def test_another_authority_sees_nothing(client_for, two, officer):  # noqa: F811
    company = portfolio_of(viewer_of(officer)).companies[0]
    other = client_for(make_person(Role.OFFICER, make_authority("Ashbrook Council")))
    page = other.get("/portfolio").text

    assert "There is no contract that you may read" in page
    assert "Larkfield" not in page
    assert other.get(f"/portfolio/companies/{company.key}").status_code == 404
    supplier = client_for(Role.BID_LEAD)
    assert supplier.get("/portfolio").status_code == 403


def test_who_is_kept_from_a_bid_sees_nothing_of_its_contract(client_for, two, officer, authority):  # noqa: F811
    contract = db.session.get(Contract, two[1].id)
    kept = make_person(Role.OFFICER, authority, name="Kept Away")
    with transaction():
        db.session.add(
            InterestDecision(
                tender_id=contract.tender_id, person_id=kept.id, bid_id=contract.bid_id,
                number=1, barred=True, reason="His brother works there",
                decided_by_id=officer.id, decided_at=AFTER,
            )
        )  # fmt: skip
    found = portfolio_of(viewer_of(kept))

    assert [one.seen.reference for one in found.contracts] == ["C-1"]
    assert "Own Hands" not in client_for(kept).get("/portfolio").text


def test_the_page_takes_as_many_statements_for_many_contracts(
    client_for, make_bid, opened, at, authority, officer, statements_counted  # noqa: F811
):  # fmt: skip
    bids = [make_bid(f"Company {number}") for number in range(4)]
    opened()
    at(AFTER)
    client = client_for(officer)
    counts = []
    for number, bid in enumerate(bids):
        contracted(bid, authority, f"C-{number}")
        if number in (1, 3):
            client.get("/portfolio")
            with statements_counted() as statements:
                assert client.get("/portfolio").status_code == 200
            counts.append(len(statements))

    assert counts[0] == counts[1] <= 15
