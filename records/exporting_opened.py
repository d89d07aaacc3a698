"""What the export of an authority tells beside the columns of rows: what is sealed in them, and
which records they are about."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import func, select

from accounts.models import Person
from foundation.database import db
from records import exporting_contracts, exporting_prices
from records.exporting_keys import Telling, Unlocked, rows_of, sealed
from scoring import seals
from scoring.models import (
    AgreedMark,
    BidQuestion,
    BidResult,
    ExclusionEvent,
    ExclusionParty,
    InterestDeclaration,
    InterestInBid,
    Mark,
    OutcomeLetter,
    OwnRiskDecision,
    RiskAcceptance,
    RiskAction,
    RiskControl,
    RiskRow,
)
from scoring.queries.exclusions import place_of
from supplier_portal import seals as bid_seals
from supplier_portal.models import Bid, BroughtBid, Evidence, Submission
from tenders.models import Tender

REPLACED = {"content": "replaced by a later version before the opening"}


def _submissions(ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Return what was handed in; of versions replaced before the opening only the hashes."""
    newest = select(Submission.bid_id, func.max(Submission.number).label("number")).group_by(
        Submission.bid_id
    )
    bids = select(Submission.bid_id).where(Submission.id.in_(ids))
    last = newest.where(Submission.bid_id.in_(bids)).subquery()
    standing = db.session.scalars(
        select(Submission.id)
        .join(last, (last.c.bid_id == Submission.bid_id) & (last.c.number == Submission.number))
        .where(Submission.id.in_(ids))
    ).all()
    return dict.fromkeys(ids, REPLACED) | {**_handed_in(standing)}


def _submission(one: Unlocked) -> dict[str, Any]:
    return {"content": json.loads(bid_seals.open_submission(one.bid, one.key, one.row))}


_handed_in = sealed(Submission, _submission, "sealed")


def _evidence(one: Unlocked) -> dict[str, Any]:
    return {"content": bid_seals.open_about(one.row, one.key)}


def _brought(one: Unlocked) -> dict[str, Any]:
    return {"content": bid_seals.open_brought(one.bid, one.key, one.row.sealed)}


def _question(one: Unlocked) -> dict[str, Any]:
    row, answer = one.row, None
    if row.sealed_answer:
        answer = seals.open_text(seals.ANSWERED, row.token, one.key, row.sealed_answer)
    text = seals.open_text(seals.ASKED, row.token, one.key, row.sealed_text)
    return {"content": {"text": text, "answer": answer}}


def _result(one: Unlocked) -> dict[str, Any]:
    text = seals.open_text(seals.SUMMARY, one.row.token, one.key, one.row.sealed_summary)
    return {"content": json.loads(text)}


def _letter(one: Unlocked) -> dict[str, Any]:
    text = seals.open_text(seals.LETTER, one.row.token, one.key, one.row.sealed_text)
    return {"content": json.loads(text)}


def _party(one: Unlocked) -> dict[str, Any]:
    text = seals.open_text(seals.PARTY, one.row.token, one.key, one.row.sealed_name)
    return {"content": text}


def _event(one: Unlocked) -> dict[str, Any]:
    place = place_of(one.above[0].token, one.row.number)
    text = seals.open_text(seals.EXCLUSION, place, one.key, one.row.sealed_text)
    return {"content": json.loads(text)}


def _interests(ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Return whose declarations name the bids, and which of theirs."""
    rows = db.session.execute(
        select(InterestInBid.id, Person.token, InterestDeclaration.number)
        .join(InterestDeclaration, InterestDeclaration.person_id == Person.id)
        .join(InterestInBid, InterestInBid.declaration_id == InterestDeclaration.id)
        .where(InterestInBid.id.in_(ids))
    )
    return {row_id: {"person": person, "declaration": number} for row_id, person, number in rows}


def _agreed(ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Return the marks that were on the table: whose, and which of his for the question."""
    considered: dict[int, list[int]] = {row.id: row.considered for row in rows_of(AgreedMark, ids)}
    rows = db.session.execute(
        select(Mark.id, Person.token, Mark.number)
        .join(Mark, Mark.evaluator_id == Person.id)
        .where(Mark.id.in_({mark for marks in considered.values() for mark in marks}))
    )
    known = {mark: {"evaluator": token, "number": number} for mark, token, number in rows}
    return {
        row_id: {"considered": [known[mark] for mark in sorted({*marks}) if mark in known]}
        for row_id, marks in considered.items()
    }


def _added(ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Return the tenders of risks that one authority added: they may be another authority's."""
    rows = db.session.execute(
        select(RiskRow.id, Tender.token)
        .join(Bid, Bid.tender_id == Tender.id)
        .join(RiskRow, RiskRow.bid_id == Bid.id)
        .where(RiskRow.id.in_(ids), RiskRow.authority_id.is_not(None))
    )
    return {row_id: {"tender": token} for row_id, token in rows}


def _about_risks(table: Any, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Return what one authority's rows are about, for the tender may be another authority's."""
    rows = db.session.execute(
        select(table.id, Tender.token, RiskRow.risk_id)
        .join(Bid, Bid.tender_id == Tender.id)
        .join(RiskRow, RiskRow.bid_id == Bid.id)
        .join(table, table.risk_row_id == RiskRow.id)
        .where(table.id.in_(ids))
    )
    return {row_id: {"tender": tender, "risk": risk} for row_id, tender, risk in rows}


TELLING: Mapping[str, Telling] = {
    "submission": _submissions,
    "evidence": sealed(Evidence, _evidence),
    "brought": sealed(BroughtBid, _brought),
    "question": sealed(BidQuestion, _question),
    "result": sealed(BidResult, _result),
    "letter": sealed(OutcomeLetter, _letter),
    "party": sealed(ExclusionParty, _party),
    "event": sealed(ExclusionEvent, _event, above=(("party_id", ExclusionParty),)),
    "added risk": _added,
    "own register": partial(_about_risks, OwnRiskDecision),
    "action": partial(_about_risks, RiskAction),
    "control": partial(_about_risks, RiskControl),
    "acceptance": partial(_about_risks, RiskAcceptance),
    "interest": _interests,
    "agreed": _agreed,
    "prices": exporting_prices.prices,
    "low price": exporting_prices.low_prices,
    **exporting_contracts.TELLING,
}
