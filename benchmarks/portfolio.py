"""The portfolio of very many contracts: `python -m benchmarks.portfolio [contracts]`.

Contracts of one authority, ten to a tender, each with answers handed in under seal that name
subcontractors and certificates, the risks that its bid raised, and obligations, in a temporary
folder. Prints how long the page of all and the page of one company take. Exits 1 where one takes
more than 1.5 seconds or 15 statements.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from flask_migrate import upgrade
from sqlalchemy import select

from accounts.models import Person
from accounts.rules.roles import Role
from benchmarks.pages import MOST_SECONDS, application, client_of, is_quick, write
from contract_clauses.models import Contract, Obligation, ObligationDue
from contract_clauses.rules.obligations import Bound, DueState, Origin
from foundation import clock
from foundation.database import db, transaction
from foundation.tokens import new_token
from question_bank.loader import shipped_bank
from records.queries.portfolio import portfolio_of
from scoring import service
from scoring.models import RiskRow
from supplier_portal import service as portal
from supplier_portal.models import Bid
from tenders.models import Tender
from tenders.queries import questionnaire_of
from tests import contracting, factories
from tests.bids_drawn import drawn_bid

TO_A_TENDER = 10
OBLIGATIONS = 40
OPEN_FOR = timedelta(days=30)


def main() -> int:
    contracts = int(sys.argv[1]) if len(sys.argv) > 1 else 250
    with tempfile.TemporaryDirectory() as folder:
        app = application(Path(folder))
        with app.app_context():
            upgrade()
            began = time.perf_counter()
            officer = build(contracts)
            found = portfolio_of(factories.viewer_of(officer))
            named = sum(len(one.named) for one in found.contracts)
            print(
                f"{len(found.contracts)} contracts that name {named} companies, built in "
                f"{time.perf_counter() - began:.0f} s; goal {MOST_SECONDS} s a page"
            )
            ask = client_of(app, officer).get
            company = max(found.companies, key=lambda one: len(one.on))
            pages = {
                "portfolio": partial(ask, "/portfolio"),
                "one company": partial(ask, f"/portfolio/companies/{company.key}"),
            }
            db.session.rollback()
            slow = [what for what, page in pages.items() if not is_quick(what, page)]
            return 1 if slow else 0


def build(contracts: int) -> Person:
    """Write the contracts with all that belongs to them; return an officer who may read them."""
    officer: Person = factories.make_person(Role.OFFICER)
    numbers = range(contracts)
    for first in numbers[::TO_A_TENDER]:
        tender = factories.make_open_tender(
            officer, closes_at=clock.now() + OPEN_FOR, facts=contracting.FACTS
        )
        bids = [handed_in(tender, number) for number in numbers[first : first + TO_A_TENDER]]
        real, closed = clock.now, clock.now() + OPEN_FOR + timedelta(minutes=5)
        clock.now = partial(_given, closed)
        try:
            service.open_bids(tender, by=factories.viewer_of(officer))
            for bid in bids:
                contracting.award_to(bid)
        finally:
            clock.now = real
        with transaction():
            ids = [bid.id for bid in bids]
            write(Contract, rows_of_contracts(tender, ids))
            raised = set(db.session.scalars(select(RiskRow.bid_id).where(RiskRow.bid_id.in_(ids))))
            write(RiskRow, risks([one for one in ids if one not in raised]))
            write(Obligation, obligations(ids))
            write(ObligationDue, dues())
    return officer


def _given(moment: datetime) -> datetime:
    return moment


def handed_in(tender: Tender, number: int) -> Bid:
    """Hand in a bid drawn by chance, as its bidder would."""
    lead = factories.make_person(Role.BID_LEAD, factories.make_supplier(f"Supplier {number:04}"))
    by, now = factories.viewer_of(lead), clock.now()
    bid = portal.start_bid(tender, by=by, arrived_at=now)
    questionnaire = questionnaire_of(tender)
    answers = {
        part_id: (0, value)
        for part_id, value in drawn_bid(questionnaire, number, seed="portfolio").items()
        if questionnaire.parts[part_id].kind != "file"
    }
    portal.save_answers(bid, answers, by=by, arrived_at=now)
    portal.submit_bid(bid, by=by, arrived_at=now, declared_by="Mara Voss", knows_missing=True)
    return bid


def rows_of_contracts(tender: Tender, ids: Sequence[int]) -> Iterator[dict[str, Any]]:
    today = clock.now().date()
    for bid_id in ids:
        yield {
            "token": new_token(),
            "bid_id": bid_id,
            "tender_id": tender.id,
            "authority_id": tender.authority_id,
            "supplier_id": db.session.get_one(Bid, bid_id).supplier_id,
            "reference": f"C-{bid_id}",
            "signed_on": today,
            "starts_on": today,
            "ends_on": today + timedelta(days=1000 + bid_id),
            "created_at": clock.now(),
        }


def risks(ids: Sequence[int]) -> Iterator[dict[str, Any]]:
    bank = shipped_bank()
    for bid_id in ids:
        for risk in list(bank.risks.values())[:30]:
            yield {
                "token": new_token(),
                "bid_id": bid_id,
                "risk_id": risk.id,
                "causes": [{"rule": "SLP-07.f:none", "severity": "red", "sources": ["SLP-07.f"]}],
                "likelihood": risk.likelihood,
                "impact": risk.impact,
                "bank_version": bank.version,
                "raised_at": clock.now(),
                "raised_because": "",
                "own_title": "",
                "own_category": "",
            }


def obligations(ids: Sequence[int]) -> Iterator[dict[str, Any]]:
    found = db.session.scalars(select(Contract.id).where(Contract.bid_id.in_(ids)))
    for contract_id in found.all():
        for place in range(OBLIGATIONS):
            yield {
                "token": new_token(),
                "contract_id": contract_id,
                "origin": Origin.CLAUSE,
                "clause_id": "C01",
                "place": str(place),
                "bound": Bound.SUPPLIER,
                "sealed_words": b"",
                "sources": {"parts": []},
                "owner": "",
            }


def dues() -> Iterator[dict[str, Any]]:
    """Yield one due time for each obligation that has none yet, one in ten of them past."""
    have = select(ObligationDue.obligation_id)
    today: date = clock.now().date()
    for number in db.session.scalars(select(Obligation.id).where(Obligation.id.not_in(have))).all():
        yield {
            "token": new_token(),
            "obligation_id": number,
            "number": 1,
            "due_on": today + timedelta(days=number % 300 - 30),
            "state": DueState.OPEN,
        }


if __name__ == "__main__":
    sys.exit(main())
