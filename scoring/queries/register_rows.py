"""Whole rows of the register: as decided, with what one authority does, and the history of both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from foundation import clock
from scoring.models import RiskDecision
from scoring.queries.actions import NOTHING_DEALT, Dealt, dealt_with
from scoring.queries.bids import EvaluatedBid
from scoring.queries.register import RiskInRegister, decided
from scoring.queries.scales import scale_of
from scoring.rules.matrix import Scale
from scoring.rules.register import RegisterRow
from scoring.rules.register_changes import Change
from scoring.rules.register_history import what_changed

Entry = tuple[RiskInRegister, RegisterRow]


def rows_of(authority_id: int | None, bids: Iterable[EvaluatedBid]) -> dict[str, list[Entry]]:
    """Return the register of each bid by its token, with what the authority does: for pages and
    workbooks of the evaluation. Two statements, however many bids there are.

    ``authority_id``: None for what authorities that buy together have in common alone.
    """
    read = list(bids)
    scales = {bid.tender.id: bid.tender for bid in read}
    known = {tender_id: scale_of(tender) for tender_id, tender in scales.items()}
    ids = [risk.row.id for bid in read for risk in bid.risks]
    dealt = {} if authority_id is None else dealt_with(authority_id, ids)
    return {
        bid.token: [
            (risk, row_of_evaluation(bid, risk, known[bid.tender.id], dealt.get(risk.row.id)))
            for risk in bid.risks
        ]
        for bid in read
    }


def row_of_evaluation(
    bid: EvaluatedBid, risk: RiskInRegister, scale: Scale, dealt: Dealt | None
) -> RegisterRow:
    """Return one row with its history, as the evaluation left it."""
    row, changes = as_decided(bid, risk, scale)
    return with_dealt(row, changes, dealt or NOTHING_DEALT)


def with_dealt(row: RegisterRow, changes: Iterable[Change], dealt: Dealt) -> RegisterRow:
    """Return the row with what an authority sets about it, and all changes in their order."""
    history = sorted((*changes, *dealt.changes(row.scale)), key=lambda change: change.at)
    return replace(
        row,
        listed_actions=dealt.listed,
        controls=dealt.held_by,
        acceptance=dealt.accepted(row.scale),
        history=tuple(history),
    )


def as_decided(
    bid: EvaluatedBid, risk: RiskInRegister, scale: Scale
) -> tuple[RegisterRow, list[Change]]:
    """Return the row as the evaluation left it, and what changed until then."""
    row = risk.proposed(bid.name, bid.evaluation, bid.questionnaire, scale)
    changes = [_raised(risk)]
    for decision in risk.decisions:
        after = decided(row, decision)
        changes.append(_decision(risk, decision, row, after))
        row = after
    return row, changes


def _raised(risk: RiskInRegister) -> Change:
    stored, who = risk.row, risk.row.raised_by
    by = who.name if who else "The rules"
    by_hand = "Added to the register by hand" if risk.is_added else "Added by hand"
    what = by_hand if who else f"Proposed from question bank {stored.bank_version}"
    day = clock.london(stored.raised_at).date()
    return Change(stored.raised_at, day, by, what, stored.raised_because)


def _decision(
    risk: RiskInRegister, decision: RiskDecision, before: RegisterRow, after: RegisterRow
) -> Change:
    words = {"merged": f"Merged into {decision.merged_into}"}
    where = "as it was added" if risk.is_added else "in the evaluation"
    what = f"{words.get(decision.state, str(decision.state).capitalize())} {where}"
    found = tuple(
        one for one in what_changed(before, after) if one.name not in {"State", "Part of"}
    )
    return Change(
        decision.decided_at,
        clock.london(decision.decided_at).date(),
        decision.decided_by.name,
        what,
        decision.why,
        found,
    )
