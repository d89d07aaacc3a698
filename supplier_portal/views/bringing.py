"""A bid brought in from another portal: completed by an officer, and handed in for the opening."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation import clock
from foundation.errors import DomainError
from question_bank.rules.questions import Kind
from supplier_portal import service
from supplier_portal.bringing import read_from, states_of
from supplier_portal.bringing_forms import BroughtFileForm, TellForm, WorkbookForm
from supplier_portal.forms import ConfirmForm
from supplier_portal.overview import Workspace
from supplier_portal.queries import bringing as queries
from supplier_portal.queries import last_submissions
from supplier_portal.queries.bringing import BroughtIn
from supplier_portal.rules.bringing import Brought
from supplier_portal.rules.progress import counted
from supplier_portal.views.base import pages
from supplier_portal.workbook import NotAWorkbook

ADDRESS = "/brought/<token:bid>"


@pages.get(ADDRESS)
@requires(Permission.BID_BRING)
def brought(bid: str) -> ResponseReturnValue:
    found = queries.brought_bid(signed_in_user(), bid)
    return brought_page(found, TellForm(found.bid, found.how, formdata=None))


@pages.post(ADDRESS)
@requires(Permission.BID_BRING)
def tell_of_brought(bid: str) -> ResponseReturnValue:
    """Note who signed and when the other portal received the bid."""
    found = queries.brought_bid(signed_in_user(), bid)
    form = TellForm(found.bid, found.how)
    if form.validate_on_submit():
        try:
            service.tell_of_brought(
                found.bid,
                company=form.company.data or "",
                company_number=form.company_number.data or "",
                declared_by=form.declared_by.data or "",
                received_at=clock.from_london(form.received_at.data, field="received_at"),
                by=signed_in_user(),
                arrived_at=clock.arrived_at(),
            )
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("Saved")
            return redirect(url_for(".brought", bid=bid))
    return brought_page(found, form), 422


@pages.post(ADDRESS + "/workbook")
@requires(Permission.BID_BRING)
def replace_brought_workbook(bid: str) -> ResponseReturnValue:
    found = queries.brought_bid(signed_in_user(), bid)
    form = WorkbookForm()
    if form.validate_on_submit():
        try:
            service.replace_workbook(
                found.bid,
                read_from(found.bid.tender, form.file.data),
                by=signed_in_user(),
                arrived_at=clock.arrived_at(),
            )
        except (DomainError, NotAWorkbook) as error:
            form.add_error(str(error), "file")
        else:
            flash("The answers of the new workbook have taken the place of those before")
            return redirect(url_for(".brought", bid=bid))
    return brought_page(found, TellForm(found.bid, found.how, formdata=None), workbook=form), 422


@pages.post(ADDRESS + "/files")
@requires(Permission.BID_BRING)
def add_brought_file(bid: str) -> ResponseReturnValue:
    """Add a file that came beside the workbook to the part it answers."""
    found = queries.brought_bid(signed_in_user(), bid)
    workspace = Workspace(found.bid)
    form = BroughtFileForm(workspace)
    if form.validate_on_submit():
        try:
            service.add_brought_file(
                found.bid,
                form.part.data or "",
                form.new_file(),
                by=signed_in_user(),
                arrived_at=clock.arrived_at(),
            )
        except DomainError as error:
            form.add_error(str(error), "file")
        else:
            flash("File added")
            return redirect(url_for(".brought", bid=bid))
    return brought_page(found, TellForm(found.bid, found.how, formdata=None), file=form), 422


@pages.post(ADDRESS + "/hand-in")
@requires(Permission.BID_BRING)
def hand_in_brought(bid: str) -> ResponseReturnValue:
    """Hand the bid in as it stands, for the opening."""
    found = queries.brought_bid(signed_in_user(), bid)
    service.hand_in_brought(found.bid, by=signed_in_user(), arrived_at=clock.arrived_at())
    flash(f"The bid of {found.bid.supplier.legal_name} waits for the opening")
    return redirect(url_for(".elsewhere", tender=found.bid.tender.token))


@pages.post(ADDRESS + "/leave-out")
@requires(Permission.BID_BRING)
def leave_out_brought(bid: str) -> ResponseReturnValue:
    found = queries.brought_bid(signed_in_user(), bid)
    service.leave_out(found.bid, by=signed_in_user(), arrived_at=clock.arrived_at())
    flash(f"The bid of {found.bid.supplier.legal_name} is taken out")
    return redirect(url_for(".elsewhere", tender=found.bid.tender.token))


def brought_page(
    found: BroughtIn,
    form: TellForm,
    *,
    workbook: WorkbookForm | None = None,
    file: BroughtFileForm | None = None,
) -> str:
    workspace = Workspace(found.bid)
    return render_template(
        "supplier_portal/brought.html",
        bid=found.bid,
        how=found.how,
        form=form,
        workbook=workbook or WorkbookForm(formdata=None),
        file=file or BroughtFileForm(workspace, formdata=None),
        confirm=ConfirmForm(),
        workspace=workspace,
        files=files_of(workspace, found.how),
        submission=last_submissions([found.bid]).get(found.bid.id),
        state=states_of([found], opened=found.bid.tender.opened_at is not None)[found.bid.token],
        counted=counted,
    )


def files_of(workspace: Workspace, how: Brought) -> list[tuple[str, str]]:
    """Return title and part of each file that came with the bid; no word of an answer."""
    named = [
        (entry["title"], part.id)
        for part in workspace.questionnaire.parts.values()
        if part.kind is Kind.FILE
        for entry in workspace.answers.get(part.id) or []
    ]
    return [*named, *((file.title, file.part or "the bid as a whole") for file in how.files)]
