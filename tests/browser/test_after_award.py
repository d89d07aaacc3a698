"""Pages after the award, of the demonstration, on a desk and on a phone: axe finds nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from contract_clauses.models import Contract, Obligation, ObligationDue, Reassessment
from contract_clauses.rules.obligations import DueState
from foundation.database import db
from records.demonstration.build import build
from records.demonstration.people import PASSWORD
from tenders.models import GivenTask
from tests.browser.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.walk

MANAGER, LEAD = "contracts@marlwick.example", "lead@larkmead.example"
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
    ours, theirs = f"/contracts/{contract}", f"/my-contracts/{contract}"
    both = (
        "", "/obligations", "/obligations?state=overdue", f"/obligations/{shown}",
        f"/obligations/{undated}", "/indicators", "/outcome", "/assessments",
        f"/assessments/{assessment}",
    )  # fmt: skip
    own = ("/evidence", "/schedule", "/events", "/sharing", "/handover", "/obligations/add")
    return {
        MANAGER: [
            *(ours + rest for rest in (*both, *own)),
            "/contracts", "/portfolio", "/sharing", "/tenders/tasks",
        ],
        LEAD: [
            *(theirs + rest for rest in (*both, "/sharing")),
            "/my-contracts", "/tenders/tasks", f"/tenders/tasks/{task}",
        ],
    }  # fmt: skip


def test_the_pages_of_a_contract_are_fit_for_everybody_who_reads_them(addresses, visitor):
    for who, listed in addresses.items():
        for window in (DESKTOP, PHONE):
            reader = visitor(window=window)
            reader.sign_in(who, PASSWORD)
            for address in listed:
                reader.go(address)
                assert reader.heading() != "Page not found", address
                if address.endswith("/obligations") and window is PHONE:
                    height = reader.page.evaluate("document.documentElement.scrollHeight")
                    assert height <= MOST_SCREENS * PHONE["height"]
