"""What bidders are told of the outcome: what stands in the way, summaries, what was released."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from foundation import mail
from foundation.database import db
from scoring import seals
from scoring.models import BidResult
from scoring.queries.bid_questions import asked_of_bidders
from scoring.queries.bids import EvaluatedBid
from scoring.queries.ranked import TenderRanking
from scoring.rules.bid_questions import AskedState
from scoring.rules.ranking import label_of_total
from scoring.rules.results import TOP_OF_SCALE, Requirement
from scoring.rules.summaries import (
    About,
    Assessed,
    Decided,
    Explained,
    Failed,
    Placing,
    summaries,
)
from scoring.rules.totals import half_up
from supplier_portal import seals as bid_seals
from supplier_portal.models import Bid
from tenders.rules.award import in_words

# Where the criteria are in full; and how the platform names the bidder itself among its parties.
EVERYBODYS_PAGE, BIDDER = "supplier_portal.tender_home", "bidder"
SCORING = (
    f"Each question is marked 0 to {TOP_OF_SCALE} against its published descriptors, and earns its "
    f"share of quality × mark ÷ {TOP_OF_SCALE}."
)


@dataclass(frozen=True, slots=True)
class InTheWay:
    """One thing to do before any result is released. ``question_id``: empty for the bid itself."""

    bid: str
    name: str
    question_id: str
    words: str
    # Whether it is a requirement that waits for an officer.
    to_decide: bool = False


@dataclass(frozen=True)
class Released:
    """A result as it was released, to the bidder and to those who released it."""

    bid: str
    name: str
    successful: bool
    released_at: datetime
    text: str

    @property
    def summary(self) -> Mapping[str, Any]:
        made: Mapping[str, Any] = json.loads(self.text)
        return made


@dataclass(frozen=True, slots=True)
class ToDo:
    """What is to do about one bid before results are released, by what it is."""

    name: str
    count: int
    kinds: Mapping[str, tuple[InTheWay, ...]]


def by_bidder(found: Iterable[InTheWay]) -> list[ToDo]:
    """Return what is in the way grouped by bid, and within a bid by what is to do."""
    grouped: dict[str, dict[str, list[InTheWay]]] = {}
    for entry in found:
        grouped.setdefault(entry.bid, {}).setdefault(entry.words, []).append(entry)
    return [
        ToDo(
            next(iter(kinds.values()))[0].name,
            sum(len(entries) for entries in kinds.values()),
            {words: tuple(entries) for words, entries in kinds.items()},
        )
        for kinds in grouped.values()
    ]


def in_the_way(bids: Sequence[EvaluatedBid]) -> list[InTheWay]:
    """Return what is missing before results can be released, bid by bid.

    Every mark must be agreed and explained to the bidder, with what the answer lacks for the next
    mark up; every requirement decided; no question to a bidder may be waiting.
    """
    asked = asked_of_bidders(bid.opened.bid for bid in bids)
    found: list[InTheWay] = []
    for bid in bids:
        found += [
            InTheWay(bid.token, bid.name, question_id, words)
            for question_id, words in (
                *((entry, "has no mark") for entry in bid.unmarked),
                *((entry, "has no feedback for the bidder") for entry in _unexplained(bid)),
                *((entry, "does not say why not higher") for entry in _not_higher(bid)),
            )
        ]
        found += [
            InTheWay(bid.token, bid.name, entry.question_id, "waits for a decision", to_decide=True)
            for entry in bid.waiting
        ]
        found += [
            InTheWay(bid.token, bid.name, "", f"A question to the bidder: {entry.state.lower()}")
            for entry in asked[bid.opened.bid.id]
            if entry.state in (AskedState.WAITING, AskedState.TO_DECIDE)
        ]
    return found


def _unexplained(bid: EvaluatedBid) -> list[str]:
    return [
        question_id
        for question_id in bid.to_mark
        if question_id in bid.marks and not bid.marks[question_id].feedback.strip()
    ]


def _not_higher(bid: EvaluatedBid) -> list[str]:
    return [
        question_id
        for question_id in bid.to_mark
        if question_id in bid.marks
        and bid.marks[question_id].mark < TOP_OF_SCALE
        and not bid.marks[question_id].why_not_higher.strip()
    ]


def assessed(bid: EvaluatedBid, placing: Placing) -> Assessed:
    """Return a bid as its bidder is told of it: no internal comment, and no reason of a mark."""
    supplier = bid.opened.supplier
    listed = bid.opened.content.get("platform") or ()
    return Assessed(
        key=bid.token,
        name=supplier.name,
        legal_name=supplier.legal_name,
        company_number=supplier.company_number or "",
        quality=bid.stood.quality,
        marks={
            question_id: Explained(mark.mark, mark.feedback, mark.why_not_higher)
            for question_id, mark in bid.marks.items()
        },
        failed={
            question_id: Failed(decision.reason)
            for question_id, decision in bid.decisions.items()
            if not decision.passed
        },
        passed=_passed(bid),
        identifier=next((str(one["ppon"]) for one in listed if one["role"] == BIDDER), ""),
        placing=placing,
    )


def _passed(bid: EvaluatedBid) -> frozenset[str]:
    """Return what an officer passed, and what the answers meet without one."""
    return frozenset(
        entry.question_id
        for entry in bid.stood.requirements
        if bid.decided.get(entry.question_id, entry.result is Requirement.MET)
    )


def about(ranked: TenderRanking) -> About:
    """Return what every summary says of the tender and of how its bids are assessed."""
    tender, method = ranked.tender, ranked.method
    uses_price = method.uses_price
    return About(
        tender={
            "reference": tender.reference,
            "title": tender.title,
            "authority": tender.authority.name,
            "questionnaire": tender.questionnaire_sha256 or "",
            "quality_weight": method.quality_weight,
            "full_version": mail.link(EVERYBODYS_PAGE, tender=tender.token),
        },
        method=[
            SCORING,
            *(
                f"{label}: {words}"
                for label, words in in_words(method.award, method.quality_weight)
            ),
        ],
        total=label_of_total(method) if uses_price else "",
    )


def placing_of(ranked: TenderRanking, key: str) -> Placing:
    """Return where a bid came, with its figures where price is assessed here."""
    found = ranked.find(key)
    if found is None:
        return Placing()
    uses_price = ranked.method.uses_price
    return Placing(
        rank=found.rank,
        why_not=found.why_not,
        price_points=None if found.points is None else half_up(found.points),
        total=half_up(found.total) if uses_price and found.total is not None else None,
    )


def summaries_of(
    ranked: TenderRanking, bids: Iterable[EvaluatedBid], decided: Mapping[str, Decided]
) -> dict[str, dict[str, Any]]:
    """Return what each bidder is told by the token of its bid, as it would be released now."""
    return summaries(
        about(ranked),
        ranked.questionnaire,
        [assessed(bid, placing_of(ranked, bid.token)) for bid in bids],
        decided,
    )


def released_results(bids: Iterable[EvaluatedBid]) -> list[Released]:
    """Return the results released of opened bids, in the order of the bids; none before."""
    listed = {bid.opened.bid.id: bid for bid in bids}
    rows = db.session.scalars(select(BidResult).where(BidResult.bid_id.in_([*listed]))).all()
    by_bid = {row.bid_id: row for row in rows}
    return [
        _released(by_bid[bid_id], bid.opened.bid, bid.name, bid_seals.opened_key(bid.opened.bid))
        for bid_id, bid in listed.items()
        if bid_id in by_bid
    ]


def my_result(bid: Bid) -> Released | None:
    """Return the result of a supplier's own bid; None while nothing is released."""
    row = db.session.scalars(select(BidResult).where(BidResult.bid_id == bid.id)).one_or_none()
    if row is None:
        return None
    return _released(row, bid, bid.supplier.name, bid_seals.supplier_key(bid))


def _released(row: BidResult, bid: Bid, name: str, key: bytes) -> Released:
    text = seals.open_text(seals.SUMMARY, row.token, key, row.sealed_summary)
    return Released(bid.token, name, row.successful, row.released_at, text)
