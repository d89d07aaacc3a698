"""Using the library in a bid: files of a part, certificates that fill answers, newer versions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation import clock
from question_bank.rules.questions import Kind, Part
from supplier_portal.expiring import expiring
from supplier_portal.fields import stored_entry
from supplier_portal.forms import QuestionForm, RowForm
from supplier_portal.library_forms import UseForm, offered_as
from supplier_portal.models import Bid
from supplier_portal.overview import Workspace
from supplier_portal.queries import library as kept_documents
from supplier_portal.queries.library import KeptDocument
from supplier_portal.rules.library import (
    DocumentKind,
    Milestones,
    TooSoon,
    filled_from,
    serves_certificates,
    too_soon,
)
from supplier_portal.service import library_use as service
from supplier_portal.views.base import may_write, pages, workspace_for
from supplier_portal.views.questions import question_page
from supplier_portal.views.rows import row_page
from tenders.queries import facts_of

PART = "/bids/<token:bid>/questions/<string:question>/<string:part>"
FILLED = "Filled from your library, and not saved yet. Answer what is left, then save"


@dataclass(frozen=True)
class PartLibrary:
    """What the library has to say beside the files of a part."""

    # By the token a file has in the bid.
    named: dict[str, KeptDocument]
    soon: dict[str, TooSoon]
    newer: dict[str, KeptDocument]
    form: UseForm


@pages.context_processor
def library_beside_answers() -> dict[str, object]:
    """What pages of a bid call where they show certificates and files."""
    return {
        "expiring_in": expiring,
        "library_beside": part_library,
        "serves_certificates": serves_certificates,
    }


def part_library(bid: Bid, entries: list[dict[str, Any]], form: UseForm | None = None) -> Any:
    """Return the library beside the files named in ``entries``; for who may not read it, of
    those files alone."""
    named = kept_documents.documents_in(bid)
    mine = {str(e.get("evidence")) for e in entries} & set(named)
    milestones = Milestones.of(facts_of(bid.tender))
    soon = {token: _soon(named[token], milestones) for token in mine}
    if form is None:
        form = UseForm(formdata=None)
        form.offer(_offered(bid, {named[token][0].token for token in mine}))
    return PartLibrary(
        named={token: named[token][0] for token in mine},
        soon={token: found for token, found in soon.items() if found},
        newer={token: kept for token, kept in _with_newer(named).items() if token in mine},
        form=form,
    )


@pages.post(PART + "/files/library")
@requires(Permission.EVIDENCE_WRITE)
def use_documents(bid: str, question: str, part: str) -> ResponseReturnValue:
    """Name documents of the library in the answer to a part."""
    workspace = workspace_for(bid, to=Permission.EVIDENCE_WRITE)
    asked = workspace.part(question, part, Kind.FILE)
    offered = {kept.token: kept for kept in _offered(workspace.bid, set())}
    form = UseForm()
    form.offer(list(offered.values()))
    form.process(request.form)
    if form.validate():
        chosen = [offered[token] for token in form.document.data]
        by, arrived_at = signed_in_user(), clock.arrived_at()
        service.use_documents(workspace.bid, asked, chosen, by=by, arrived_at=arrived_at)
        flash("Added from your library")
        return redirect(url_for(".part_files", bid=bid, question=question, part=part))
    raise NoResultFound


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
    stands = workspace.answers.get(asked.id) or {}
    form.entries[asked.id] = stored_entry(asked, asked.id, {**stands, **details})
    form.entries[asked.id].in_words = ""
    return question_page(workspace, question, form)


def _filled_row(workspace: Workspace, question: str, table: Part, details: dict[str, Any]) -> str:
    saved = workspace.saved.get(table.id)
    rows = (saved.value if saved else None) or []
    number = request.args.get("row", 0, type=int)
    if not 0 <= number <= len(rows):
        raise NoResultFound
    stands = rows[number - 1] if number else {}
    form = RowForm(table, {**stands, **details}, saved.version if saved else 0)
    return row_page(workspace, question, table, number, form)


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


def _offered(bid: Bid, but: set[str]) -> list[KeptDocument]:
    """Return the documents with a file that this person may name in the bid."""
    viewer = signed_in_user()
    if not kept_documents.may_keep(viewer, Permission.EVIDENCE_WRITE):
        return []
    offered = kept_documents.offered_of(viewer)
    return [kept for kept in offered if kept.current and kept.token not in but]


def _soon(named: tuple[KeptDocument, int], milestones: Milestones) -> TooSoon | None:
    kept, number = named
    return too_soon(kept.facts_of(number).expires, milestones)


def _with_newer(named: dict[str, tuple[KeptDocument, int]]) -> dict[str, KeptDocument]:
    return {
        token: kept
        for token, (kept, number) in named.items()
        if kept.current and kept.current.number > number and not kept.retired_at
    }
