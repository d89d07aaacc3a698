"""The risk register of a bid: its heat map, the decision on a risk, a risk an officer adds."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import refuse, requires, signed_in_user
from accounts.queries import Viewer
from accounts.rules.roles import Permission
from foundation import clock
from foundation.errors import DomainError
from scoring import queries, service
from scoring.queries import EvaluatedBid
from scoring.queries.kept_risks import KeptRisk, Phase, kept_risk, who_has_to_accept
from scoring.queries.ranked import EVALUATED_AT, must_not_mark_alone
from scoring.queries.register_rows import rows_of
from scoring.queries.scales import scale_of
from scoring.register_shown import register_shown, reopened_risks_of
from scoring.risk_forms import HandMadeForm, RaiseForm, RiskForm
from scoring.risk_links import links_of_a_risk
from scoring.risk_merging import to_accept_first
from scoring.service.risks_by_hand import add_own_risk
from scoring.shown import chain
from scoring.views.blueprint import pages


@pages.get("/bids/<token:bid>/risks")
@requires(Permission.RISK_READ)
def risks(bid: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = _bid(viewer, bid, Permission.RISK_READ)
    rows = [row for _, row in rows_of(viewer.organisation_id, [found])[found.token]]
    today = clock.london(clock.now()).date()
    reopened = reopened_risks_of(viewer, found.opened.bid)
    may_decide = viewer.may(Permission.RISK_DECIDE, tender_id=found.tender.id)
    return render_template(
        "scoring/risks.html",
        bid=found,
        register=register_shown(rows, scale_of(found.tender), request.args, today, reopened),
        today=today,
        undecided=sum(1 for risk in found.risks if risk.decision is None),
        may_decide=may_decide and found.tender.stage in EVALUATED_AT,
        may_download=viewer.may(Permission.DOCUMENT_DOWNLOAD, tender_id=found.tender.id),
    )


@pages.route("/risks/<token:risk>", methods=["GET", "POST"])
@requires(Permission.RISK_READ)
def risk(risk: str) -> ResponseReturnValue:
    """Show the chain from the answers to the obligations; who may decide decides here."""
    viewer = signed_in_user()
    kept = kept_risk(viewer, risk)
    if kept.risk.is_added:
        # The evaluation never knew of it.
        return redirect(url_for("scoring.own_risk", tender=kept.tender.token, risk=risk))
    may_decide = viewer.may(Permission.RISK_DECIDE, tender_id=kept.tender.id)
    form = RiskForm.for_risk(kept.bid, kept.risk, kept.evaluated)
    if form.is_submitted() and not may_decide:
        refuse(viewer, Permission.RISK_DECIDE)
    if form.validate_on_submit() and _decided(kept, form, viewer):
        flash(f"Your decision on {kept.risk_id} is saved")
        return redirect(url_for("scoring.risks", bid=kept.bid.token))
    return _risk_page(viewer, kept, form, may_decide=may_decide)


def _decided(kept: KeptRisk, form: RiskForm, viewer: Viewer) -> bool:
    try:
        service.decide_risk(kept.bid, kept.risk, form.terms, based_on=form.number, by=viewer)
    except service.RiskOvertaken as error:
        form.rebase(kept.risk.number)
        form.add_error(str(error), error.field)
    except service.NotInEvaluation:
        raise
    except DomainError as error:
        form.add_error(str(error), error.field)
    return not form.errors


def _risk_page(
    viewer: Viewer, kept: KeptRisk, form: RiskForm, *, may_decide: bool
) -> ResponseReturnValue:
    bid, row = kept.bid, kept.evaluated
    shown = render_template(
        "scoring/risk.html",
        bid=bid,
        kept=kept,
        entry=kept.risk,
        row=row,
        parts=kept.risk.parts,
        whole=next((one for one in bid.risks if one.risk_id == row.merged_into), None),
        chains=[(cause, chain(bid, cause)) for cause in row.causes],
        leads_to=links_of_a_risk(viewer, bid, row),
        news=kept.risk.new_causes(bid.evaluation),
        form=form,
        to_accept=to_accept_first(bid, kept.risk),
        today=clock.london(clock.now()).date(),
        is_in_evaluation=kept.phase is Phase.EVALUATION,
        is_in_contract=kept.phase is Phase.CONTRACT,
        may_decide=may_decide and kept.phase is Phase.EVALUATION,
        may_change=kept.phase is Phase.EVALUATION and kept.may_change(viewer),
        who_has_to=(
            who_has_to_accept(viewer, kept.tender, row) if kept.phase is Phase.EVALUATION else ""
        ),
        may_accept=kept.phase is Phase.EVALUATION and kept.may_accept(viewer),
    )
    return shown, 422 if form.errors else 200


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
    shown = render_template("scoring/raise_risk.html", bid=found, form=form)
    return shown, 422 if form.errors else 200


@pages.route("/bids/<token:bid>/risks/own", methods=["GET", "POST"])
@requires(Permission.RISK_DECIDE)
def own_risk_add(bid: str) -> ResponseReturnValue:
    """Add a risk that no library holds, in one's own words."""
    viewer = signed_in_user()
    found = _bid(viewer, bid, Permission.RISK_DECIDE)
    form = HandMadeForm.by(scale_of(found.tender))
    if form.validate_on_submit():
        try:
            row = add_own_risk(found, form.words, by=viewer)
        except service.NotInEvaluation:
            raise
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash(f"{row.risk_id} is in the register, accepted as you wrote it")
            return redirect(url_for("scoring.risk", risk=row.token))
    shown = render_template("scoring/risk_by_hand.html", bid=found, form=form)
    return shown, 422 if form.errors else 200


def _bid(viewer: Viewer, token: str, to: Permission) -> EvaluatedBid:
    """Return a bid to whoever may see what follows from its agreed marks, as risks do."""
    found = queries.bid_in_evaluation(viewer, token, to=to)
    must_not_mark_alone(viewer, found.tender, "see the risks of a bid")
    return found
