"""Opened bids with their marks, decisions and register, and what the rules say about them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache, partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import joinedload

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from foundation.canonical import canonical_json
from foundation.database import db
from scoring.models import AgreedMark, RequirementDecision
from scoring.queries.excluded import disregarded
from scoring.queries.low_prices import disregarded_for_price
from scoring.queries.register import RiskInRegister, registers_of
from scoring.rules.evaluation import Examined, examine, with_marks
from scoring.rules.ranking import Candidate, Ranked, rank
from scoring.rules.requirements import is_below_least_mark
from scoring.rules.results import BidEvaluation, RequirementResult
from scoring.rules.standing import to_decide, why_unranked
from supplier_portal.queries import OpenedBid, opened_bid, opened_bids
from tenders.models import Tender
from tenders.queries import facts_of, questionnaire_of, tender_for
from tenders.rules.questionnaire import Questionnaire


@dataclass(frozen=True)
class EvaluatedBid:
    """An opened bid with everything people decided and everything the rules say about it."""

    opened: OpenedBid
    questionnaire: Questionnaire
    facts: Mapping[str, Any]
    # The agreed mark and the decision that count, by question. What single evaluators gave is in
    # queries.evaluators.
    marks: Mapping[str, AgreedMark]
    decisions: Mapping[str, RequirementDecision]
    # Of all bids that were read together, once somebody asks for the register of one.
    read_risks: Callable[[], tuple[RiskInRegister, ...]] = field(compare=False, repr=False)
    # Whether an officer decided that its tender is disregarded: for an exclusion, or its price.
    is_disregarded: bool = False
    is_too_low: bool = False

    @property
    def name(self) -> str:
        return self.opened.supplier_name

    @property
    def token(self) -> str:
        return self.opened.bid.token

    @property
    def tender(self) -> Tender:
        return self.opened.bid.tender

    @cached_property
    def numbers(self) -> dict[str, int]:
        return {question_id: mark.mark for question_id, mark in self.marks.items()}

    @cached_property
    def decided(self) -> dict[str, bool]:
        """Return by question whether an officer passed the bid on what the rules say now.

        A decision made before a mark fell below the least mark did not know of it.
        """
        return {
            question_id: entry.passed
            for question_id, entry in self.decisions.items()
            if not self._is_overtaken(question_id, entry)
        }

    def _is_overtaken(self, question_id: str, entry: RequirementDecision) -> bool:
        asked, mark = self.questionnaire.question(question_id), self.marks.get(question_id)
        return (
            asked is not None
            and mark is not None
            and is_below_least_mark(asked, mark.mark)
            and entry.decided_at < mark.signed_at
        )

    @cached_property
    def risks(self) -> tuple[RiskInRegister, ...]:
        return self.read_risks()

    @cached_property
    def stood(self) -> BidEvaluation:
        """Return what the rules say as far as the rank follows from it: the register does not
        count there, and is not read."""
        return evaluation_of(self.opened, self.questionnaire, self.facts, self.numbers)

    @cached_property
    def evaluation(self) -> BidEvaluation:
        """Return what the rules say, with the register as it stands for clause conditions."""
        return self.stood.with_register(
            frozenset(r.risk_id for r in self.risks if r.counts_for_clauses)
        )

    @property
    def waiting(self) -> tuple[RequirementResult, ...]:
        return () if self.is_disregarded else to_decide(self.stood, self.decided)

    @property
    def why_unranked(self) -> str:
        if self.is_too_low:
            return "tender disregarded, abnormally low price"
        if self.is_disregarded:
            return "tender disregarded, exclusion"
        return why_unranked(self.stood, self.decided)

    @property
    def unmarked(self) -> tuple[str, ...]:
        """Return what has no mark yet; a tender that is disregarded needs none."""
        if self.is_disregarded:
            return ()
        return tuple(question_id for question_id in self.to_mark if question_id not in self.marks)

    @cached_property
    def to_mark(self) -> tuple[str, ...]:
        """Return the questions that get a mark: all but those asked for information."""
        return tuple(q.id for q in self.questionnaire.questions if q.is_marked)


def opened_tender(viewer: Viewer, token: str, *, to: Permission) -> Tender:
    """Return a tender whose bids are opened. Raises NoResultFound, also before the opening."""
    tender = tender_for(viewer, token, to=to)
    if tender.opened_at is None:
        raise NoResultFound
    return tender


def bid_in_evaluation(viewer: Viewer, token: str, *, to: Permission) -> EvaluatedBid:
    """Return one opened bid of the viewer's authority. Raises NoResultFound."""
    opened = opened_bid(viewer, token)
    if not viewer.may(to, tender_id=opened.bid.tender_id):
        raise NoResultFound
    return _evaluated([opened], opened.bid.tender)[0]


