"""The company's documents: certificates, policies and reports, each kept once."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation import clock
from foundation.errors import DomainError
from question_bank.rules.kinds.rows import cells_in_words
from supplier_portal.forms import ConfirmForm
from supplier_portal.library_forms import (
    DocumentFileForm,
    DocumentForm,
    KindForm,
    certificate_part,
)
from supplier_portal.queries import library as kept_documents
from supplier_portal.queries.library import KeptDocument
from supplier_portal.queries.uses import Use
from supplier_portal.rules.library import (
    KINDS_IN_WORDS,
    VALIDITY_IN_WORDS,
    DocumentFacts,
    DocumentKind,
    Validity,
)
from supplier_portal.rules.progress import counted
from supplier_portal.service import library as service
from supplier_portal.views.base import pages
from supplier_portal.views.files import shown_date
from supplier_portal.views.typed import Typing, typing_on
from tenders.queries import questionnaire_of

DOCUMENT = "/library/<token:document>"
LONGEST_SEARCH = 200
# Beside those in use: what the list shows when asked for what is retired.
RETIRED = "retired"


@pages.get("/library")
@requires(Permission.BID_READ)
def library() -> ResponseReturnValue:
    """List what the company keeps, what expires first at the head; filtered by the address."""
    documents = kept_documents.library_of(signed_in_user())
    words = request.args.get("words", "").strip()[:LONGEST_SEARCH]
    kind, state = request.args.get("kind", ""), request.args.get("state", "")
    shown = [kept for kept in documents if _is_wanted(kept, words, kind, state)]
    return render_template(
        "supplier_portal/library.html",
        documents=shown,
        count=len(documents),
        words=words,
        kind=kind,
        state=state,
        retired=RETIRED,
        today=_today(),
        may_keep=_may_keep(),
        counted=counted,
        shown_date=shown_date,
        **_in_words(),
    )


@pages.get("/library/new")
@requires(Permission.EVIDENCE_WRITE)
def new_document() -> ResponseReturnValue:
    if not _may_keep():
        raise NoResultFound
    kind = _kind_asked()
    if kind is None:
        form = KindForm(request.args if "kind" in request.args else None, meta={"csrf": False})
        if "kind" in request.args:
            form.validate()
        return render_template("supplier_portal/library_kind.html", form=form)
    typing = _typing(None, kind)
    return _facts_page(None, DocumentForm(kind, sent=typing.fields), typing)


@pages.post("/library/new")
@requires(Permission.EVIDENCE_WRITE)
def add_document() -> ResponseReturnValue:
    kind = _kind_asked()
    if kind is None or not _may_keep():
        raise NoResultFound
    form = DocumentForm(kind, sent=request.form)
    facts = form.read()
    if facts is not None:
        try:
            document = service.add_document(facts, by=signed_in_user())
        except DomainError as error:
            form.message = str(error)
        else:
            flash("Saved. Add the file now, or later")
            return redirect(url_for(".document_file", document=document.token))
    return _facts_page(None, form), 422


@pages.get(DOCUMENT)
@requires(Permission.BID_READ)
def document(document: str) -> ResponseReturnValue:
    kept = kept_documents.document_of(signed_in_user(), document)
    return render_template(
        "supplier_portal/library_document.html",
        kept=kept,
        details=_details(kept.facts),
        today=_today(),
        may_keep=_may_keep(),
        part_of=_part_of,
        confirm=ConfirmForm(formdata=None),
        shown_date=shown_date,
        **_in_words(),
    )


@pages.get(DOCUMENT + "/facts")
@requires(Permission.EVIDENCE_WRITE)
def document_facts(document: str) -> ResponseReturnValue:
    kept = _to_change(document)
    typing = _typing(kept, kept.facts.kind)
    return _facts_page(kept, DocumentForm(kept.facts.kind, kept.facts, typing.fields), typing)


@pages.post(DOCUMENT + "/facts")
@requires(Permission.EVIDENCE_WRITE)
def edit_document(document: str) -> ResponseReturnValue:
    kept = _to_change(document)
    form = DocumentForm(kept.facts.kind, kept.facts, request.form)
    facts = form.read()
    if facts is not None:
        try:
            service.edit_document(kept, facts, by=signed_in_user())
        except DomainError as error:
            form.message = str(error)
        else:
            flash("Details saved")
            return redirect(url_for(".document", document=document))
    return _facts_page(kept, form), 422


@pages.get(DOCUMENT + "/newer")
@requires(Permission.EVIDENCE_WRITE)
def newer_facts(document: str) -> ResponseReturnValue:
    """What is said of a newer file comes first, so that the file can cost none of it."""
    kept = _to_change(document)
    typing = _typing(kept, kept.facts.kind, newer=True)
    form = DocumentForm(kept.facts.kind, kept.next_facts or kept.facts, typing.fields)
    return _facts_page(kept, form, typing, newer=True)


@pages.post(DOCUMENT + "/newer")
@requires(Permission.EVIDENCE_WRITE)
def announce_newer(document: str) -> ResponseReturnValue:
    kept = _to_change(document)
    form = DocumentForm(kept.facts.kind, kept.facts, request.form)
    facts = form.read()
    if facts is not None:
        try:
            service.announce_revision(kept, facts, by=signed_in_user())
        except DomainError as error:
            form.message = str(error)
        else:
            return redirect(url_for(".document_file", document=document))
    return _facts_page(kept, form, newer=True), 422


@pages.get(DOCUMENT + "/file")
@requires(Permission.EVIDENCE_WRITE)
def document_file(document: str) -> ResponseReturnValue:
    return _file_page(_to_change(document), DocumentFileForm(formdata=None))


@pages.post(DOCUMENT + "/file")
@requires(Permission.EVIDENCE_WRITE)
def add_document_file(document: str) -> ResponseReturnValue:
    kept, form = _to_change(document), DocumentFileForm()
    if form.validate_on_submit():
        try:
            revision = service.add_revision(kept, form.new_file(), by=signed_in_user())
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash(f"File added as version {revision.number}")
            return redirect(url_for(".document", document=document))
    return _file_page(kept, form), 422


@pages.post(DOCUMENT + "/retire")
@requires(Permission.EVIDENCE_WRITE)
def retire_document(document: str) -> ResponseReturnValue:
    kept = _to_change(document)
    service.retire_document(kept, by=signed_in_user())
    flash("Retired. It is offered to no new answer; the bids that name it keep it")
    return redirect(url_for(".document", document=document))


@pages.post(DOCUMENT + "/restore")
@requires(Permission.EVIDENCE_WRITE)
def restore_document(document: str) -> ResponseReturnValue:
    kept = _to_change(document)
    service.restore_document(kept, by=signed_in_user())
    flash("The document is in use again")
    return redirect(url_for(".document", document=document))


def _to_change(token: str) -> KeptDocument:
    return kept_documents.document_of(signed_in_user(), token, to=Permission.EVIDENCE_WRITE)


def _may_keep() -> bool:
    return kept_documents.may_keep(signed_in_user(), Permission.EVIDENCE_WRITE)


def _today() -> date:
    return clock.london(clock.now()).date()


def _kind_asked() -> DocumentKind | None:
    asked = request.args.get("kind", "")
    return DocumentKind(asked) if asked in set(DocumentKind) else None


def _is_wanted(kept: KeptDocument, words: str, kind: str, state: str) -> bool:
    """Return whether the address asks for this document; a filter nobody knows asks for all."""
    if (kept.retired_at is not None) != (state == RETIRED):
        return False
    if kind in set(DocumentKind) and kept.facts.kind != kind:
        return False
    if state in set(Validity) and kept.validity(_today()) != state:
        return False
    return kept.facts.mentions(words)


def _typing(kept: KeptDocument | None, kind: DocumentKind, *, newer: bool = False) -> Typing:
    page = f"{kept.token}/{'newer' if newer else 'facts'}" if kept else f"new/{kind.value}"
    here = "" if kept else url_for(".new_document", kind=kind.value)
    return typing_on(None, f"library/{page}", here=here)


def _facts_page(
    kept: KeptDocument | None,
    form: DocumentForm,
    typing: Typing | None = None,
    *,
    newer: bool = False,
) -> str:
    return render_template(
        "supplier_portal/library_facts.html",
        kept=kept,
        form=form,
        typing=typing or _typing(kept, form.kind, newer=newer),
        newer=newer,
        kind_in_words=KINDS_IN_WORDS[form.kind],
    )


def _file_page(kept: KeptDocument, form: DocumentFileForm) -> str:
    number = (kept.current.number if kept.current else 0) + 1
    return render_template("supplier_portal/library_file.html", kept=kept, form=form, number=number)


def _details(facts: DocumentFacts) -> list[tuple[str, str]]:
    schema = certificate_part().schema
    return cells_in_words(schema, facts.details) if schema else []


def _part_of(use: Use, part_id: str) -> tuple[str, str]:
    """Return what a part of a bid is called and the address of its files."""
    questionnaire = questionnaire_of(use.bid.tender)
    part, asked = questionnaire.parts.get(part_id), questionnaire.question_of_part(part_id)
    if part is None or asked is None:
        return part_id, ""
    link = url_for(".part_files", bid=use.bid.token, question=asked.id, part=part_id)
    return f"{part.label} ({part_id})", link


def _in_words() -> dict[str, object]:
    return {"kinds": KINDS_IN_WORDS, "validities": VALIDITY_IN_WORDS}
