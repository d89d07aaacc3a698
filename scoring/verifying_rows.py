"""The record of an evaluation as a second reckoning reads it: rows in order, and what breaks it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import select

from foundation.database import db
from question_bank.rules.conditions.evaluate import evaluate
from question_bank.rules.conditions.verdict import Truth
from question_bank.rules.outcomes import findings, situation_of
from question_bank.rules.questions import PartClass, Severity
from scoring.models import (
    AgreedMark,
    ExclusionEvent,
    ExclusionParty,
    LotsDrawn,
    LowPriceEvent,
    Mark,
    QualityAgreed,
    RequirementDecision,
)
from scoring.verifying_prices import prices_of
from supplier_portal.models import Bid
from supplier_portal.queries import OpenedBid, every_opened_bid
from tenders.models import Tender
from tenders.queries import facts_of, frozen_text, questionnaire_of
from tenders.rules.assessed import as_assessed
from tenders.rules.questionnaire import AskedQuestion

OUT = ("must-disregard", "may-disregard")


@dataclass
class BidRecord:
    """One bid as its rows leave it. ``found``: what its answers do not meet or nothing checks."""

    token: str
    found: Mapping[str, str] = field(default_factory=dict)
    marks: dict[str, int] = field(default_factory=dict)
    signed: dict[str, datetime] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    decisions: dict[str, tuple[bool, datetime]] = field(default_factory=dict)
    # By party: what was decided last, "" where it was looked at anew since.
    exclusions: dict[int, str] = field(default_factory=dict)
    low_price: str = ""
    price: Fraction | None = None

    @property
    def is_disregarded(self) -> bool:
        excluded = any(one in OUT for one in self.exclusions.values())
        return excluded or self.low_price == "disregarded"


@dataclass
class Record:
    """A tender as it was published and as its rows leave it; ``faults``: what cannot be so."""

    award: Mapping[str, Any]
    weight: int
    # (weight, [(question, weight)]) of each section.
    sections: list[tuple[Fraction, list[tuple[str, Fraction]]]]
    least_marks: Mapping[str, int]
    bids: list[BidRecord]
    draws: list[list[str]]
    agreed: bool = False
    faults: list[str] = field(default_factory=list)
    rows: int = 0

    @property
    def price_counts(self) -> bool:
        return self.award.get("formula") in ("F1", "F5", "F6") and self.weight < 100

    @property
    def prices_open(self) -> bool:
        return self.agreed and any(bid.price is not None for bid in self.bids)

    @property
    def is_final(self) -> bool:
        return self.agreed and (self.prices_open or not self.price_counts)

    @property
    def lowest_first(self) -> bool:
        return self.price_counts and self.prices_open and self.award["formula"] == "F5"

    def compared(self, value: Fraction) -> Fraction:
        if self.award.get("ranking", "rounded") == "exact":
            return value
        return Fraction(int(value * 100 + Fraction(1, 2)), 100)


def record_of(tender: Tender) -> Record:
    """Replay every row of a tender's evaluation and return where they lead."""
    frozen = json.loads(frozen_text(tender) or "{}")
    terms, pack = frozen.get("terms", {}), frozen.get("pack", {"sections": []})
    opened = every_opened_bid(tender)
    found = _found_in_answers(tender, opened)
    ids = list(found)
    tokens = {row.id: row.token for row in db.session.execute(_bids(ids))}
    bids = {bid_id: BidRecord(tokens[bid_id], found[bid_id]) for bid_id in ids}
    record = Record(
        award=terms.get("award") or {},
        weight=int(terms.get("quality_weight", tender.quality_weight)),
        sections=[
            (
                Fraction(str(section.get("weight") or 0)),
                [
                    (one["id"], Fraction(str(one.get("weight") or 0)))
                    for one in section["questions"]
                    if one.get("class") in (None, "scored")
                ],
            )
            for section in pack["sections"]
        ],
        least_marks={
            one["id"]: int(one["threshold"])
            for section in pack["sections"]
            for one in section["questions"]
            if one.get("threshold") and Fraction(str(one.get("weight") or 0))
        },
        bids=list(bids.values()),
        draws=list(
            db.session.scalars(
                select(LotsDrawn.bids)
                .where(LotsDrawn.tender_id == tender.id)
                .order_by(LotsDrawn.number)
            )
        ),
    )
    _replay_marks(record, bids)
    _replay_decisions(record, bids)
    _replay_exclusions(record, bids)
    for row in db.session.execute(
        select(LowPriceEvent.bid_id, LowPriceEvent.outcome)
        .where(LowPriceEvent.bid_id.in_(ids), LowPriceEvent.kind == "decided")
        .order_by(LowPriceEvent.number)
    ):
        bids[row.bid_id].low_price = row.outcome
    _replay_agreements(record, bids, tender)
    prices, broken = prices_of(tender, opened, terms.get("prices") or {})
    record.faults += broken
    for bid_id, price in prices.items():
        bids[bid_id].price = price
    return record


def _bids(ids: list[int]) -> Any:
    return select(Bid.id, Bid.token).where(Bid.id.in_(ids))


def _found_in_answers(tender: Tender, bids: list[OpenedBid]) -> dict[int, dict[str, str]]:
    """Return by bid what the answers themselves do not meet, or what nothing decides."""
    asked, facts = questionnaire_of(tender), facts_of(tender)
    found: dict[int, dict[str, str]] = {}
    for opened in bids:
        situation = situation_of(asked.bare_questions, opened.answers, facts, asked.fact_specs)
        fired = as_assessed(asked, findings(asked.bare_questions, asked.bank.checks, situation))
        knocked = {
            one.question
            for one in fired.fired
            if one.flag is not None and one.flag.severity is Severity.KNOCK_OUT
        }
        words = {
            one.id: "not met" if one.id in knocked else _undecided(one, situation)
            for one in asked.questions
            if one.assessed_as is not PartClass.INFORMATION
        }
        found[opened.bid.id] = {name: word for name, word in words.items() if word}
    return found


