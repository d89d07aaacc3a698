"""The register of a contract, edited in a spreadsheet by the authority that keeps it."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from foundation.audit import AuditEntry
from foundation.database import db
from scoring.models import OwnRiskDecision
from scoring.rules.register import RiskState
from tests.pages.scoring.test_own_registers import (  # noqa: F401
    bids,
    decided,
    keep,
    manager,
    partner,
    released,
    risk_of,
    tender,
)
from tests.pages.scoring.test_register_import import WHY, Page, edit, error

pytestmark = pytest.mark.slow


def test_the_register_of_a_contract_comes_back_to_the_authority_that_keeps_it(
    released,  # noqa: F811
    client_for,
    manager,  # noqa: F811
    officer,
):
    keep(manager, released, owner="Head of Parks")
    db.session.commit()
    theirs, ours = Page(client_for(manager), released), Page(client_for(officer), released)
    book = theirs.download()
    refused = ours.upload(book)
    edit(book, "R10", Risk_owner="Head of Ponds", Status="treated")
    preview = theirs.upload(book)
    done = theirs.apply(preview)

    assert "This file is the register of another authority" in error(refused)
    assert done.status_code == 302
    kept = risk_of(manager, released)
    assert (kept.row.owner, kept.row.state, kept.number, kept.row.why) == (
        "Head of Ponds", RiskState.TREATED, 2, WHY,
    )  # fmt: skip
    assert risk_of(officer, released).row.owner == "Panel"
    noted = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "register.imported"))
    assert {one.subject_kind for one in noted} == {"organisation"}
    assert db.session.scalar(select(func.count(OwnRiskDecision.id))) == 2
