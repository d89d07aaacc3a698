"""Watching the days of risk registers: reviews, actions, and acceptances that run out."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, timedelta

from sqlalchemy import select

from contract_clauses.queries.watching import RestsOn
from contract_clauses.queries.watching_risks import Kept, risks_kept
from contract_clauses.service.watching_rounds import RanOut, Reopened
from contract_clauses.tasks import ACCEPTANCE, ACTION, REVIEW
from foundation.database import db
from scoring.models import Reopening, ReopeningSettled
from scoring.rules.reopening import Rule
from scoring.service.reopening import settle_each
from tenders.rules.tasks import FALLS_DUE
from tenders.service.tasks import Wanted, keep_tasks

KINDS = (REVIEW, ACTION, ACCEPTANCE)
SOON = timedelta(days=max(FALLS_DUE))
SET_ANEW = "The register names another day since, or the risk has left it."
ACCEPTED_ANEW = "The risk was accepted anew since, or it has left the register."


def watch_risks(_first: date, last: date) -> None:
    """Notice which risks are to be reviewed, which actions fall due, which acceptances end.

    Of bids that are still marked nothing is told: a risk may tell of an agreed mark.
    """
    kept = risks_kept(last)
    keep_tasks(KINDS, [one for risk in kept for one in _wanted(risk, last)], SET_ANEW)
    over: set[str] = set()
    places: dict[tuple[int, int], Reopened] = {}
    for risk in kept:
        if risk.accepted_until is not None and risk.accepted_until < last:
            cause = f"{risk.token}:{risk.number}"
            over.add(cause)
            place = (risk.bid_id, risk.authority_id)
            again = places.setdefault(place, Reopened(*place))
            ran_out = RanOut(Rule.ACCEPTANCE, cause, risk.accepted_until)
            again.add(ran_out, (), RestsOn((risk.risk_id,), ()))
    for again in places.values():
        again.open()
    _settle_accepted(over)


def _wanted(risk: Kept, day: date) -> Iterator[Wanted]:
    days = [(REVIEW, risk.token, risk.review_on), (ACCEPTANCE, risk.token, risk.accepted_until)]
    days += [(ACTION, token, due) for token, due in risk.actions]
    for kind, name, on in days:
        if on is not None and on - day <= SOON:
            details = {"bid": risk.bid_id, "risk": risk.token}
            yield Wanted(risk.authority_id, risk.tender_id, kind, f"{risk.bid}:{name}", on, details)


def _settle_accepted(over: Collection[str]) -> None:
    still = db.session.scalars(
        select(Reopening)
        .outerjoin(ReopeningSettled, ReopeningSettled.reopening_id == Reopening.id)
        .where(Reopening.rule == Rule.ACCEPTANCE, ReopeningSettled.id.is_(None))
        .order_by(Reopening.id)
    ).all()
    gone = [one for one in still if one.cause not in over]
    settle_each(gone, ACCEPTED_ANEW, by=None)