def bids_in_evaluation(
    viewer: Viewer, tender: Tender, *, only: Collection[int] | None = None
) -> list[EvaluatedBid]:
    """Return the opened bids of a tender, by name of supplier; ``only``: those with these ids.

    Raises NoResultFound.
    """
    return _evaluated(opened_bids(viewer, tender, only=only), tender)


def ranking(bids: Iterable[EvaluatedBid]) -> tuple[Ranked, ...]:
    """Return the bids in order of quality; keys are the tokens of bids."""
    return rank(
        Candidate(bid.token, bid.name, bid.stood.quality.total, bid.why_unranked) for bid in bids
    )


def unmarked_in(bids: Iterable[EvaluatedBid]) -> list[tuple[str, str]]:
    """Return (token of bid, question) for everything without an agreed mark, bid by bid."""
    return [(bid.token, question_id) for bid in bids for question_id in bid.unmarked]


def _evaluated(opened: list[OpenedBid], tender: Tender) -> list[EvaluatedBid]:
    """Join bids with marks, decisions and registers: as many statements for one as for all."""
    questionnaire, facts = questionnaire_of(tender), facts_of(tender)
    ids = [entry.bid.id for entry in opened]
    marks, decisions, registers = _marks(ids), _decisions(ids), cache(lambda: registers_of(ids))
    out, too_low = disregarded(tender), disregarded_for_price(tender)
    return [
        EvaluatedBid(
            opened=entry,
            questionnaire=questionnaire,
            facts=facts,
            marks=marks.get(entry.bid.id, {}),
            decisions=decisions.get(entry.bid.id, {}),
            read_risks=partial(_register, entry.bid.id, registers),
            is_disregarded=entry.bid.id in out | too_low,
            is_too_low=entry.bid.id in too_low - out,
        )
        for entry in opened
    ]


def _register(
    bid_id: int, registers: Callable[[], Mapping[int, tuple[RiskInRegister, ...]]]
) -> tuple[RiskInRegister, ...]:
    return registers().get(bid_id, ())


def _marks(bid_ids: list[int]) -> dict[int, dict[str, AgreedMark]]:
    found: dict[int, dict[str, AgreedMark]] = {}
    for mark in db.session.scalars(
        select(AgreedMark)
        .options(joinedload(AgreedMark.signed_by, innerjoin=True))
        .where(AgreedMark.bid_id.in_(bid_ids))
        .order_by(AgreedMark.number)
    ):
        found.setdefault(mark.bid_id, {})[mark.question_id] = mark
    return found


def _decisions(bid_ids: list[int]) -> dict[int, dict[str, RequirementDecision]]:
    found: dict[int, dict[str, RequirementDecision]] = {}
    for decision in db.session.scalars(
        select(RequirementDecision)
        .options(joinedload(RequirementDecision.decided_by, innerjoin=True))
        .where(RequirementDecision.bid_id.in_(bid_ids))
        .order_by(RequirementDecision.number)
    ):
        found.setdefault(decision.bid_id, {})[decision.question_id] = decision
    return found


@dataclass(frozen=True)
class _Work:
    """What there is to examine, told apart by ``key``: hashes, never what a bid says."""

    key: tuple[str, ...]
    questionnaire: Questionnaire = field(compare=False)
    answers: Mapping[str, Any] = field(compare=False)
    facts: Mapping[str, Any] = field(compare=False)


def evaluation_of(
    opened: OpenedBid,
    questionnaire: Questionnaire,
    facts: Mapping[str, Any],
    marks: Mapping[str, int],
) -> BidEvaluation:
    """Return what the rules say about a bid; its answers are examined once per process."""
    key = (
        opened.bid.token,
        opened.content_hash,
        opened.bid.tender.questionnaire_sha256 or "",
        canonical_json(dict(facts)),
    )
    known = _examined(_Work(key, questionnaire, opened.answers, facts))
    return with_marks(questionnaire, known.examined, marks) if marks else known.unmarked


@dataclass(frozen=True)
class _Known:
    """What the answers lead to, and what the rules say of them while nothing is agreed."""

    questionnaire: Questionnaire
    examined: Examined

    @cached_property
    def unmarked(self) -> BidEvaluation:
        return with_marks(self.questionnaire, self.examined, {})


@lru_cache(maxsize=128)
def _examined(work: _Work) -> _Known:
    examined = examine(work.questionnaire, work.answers, work.facts)
    return _Known(work.questionnaire, examined)
