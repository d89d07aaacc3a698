"""The register of a contract, which each authority keeps for itself from the results on.

The same address shows each authority its own: whose it is follows from who looks.
"""

from __future__ import annotations

from collections.abc import Iterator

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import current_viewer, refuse, requires, signed_in_user
from accounts.rules.roles import Permission
from foundation import clock
from foundation.errors import DomainError
from scoring.own_forms import AddedForm, OwnRiskForm
from scoring.queries import EvaluatedBid
from scoring.queries import own_registers as queries
from scoring.queries.kept_risks import who_has_to_accept
from scoring.queries.scales import scale_of
from scoring.register_shown import RegisterShown, register_shown, reopened_risks_in
from scoring.risk_links import links_of_a_risk
from scoring.service.own_registers import NotInOwnRegister, keep_risk
from scoring.service.risks import RiskOvertaken
from scoring.service.risks_by_hand import add_to_register
from scoring.views.blueprint import pages
from tenders.joint import bought_with
from tenders.models import Tender
from tenders.risks import known_risks


@pages.app_template_global()
def own_register_of(tender: Tender) -> str:
    """Return the address of the register that the viewer's authority keeps, or "" for none."""
    viewer = current_viewer()
    may_read = viewer is not None and viewer.may(Permission.RISK_READ, tender_id=tender.id)
    if not may_read or not queries.has_own_registers(tender):
        return ""
    return url_for("scoring.own_register", tender=tender.token)


@pages.get("/tenders/<token:tender>/register")
@requires(Permission.RISK_READ)
def own_register(tender: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = queries.own_register(viewer, tender, to=Permission.RISK_READ)
    today = clock.london(clock.now()).date()
    reopened = reopened_risks_in(viewer, found.tender)
    looked = register_shown(found.rows, scale_of(found.tender), request.args, today, reopened)
    return render_template(
        "scoring/own_register.html",
        register=found,
        looked=looked,
        tender=found.tender,
        groups=list(_by_bid(found, looked)),
        today=today,
        known=known_risks(found.tender),
        is_shared=bool(bought_with(found.tender)),
        with_risks={risk.bid.token for risk in found.risks},
        may_keep=viewer.may(Permission.REGISTER_KEEP, tender_id=found.tender.id),
        may_download=viewer.may(Permission.DOCUMENT_DOWNLOAD, tender_id=found.tender.id),
    )


@pages.route("/tenders/<token:tender>/register/add/<token:bid>", methods=["GET", "POST"])
@requires(Permission.RISK_READ)
def own_register_add(tender: str, bid: str) -> ResponseReturnValue:
    """Add a risk of one's own to the register of a contract: no other authority finds it."""
    viewer = signed_in_user()
    register = queries.own_register(viewer, tender, to=Permission.RISK_READ)
    won = register.winner(bid)
    if not viewer.may(Permission.REGISTER_KEEP, tender_id=register.tender.id):
        refuse(viewer, Permission.REGISTER_KEEP)
    form = AddedForm.by(scale_of(register.tender))
    if form.validate_on_submit():
        try:
            row = add_to_register(won, form.words, by=viewer)
        except NotInOwnRegister:
            raise
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash(f"{row.risk_id} is in the register of {register.authority}")
            return redirect(url_for("scoring.own_risk", tender=tender, risk=row.token))
    shown = render_template(
        "scoring/own_register_add.html",
        register=register,
        bid=won,
        form=form,
        is_shared=bool(bought_with(register.tender)),
    )
    return shown, 422 if form.errors else 200


def _by_bid(
    register: queries.OwnRegister, looked: RegisterShown
) -> Iterator[tuple[EvaluatedBid, list[queries.OwnRisk]]]:
    """Return the risks that are wanted, in the order wanted, under those who won."""
    by_token = {risk.token: risk for risk in register.risks}
    wanted = [by_token[row.token] for row in looked.rows]
    for bid in register.winners:
        yield bid, [risk for risk in wanted if risk.bid is bid]


@pages.route("/tenders/<token:tender>/register/<token:risk>", methods=["GET", "POST"])
@requires(Permission.RISK_READ)
def own_risk(tender: str, risk: str) -> ResponseReturnValue:
    """Show how the viewer's authority deals with a risk, and how it did; who may changes it."""
    viewer = signed_in_user()
    register = queries.own_register(viewer, tender, to=Permission.RISK_READ)
    found = register.risk(risk)
    may_keep = viewer.may(Permission.REGISTER_KEEP, tender_id=register.tender.id)
    form = OwnRiskForm.for_risk(found)
    if form.is_submitted() and not may_keep:
        refuse(viewer, Permission.REGISTER_KEEP)
    if form.validate_on_submit():
        try:
            keep_risk(found, form.terms, state=form.becomes, based_on=form.number, by=viewer)
        except RiskOvertaken as error:
            form.rebase(found.number)
            form.add_error(str(error), error.field)
        except NotInOwnRegister:
            raise
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash(f"{found.risk_id} is changed in the register of {register.authority}")
            return redirect(url_for("scoring.own_register", tender=tender))
    shown = render_template(
        "scoring/own_risk.html",
        register=register,
        risk=found,
        row=found.row,
        parts=found.common.parts,
        leads_to=links_of_a_risk(viewer, found.bid, found.row),
        form=form,
        today=clock.london(clock.now()).date(),
        may_keep=may_keep,
        who_has_to=who_has_to_accept(viewer, register.tender, found.row),
        may_accept=viewer.may(Permission.RISK_ACCEPT, tender_id=register.tender.id),
    )
    return shown, 422 if form.errors else 200
