"""Whether the company accepts the contract terms, and what it objects to where it may."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation import clock
from foundation.errors import DomainError
from foundation.fields import Choice
from question_bank.rules.questions import Kind, Part
from supplier_portal import overview, service
from supplier_portal.forms import ConfirmForm, SubmitForm, whole_number
from supplier_portal.models import Bid
from supplier_portal.overview import Workspace
from supplier_portal.rules.submission import DECLARATION, left_out
from supplier_portal.rules.terms import Qualification, TermsOvertaken
from supplier_portal.service import NewQualification, TermsSaid
from supplier_portal.terms_asked import TermsAsked, terms_asked
from supplier_portal.terms_forms import QualificationForm, TermsForm
from supplier_portal.views.base import (
    commitments_link,
    has_clauses,
    may,
    may_write,
    pages,
    workspace_for,
)
from supplier_portal.views.typed import Typing, typing_on

TERMS = "/bids/<token:bid>/terms"
QUALIFICATIONS = TERMS + "/qualifications"
ASK = "supplier_portal.ask"
COMPARE = "contract_clauses.answers"
# The kinds of part whose answers are worth comparing: closed ones, and single figures and days.
COMPARED = frozenset(
    {Kind.CHOICE, Kind.CHOICES, Kind.COMMITMENT, Kind.NUMBER, Kind.DURATION, Kind.DATE}
)


@pages.get(TERMS)
@requires(Permission.BID_READ)
def terms(bid: str) -> ResponseReturnValue:
    workspace = workspace_for(bid)
    return terms_page(workspace, TermsForm(formdata=None))


@pages.post(TERMS)
@requires(Permission.BID_SUBMIT)
def give_word(bid: str) -> ResponseReturnValue:
    workspace = workspace_for(bid, to=Permission.BID_SUBMIT)
    form = TermsForm()
    if form.validate_on_submit():
        try:
            service.give_word(
                workspace.bid,
                said_in(form),
                by=signed_in_user(),
                arrived_at=clock.arrived_at(),
            )
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("What you say of the contract terms is saved")
            return redirect(url_for(".terms", bid=bid))
    return terms_page(workspace_for(bid), form), 422


@pages.get(QUALIFICATIONS + "/new")
@requires(Permission.ANSWER_WRITE)
def new_qualification(bid: str) -> ResponseReturnValue:
    workspace = workspace_for(bid, to=Permission.ANSWER_WRITE)
    asked, typing = _asked(workspace), _typing(workspace.bid, "")
    form = QualificationForm(formdata=typing.fields, version=str(asked.terms.version))
    return _qualification_page(bid, asked, form, None, typing)


@pages.post(QUALIFICATIONS + "/new")
@requires(Permission.ANSWER_WRITE)
def add_qualification(bid: str) -> ResponseReturnValue:
    return _save(bid, "")


@pages.get(QUALIFICATIONS + "/<token:qualification>")
@requires(Permission.ANSWER_WRITE)
def change_qualification(bid: str, qualification: str) -> ResponseReturnValue:
    workspace = workspace_for(bid, to=Permission.ANSWER_WRITE)
    asked, typing = _asked(workspace), _typing(workspace.bid, qualification)
    entry = _qualification(asked, qualification)
    form = QualificationForm(formdata=typing.fields, obj=entry, version=str(asked.terms.version))
    return _qualification_page(bid, asked, form, entry, typing)


@pages.post(QUALIFICATIONS + "/<token:qualification>")
@requires(Permission.ANSWER_WRITE)
def save_qualification(bid: str, qualification: str) -> ResponseReturnValue:
    return _save(bid, qualification)


@pages.get(QUALIFICATIONS + "/<token:qualification>/remove")
@requires(Permission.ANSWER_WRITE)
def confirm_remove_qualification(bid: str, qualification: str) -> ResponseReturnValue:
    workspace = workspace_for(bid, to=Permission.ANSWER_WRITE)
    asked = _asked(workspace)
    return render_template(
        "supplier_portal/remove_qualification.html",
        bid=workspace.bid,
        asked=asked,
        entry=_qualification(asked, qualification),
        form=ConfirmForm(formdata=None),
    )


@pages.post(QUALIFICATIONS + "/<token:qualification>/remove")
@requires(Permission.ANSWER_WRITE)
def remove_qualification(bid: str, qualification: str) -> ResponseReturnValue:
    workspace = workspace_for(bid, to=Permission.ANSWER_WRITE)
    asked = _asked(workspace)
    service.remove_qualification(
        workspace.bid,
        qualification,
        based_on=asked.terms.version,
        by=signed_in_user(),
        arrived_at=clock.arrived_at(),
    )
    flash("The qualification is removed")
    return redirect(url_for(".terms", bid=bid) + "#qualifications")


def terms_page(workspace: Workspace, form: TermsForm) -> str:
    bid = workspace.bid
    asked = asked_of(workspace)
    if asked is not None:
        offer(form, asked)
    return render_template(
        "supplier_portal/terms.html",
        bid=bid,
        asked=asked,
        form=form,
        commitments=commitments_link(bid),
        ask=ask_link(bid),
        writable=may_write(bid),
        may_submit=may(bid, Permission.BID_SUBMIT),
        closed=overview.why_closed(bid, clock.arrived_at()),
    )


def asked_of(workspace: Workspace) -> TermsAsked | None:
    """Return what to ask about the terms of a bid as its answers stand."""
    parts = workspace.situation.parts
    answers = {name: value for name, value in workspace.answers.items() if name in parts}
    return terms_asked(workspace.bid, answers)


def offer(form: TermsForm, asked: TermsAsked) -> None:
    """Let a form offer what may be said of these terms, and know which terms it shows."""
    form.terms.choices = asked.choices
    form.terms_shown.data = asked.shown.set_hash
    form.terms_shown.raw_data = [asked.shown.set_hash]


def said_in(form: TermsForm) -> TermsSaid:
    return TermsSaid(form.terms.data or "", form.terms_shown.data or "")


def say_what_else(
    form: SubmitForm, refused: DomainError | None, *, missing: int, asked: TermsAsked | None
) -> None:
    """Name whatever else was left out beside what was refused, so that nobody is told bit by bit,
    perhaps minutes before the closing time."""
    if refused is None or refused.field not in DECLARATION:
        return
    wanted = asked is not None and not asked.stands
    lacks = left_out(
        name=form.declared_by.data or "",
        agreed=bool(form.agreed.data),
        missing=missing,
        knows_missing=bool(form.knows_missing.data),
        says=(form.terms.data or "") if wanted else None,
    )
    for each in lacks:
        if each.field != refused.field:
            form.add_error(str(each), each.field)


@pages.context_processor
def what_questions_say_of_clauses() -> dict[str, Any]:
    return {"compare_link": compare_link}


def compare_link(workspace: Workspace, part: Part) -> str:
    """Return the page that compares the answers to a part; empty where there is nothing to."""
    bid = workspace.bid
    if part.kind not in COMPARED or COMPARE not in current_app.view_functions:
        return ""
    return url_for(COMPARE, bid=bid.token, part=part.id) if has_clauses(bid) else ""


def ask_link(bid: Bid) -> str:
    """Return where a question about the terms can be asked; empty where there is no such page."""
    if ASK not in current_app.view_functions:
        return ""
    return url_for(ASK, tender=bid.tender.token)


def _save(bid: str, token: str) -> ResponseReturnValue:
    workspace = workspace_for(bid, to=Permission.ANSWER_WRITE)
    form = QualificationForm()
    typed = NewQualification(
        form.clause.data or "",
        form.objects_to.data or "",
        form.proposes.data or "",
        form.reason.data or "",
        token,
    )
    try:
        service.save_qualification(
            workspace.bid,
            typed,
            based_on=whole_number(form.version.data or ""),
            by=signed_in_user(),
            arrived_at=clock.arrived_at(),
        )
    except DomainError as error:
        form.add_error(str(error), error.field)
        asked = _asked(workspace_for(bid))
        if isinstance(error, TermsOvertaken):
            form.version.data = str(asked.terms.version)
            form.version.raw_data = [form.version.data]
        entry, typing = asked.terms.qualification(token), _typing(workspace.bid, token)
        return _qualification_page(bid, asked, form, entry, typing), 422
    flash("The qualification is saved")
    return redirect(url_for(".terms", bid=bid) + "#qualifications")


def _asked(workspace: Workspace) -> TermsAsked:
    """Return the terms of a tender that takes qualifications. Raises NoResultFound (a 404)."""
    asked = asked_of(workspace)
    if asked is None or not asked.allowed:
        raise NoResultFound
    return asked


def _qualification(asked: TermsAsked, token: str) -> Qualification:
    entry = asked.terms.qualification(token)
    if entry is None:
        raise NoResultFound
    return entry


def _typing(bid: Bid, token: str) -> Typing:
    return typing_on(bid, f"terms/qualifications/{token or 'new'}")


def _qualification_page(
    bid: str,
    asked: TermsAsked,
    form: QualificationForm,
    entry: Qualification | None,
    typing: Typing,
) -> str:
    titles = dict(asked.shown.titles)
    if entry is not None:
        titles.setdefault(entry.clause, entry.title)
    form.clause.choices = [Choice("", "Select a clause")] + [
        Choice(clause, f"{title} ({clause})") for clause, title in titles.items()
    ]
    workspace = workspace_for(bid)
    return render_template(
        "supplier_portal/qualification.html",
        bid=workspace.bid,
        asked=asked,
        form=form,
        typing=typing,
        entry=entry,
        commitments=commitments_link(workspace.bid),
        others=[e for e in asked.terms.qualifications if entry is None or e.token != entry.token],
    )