def _undecided(asked: AskedQuestion, situation: Any) -> str:
    condition = asked.question.pass_when
    if condition is not None:
        return "" if evaluate(condition, situation).truth is Truth.TRUE else "not checked"
    if asked.assessed not in (PartClass.REQUIREMENT, PartClass.PARTICIPATION):
        return ""
    severities = {
        outcome.flag.severity
        for part in asked.question.parts
        for outcome in part.outcomes
        if outcome.flag is not None
    }
    return "" if Severity.KNOCK_OUT in severities else "not checked"


def _replay_marks(record: Record, bids: Mapping[int, BidRecord]) -> None:
    """Follow the agreed marks in order; each must rest on marks given for the same question."""
    given = {
        row.id: (row.bid_id, row.question_id)
        for row in db.session.execute(
            select(Mark.id, Mark.bid_id, Mark.question_id).where(Mark.bid_id.in_(list(bids)))
        )
    }
    for row in db.session.scalars(
        select(AgreedMark).where(AgreedMark.bid_id.in_(list(bids))).order_by(AgreedMark.id)
    ):
        record.rows += 1
        bid, name = bids[row.bid_id], row.question_id
        what = f"Agreed mark {row.id} ({bid.token}, {name})"
        if row.number != bid.numbers.get(name, 0) + 1:
            record.faults.append(f"{what} is number {row.number} after {bid.numbers.get(name, 0)}")
        if row.mark not in range(6):
            record.faults.append(f"{what} is {row.mark}, outside the scale")
        if any(given.get(one) != (row.bid_id, name) for one in row.considered):
            record.faults.append(f"{what} rests on a mark of another question or bid")
        bid.numbers[name], bid.marks[name], bid.signed[name] = row.number, row.mark, row.signed_at


def _replay_decisions(record: Record, bids: Mapping[int, BidRecord]) -> None:
    numbers: dict[tuple[int, str], int] = {}
    for row in db.session.scalars(
        select(RequirementDecision)
        .where(RequirementDecision.bid_id.in_(list(bids)))
        .order_by(RequirementDecision.id)
    ):
        record.rows += 1
        place = (row.bid_id, row.question_id)
        if row.number != numbers.get(place, 0) + 1:
            record.faults.append(f"Decision {row.id} is number {row.number} out of order")
        numbers[place] = row.number
        bids[row.bid_id].decisions[row.question_id] = (row.passed, row.decided_at)


def _replay_exclusions(record: Record, bids: Mapping[int, BidRecord]) -> None:
    rows = db.session.execute(
        select(ExclusionParty.bid_id, ExclusionEvent)
        .join(ExclusionEvent, ExclusionEvent.party_id == ExclusionParty.id)
        .where(ExclusionParty.bid_id.in_(list(bids)))
        .order_by(ExclusionEvent.party_id, ExclusionEvent.number)
    )
    last: dict[int, int] = {}
    for bid_id, event in rows:
        record.rows += 1
        if event.number != last.get(event.party_id, 0) + 1:
            record.faults.append(f"Exclusion step {event.id} is number {event.number} out of order")
        last[event.party_id] = event.number
        if event.kind == "decided":
            bids[bid_id].exclusions[event.party_id] = event.outcome
        elif event.kind == "checked":
            bids[bid_id].exclusions[event.party_id] = ""


def _replay_agreements(record: Record, bids: Mapping[int, BidRecord], tender: Tender) -> None:
    """Work out again what each word that quality is agreed covered; the last must cover all."""
    said = db.session.scalars(
        select(QualityAgreed)
        .where(QualityAgreed.tender_id == tender.id)
        .order_by(QualityAgreed.number)
    ).all()
    marks = db.session.execute(
        select(
            AgreedMark.id,
            AgreedMark.bid_id,
            AgreedMark.question_id,
            AgreedMark.number,
            AgreedMark.mark,
        )
        .where(AgreedMark.bid_id.in_(list(bids)))
        .order_by(AgreedMark.id)
    ).all()
    for row in said:
        record.rows += 1
        stood = {
            (bids[bid_id].token, name): [bids[bid_id].token, name, number, mark]
            for mark_id, bid_id, name, number, mark in marks
            if mark_id <= row.last_mark_id
        }
        text = json.dumps(sorted(stood.values()), separators=(",", ":"), ensure_ascii=False)
        if hashlib.sha256(text.encode()).hexdigest() != row.sha256:
            record.faults.append(
                f"That quality was agreed ({row.number}) has another hash than the marks it covers"
            )
    newest = max((mark.id for mark in marks), default=0)
    record.agreed = bool(said) and newest <= said[-1].last_mark_id and _nothing_left(bids, tender)


def _nothing_left(bids: Mapping[int, BidRecord], tender: Tender) -> bool:
    """Whether every bid that is not excluded has an agreed mark for all that is to be marked."""
    pack = json.loads(frozen_text(tender) or "{}")["pack"]
    to_mark = {
        one["id"]
        for section in pack["sections"]
        for one in section["questions"]
        if one.get("class") != "information"
    }
    return all(
        to_mark <= bid.marks.keys() or any(one in OUT for one in bid.exclusions.values())
        for bid in bids.values()
    )
