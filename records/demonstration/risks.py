"""Risks that an officer of the demonstration knows of, with what is done about them.

What is to be done has days of the contract: they count from its published start.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from contract_clauses.queries.recording import published_of
from foundation import clock
from foundation.database import transaction
from records.loader import DEMONSTRATION
from scoring.queries.bids import EvaluatedBid, bids_in_evaluation
from scoring.queries.kept_risks import kept_risk
from scoring.queries.own_registers import own_register
from scoring.queries.register import RiskInRegister
from scoring.rules.actions import ActionState, ControlKind
from scoring.rules.register import RiskState, Treatment
from scoring.service.accepting import AcceptanceTerms, accept_risk
from scoring.service.risk_actions import ActionTerms, ControlTerms, set_action, set_control
from scoring.service.risks import RiskTerms, decide_risk
from scoring.service.risks_by_hand import OwnRiskWords, add_own_risk
from tenders.models import Tender

Written = Mapping[str, Any]


@cache
def content() -> Sequence[Written]:
    """Return what is written about risks, in the order in which they are added."""
    text = (DEMONSTRATION.parent / "demonstration-risks.json").read_text(encoding="utf-8")
    written: list[Written] = json.loads(text)
    return written


def add_known(tender: Tender, supplier: str, officer: Viewer, reader: Viewer) -> None:
    """Add the risks to the bid of a supplier, each rated before, now and as wanted, with actions
    and controls; the reader accepts what is left of one. Unless they are there."""
    bid = _bid(tender, supplier, officer)
    if any(risk.is_own for risk in bid.risks):
        return
    with transaction():
        tokens = {
            add_own_risk(bid, _words(written), by=officer).token: written for written in content()
        }
        bid = _bid(tender, supplier, officer)
        for risk in bid.risks:
            if risk.row.token in tokens:
                _rate(bid, risk, tokens[risk.row.token], _start(tender), officer)
        for token, written in tokens.items():
            _deal_with(token, written, _start(tender), officer, reader)


def done_before_start(tender: Tender, officer: Viewer) -> None:
    """Say that what was due by the start of the contract is done, but for what is done already."""
    for risk in own_register(officer, tender.token, to=Permission.RISK_READ).risks:
        kept = kept_risk(officer, risk.token)
        for one in kept.dealt.listed:
            is_due = one.due is not None and one.due <= _start(tender)
            if one.state is ActionState.OPEN and is_due:
                done = ActionTerms(
                    what=one.what,
                    owner=one.owner,
                    due=one.due,
                    state=ActionState.DONE,
                    words="Seen at the acceptance of the service.",
                )
                set_action(kept, done, action=one.token, based_on=one.number, by=officer)


def _start(tender: Tender) -> date:
    """Return the published start of the contract; today where none is."""
    return published_of(tender).starts_on or clock.london(clock.now()).date()


def _bid(tender: Tender, supplier: str, officer: Viewer) -> EvaluatedBid:
    return next(one for one in bids_in_evaluation(officer, tender) if one.name == supplier)


def _words(written: Written) -> OwnRiskWords:
    likelihood, impact = written["before"]
    names = ("title", "category", "cause", "event", "consequence", "actions", "owner", "why")
    return OwnRiskWords(
        likelihood=likelihood,
        impact=impact,
        treatment=Treatment(written["treatment"]),
        **{name: written[name] for name in names},
    )


def _rate(
    bid: EvaluatedBid, risk: RiskInRegister, written: Written, start: date, officer: Viewer
) -> None:
    """Say what is left of a risk, and what is wanted."""
    before, left, target = written["before"], written["left"], written["target"]
    names = ("cause", "event", "consequence", "actions", "owner", "why")
    terms = RiskTerms(
        state=RiskState.ACCEPTED,
        likelihood=before[0],
        impact=before[1],
        residual_likelihood=left[0],
        residual_impact=left[1],
        target_likelihood=target[0],
        target_impact=target[1],
        treatment=Treatment(written["treatment"]),
        due=None,
        review_on=start + timedelta(days=180),
        **{name: written[name] for name in names},
    )
    decide_risk(bid, risk, terms, based_on=risk.number, by=officer)


def _deal_with(token: str, written: Written, start: date, officer: Viewer, reader: Viewer) -> None:
    kept = kept_risk(officer, token)
    for step in written["steps"]:
        action = ActionTerms(
            what=step["what"],
            owner=step["owner"],
            due=start + timedelta(days=step["days"]),
            state=ActionState.OPEN,
            words="",
        )
        set_action(kept, action, by=officer)
    for said in written["controls"]:
        clause = said.get("clause", "")
        kind = ControlKind.CONTRACTUAL if clause else ControlKind.IN_PLACE
        control = ControlTerms(kind=kind, words=said["words"], clause_id=clause)
        set_control(kept, control, by=officer)
    if accepted := written.get("accepted"):
        left = (written["left"][0], written["left"][1])
        terms = AcceptanceTerms(
            rating=left, until=start + timedelta(days=accepted["days"]), why=accepted["why"]
        )
        accept_risk(kept_risk(reader, token), terms, based_on=0, by=reader)
