"""Pages of risks and after the award, of the demonstration, on a desk, on a phone and without
JavaScript: axe finds nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from contract_clauses.models import Contract, Obligation, ObligationDue, Reassessment
from contract_clauses.rules.obligations import DueState
from foundation.database import db
from records.demonstration.build import build
from records.demonstration.people import PASSWORD
from scoring.models import Reopening, RiskRow
from supplier_portal.models import Bid
from tenders.models import GivenTask, Tender
from tenders.rules.lifecycle import Stage
from tests.browser.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.walk

OFFICER, MANAGER = "officer@marlwick.example", "contracts@marlwick.example"
LEAD = "lead@larkmead.example"
# A phone shows a register of more than a hundred obligations in so many screens at the most.
MOST_SCREENS = 6


@pytest.fixture
def addresses(server, records):
    """The pages of the contract of the demonstration, by who reads them."""
    app = server.app
    app.extensions["settings"] = replace(app.extensions["settings"], demonstration=True)
    with records():
        build(app.extensions["frozen_libraries"])
        contract = db.session.scalars(select(Contract)).one().token
        shown = db.session.scalars(
            select(Obligation.token)
            .join(ObligationDue, ObligationDue.obligation_id == Obligation.id)
            .where(ObligationDue.state == DueState.SHOWN)
        ).first()
        undated = db.session.scalars(
            select(Obligation.token)
            .outerjoin(ObligationDue, ObligationDue.obligation_id == Obligation.id)
            .where(ObligationDue.id.is_(None))
        ).first()
        assessment = db.session.scalars(select(Reassessment.token)).first()
        task = db.session.scalars(select(GivenTask.token)).first()
        risks = pages_of_risks()
    ours, theirs = f"/contracts/{contract}", f"/my-contracts/{contract}"
    both = (
        "", "/obligations", "/obligations?state=overdue", f"/obligations/{shown}",
        f"/obligations/{undated}", "/indicators", "/outcome", "/assessments",
        f"/assessments/{assessment}",
    )  # fmt: skip
    own = ("/evidence", "/schedule", "/events", "/sharing", "/handover", "/obligations/add")
    return {
        OFFICER: risks,
        MANAGER: [
            *(ours + rest for rest in (*both, *own)),
            "/contracts", "/portfolio", "/sharing", "/tenders/tasks",
        ],
        LEAD: [
            *(theirs + rest for rest in (*both, "/sharing")),
            "/my-contracts", "/tenders/tasks", f"/tenders/tasks/{task}",
        ],
    }  # fmt: skip


def pages_of_risks():
    """Return the pages about risks of a bid that is evaluated, and of the contract."""
    evaluated = select(RiskRow).join(Bid).join(Tender).where(Tender.stage == Stage.EVALUATING)
    row = db.session.scalars(evaluated.order_by(RiskRow.bid_id.desc(), RiskRow.id)).first()
    own = db.session.scalars(
        select(RiskRow).join(Contract, Contract.bid_id == RiskRow.bid_id).order_by(RiskRow.id)
    ).first()
    ours, kept = db.session.get_one(Bid, row.bid_id), db.session.get_one(Bid, own.bid_id)
    reopened = db.session.scalars(select(Reopening.token)).first()
    bid, tender = f"/evaluation/bids/{ours.token}", f"/evaluation/tenders/{ours.tender.token}"
    register = f"/evaluation/tenders/{kept.tender.token}/register"
    return [
        f"{bid}/risks", f"{bid}/risks?owner=nobody&above=yes&sort=left#register",
        f"{bid}/risks/new", f"{bid}/risks/own", f"/evaluation/risks/{row.token}",
        f"{tender}/risk-profiles", f"{tender}/register-offline", f"{tender}/reopened",
        "/evaluation/risk-scale", register, f"{register}/{own.token}",
        f"{register}/add/{kept.token}", f"/evaluation/risks/{own.token}/actions/new",
        f"/evaluation/risks/{own.token}/controls/new",
        f"/evaluation/tenders/{kept.tender.token}/reopened",
        *([f"/evaluation/reopened/{reopened}"] if reopened else []),
    ]  # fmt: skip


def test_the_pages_of_risks_and_contracts_are_fit_for_everybody_who_reads_them(addresses, visitor):
    for who, listed in addresses.items():
        ways = [(DESKTOP, True), (PHONE, True), *([(DESKTOP, False)] if who == OFFICER else [])]
        for window, javascript in ways:
            reader = visitor(window=window, javascript=javascript)
            reader.sign_in(who, PASSWORD)
            for address in listed:
                reader.go(address)
                assert reader.heading() != "Page not found", address
                if address.endswith("/obligations") and window is PHONE:
                    height = reader.page.evaluate("document.documentElement.scrollHeight")
                    assert height <= MOST_SCREENS * PHONE["height"]
