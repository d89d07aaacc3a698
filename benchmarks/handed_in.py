"""Bids of a marked tender with what they handed in, sealed, and the risks it raised."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select, update

from accounts.models import Person
from benchmarks.pages import write
from foundation import clock
from foundation.canonical import canonical_json, sha256_hex
from foundation.database import db, transaction
from foundation.tokens import new_token
from question_bank.loader import shipped_bank
from scoring.models import RiskRow
from supplier_portal import seals
from supplier_portal.models import Bid, Submission
from tenders.models import Tender
from tenders.queries import questionnaire_of
from tests.bids_drawn import drawn_bid

RISKS = 29


def hand_in(tender: Tender, by: Person) -> None:
    """Let every bid of a tender have handed in answers drawn by chance; write its risks."""
    ids = db.session.scalars(select(Bid.id).where(Bid.tender_id == tender.id).order_by(Bid.id))
    with transaction():
        numbers = ids.all()
        keys: list[dict[str, Any]] = []
        write(Submission, _submissions(tender, numbers, by, keys))
        db.session.execute(update(Bid), keys)
        write(RiskRow, _risks(numbers))


def _submissions(
    tender: Tender, ids: Any, by: Person, keys: list[dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    questionnaire, now = questionnaire_of(tender), clock.now()
    rows = db.session.execute(select(Bid.id, Bid.token).where(Bid.tender_id == tender.id))
    tokens = {row.id: row.token for row in rows}
    for number, bid_id in enumerate(ids):
        token = tokens[bid_id]
        # Never added to the session: only what is sealed with its key is wanted.
        bid = Bid(token=token, key_for_supplier=seals.new_bid_key(token), tender=tender)
        key = seals.supplier_key(bid)
        keys.append(
            {
                "id": bid_id,
                "key_for_supplier": bid.key_for_supplier,
                "key_for_tender": seals.handed_over(bid),
            }
        )
        content: dict[str, Any] = {
            "answers": drawn_bid(questionnaire, number),
            "evidence": [],
            "questionnaire": tender.questionnaire_sha256,
            "tender": tender.token,
        }
        text = canonical_json(content)
        yield {
            "bid_id": bid_id,
            "number": 1,
            "revision": 1,
            "sealed": seals.seal_submission(bid, key, 1, text),
            "sealed_salt": seals.seal_salt(bid, key, 1, b"salt" * 8),
            "content_hash": sha256_hex(text),
            "commitment": "",
            "audit_hash": "",
            "arrived_at": now,
            "author_id": by.id,
            "by_the_clock": False,
        }


def _risks(ids: Any) -> Iterator[dict[str, Any]]:
    bank = shipped_bank()
    for bid_id in ids:
        for risk in list(bank.risks.values())[:RISKS]:
            yield {
                "token": new_token(),
                "bid_id": bid_id,
                "risk_id": risk.id,
                "causes": [],
                "likelihood": risk.likelihood,
                "impact": risk.impact,
                "bank_version": bank.version,
                "raised_at": clock.now(),
                "raised_because": "",
                "own_title": "",
                "own_category": "",
            }
