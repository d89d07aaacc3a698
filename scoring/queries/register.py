"""The risk register of bids: each risk as proposed, with every decision on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import joinedload

from foundation import clock
from foundation.database import db
from question_bank.rules.questions import Risk
from scoring.models import RiskDecision, RiskRow
from scoring.rules.knowledge import knowledge_of
from scoring.rules.matrix import STANDARD, Scale
from scoring.rules.ratings import Rating, rating
from scoring.rules.register import LEFT_THE_REGISTER, RegisterRow, RiskState, row_of
from scoring.rules.register_report import BY_HAND
from scoring.rules.results import BidEvaluation, Cause, ProposedRisk
from scoring.rules.risk_steps import whole_of
from supplier_portal.models import Bid
from tenders.rules.questionnaire import Questionnaire


@dataclass(frozen=True)
class RiskInRegister:
    """A stored row with every decision on it, and the rows that became part of it."""

    row: RiskRow
    decisions: tuple[RiskDecision, ...]
    # Those merged into this one, and into those.
    parts: tuple[RiskInRegister, ...] = ()
    # Whether the risk it became part of was dropped.
    is_dropped_within: bool = False

    @property
    def decision(self) -> RiskDecision | None:
        """Return the decision that counts, or None while the risk is proposed."""
        return self.decisions[-1] if self.decisions else None

    @property
    def risk_id(self) -> str:
        return self.row.risk_id

    @property
    def state(self) -> RiskState:
        return RiskState.PROPOSED if self.decision is None else self.decision.state

    @property
    def stands(self) -> bool:
        """Whether it is a risk to be dealt with: not dropped, not merged, not closed."""
        return self.state not in LEFT_THE_REGISTER

    @property
    def counts_for_clauses(self) -> bool:
        """Whether conditions of clauses hear of it.

        Only dropping a risk says that there is none: one that is part of another, treated or closed
        goes on asking for the clauses that hold it down.
        """
        return self.state is not RiskState.DROPPED and not self.is_dropped_within

    @property
    def number(self) -> int:
        """Return the number of the last decision, 0 before the first."""
        return len(self.decisions)

    @property
    def is_own(self) -> bool:
        """Whether an officer wrote it by hand, so that no library holds it."""
        return bool(self.row.own_title)

    @property
    def is_added(self) -> bool:
        """Whether one authority added it to the register of its contract: nobody else has it."""
        return self.row.authority_id is not None

    def title(self, questionnaire: Questionnaire) -> str:
        return self.row.own_title or questionnaire.bank.risks[self.risk_id].title

    def causes(self, evaluation: BidEvaluation) -> tuple[Cause, ...]:
        """Return the causes, with those of its parts, their words worked out afresh."""
        entries = (self, *self.parts)
        found = [cause for entry in entries for cause in entry.own_causes(evaluation)]
        # One answer may have raised both risks by one rule: it is one cause.
        return tuple({(c.rule, c.says): c for c in found}.values())

    def own_causes(self, evaluation: BidEvaluation) -> tuple[Cause, ...]:
        """Return the causes of this risk alone, since no table holds their words."""
        if self.row.raised_by is not None:
            says = f"Raised by {self.row.raised_by.name}: {self.row.raised_because}"
            return (Cause(BY_HAND, "", says, says, "", added_by=self.row.raised_by.name),)
        live = _live(evaluation, self.risk_id)
        known = {cause.rule for cause in live}
        gone = "This no longer holds since marks changed"
        past = tuple(
            Cause(entry["rule"], entry["severity"], gone, gone, "", tuple(entry["sources"]))
            for entry in self.row.causes
            if entry["rule"] not in known
        )
        return (*live, *past)

    def new_causes(self, evaluation: BidEvaluation) -> tuple[Cause, ...]:
        """Return what came up after the risk was decided: the decision did not know of it."""
        found = list(self._new_causes(evaluation))
        for part in self.parts:
            found += part._new_causes(evaluation)
        return tuple({cause.rule: cause for cause in found}.values())

    def _new_causes(self, evaluation: BidEvaluation) -> tuple[Cause, ...]:
        if self.decision is None or self.row.raised_by is not None:
            return ()
        known = {entry["rule"] for entry in self.row.causes}
        return tuple(c for c in _live(evaluation, self.risk_id) if c.rule not in known)

    def shown(
        self,
        bid: str,
        evaluation: BidEvaluation,
        questionnaire: Questionnaire,
        scale: Scale = STANDARD,
    ) -> RegisterRow:
        """Return the row as pages and workbooks show it, without what one authority sets."""
        row = self.proposed(bid, evaluation, questionnaire, scale)
        return row if self.decision is None else decided(row, self.decision)

    def proposed(
        self, bid: str, evaluation: BidEvaluation, questionnaire: Questionnaire, scale: Scale
    ) -> RegisterRow:
        """Return the row as it was before anybody decided it."""
        risk = self._risk(questionnaire)
        proposed = ProposedRisk(risk, self.row.likelihood, self.row.impact, self.causes(evaluation))
        row = row_of(
            proposed,
            bid=bid,
            bank_version=self.row.bank_version,
            raised_on=clock.london(self.row.raised_at).date(),
            scale=scale,
            knowledge=knowledge_of(proposed.causes, evaluation.situation, questionnaire),
        )
        of_parts = [clause for part in self.parts for clause in part._risk(questionnaire).clauses]
        return replace(
            row,
            token=self.row.token,
            clauses=tuple(dict.fromkeys((*row.clauses, *of_parts))),
            merged=tuple(part.risk_id for part in self.parts),
        )

    def _risk(self, questionnaire: Questionnaire) -> Risk:
        """Return the risk of the library, or what an officer wrote by hand as one."""
        found = questionnaire.bank.risks.get(self.risk_id)
        if found is not None and not self.is_own:
            return found
        first = self.decisions[0]
        return Risk(
            id=self.risk_id,
            title=self.row.own_title,
            category=self.row.own_category,
            cause=first.cause,
            event=first.event,
            consequence=first.consequence,
            likelihood=self.row.likelihood,
            impact=self.row.impact,
            treatment=first.treatment,
            mitigation=first.actions,
        )


def registers_of(bid_ids: list[int]) -> Mapping[int, tuple[RiskInRegister, ...]]:
    """Return the register of each bid, by id of bid, in order of risk: one statement.

    Of the evaluation alone: what an authority added since stands in its own register and nowhere
    else (scoring.queries.own_registers).
    """
    rows = db.session.execute(
        select(RiskRow, RiskDecision)
        .outerjoin(RiskDecision, RiskDecision.risk_row_id == RiskRow.id)
        .options(joinedload(RiskRow.raised_by), joinedload(RiskDecision.decided_by))
        .where(RiskRow.bid_id.in_(bid_ids), RiskRow.authority_id.is_(None))
        .order_by(RiskRow.risk_id, RiskRow.id, RiskDecision.number)
    )
    decisions: dict[RiskRow, list[RiskDecision]] = {}
    for row, decision in rows:
        decisions.setdefault(row, []).extend([decision] if decision else [])
    found: dict[int, list[RiskInRegister]] = {}
    for row, made in decisions.items():
        found.setdefault(row.bid_id, []).append(RiskInRegister(row, tuple(made)))
    return {bid_id: joined(entries) for bid_id, entries in found.items()}


def joined(entries: list[RiskInRegister]) -> tuple[RiskInRegister, ...]:
    """Return the register of one bid, each risk with those that became part of it."""
    by_id = {entry.risk_id: entry for entry in entries}
    into = {
        entry.risk_id: entry.decision.merged_into
        for entry in entries
        if entry.decision is not None and entry.state is RiskState.MERGED
    }
    parts: dict[str, list[RiskInRegister]] = {}
    dropped = set()
    for risk_id in into:
        whole = whole_of(risk_id, into)
        if whole in by_id:
            parts.setdefault(whole, []).append(by_id[risk_id])
            if by_id[whole].state is RiskState.DROPPED:
                dropped.add(risk_id)
    return tuple(
        replace(
            entry,
            parts=tuple(parts.get(entry.risk_id, ())),
            is_dropped_within=entry.risk_id in dropped,
        )
        for entry in entries
    )


def risk_in_register(token: str) -> tuple[str, int]:
    """Return (token of the bid, id of the row) of a risk. Says nothing about who may see it."""
    found = db.session.execute(
        select(Bid.token, RiskRow.id)
        .join(RiskRow, RiskRow.bid_id == Bid.id)
        .where(RiskRow.token == token)
    ).first()
    if found is None:
        raise NoResultFound
    return found[0], found[1]


def _live(evaluation: BidEvaluation, risk_id: str) -> tuple[Cause, ...]:
    return next((p.causes for p in evaluation.risks if p.risk.id == risk_id), ())


def decided(row: RegisterRow, decision: RiskDecision) -> RegisterRow:
    """Return the row as a decision of the evaluation leaves it."""
    return replace(
        row,
        cause=decision.cause,
        event=decision.event,
        consequence=decision.consequence,
        inherent=Rating(decision.likelihood, decision.impact, row.scale),
        treatment=decision.treatment,
        actions=decision.actions,
        state=decision.state,
        merged_into=decision.merged_into,
        owner=decision.owner,
        due=decision.due,
        residual=rating(decision.residual_likelihood, decision.residual_impact, row.scale),
        target=rating(decision.target_likelihood, decision.target_impact, row.scale),
        review_on=decision.review_on,
        decided_by=decision.decided_by.name,
        decided_on=clock.london(decision.decided_at).date(),
        why=decision.why,
    )
