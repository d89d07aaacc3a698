"""Lots: whether a tender is divided, the procurement whose lots there are, and moving them."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation import clock
from foundation.errors import DomainError
from tenders import lots, overview, queries
from tenders.lots_forms import AddLotForm, DivisionForm, DraftForm, IntoForm, OutForm, UndividedForm
from tenders.models import Procurement, Tender
from tenders.rules.lifecycle import Stage
from tenders.service import lots as service
from tenders.views.base import pages

HERE = "/<token:tender>/lots"
PROCUREMENT = "/procurements/<token:procurement>"


@pages.app_context_processor
def lots_for_templates() -> dict[str, object]:
    return {"other_lots": lots.other_lots, "lots_in_words": lots.lots_in_words}


@pages.route(HERE, methods=["GET", "POST"], endpoint="lots")
@requires(Permission.TENDER_EDIT)
def divided_or_not(tender: str) -> ResponseReturnValue:
    """Whether what is bought is divided into lots; a lot leads to its procurement."""
    found = queries.tender_for(signed_in_user(), tender, to=Permission.TENDER_EDIT)
    form = UndividedForm(data={"because": found.undivided_because})
    if form.validate_on_submit():
        service.keep_undivided(found, form.because.data or "", by=signed_in_user())
        flash("It is noted that the tender is not divided into lots, and why")
        return redirect(url_for(".show", tender=tender))
    if not form.is_submitted() and found.procurement is not None:
        return redirect(url_for(".procurement", procurement=found.procurement.token))
    if not form.is_submitted() and found.stage is not Stage.DRAFT:
        return redirect(url_for(".show", tender=tender))
    return _lots_page(found, form, None)


@pages.post(HERE + "/into")
@requires(Permission.TENDER_EDIT)
def into_procurement(tender: str) -> ResponseReturnValue:
    """Make a draft a lot of a procurement there is."""
    viewer = signed_in_user()
    found = queries.tender_for(viewer, tender, to=Permission.TENDER_EDIT)
    form = IntoForm.of(lots.procurements_to_join(viewer))
    if not form.validate_on_submit():
        return _lots_page(found, None, form)
    wanted, _lots = lots.procurement_for(
        viewer, form.procurement.data or "", to=Permission.TENDER_EDIT
    )
    service.move_in(wanted, found, by=viewer)
    return redirect(url_for(".procurement", procurement=wanted.token))


def _lots_page(
    tender: Tender, form: UndividedForm | None, into: IntoForm | None
) -> ResponseReturnValue:
    viewer = signed_in_user()
    kept = {"because": tender.undivided_because}
    page = render_template(
        "tenders/lots.html",
        tender=tender,
        form=form or UndividedForm(formdata=None, data=kept),
        into=into or IntoForm.of(lots.procurements_to_join(viewer)),
        may_divide=viewer.may(Permission.TENDER_CREATE, tender_id=tender.id),
    )
    is_refused = bool((form and form.errors) or (into and into.errors))
    return page, 422 if is_refused else 200


@pages.route(HERE + "/out", methods=["GET", "POST"])
@requires(Permission.TENDER_EDIT)
def out_of_procurement(tender: str) -> ResponseReturnValue:
    """Take a lot out of its procurement, and say why it is bought by itself."""
    found = queries.tender_for(signed_in_user(), tender, to=Permission.TENDER_EDIT)
    form = OutForm()
    if form.validate_on_submit():
        service.move_out(found, form.because.data or "", by=signed_in_user())
        flash("The tender is no lot any more")
        return redirect(url_for(".show", tender=tender))
    if found.procurement is None and not form.is_submitted():
        return redirect(url_for(".lots", tender=tender))
    return render_template("tenders/lot_out.html", tender=found, form=form), (
        422 if form.errors else 200
    )


@pages.get("/procurements")
@requires(Permission.TENDER_READ)
def procurements() -> ResponseReturnValue:
    """Every procurement of which the viewer may see a lot, or his authority has begun."""
    viewer = signed_in_user()
    return render_template(
        "tenders/procurements.html",
        procurements=lots.procurements_of(viewer),
        may_create=viewer.may_everywhere(Permission.TENDER_CREATE),
    )


@pages.route("/procurements/new", methods=["GET", "POST"])
@requires(Permission.TENDER_CREATE)
def new_procurement() -> ResponseReturnValue:
    """Make a procurement; with ``?lot=`` of a draft, which becomes its lot 1."""
    viewer = signed_in_user()
    token = request.args.get("lot", "")
    first = queries.tender_for(viewer, token, to=Permission.TENDER_EDIT) if token else None
    form = DivisionForm.of(first=first)
    if form.validate_on_submit():
        try:
            made = service.create_procurement(form.division(), by=viewer, first=first)
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            return redirect(url_for(".procurement", procurement=made.token))
    return _division_page(form, None, first)


@pages.get(PROCUREMENT)
@requires(Permission.TENDER_READ)
def procurement(procurement: str) -> ResponseReturnValue:
    found, shown = lots.procurement_for(signed_in_user(), procurement)
    return _procurement_page(found, shown, None)


@pages.route(PROCUREMENT + "/edit", methods=["GET", "POST"])
@requires(Permission.TENDER_EDIT)
def edit_procurement(procurement: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found, _lots = lots.procurement_for(viewer, procurement, to=Permission.TENDER_EDIT)
    form = DivisionForm.of(found)
    if form.validate_on_submit():
        try:
            service.edit_procurement(found, form.division(), by=viewer)
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("What holds for all lots is saved")
            return redirect(url_for(".procurement", procurement=procurement))
    return _division_page(form, found, None)


@pages.route(PROCUREMENT + "/add", methods=["GET", "POST"])
@requires(Permission.TENDER_CREATE)
def add_lot(procurement: str) -> ResponseReturnValue:
    """Make a new draft that is the next lot, beginning from another one."""
    viewer = signed_in_user()
    found, shown = lots.procurement_for(viewer, procurement, to=Permission.TENDER_CREATE)
    form = AddLotForm.of(found, shown)
    if form.validate_on_submit():
        like = next(lot for lot in shown if lot.token == form.like.data)
        try:
            lot = service.add_lot(
                found,
                title=form.title.data or "",
                reference=form.reference.data or "",
                like=like,
                by=viewer,
                with_plan="yes" in form.plan.data,
            )
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash(f"Lot {lot.lot_number} is added, as a draft")
            return redirect(url_for(".procurement", procurement=procurement))
    page = render_template("tenders/lot_add.html", procurement=found, lots=shown, form=form)
    return page, 422 if form.errors else 200


@pages.post(PROCUREMENT + "/in")
@requires(Permission.TENDER_EDIT)
def move_lot_in(procurement: str) -> ResponseReturnValue:
    """Make a draft there is the next lot."""
    viewer = signed_in_user()
    found, shown = lots.procurement_for(viewer, procurement, to=Permission.TENDER_EDIT)
    form = DraftForm.of(lots.drafts_to_move_in(viewer))
    if form.validate_on_submit():
        draft = queries.tender_for(viewer, form.tender.data or "", to=Permission.TENDER_EDIT)
        service.move_in(found, draft, by=viewer)
        return redirect(url_for(".procurement", procurement=procurement))
    return _procurement_page(found, shown, form)


def _procurement_page(
    found: Procurement, shown: list[Tender], form: DraftForm | None
) -> ResponseReturnValue:
    viewer, moment = signed_in_user(), clock.arrived_at()
    own = found.authority_id == viewer.organisation_id
    may_change = (
        own
        and viewer.may_everywhere(Permission.TENDER_EDIT)
        and all(lot.published_at is None for lot in shown)
    )
    drafts = lots.drafts_to_move_in(viewer) if may_change else []
    page = render_template(
        "tenders/procurement.html",
        procurement=found,
        lots=[
            (lot, queries.effective_stage(lot, moment), overview.closing(lot, moment))
            for lot in shown
        ],
        limits=lots.limits_of(found),
        may_change=may_change,
        drafts=drafts,
        form=form or DraftForm.of(drafts),
    )
    return page, 422 if form is not None and form.errors else 200


def _division_page(
    form: DivisionForm, procurement: Procurement | None, first: Tender | None
) -> ResponseReturnValue:
    page = render_template("tenders/division.html", form=form, procurement=procurement, first=first)
    return page, 422 if form.errors else 200
