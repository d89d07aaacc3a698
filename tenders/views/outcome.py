"""Start with the outcome: a short page a step, the five principles, and one page to print."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from question_bank.loader import shipped_bank
from tenders import queries, service, stated
from tenders.models import Tender
from tenders.outcome_forms import OutcomeForm, ShowingForm, outcome_form
from tenders.outcome_guide import shipped_guide
from tenders.rules.lifecycle import Stage
from tenders.rules.outcome import Page, State, advice_on, sections_of, state_of, values_of
from tenders.stated import Statement
from tenders.views.base import pages

OUTCOME = "/<token:tender>/outcome"

pages.add_app_template_global(stated.shown_sections, "outcome_shown")
pages.add_app_template_global(stated.before_publishing, "outcome_before_publishing")


@pages.get(OUTCOME)
@requires(Permission.TENDER_EDIT)
def outcome(tender: str) -> ResponseReturnValue:
    """The pages of the form, with how far each is."""
    found = queries.tender_for(signed_in_user(), tender, to=Permission.TENDER_EDIT)
    if found.stage is not Stage.DRAFT:
        return redirect(url_for(".outcome_statement", tender=tender))
    statement = stated.statement_of(found)
    guide = shipped_guide()
    states = {page.id: state_of(page, statement.values) for page in guide.pages}
    unfinished = (page for page in guide.pages if states[page.id] is not State.COMPLETED)
    return render_template(
        "tenders/outcome.html",
        tender=found,
        guide=guide,
        statement=statement,
        states=states,
        next=next(unfinished, None),
    )


@pages.route(OUTCOME + "/<string:page>", methods=["GET", "POST"])
@requires(Permission.TENDER_EDIT)
def outcome_page(tender: str, page: str) -> ResponseReturnValue:
    found = queries.tender_for(signed_in_user(), tender, to=Permission.TENDER_EDIT)
    guide = shipped_guide()
    asked = guide.page(page)
    if asked is None:
        raise NoResultFound
    values = values_of(asked, stated.statement_of(found).values)
    form = outcome_form(asked, values, stated.version_of_page(asked, values))
    clash: Mapping[str, Any] = {}
    typed = form.values() if form.is_submitted() else {}
    if form.validate_on_submit():
        try:
            service.save_outcome(
                found,
                asked,
                form.values(),
                based_on=form.based_on.data or "",
                by=signed_in_user(),
            )
        except service.OutcomeChanged as changed:
            clash = note_clash(form, changed)
        else:
            following = guide.after(asked)
            if following is None:
                return redirect(url_for(".outcome_statement", tender=tender))
            return redirect(url_for(".outcome_page", tender=tender, page=following.id))
    elif found.stage is not Stage.DRAFT and not form.is_submitted():
        return redirect(url_for(".outcome_statement", tender=tender))
    return outcome_page_shown(found, asked, form, values, clash, typed), 422 if form.errors else 200


def outcome_page_shown(
    tender: Tender,
    page: Page,
    form: OutcomeForm,
    values: Mapping[str, Any],
    clash: Mapping[str, Any],
    typed: Collection[str] = (),
) -> str:
    guide = shipped_guide()
    advice = advice_on(guide, values) if values and not form.is_submitted() else []
    return render_template(
        "tenders/outcome_page.html",
        tender=tender,
        guide=guide,
        page=page,
        form=form,
        clash=clash,
        typed=typed,
        advice=[item for item in advice if item.page == page.id],
        frameworks=shipped_bank().frameworks,
    )


def note_clash(form: OutcomeForm, changed: service.OutcomeChanged) -> dict[str, tuple[str, ...]]:
    """Say at the form that a colleague was faster; return his words where they differ.

    A box left empty takes what the colleague saved. The form then names what the colleague saved:
    saving it again is a choice made knowingly.
    """
    form.add_error(str(changed))
    form.based_on.data = stated.version_of_page(form.page, changed.saved)
    form.based_on.raw_data = None
    typed = form.values()
    form.fill_empty(changed.saved)
    theirs = {
        row.id: row.words
        for section in sections_of(shipped_guide(), changed.saved)
        for row in section.rows
    }
    return {
        field.id: theirs.get(field.id, ("Nothing",))
        for field in form.page.fields
        if typed.get(field.id) != changed.saved.get(field.id)
    }


@pages.get(OUTCOME + "/statement")
@requires(Permission.TENDER_READ)
def outcome_statement(tender: str) -> ResponseReturnValue:
    """All of it on one page, to read, to print and to think over."""
    viewer = signed_in_user()
    found = queries.tender_for(viewer, tender)
    return statement_page(found, stated.statement_of(found), None)


@pages.post(OUTCOME + "/statement")
@requires(Permission.TENDER_EDIT)
def outcome_showing(tender: str) -> ResponseReturnValue:
    """Decide whether suppliers are shown the statement."""
    found = queries.tender_for(signed_in_user(), tender, to=Permission.TENDER_EDIT)
    form = ShowingForm()
    if not form.validate_on_submit():
        return statement_page(found, stated.statement_of(found), form), 422
    shown = form.shown.data == "yes"
    service.show_outcome(found, shown, by=signed_in_user())
    flash(
        "Suppliers will be shown this statement when the tender is published"
        if shown
        else "The statement stays with your own people"
    )
    return redirect(url_for(".show", tender=tender))


def statement_page(tender: Tender, statement: Statement, form: ShowingForm | None) -> str:
    may_edit = tender.stage is Stage.DRAFT and signed_in_user().may(
        Permission.TENDER_EDIT, tender_id=tender.id
    )
    guide = shipped_guide()
    answered = {"shown": "yes" if statement.shown_to_suppliers else "no"}
    return render_template(
        "tenders/outcome_statement.html",
        tender=tender,
        guide=guide,
        statement=statement,
        sections=stated.sections_for_officer(tender, statement),
        shown=bool(stated.shown_sections(tender)),
        may_edit=may_edit,
        advice=advice_on(guide, statement.values) if may_edit else [],
        form=form or ShowingForm(data=answered),
    )
