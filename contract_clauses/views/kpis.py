"""What a contract is measured by: indicators, each with its ratings, and the text of a notice."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from contract_clauses.kpi_forms import (
    TAKE_OUT,
    YES,
    ExceptionForm,
    KpiForm,
    RateForm,
    choices_of,
    take_up_form,
)
from contract_clauses.kpi_guide import shipped_kpis
from contract_clauses.notice_links import address_of_draft
from contract_clauses.queries.contracts import ContractSeen, contract_seen, my_contract
from contract_clauses.queries.kpis import Kpis, KpiSeen
from contract_clauses.rules.kpis import bands_in_words, shown, target_of
from contract_clauses.service import kpis as service
from contract_clauses.views.base import pages
from foundation.errors import DomainError
from foundation.forms import Form

ADDRESS = "/contracts/<token:contract>/indicators"
ONE = ADDRESS + "/<token:indicator>"


@pages.get(ADDRESS)
@requires(Permission.CONTRACT_READ)
def kpis(contract: str) -> ResponseReturnValue:
    return _list(contract_seen(signed_in_user(), contract))


@pages.get("/my-contracts/<token:contract>/indicators")
@requires(Permission.BID_READ)
def my_kpis(contract: str) -> ResponseReturnValue:
    return _list(my_contract(signed_in_user(), contract))


@pages.route(ADDRESS + "/take-up", methods=["GET", "POST"])
@requires(Permission.CONTRACT_KEEP)
def take_up_kpis(contract: str) -> ResponseReturnValue:
    """Choose from the published list, with the targets of the issued schedule."""
    seen = _keep(contract)
    guide, known = shipped_kpis(), {one.name for one in Kpis(seen).listed}
    targets = {}
    for one in guide.indicators:
        target, source = target_of(one, seen.schedule)
        targets[one.id] = f"{shown(target, one.unit)}, {source}"
    form = take_up_form(choices_of(guide, known, targets))
    if form.validate_on_submit():
        try:
            done = service.take_up(
                seen, form.names.data or [], form.published.data or [], by=signed_in_user()
            )
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash(f"{done} set")
            return redirect(url_for(".kpis", contract=contract))
    return _form_page(seen, form, "Take up indicators", guide=guide)


@pages.route(ADDRESS + "/add", methods=["GET", "POST"])
@requires(Permission.CONTRACT_KEEP)
def add_kpi(contract: str) -> ResponseReturnValue:
    seen, form = _keep(contract), KpiForm()
    if form.validate_on_submit():
        try:
            service.add_kpi(seen, form.new_kpi, by=signed_in_user())
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("The indicator is set")
            return redirect(url_for(".kpis", contract=contract))
    return _form_page(seen, form, "Add an indicator of your own")


@pages.route(ADDRESS + "/exception", methods=["GET", "POST"])
@requires(Permission.CONTRACT_KEEP)
def kpi_exception(contract: str) -> ResponseReturnValue:
    """Record why no indicators have to be set for this contract."""
    seen = _keep(contract)
    stands = Kpis(seen).excepted
    form = ExceptionForm(data={"exception": stands[0].id} if stands else None)
    form.offer(shipped_kpis())
    if form.validate_on_submit():
        try:
            service.set_exception(seen, form.chosen, form.why.data or "", by=signed_in_user())
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("It is recorded")
            return redirect(url_for(".kpis", contract=contract))
    return _form_page(seen, form, "Why no indicators have to be set")


@pages.get(ONE)
@requires(Permission.CONTRACT_READ)
def kpi(contract: str, indicator: str) -> ResponseReturnValue:
    seen = contract_seen(signed_in_user(), contract)
    return _one(seen, Kpis(seen).kpi(indicator))


@pages.route(ONE + "/change", methods=["GET", "POST"])
@requires(Permission.CONTRACT_KEEP)
def change_kpi(contract: str, indicator: str) -> ResponseReturnValue:
    seen = _keep(contract)
    one = Kpis(seen).kpi(indicator)
    row = one.row
    status = TAKE_OUT if row.is_taken_out else YES if row.is_published else "no"
    form = KpiForm(
        data={"title": row.title, "unit": row.unit, "target": row.target, "status": status}
    )
    if form.validate_on_submit():
        try:
            made = service.change_kpi(seen, indicator, form.new_kpi, by=signed_in_user())
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("The indicator is set anew")
            return redirect(url_for(".kpi", contract=contract, indicator=made.token))
    return _form_page(seen, form, "Change an indicator", one=one)


@pages.route(ONE + "/rate", methods=["GET", "POST"])
@requires(Permission.CONTRACT_KEEP)
def rate_kpi(contract: str, indicator: str) -> ResponseReturnValue:
    seen, viewer = _keep(contract), signed_in_user()
    found = Kpis(seen)
    one = found.kpi(indicator)
    last = one.last.period_to if one.last else None
    form = RateForm(data={"period_from": last or seen.contract.starts_on})
    if form.validate_on_submit():
        try:
            given = service.rate(seen, indicator, form.measured, by=viewer)
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash(f"Rated: {given}")
            return redirect(url_for(".kpi", contract=contract, indicator=one.row.token))
    offered = found.offered(one, seen.today)
    return _form_page(
        seen, form, "Rate an indicator", one=one, bands=_bands(one), offered=offered,
        known=shown(offered.value, one.row.unit) if offered else "",
    )  # fmt: skip


@pages.get(ADDRESS + "/notice")
@requires(Permission.CONTRACT_READ)
def kpi_notice(contract: str) -> ResponseReturnValue:
    """The words of a contract performance notice (UK9), as the ratings stand."""
    viewer = signed_in_user()
    seen = contract_seen(viewer, contract)
    return render_template(
        "contract_clauses/kpi_notice.html",
        seen=seen,
        found=Kpis(seen),
        guide=shipped_kpis(),
        draft=address_of_draft(viewer, seen.tender, "UK9"),
    )


def _list(seen: ContractSeen) -> str:
    return render_template(
        "contract_clauses/kpis.html",
        seen=seen,
        found=Kpis(seen),
        guide=shipped_kpis(),
        may_keep=not seen.is_supplier and _may_keep(seen),
    )


def _one(seen: ContractSeen, one: KpiSeen) -> str:
    known = shipped_kpis().indicator(one.name)
    return render_template(
        "contract_clauses/kpi.html",
        seen=seen,
        one=one,
        bands=_bands(one),
        measure=known.measure if known else "",
        shown=shown,
        may_keep=_may_keep(seen),
    )


def _bands(one: KpiSeen) -> object:
    guide = shipped_kpis()
    return bands_in_words(
        one.row.target, one.row.unit, guide.bands, is_more_better=guide.is_more_better(one.name)
    )


def _form_page(seen: ContractSeen, form: Form, heading: str, **more: object) -> ResponseReturnValue:
    page = render_template(
        "contract_clauses/kpi_form.html", seen=seen, form=form, heading=heading, **more
    )
    return page, 422 if form.errors else 200


def _keep(contract: str) -> ContractSeen:
    return contract_seen(signed_in_user(), contract, to=Permission.CONTRACT_KEEP)


def _may_keep(seen: ContractSeen) -> bool:
    return signed_in_user().may(Permission.CONTRACT_KEEP, tender_id=seen.tender.id)
