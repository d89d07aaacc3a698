"""The open risks of several contracts as one authority keeps them, counted at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased, load_only

from foundation import clock
from foundation.database import db
from question_bank.loader import shipped_bank
from records.rules.portfolio import OpenRisk, risk_in
from scoring.models import OwnRiskDecision, RiskAcceptance, RiskDecision, RiskRow, RiskScale
from scoring.rules.accepting import Acceptance
from scoring.rules.matrix import STANDARD, Scale
from scoring.rules.ratings import Rating
from scoring.rules.register import LEFT_THE_REGISTER
from scoring.rules.scales import read_stored
from tenders.models import Tender

# What is counted; the words of thousands of rows, and their causes, would cost most of the time.
_OF_ROWS = ("bid_id", "risk_id", "likelihood", "impact", "own_category")
_OF_DECISIONS = (
    ("risk_row_id", "number", "state", "likelihood", "impact", "review_on")
    + ("residual_likelihood", "residual_impact")
    + ("accepted", "appetite", "until", "role", "why", "done_at")
)


def risks_of(
    authority_id: int, contracts: Sequence[tuple[int, Tender]]
) -> dict[int, tuple[OpenRisk, ...]]:
    """Return the risks that stand in the registers of an authority, by id of bid.

    The rows of the evaluation and the authority's own decisions on them, as
    scoring.queries.own_registers reads one register. Five statements, however many there are.
    """
    tenders = dict(contracts)
    rows = db.session.scalars(
        select(RiskRow)
        .options(load_only(*(getattr(RiskRow, name) for name in _OF_ROWS)))
        .where(
            RiskRow.bid_id.in_(list(tenders)),
            # What another authority added to its register is nobody else's.
            or_(RiskRow.authority_id.is_(None), RiskRow.authority_id == authority_id),
        )
        .order_by(RiskRow.id)
    ).all()
    common = _last(RiskDecision, tenders)
    own = _last(OwnRiskDecision, tenders, authority_id)
    accepted = _last(RiskAcceptance, tenders, authority_id)
    scales, library = _scales(tenders.values()), shipped_bank().risks
    found: dict[int, tuple[OpenRisk, ...]] = {}
    for row in rows:
        decided, kept = common.get(row.id), own.get(row.id)
        if _has_left(decided, kept):
            continue
        scale = scales[tenders[row.bid_id].id]
        known = library.get(row.risk_id)
        category = row.own_category or (known.category if known is not None else "")
        one = _open_risk(category, decided or row, kept or decided, accepted.get(row.id), scale)
        found[row.bid_id] = (*found.get(row.bid_id, ()), one)
    return found


def _has_left(decided: RiskDecision | None, kept: OwnRiskDecision | None) -> bool:
    """Whether a risk is dealt with: what an authority set itself counts before the common word."""
    if kept is not None:
        return kept.state in LEFT_THE_REGISTER
    return decided is not None and decided.state in LEFT_THE_REGISTER


def _open_risk(
    category: str,
    rated: RiskRow | RiskDecision,
    said: RiskDecision | OwnRiskDecision | None,
    word: RiskAcceptance | None,
    scale: Scale,
) -> OpenRisk:
    left = (said.residual_likelihood, said.residual_impact) if said is not None else (None, None)
    rating, residual, appetite = risk_in(scale, category, (rated.likelihood, rated.impact), left)
    acceptance = _acceptance(word, scale) if word is not None else None
    return OpenRisk(rating, residual, appetite, acceptance, said.review_on if said else None)


def _acceptance(word: RiskAcceptance, scale: Scale) -> Acceptance:
    return Acceptance(
        word.number,
        word.accepted,
        Rating(word.likelihood, word.impact, scale=scale),
        word.appetite,
        word.until,
        word.role,
        word.why,
        "",
        clock.london(word.done_at).date(),
    )


def _scales(tenders: Iterable[Tender]) -> Mapping[int, Scale]:
    """Return the scale that counts for each tender (scoring.queries.scales.scale_of), at once."""
    listed = list(tenders)
    stored: dict[int, list[tuple[datetime, str]]] = {}
    for authority_id, at, text in db.session.execute(
        select(RiskScale.authority_id, RiskScale.set_at, RiskScale.text)
        .where(RiskScale.authority_id.in_({one.authority_id for one in listed}))
        .order_by(RiskScale.number)
    ):
        stored.setdefault(authority_id, []).append((at, text))
    found = {}
    for one in listed:
        texts = [
            text
            for at, text in stored.get(one.authority_id, [])
            if one.opened_at is None or at <= one.opened_at
        ]
        found[one.id] = read_stored(texts[-1]) if texts else STANDARD
    return found


def _last(table: Any, bids: Iterable[int], authority_id: int | None = None) -> dict[int, Any]:
    """Return the row with the highest number for each risk, of one authority where it is given."""
    return {one.risk_row_id: one for one in _rows(table, list(bids), authority_id)}


def _rows(table: Any, bids: list[int], authority_id: int | None) -> Iterator[Any]:
    later = aliased(table)
    highest = select(func.max(later.number)).where(later.risk_row_id == table.risk_row_id)
    columns = [getattr(table, name) for name in _OF_DECISIONS if hasattr(table, name)]
    found = select(table).options(load_only(*columns))
    found = found.join(RiskRow, RiskRow.id == table.risk_row_id)
    if authority_id is not None:
        highest = highest.where(later.authority_id == authority_id)
        found = found.where(table.authority_id == authority_id)
    numbered = highest.correlate(table).scalar_subquery()
    yield from db.session.scalars(found.where(RiskRow.bid_id.in_(bids), table.number == numbered))
