"""Inviting suppliers: rows pasted or sent as a file, looked at, then invited; and who may bid.

Nothing here knows whether anybody came: an address that was invited looks the same ever after.
"""

from __future__ import annotations

import csv
import io

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation import clock, mail
from foundation.errors import DomainError
from tenders import queries, service
from tenders.forms import ConfirmForm
from tenders.invited import addresses_invited, everybody_invited, invited_to
from tenders.invited_file import lines_in
from tenders.inviting_forms import InviteSuppliersForm, WhoMayBidForm
from tenders.models import Tender
from tenders.rules.inviting import Read, as_file, harmless, read_rows
from tenders.rules.lifecycle import Stage
from tenders.views.base import pages

ADDRESS = "/<token:tender>/invitations"
# As many rows a page lists; the file has all.
SHOWN = 50


@pages.get(ADDRESS)
@requires(Permission.TENDER_PUBLISH)
def invitations(tender: str) -> ResponseReturnValue:
    return _page(_tender(tender), InviteSuppliersForm(formdata=None), Read())


@pages.post(ADDRESS)
@requires(Permission.TENDER_PUBLISH)
def invite_suppliers(tender: str) -> ResponseReturnValue:
    """Show what the rows would do; invite those that can be once somebody has looked."""
    found = _tender(tender)
    form = InviteSuppliersForm()
    if not form.validate_on_submit():
        return _page(found, form, Read()), 422
    try:
        read = _read(found, form)
        if request.form.get("then") == "invite":
            return _invite(found, form)
    except service.ChangedSinceLook as error:
        form.add_error(str(error), error.field)
        return _page(found, form, read), 422
    except DomainError as error:
        form.add_error(str(error), error.field)
        return _page(found, form, Read()), 422
    if not read.wanted and not read.wrong:
        form.add_error("Enter at least one e-mail address, or choose a file", "rows")
    return _page(found, form, read), 422 if read.wrong or form.errors else 200


@pages.post(ADDRESS + "/wrong.csv")
@requires(Permission.TENDER_PUBLISH)
def wrong_rows(tender: str) -> ResponseReturnValue:
    """The whole list of rows with something wrong, however long."""
    found = _tender(tender)
    read = read_rows(InviteSuppliersForm().rows.data or "", invited=addresses_invited(found))
    return _file(as_file(read.wrong), "rows-to-put-right.csv")


@pages.get(ADDRESS + ".csv")
@requires(Permission.TENDER_PUBLISH)
def invitations_file(tender: str) -> ResponseReturnValue:
    """Everybody invited, as the page lists them."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(("E-mail address", "Company", "Invited", "Message"))
    for row in everybody_invited(_tender(tender)):
        when = clock.show_moment(row.invited_at)
        written = clock.show_moment(row.written_at) if row.written_at else "Not sent"
        writer.writerow((harmless(row.email), harmless(row.company), when, written))
    return _file(out.getvalue(), "invited.csv")


@pages.post(ADDRESS + "/withdraw")
@requires(Permission.TENDER_PUBLISH)
def withdraw_supplier(tender: str) -> ResponseReturnValue:
    found = _tender(tender)
    form = ConfirmForm()
    if form.validate_on_submit():
        email = service.withdraw_supplier(found, request.form.get("email", ""), by=signed_in_user())
        flash(f"The invitation of {email} is withdrawn")
    return redirect(url_for(".invitations", tender=tender))


@pages.route("/<token:tender>/who-may-bid", methods=["GET", "POST"])
@requires(Permission.TENDER_PUBLISH)
def who_may_bid(tender: str) -> ResponseReturnValue:
    found = _tender(tender)
    form = WhoMayBidForm.of(found)
    if form.validate_on_submit():
        service.set_registration(found, form.who.data == "any", by=signed_in_user())
        flash("Who may bid is saved")
        return redirect(url_for(".invitations", tender=tender))
    if found.stage is not Stage.DRAFT and not form.is_submitted():
        return redirect(url_for(".invitations", tender=tender))
    page = render_template("tenders/who_may_bid.html", tender=found, form=form)
    return page, 422 if form.errors else 200


def _tender(token: str) -> Tender:
    return queries.tender_for(signed_in_user(), token, to=Permission.TENDER_PUBLISH)


def _read(tender: Tender, form: InviteSuppliersForm) -> Read:
    """Read the box, and put the rows of a file into it first, so that nothing sent is lost."""
    service.must_take_invitations(tender)
    if form.file.data is not None:
        form.add_rows(lines_in(form.file.data.filename or "", form.file.data.read()))
    return read_rows(form.rows.data or "", invited=addresses_invited(tender))


def _invite(tender: Tender, form: InviteSuppliersForm) -> ResponseReturnValue:
    count, read = service.invite_suppliers(
        tender,
        form.rows.data or "",
        looked_at=form.looked_at.data or "",
        by=signed_in_user(),
    )
    flash(_invited_in_words(count, tender))
    if not read.wrong:
        return redirect(url_for(".invitations", tender=tender.token))
    # What is left to put right stays in the box.
    form.put_rows(read.left)
    return _page(tender, form, read_rows(read.left, invited=addresses_invited(tender)))


def _invited_in_words(count: int, tender: Tender) -> str:
    who = "1 company is invited" if count == 1 else f"{count:,} companies are invited"
    if tender.stage is Stage.DRAFT:
        return f"{who}. The messages are sent when the tender is published"
    return f"{who}. The messages are sent in the next minutes"


def _page(tender: Tender, form: InviteSuppliersForm, read: Read) -> str:
    if read.wrong:
        form.add_error(_wrong_in_words(len(read.wrong)), "rows")
    form.looked_at.data = service.fingerprint(read) if read.wanted else ""
    form.looked_at.raw_data = None
    page = request.args.get("page", "1")
    moment = clock.arrived_at()
    stage = queries.effective_stage(tender, moment)
    return render_template(
        "tenders/invitations.html",
        tender=tender,
        form=form,
        read=read,
        most=SHOWN,
        invited=invited_to(tender, int(page) if page.isascii() and page.isdigit() else 1),
        takes=stage in (Stage.DRAFT, Stage.OPEN) and not tender.runs_elsewhere,
        is_draft=tender.stage is Stage.DRAFT,
        register_link=mail.link("accounts.register", **{"for": tender.token}),
        confirm=ConfirmForm(formdata=None),
    )


def _wrong_in_words(count: int) -> str:
    if count == 1:
        return "1 row cannot be invited: what is wrong stands below the box"
    return f"{count:,} rows cannot be invited: what is wrong stands below the box"


def _file(text: str, name: str) -> Response:
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response("\N{BYTE ORDER MARK}" + text, mimetype="text/csv", headers=headers)
