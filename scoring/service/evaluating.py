"""What every change to an evaluation begins with, and how the register follows the marks."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from accounts.queries import Viewer
from foundation import audit, clock
from foundation.database import db
from foundation.errors import DomainError
from scoring.models import RiskRow
from scoring.queries.late import waits_for_decision
from scoring.queries.register import RiskInRegister, registers_of
from scoring.rules.results import BidEvaluation, Cause, ProposedRisk
from supplier_portal.models import Bid
from tenders.rules.lifecycle import Stage
from tenders.rules.questionnaire import Questionnaire

EVALUATED_AT = frozenset({Stage.OPENED, Stage.EVALUATING})


class NotInEvaluation(DomainError):
    """The tender is at a stage at which marks and risks are no longer changed."""


class LateBidWaits(NotInEvaluation):
    """The company also handed a bid in late, and nobody has decided which of the two counts."""

    @classmethod
    def before(cls, doing: str) -> LateBidWaits:
        return cls(
            f"You cannot {doing} because this company also handed in a late bid: decide first "
            "whether it is admitted"
        )


def evaluated_at(stage: Stage, *, doing: str) -> Stage:
    """Return the stage of a tender that is opened and not yet decided; else NotInEvaluation."""
    if stage not in EVALUATED_AT:
        raise NotInEvaluation(f"You cannot {doing} because the tender is at the {stage} stage")
    return stage


def bid_to_change(bid: Bid, *, doing: str) -> Bid:
    """Return the bid as it is now, kept from changing until the transaction ends.

    Raises NotInEvaluation unless its tender is opened and not yet decided, and LateBidWaits.
    """
    current = bid_in_evaluation_now(bid, doing=doing)
    if waits_for_decision(current):
        raise LateBidWaits.before(doing)
    return current


def bid_in_evaluation_now(bid: Bid, *, doing: str) -> Bid:
    """As bid_to_change(), for the decision on a late bid. Raises NotInEvaluation."""
    current = db.session.scalars(
        select(Bid)
        .options(joinedload(Bid.tender, innerjoin=True))
        .where(Bid.id == bid.id)
        .with_for_update(of=Bid)
        .execution_options(populate_existing=True)
    ).one()
    evaluated_at(current.tender.stage, doing=doing)
    return current


def note(action: str, bid: Bid, by: Viewer, **details: Any) -> None:
    audit.record(action, actor=by.person_token, subject=("bid", bid.token), **details)


def propose(
    bid: Bid, evaluation: BidEvaluation, questionnaire: Questionnaire, *, by: Viewer
) -> None:
    """Bring the register up to what the rules propose now; call it inside the transaction.

    A risk somebody decided is left alone: its page says what came up since. A risk nobody decided
    follows its causes, and goes when none is left.
    """
    stored = {entry.risk_id: entry for entry in registers_of([bid.id]).get(bid.id, ())}
    proposed = {entry.risk.id: entry for entry in evaluation.risks}
    added = [entry for risk_id, entry in proposed.items() if risk_id not in stored]
    for entry in added:
        db.session.add(_row(bid, entry, questionnaire.bank.version))
    open_rows = [entry for entry in stored.values() if _follows_rules(entry)]
    for known in open_rows:
        if known.risk_id in proposed:
            _bring_up(known.row, proposed[known.risk_id])
    gone = [entry for entry in open_rows if entry.risk_id not in proposed]
    db.session.execute(delete(RiskRow).where(RiskRow.id.in_([entry.row.id for entry in gone])))
    db.session.flush()
    if added or gone:
        note(
            "risks.proposed",
            bid,
            by,
            added=[entry.risk.id for entry in added],
            gone=[entry.risk_id for entry in gone],
        )


def _follows_rules(entry: RiskInRegister) -> bool:
    return entry.decision is None and entry.row.raised_by_id is None


def _row(bid: Bid, proposed: ProposedRisk, bank_version: str) -> RiskRow:
    return RiskRow(
        bid_id=bid.id,
        risk_id=proposed.risk.id,
        causes=stored_causes(proposed.causes),
        likelihood=proposed.likelihood,
        impact=proposed.impact,
        bank_version=bank_version,
        raised_at=clock.now(),
        raised_because="",
    )


def _bring_up(row: RiskRow, proposed: ProposedRisk) -> None:
    row.causes = stored_causes(proposed.causes)
    row.likelihood, row.impact = proposed.likelihood, proposed.impact


def stored_causes(causes: tuple[Cause, ...]) -> list[dict[str, Any]]:
    """Return causes as stored: rules and sources, never the words of an answer."""
    return [
        {
            "rule": cause.rule,
            "severity": cause.severity,
            "sources": list(cause.sources),
            "bank_version": cause.bank_version,
        }
        for cause in causes
    ]
