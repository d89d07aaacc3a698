"""The risk register of a bid: its heat map, the decision on a risk, a risk an officer raises."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from accounts.access import refuse, requires, signed_in_user
from accounts.queries import Viewer
from accounts.rules.roles import Permission
from foundation.errors import DomainError
from scoring import queries, service
from scoring.forms import RaiseForm, RiskForm
from scoring.queries import EvaluatedBid, RiskInRegister
from scoring.queries.ranked import must_not_mark_alone
from scoring.rules.matrix import IMPACT, LEVELS, LIKELIHOOD, band
from scoring.rules.register import RegisterRow, placed
from scoring.shown import chain, risk_order
from scoring.views.blueprint import pages


@pages.get("/bids/<token:bid>/risks")
@requires(Permission.RISK_READ)
def risks(bid: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = _bid(viewer, bid, Permission.RISK_READ)
    rows = [(risk, _row(found, risk)) for risk in risk_order(found.risks)]
    return render_template(
        "scoring/risks.html",
        bid=found,
        rows=rows,
        cells=placed(row for _, row in rows),
        levels=LEVELS,
        likelihood=LIKELIHOOD,
        impact=IMPACT,
        band=band,
        undecided=sum(1 for risk in found.risks if risk.decision is None),
        may_decide=viewer.may(Permission.RISK_DECIDE, tender_id=found.tender.id),
        may_download=viewer.may(Permission.DOCUMENT_DOWNLOAD, tender_id=found.tender.id),
    )


@pages.route("/risks/<token:risk>", methods=["GET", "POST"])
@requires(Permission.RISK_READ)
def risk(risk: str) -> ResponseReturnValue:
    """Show the chain from the answers to the clauses; who may decide decides here."""
    viewer = signed_in_user()
    bid_token, row_id = queries.risk_in_register(risk)
    found = _bid(viewer, bid_token, Permission.RISK_READ)
    entry = next(stored for stored in found.risks if stored.row.id == row_id)
    row = _row(found, entry)
    may_decide = viewer.may(Permission.RISK_DECIDE, tender_id=found.tender.id)
    form = RiskForm.for_risk(entry, row)
    if form.is_submitted() and not may_decide:
        refuse(viewer, Permission.RISK_DECIDE)
    if form.validate_on_submit():
        try:
            service.decide_risk(found, entry, form.terms, based_on=form.number, by=viewer)
        except service.RiskOvertaken as error:
            form.rebase(entry.number)
            form.add_error(str(error), error.field)
        except service.NotInEvaluation:
            raise
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash(f"Your decision on {entry.risk_id} is saved")
            return redirect(url_for("scoring.risks", bid=bid_token))
    return render_template(
        "scoring/risk.html",
        bid=found,
        entry=entry,
        row=row,
        chains=[(cause, chain(found, cause)) for cause in row.causes],
        news=entry.new_causes(found.evaluation),
        form=form,
        may_decide=may_decide,
    )


@pages.route("/bids/<token:bid>/risks/new", methods=["GET", "POST"])
@requires(Permission.RISK_DECIDE)
def raise_risk(bid: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = _bid(viewer, bid, Permission.RISK_DECIDE)
    form = RaiseForm()
    form.offer(found.questionnaire, {risk.risk_id for risk in found.risks})
    if form.validate_on_submit():
        try:
            row = service.raise_risk(found, form.risk.data, form.why.data, by=viewer)
        except service.RiskTaken as error:
            form.add_error(str(error), error.field)
        else:
            flash(f"{row.risk_id} is in the register. Decide on it here")
            return redirect(url_for("scoring.risk", risk=row.token))
    return render_template("scoring/raise_risk.html", bid=found, form=form)


def _bid(viewer: Viewer, token: str, to: Permission) -> EvaluatedBid:
    """Return a bid to whoever may see what follows from its agreed marks, as risks do."""
    found = queries.bid_in_evaluation(viewer, token, to=to)
    must_not_mark_alone(viewer, found.tender, "see the risks of a bid")
    return found


def _row(bid: EvaluatedBid, risk: RiskInRegister) -> RegisterRow:
    return risk.shown(bid.name, bid.evaluation, bid.questionnaire)
