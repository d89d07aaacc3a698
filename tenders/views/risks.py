"""Risks seen before publication: treated by the contract, or known and published as such."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation.errors import DomainError
from tenders import queries, risks, service
from tenders.forms import ConfirmForm
from tenders.models import Tender, TenderRisk
from tenders.planning_forms import RiskForm
from tenders.planning_guide import rule_at
from tenders.planning_pages import today
from tenders.rules.lifecycle import Stage
from tenders.service.risks import RiskChanged, add_risk, edit_risk, remove_risk
from tenders.views.base import pages

RISKS = "/<token:tender>/planning/risks"

pages.add_app_template_global(risks.known_risks, "known_risks")


@pages.get(RISKS)
@requires(Permission.TENDER_EDIT)
def risks_known(tender: str) -> ResponseReturnValue:
    found = queries.tender_for(signed_in_user(), tender, to=Permission.TENDER_EDIT)
    return render_template(
        "tenders/risks.html",
        tender=found,
        risks=risks.of_tender(found),
        rule=rule_at("duties/known-risks", today()),
        is_draft=found.stage is Stage.DRAFT,
    )


@pages.route(RISKS + "/new", methods=["GET", "POST"])
@requires(Permission.TENDER_EDIT)
def risk_add(tender: str) -> ResponseReturnValue:
    found = queries.tender_for(signed_in_user(), tender, to=Permission.TENDER_EDIT)
    form = RiskForm.of(None)
    if form.validate_on_submit():
        try:
            add_risk(found, form.words(), by=signed_in_user())
        except service.TenderPublished:
            raise
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("The risk is named")
            return redirect(url_for(".risks_known", tender=tender))
    elif found.stage is not Stage.DRAFT and not form.is_submitted():
        return redirect(url_for(".risks_known", tender=tender))
    return risk_page(found, form, None), 422 if form.errors else 200


@pages.route(RISKS + "/<token:risk>", methods=["GET", "POST"])
@requires(Permission.TENDER_EDIT)
def risk_edit(tender: str, risk: str) -> ResponseReturnValue:
    found = queries.tender_for(signed_in_user(), tender, to=Permission.TENDER_EDIT)
    kept = risks.one(found, risk)
    form = RiskForm.of(kept)
    theirs = None
    if form.validate_on_submit():
        try:
            edit_risk(found, risk, form.words(), version=form.based_on(), by=signed_in_user())
        except service.TenderPublished:
            raise
        except RiskChanged as error:
            form.add_error(str(error))
            theirs = risks.one(found, risk)
            form.version.data = str(theirs.version)
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("The risk is saved")
            return redirect(url_for(".risks_known", tender=tender))
    elif found.stage is not Stage.DRAFT and not form.is_submitted():
        return redirect(url_for(".risks_known", tender=tender))
    return risk_page(found, form, kept, theirs), 422 if form.errors else 200


def risk_page(
    tender: Tender, form: RiskForm, risk: TenderRisk | None, theirs: TenderRisk | None = None
) -> str:
    return render_template(
        "tenders/risk.html",
        tender=tender,
        form=form,
        risk=risk,
        theirs=theirs,
        remove=ConfirmForm(formdata=None),
    )


@pages.post(RISKS + "/<token:risk>/remove")
@requires(Permission.TENDER_EDIT)
def risk_remove(tender: str, risk: str) -> ResponseReturnValue:
    found = queries.tender_for(signed_in_user(), tender, to=Permission.TENDER_EDIT)
    if ConfirmForm().validate_on_submit():
        remove_risk(found, risk, by=signed_in_user())
        flash("The risk is taken out; its words stay in the record")
    return redirect(url_for(".risks_known", tender=tender))
