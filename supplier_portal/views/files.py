"""The files of a part: added in a form of their own, removed, read; and those of the library."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation import clock
from foundation import files as stored_files
from foundation.downloads import to_be_saved
from foundation.errors import DomainError
from question_bank.rules.questions import Kind, Part
from supplier_portal import queries, seals, service
from supplier_portal.forms import EvidenceForm
from supplier_portal.library_forms import UseForm
from supplier_portal.overview import Workspace
from supplier_portal.queries import library as kept_documents
from supplier_portal.queries.scanning import refused_in
from supplier_portal.rules.scanning import must_not_be_refused
from supplier_portal.views.base import may_write, pages, workspace_for
from supplier_portal.views.beside import keep_if_asked

ADDRESS = "/bids/<token:bid>/questions/<string:question>/<string:part>/files"


@pages.get(ADDRESS)
@requires(Permission.BID_READ)
def part_files(bid: str, question: str, part: str) -> ResponseReturnValue:
    workspace = workspace_for(bid)
    asked = workspace.part(question, part, Kind.FILE)
    return files_page(workspace, question, asked, EvidenceForm(formdata=None))


@pages.post(ADDRESS)
@requires(Permission.EVIDENCE_WRITE)
def add_file(bid: str, question: str, part: str) -> ResponseReturnValue:
    workspace = workspace_for(bid, to=Permission.EVIDENCE_WRITE)
    asked = workspace.part(question, part, Kind.FILE)
    form = EvidenceForm()
    if form.validate_on_submit():
        try:
            added = service.add_evidence(
                workspace.bid,
                asked,
                form.new_file(),
                by=signed_in_user(),
                arrived_at=clock.arrived_at(),
            )
        except DomainError as error:
            # The file is what the rules refuse here; its problem stands at the file.
            form.add_error(str(error), "file" if error.field == asked.id else error.field)
        else:
            keep_if_asked(workspace.bid, added.token)
            flash("File added")
            return redirect(url_for(".part_files", bid=bid, question=question, part=part))
    return files_page(workspace_for(bid), question, asked, form), 422


@pages.post(ADDRESS + "/use")
@requires(Permission.EVIDENCE_WRITE)
def use_files(bid: str, question: str, part: str) -> ResponseReturnValue:
    """Name files added elsewhere in this bid for this part too."""
    workspace = workspace_for(bid, to=Permission.EVIDENCE_WRITE)
    asked = workspace.part(question, part, Kind.FILE)
    service.attach_evidence(
        workspace.bid,
        asked,
        request.form.getlist("evidence")[:50],
        by=signed_in_user(),
        arrived_at=clock.arrived_at(),
    )
    return redirect(url_for(".part_files", bid=bid, question=question, part=part))


@pages.post(ADDRESS + "/<token:evidence>/remove")
@requires(Permission.EVIDENCE_WRITE)
def remove_file(bid: str, question: str, part: str, evidence: str) -> ResponseReturnValue:
    workspace = workspace_for(bid, to=Permission.EVIDENCE_WRITE)
    asked = workspace.part(question, part, Kind.FILE)
    service.remove_evidence(
        workspace.bid, asked, evidence, by=signed_in_user(), arrived_at=clock.arrived_at()
    )
    flash("File removed from this answer")
    return redirect(url_for(".part_files", bid=bid, question=question, part=part))


@pages.get("/bids/<token:bid>/evidence/<token:evidence>")
@requires(Permission.BID_READ)
def evidence(bid: str, evidence: str) -> ResponseReturnValue:
    found = queries.my_bid(signed_in_user(), bid)
    about, file = queries.file_for_supplier(found, evidence)
    return to_be_saved(file, about.name)


def files_page(
    workspace: Workspace,
    question: str,
    part: Part,
    form: EvidenceForm,
    use_form: UseForm | None = None,
) -> str:
    entries = workspace.answers.get(part.id) or []
    named = {entry.get("evidence") for entry in entries}
    files = queries.evidence_of(workspace.bid)
    return render_template(
        "supplier_portal/files.html",
        bid=workspace.bid,
        question_id=question,
        part=part,
        entries=entries,
        files=files,
        others=[
            file for token, file in files.items() if token not in named and not file.scan.is_refused
        ],
        form=form,
        use_form=use_form,
        writable=may_write(workspace.bid),
        shown_date=shown_date,
    )


@pages.get("/library/<token:document>/files/<int:number>")
@requires(Permission.BID_READ)
def kept_file(document: str, number: int) -> ResponseReturnValue:
    """Send one file of a document to be saved: it never opens inside our own pages."""
    viewer = signed_in_user()
    kept = kept_documents.document_of(viewer, document)
    file = next((file for file in kept.files if file.number == number), None)
    key = seals.company_key(viewer.organisation_id)
    if file is None or key is None:
        raise NoResultFound
    must_not_be_refused(file.scan, file.name)
    stored = stored_files.open_stored(
        file.record.stored_name,
        key=seals.unwrap_file_key(file.record, key),
        context=seals.file_context(file.sealed_as),
    )
    return to_be_saved(stored, file.name)


@pages.context_processor
def files_of_a_bid() -> dict[str, object]:
    return {"refused_in": refused_in}


def shown_date(issued: str) -> str:
    """Return the date on a document in words; one from an answer file stays as it was given."""
    try:
        return clock.show_date(date.fromisoformat(issued))
    except ValueError:
        return issued
