"""One contract schedule as a file: Word at once, and PDF by a job where LibreOffice is present."""

from __future__ import annotations

from flask import Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from contract_clauses.queries.known_issues import issues_known
from foundation import soffice
from foundation.downloads import to_be_saved
from foundation.errors import DomainError
from records import schedule_pdfs as pdfs
from records.schedule_forms import PdfForm
from records.views.blueprint import pages

ADDRESS = "/schedules/<token:bid>/files"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pages.route(ADDRESS, methods=["GET", "POST"])
@requires(Permission.DOCUMENT_DOWNLOAD)
def schedule_files(bid: str) -> ResponseReturnValue:
    """What there is of one schedule, and how far a PDF is that is being made."""
    viewer = signed_in_user()
    found = pdfs.bid_to_print(viewer, bid)
    issues = issues_known(viewer, found)
    form = PdfForm()
    form.offer(issues, draft=not found.is_held)
    if form.validate_on_submit():
        try:
            pdfs.ask_for_pdf(found, form.issue, by=viewer)
        except DomainError as error:
            form.add_error(str(error))
        else:
            flash("The PDF is being made: it appears below in some seconds")
            return redirect(url_for(".schedule_files", bid=bid))
    page = render_template(
        "records/schedule_files.html",
        bid=found,
        issues=issues,
        form=form,
        made=pdfs.pdfs_of(found, viewer),
        can_convert=soffice.is_present(),
    )
    return page, 422 if form.errors else 200


@pages.get(ADDRESS + "/<token:record>")
@requires(Permission.DOCUMENT_DOWNLOAD)
def schedule_pdf(bid: str, record: str) -> ResponseReturnValue:
    """Send a PDF that was made to be saved."""
    viewer = signed_in_user()
    one, stored = pdfs.pdf_file(pdfs.bid_to_print(viewer, bid), viewer, record)
    return to_be_saved(stored, one.name)


@pages.get(ADDRESS + "/<token:record>/schedule.docx")
@requires(Permission.DOCUMENT_DOWNLOAD)
def schedule_with_pages(bid: str, record: str) -> ResponseReturnValue:
    """Send the Word file of an issue whose contents show the pages of its PDF."""
    viewer = signed_in_user()
    found = pdfs.bid_to_print(viewer, bid)
    one, document = pdfs.word_beside(found, viewer, record)
    if not document:
        abort(404)
    response = Response(document, mimetype=DOCX)
    name = one.name.removesuffix(".pdf") + ".docx"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
