"""Using the library in a bid: files of a part, certificates that fill answers, newer versions."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation import clock
from foundation.errors import DomainError
from question_bank.rules.questions import Kind, Part
from supplier_portal.fields import stored_entry
from supplier_portal.forms import EvidenceForm, QuestionForm, RowForm
from supplier_portal.library_forms import UseForm, offered_as
from supplier_portal.overview import Workspace
from supplier_portal.queries import library as kept_documents
from supplier_portal.queries.library import KeptDocument
from supplier_portal.queries.uses import files_named
from supplier_portal.rules.library import DocumentKind, filled_from, serves_certificates
from supplier_portal.service import library_use as service
from supplier_portal.views.base import may_write, pages, workspace_for
from supplier_portal.views.beside import keep_file_of, offered
from supplier_portal.views.files import files_page
from supplier_portal.views.questions import question_page
from supplier_portal.views.rows import row_page, typing_page
from supplier_portal.views.typed import typing_on

PART = "/bids/<token:bid>/questions/<string:question>/<string:part>"
FILLED = "Filled from your library, and not saved yet. Answer what is left, then save"


@pages.post(PART + "/files/library")
@requires(Permission.EVIDENCE_WRITE)
def use_documents(bid: str, question: str, part: str) -> ResponseReturnValue:
    """Name documents of the library in the answer to a part."""
    workspace = workspace_for(bid, to=Permission.EVIDENCE_WRITE)
    asked = workspace.part(question, part, Kind.FILE)
    known, form = {kept.token: kept for kept in offered()}, UseForm()
    if not known:
        raise NoResultFound
    form.offer(list(known.values()))
    form.process(request.form)
    if form.validate_on_submit():
        chosen = [known[token] for token in form.document.data]
        by, arrived_at = signed_in_user(), clock.arrived_at()
        try:
            service.use_documents(workspace.bid, asked, chosen, by=by, arrived_at=arrived_at)
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("Added from your library")
            return redirect(url_for(".part_files", bid=bid, question=question, part=part))
    return files_page(workspace, question, asked, EvidenceForm(formdata=None), form), 422


@pages.post(PART + "/files/<token:evidence>/keep")
@requires(Permission.EVIDENCE_WRITE)
def keep_file(bid: str, question: str, part: str, evidence: str) -> ResponseReturnValue:
    """Keep a file of the part in the library."""
    workspace = workspace_for(bid, to=Permission.EVIDENCE_WRITE)
    asked = workspace.part(question, part, Kind.FILE)
    named = files_named(workspace.answers.get(asked.id))
    if evidence not in named or not keep_file_of(workspace.bid, evidence):
        raise NoResultFound
    flash("Kept in your library. Its details can be completed there")
    return redirect(url_for(".part_files", bid=bid, question=question, part=part))


@pages.post(PART + "/files/library/<token:document>/newest")
@requires(Permission.EVIDENCE_WRITE)
def use_newest(bid: str, question: str, part: str, document: str) -> ResponseReturnValue:
    """Name the newest file of a document wherever this bid names an older one."""
    workspace = workspace_for(bid, to=Permission.EVIDENCE_WRITE)
    workspace.part(question, part, Kind.FILE)
    kept = kept_documents.document_of(signed_in_user(), document, to=Permission.EVIDENCE_WRITE)
    service.use_newest(workspace.bid, kept, by=signed_in_user(), arrived_at=clock.arrived_at())
    flash("This bid now names the newest version. What was submitted keeps the version it named")
    return redirect(url_for(".part_files", bid=bid, question=question, part=part))


@pages.get(PART + "/from-library")
@requires(Permission.ANSWER_WRITE)
def certificates(bid: str, question: str, part: str) -> ResponseReturnValue:
    """Offer the company's certificates for an answer, or for a row of one (``?row=2``)."""
    workspace = workspace_for(bid, to=Permission.ANSWER_WRITE)
    asked = _certificate_part(workspace, question, part)
    return render_template(
        "supplier_portal/library_certificates.html",
        bid=workspace.bid,
        question_id=question,
        part=asked,
        row=request.args.get("row", 0, type=int) if asked.kind is Kind.TABLE else None,
        certificates=_certificates(),
        offered_as=offered_as,
        may_add=kept_documents.may_keep(signed_in_user(), Permission.EVIDENCE_WRITE),
    )


@pages.get(PART + "/from-library/<token:document>")
@requires(Permission.ANSWER_WRITE)
def fill(bid: str, question: str, part: str, document: str) -> ResponseReturnValue:
    """Show the question with a certificate filled in, to be looked at and saved."""
    workspace = workspace_for(bid, to=Permission.ANSWER_WRITE)
    asked = _certificate_part(workspace, question, part)
    kept = kept_documents.document_of(signed_in_user(), document)
    if not may_write(workspace.bid):
        raise NoResultFound
    flash(FILLED)
    details = filled_from(asked, kept.facts.details)
    if asked.kind is Kind.TABLE:
        return _filled_row(workspace, question, asked, details)
    whole = workspace.question(question).question
    form = QuestionForm(whole, workspace.parts_shown(whole), workspace.saved)
    stands = workspace.answers.get(asked.id)
    stands = stands if isinstance(stands, dict) else {}
    form.entries[asked.id] = stored_entry(asked, asked.id, {**stands, **details})
    form.entries[asked.id].in_words = ""
    return question_page(workspace, question, form)


def _filled_row(workspace: Workspace, question: str, table: Part, details: dict[str, Any]) -> str:
    saved = workspace.saved.get(table.id)
    rows = saved.value if saved and isinstance(saved.value, list) else []
    number = request.args.get("row", 0, type=int)
    if not 0 <= number <= len(rows):
        raise NoResultFound
    stands = rows[number - 1] if number else {}
    form = RowForm(table, {**stands, **details}, saved.version if saved else 0)
    typing = typing_on(workspace.bid, typing_page(question, table, number))
    return row_page(workspace, question, table, number, form, typing)


def _certificate_part(workspace: Workspace, question: str, part_id: str) -> Part:
    for part in workspace.parts_shown(workspace.question(question).question):
        if part.id == part_id and serves_certificates(part):
            return part
    raise NoResultFound


def _certificates() -> list[KeptDocument]:
    viewer = signed_in_user()
    if not kept_documents.may_keep(viewer):
        return []
    return [
        kept
        for kept in kept_documents.offered_of(viewer)
        if kept.facts.kind is DocumentKind.CERTIFICATE
    ]
