"""An authority's own clauses: the list, one clause, its versions, ready and retired."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.access import requires, signed_in_user
from accounts.again import asks_again
from accounts.rules.roles import Permission
from contract_clauses import loader
from contract_clauses.models import OwnClause
from contract_clauses.own_agreement_forms import SEND_BACK, DecideClauseForm
from contract_clauses.own_clause_forms import (
    NewClauseForm,
    PressForm,
    ReadyForm,
    RetireClauseForm,
    about_clause_form,
)
from contract_clauses.queries import own_clauses as queries
from contract_clauses.rules.clause_differences import ClauseChange, Read, clause_change
from contract_clauses.rules.clause_words import values_in_words
from contract_clauses.rules.editing import OwnClauseStatus
from contract_clauses.rules.library import Depth
from contract_clauses.rules.own_clauses import as_content, kept_from
from contract_clauses.rules.own_soundness import ClauseExamined
from contract_clauses.rules.reading import read_topic
from contract_clauses.service import own_clauses as service
from contract_clauses.views import own_base as base
from contract_clauses.views.base import pages
from contract_clauses.views.library import DEPTHS, clause_shown
from foundation.canonical import fingerprint
from foundation.errors import DomainError
from foundation.fields import Form
from question_bank.queries.own import prefix_of
from question_bank.rules.reading.plain import ContentError
from question_bank.views.condition_pages import said


@pages.get("/clauses/own")
@requires(Permission.CLAUSE_KEEP)
def own_clauses() -> ResponseReturnValue:
    viewer = signed_in_user()
    return render_template(
        "contract_clauses/own_clauses.html",
        clauses=queries.own_clauses(viewer.organisation_id),
        prefix=prefix_of(viewer.organisation_id),
        chooses=viewer.may(Permission.BANK_EDIT),
    )


@pages.route("/clauses/own/new", methods=["GET", "POST"])
@requires(Permission.CLAUSE_KEEP)
def new_own_clause() -> ResponseReturnValue:
    viewer = signed_in_user()
    if prefix_of(viewer.organisation_id) is None:
        return redirect(url_for(".own_clauses"))
    library = loader.shipped_library()
    form = NewClauseForm([*library.topics.values()], request.args.get("copy", ""))
    if form.validate_on_submit():
        entries = {str(entry["id"]): entry for entry in library.raw["clauses"]}
        copied = entries.get(form.copied.data or "")
        try:
            own = service.create_clause(
                form.title.data, by=viewer, start=kept_from(copied) if copied else None
            )
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            return redirect(url_for(".own_clause", own=own.token))
    back = (url_for(".own_clauses"), "Back to your own clauses")
    return base.form_page(form, "Write a clause", back=back, button="Continue")


@pages.get("/clauses/own/<token:own>")
@requires(Permission.CLAUSE_KEEP)
def own_clause(own: str) -> ResponseReturnValue:
    return clause_page(base.mine(own), PressForm(formdata=None))


def clause_page(own: OwnClause, form: Form) -> tuple[str, int]:
    bank = base.our_bank()
    known, found = base.known_in(bank), queries.examined(own, bank)
    saves = queries.saves_of(own)
    asked = own.status is OwnClauseStatus.ASKED
    page = render_template(
        "contract_clauses/own_clause.html",
        own=own,
        raw=own.raw,
        form=form,
        ready_form=form if isinstance(form, ReadyForm) else ReadyForm(formdata=None),
        decide_form=form if isinstance(form, DecideClauseForm) else DecideClauseForm(formdata=None),
        faults=found.faults,
        changeable=own.status is not OwnClauseStatus.RETIRED,
        saves=saves,
        reviewers=queries.may_agree(own, saves) if asked else (),
        when=said(own.raw.get("included_when"), known),
        rows=[(row, said(row.get("when"), known)) for row in own.raw.get("text") or ()],
        depths=DEPTHS,
        topic=found.topic,
        values=values_in_words(own.raw.get("variables") or {}, known),
        based_on=fingerprint(own.raw),
    )
    return page, 422 if form.errors else 200


@pages.route("/clauses/own/<token:own>/about", methods=["GET", "POST"])
@requires(Permission.CLAUSE_KEEP)
def own_clause_about(own: str) -> ResponseReturnValue:
    found = base.mine(own)
    form = about_clause_form(found.raw)
    if form.validate_on_submit() and base.changed(
        found, form, lambda raw: raw | form.values(), "What is said about the clause"
    ):
        return redirect(url_for(".own_clause", own=own))
    return base.form_page(form, "About the clause", back=_to(own), own=found)


@pages.get("/clauses/own/<token:own>/printed")
@requires(Permission.CLAUSE_KEEP)
def own_clause_printed(own: str) -> ResponseReturnValue:
    """The clause as the library shows its own, depth by depth."""
    found, bank = base.mine(own), base.our_bank()
    examined = queries.examined(found, bank)
    if examined.topic is None:
        flash("The clause cannot be shown as it prints yet: put right what is wrong first")
        return redirect(url_for(".own_clause", own=own))
    return render_template(
        "contract_clauses/own_clause_printed.html",
        own=found,
        topic=examined.topic,
        links={d: url_for(".own_clause_printed", own=own, depth=d.value) for d in Depth},
        **clause_shown(examined.topic, examined.library, base.known_in(bank)),
    )


@pages.post("/clauses/own/<token:own>/ready")
@requires(Permission.CLAUSE_KEEP)
def own_clause_ready(own: str) -> ResponseReturnValue:
    """Ask a reviewer who did not write the clause to agree that tenders use it."""
    found, form = base.mine(own), ReadyForm()
    if form.validate_on_submit():
        try:
            service.ask_for_agreement(
                found,
                form.words.data or "",
                by=signed_in_user(),
                bank=base.our_bank(),
                based_on=request.form.get("based_on", ""),
            )
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("Asked. Tenders get the clause once a reviewer agrees")
            return redirect(url_for(".own_clause", own=own))
    return clause_page(base.mine(own), form)


@pages.post("/clauses/own/<token:own>/decision")
@requires(Permission.CLAUSE_APPROVE)
@asks_again
def decide_on_own_clause(own: str) -> ResponseReturnValue:
    found, form = base.mine(own), DecideClauseForm()
    if form.validate_on_submit():
        try:
            said = _decide(found, form)
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash(said)
            return redirect(url_for(".own_clause", own=own))
    return clause_page(base.mine(own), form)


def _decide(own: OwnClause, form: DecideClauseForm) -> str:
    if form.decision.data == SEND_BACK:
        service.send_back_clause(own, form.reason.data or "", by=signed_in_user())
        return "Sent back. Its page says what has to change first"
    service.agree_to_clause(
        own,
        by=signed_in_user(),
        bank=base.our_bank(),
        based_on=request.form.get("based_on", ""),
    )
    return f"{own.clause_id} goes into tenders that are published from now on"


@pages.route("/clauses/own/<token:own>/retire", methods=["GET", "POST"])
@requires(Permission.CLAUSE_KEEP)
def retire_own_clause(own: str) -> ResponseReturnValue:
    found, form = base.mine(own), RetireClauseForm()
    if form.validate_on_submit():
        try:
            service.retire_clause(found, form.reason.data or "", by=signed_in_user())
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("Retired. Tenders that have it keep it")
            return redirect(url_for(".own_clause", own=own))
    return base.form_page(
        form,
        f"Retire {found.clause_id}",
        back=_to(own),
        own=found,
        button="Retire",
        intro=["New tenders no longer get it. Tenders that were published with it keep it."],
    )


@pages.get("/clauses/own/<token:own>/saved/<int:number>")
@requires(Permission.CLAUSE_KEEP)
def own_clause_saved(own: str, number: int) -> ResponseReturnValue:
    """What one save of the clause changed from the one before."""
    found, saves = base.mine(own), {}
    for save in queries.saves_of(base.mine(own)):
        saves[save.number] = save
    if number not in saves:
        raise NoResultFound
    before = saves.get(number - 1)
    bank = base.our_bank()
    change = _change(
        found, before.raw if before else None, saves[number].raw, queries.examined(found, bank)
    )
    return render_template(
        "contract_clauses/own_clause_saved.html",
        own=found,
        save=saves[number],
        before=before,
        change=change,
        depths=DEPTHS,
    )


def _change(
    own: OwnClause,
    before: dict[str, object] | None,
    now: dict[str, object],
    examined: ClauseExamined,
) -> ClauseChange | None:
    """Return what differs; None where one of the two cannot be read as a clause yet."""
    read = Read(examined.library, base.known_in(base.our_bank()))
    try:
        old, new = (
            read_topic(as_content(own.clause_id, own.version, raw)) for raw in (before or {}, now)
        )
    except ContentError:
        return None
    return clause_change(old, new, read, read)


def _to(own: str) -> tuple[str, str]:
    return url_for(".own_clause", own=own), "Back to the clause"
