"""An authority's own questions, written in forms."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation.canonical import fingerprint
from foundation.errors import DomainError
from question_bank.forms.own import (
    ConfirmForm,
    NewQuestionForm,
    PrefixForm,
    ReasonForm,
    about_form,
)
from question_bank.models import OwnQuestion, OwnStatus
from question_bank.queries import own as queries
from question_bank.queries.editions import edition_of
from question_bank.rules.own import ids, writing
from question_bank.rules.own.compared import differences
from question_bank.rules.own.words import KINDS
from question_bank.rules.questions import Bank, Kind
from question_bank.service import own as service
from question_bank.views import own_base as base
from question_bank.views.base import pages
from question_bank.views.condition_pages import said

LIST = ("question_bank.own_questions", "Back to your own questions")


@pages.get("/own/")
@requires(Permission.BANK_EDIT)
def own_questions() -> ResponseReturnValue:
    viewer = signed_in_user()
    return render_template(
        "question_bank/own_questions.html",
        prefix=queries.prefix_of(viewer.organisation_id),
        questions=queries.own_questions(viewer.organisation_id),
        packs=queries.own_packs(viewer.organisation_id),
    )


@pages.route("/own/prefix", methods=["GET", "POST"])
@requires(Permission.BANK_EDIT)
def own_prefix() -> ResponseReturnValue:
    viewer, bank = signed_in_user(), base.our_bank()
    if queries.prefix_of(viewer.organisation_id):
        return redirect(url_for(".own_questions"))
    taken = queries.prefixes_taken() | ids.reserved(bank.questions)
    form = PrefixForm(data={"prefix": ids.suggested_prefix(viewer.organisation_name, taken)})
    if form.validate_on_submit():
        try:
            prefix = service.choose_prefix(form.prefix.data, by=viewer, bank=bank)
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash(f"Your own questions are called {prefix}-01 and so on")
            return redirect(url_for(".own_questions"))
    return base.form_page(
        form, "How the ids of your own questions begin", back=(url_for(LIST[0]), LIST[1])
    )


@pages.route("/own/new", methods=["GET", "POST"])
@requires(Permission.BANK_EDIT)
def new_own_question() -> ResponseReturnValue:
    viewer = signed_in_user()
    if queries.prefix_of(viewer.organisation_id) is None:
        return redirect(url_for(".own_prefix"))
    edition = edition_of(viewer.organisation_id)
    form = NewQuestionForm([*edition.bank.questions.values()], request.args.get("copy", ""))
    if form.validate_on_submit():
        entries = {str(entry["id"]): entry for entry in edition.bank.raw["questions"]}
        try:
            form.check()
            own = service.create_question(
                form.title.data,
                form.topic.data,
                by=viewer,
                copied=entries.get(form.copied.data or ""),
                edition=edition.version,
            )
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            return redirect(url_for(".own_question", own=own.token))
    return base.form_page(
        form, "Write a question of your own", back=(url_for(LIST[0]), LIST[1]), button="Continue"
    )


@pages.get("/own/<token:own>")
@requires(Permission.BANK_EDIT)
def own_question(own: str) -> ResponseReturnValue:
    return _question_page(base.mine(own), ConfirmForm())


def _question_page(own: OwnQuestion, form: ConfirmForm) -> ResponseReturnValue:
    bank = base.our_bank()
    known = base.known_for(own.raw, bank)
    sought = own.status is not OwnStatus.RETIRED
    versions = queries.versions_of(own)
    page = render_template(
        "question_bank/own_question.html",
        own=own,
        raw=own.raw,
        form=form,
        faults=base.examined(own, bank).faults if sought else (),
        parts=base.readable_parts(own.raw, bank),
        kinds={str(kind): words[0] for kind, words in KINDS.items()},
        pass_when=said(own.raw.get("pass_when"), known),
        risk=bank.risks.get(own.raw.get("main_risk", "")),
        versions=versions,
        differences=differences(versions[-1].raw, own.raw) if versions else [],
        based_on=fingerprint(own.raw),
        changeable=base.changeable(own),
        asked_twice=_asked_twice(own, bank),
    )
    return page, 422 if form.errors else 200


def _asked_twice(own: OwnQuestion, bank: Bank) -> list[tuple[str, str]]:
    """Return the tables of the question with the part of the bank that asks for the same one."""
    owners = {
        part.schema.id: part.id
        for part in bank.all_parts()
        if part.schema and part.kind is Kind.TABLE
    }
    return [
        (part["id"], owners[part["schema"]])
        for part in own.raw.get("parts") or ()
        if part.get("kind") == Kind.TABLE and part.get("schema") in owners
    ]


@pages.route("/own/<token:own>/about", methods=["GET", "POST"])
@requires(Permission.BANK_EDIT)
def own_question_about(own: str) -> ResponseReturnValue:
    found, bank = base.mine(own), base.our_bank()
    form = about_form(found.raw, bank)

    def about(raw: dict[str, Any]) -> dict[str, Any]:
        return writing.with_about(raw, form.values())

    if form.validate_on_submit():
        if base.changed(found, form, about, "about"):
            return redirect(url_for(".own_question", own=own))
    elif not form.is_submitted() and "faults" in request.args:
        base.show_faults(form, base.examined(found, bank).at(found.question_id), {})
    return base.form_page(
        form,
        "About the question",
        back=(url_for(".own_question", own=own), "Back to the question"),
        own=found,
    )


@pages.post("/own/<token:own>/ready")
@requires(Permission.BANK_EDIT)
def own_question_ready(own: str) -> ResponseReturnValue:
    found, bank, form = base.mine(own), base.our_bank(), ConfirmForm()
    clauses = [name for name, _title in base.clause_topics(bank)]
    if form.validate_on_submit():
        try:
            service.mark_ready(found, by=signed_in_user(), bank=bank, clauses=clauses)
        except DomainError as error:
            form.add_error(str(error))
        else:
            flash(f"{found.question_id} can be asked in a tender")
            return redirect(url_for(".own_question", own=own))
    return _question_page(base.mine(own), form)


@pages.route("/own/<token:own>/retire", methods=["GET", "POST"])
@requires(Permission.BANK_EDIT)
def retire_own_question(own: str) -> ResponseReturnValue:
    found, form = base.mine(own), ReasonForm()
    if form.validate_on_submit():
        try:
            service.retire(found, form.reason.data or "", by=signed_in_user())
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash(f"{found.question_id} is retired")
            return redirect(url_for(".own_question", own=own))
    return base.form_page(
        form,
        "Retire the question",
        back=(url_for(".own_question", own=own), "Back to the question"),
        own=found,
        button="Retire the question",
        intro=[
            "A retired question cannot be put into a tender. Tenders that ask it already keep it, "
            "and its id is never used again.",
        ],
    )


@pages.get("/own/<token:own>/versions/<int:number>")
@requires(Permission.BANK_EDIT)
def own_question_version(own: str, number: int) -> ResponseReturnValue:
    """Show what a version changed against the one before it."""
    found = base.mine(own)
    versions = {kept.version: kept for kept in queries.versions_of(found)}
    if number not in versions:
        raise NoResultFound
    earlier = max((n for n in versions if n < number), default=None)
    return render_template(
        "question_bank/own_version.html",
        own=found,
        kept=versions[number],
        earlier=earlier,
        differences=differences(versions[earlier].raw if earlier else {}, versions[number].raw),
    )
