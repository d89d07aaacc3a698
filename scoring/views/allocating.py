"""Who marks what: questions and evaluators as a table of ticks, and what becomes of a refusal."""

from __future__ import annotations

from collections.abc import Collection

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation import clock
from foundation.errors import DomainError
from scoring import service
from scoring.allocated import Allocated, allocated_in, loads
from scoring.allocating_forms import AllocationForm, DeclinedForm, ReplaceForm
from scoring.queries.evaluators import times_allocated
from scoring.queries.moderation import ReadableBid, readable_bids
from scoring.service.allocating import ALLOCATED_AT, Cell
from scoring.views.blueprint import pages
from tenders.models import Tender
from tenders.queries import effective_stage, tender_for

OF_TENDER = "/tenders/<token:tender>/allocation"
EVERYTHING = "everything"


@pages.route(OF_TENDER, methods=["GET", "POST"])
@requires(Permission.MARK_ALLOCATE)
def allocation(tender: str) -> ResponseReturnValue:
    """Give questions to evaluators, before the opening too: no bid is named here."""
    viewer = signed_in_user()
    found = published(tender)
    stands = allocated_in(found)
    ticked: Collection[Cell] = stands.ticked
    form = AllocationForm(data={"based_on": str(times_allocated(found.id))})
    if form.validate_on_submit():
        ticked = _sent(stands)
        try:
            given, taken = service.set_allocation(
                found,
                ticked,
                [one.person_id for one in stands.people],
                based_on=form.number,
                reason=form.reason.data or "",
                by=viewer,
            )
        except service.AllocationOvertaken as error:
            form.rebase(times_allocated(found.id))
            form.add_error(str(error))
            ticked = stands.ticked
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash(_in_words(given, taken))
            return redirect(url_for("scoring.allocation", tender=tender))
    page = render_template(
        "scoring/allocation.html",
        tender=found,
        form=form,
        found=stands,
        ticked=ticked,
        loads=loads(viewer, found, stands),
        may_change=effective_stage(found, clock.arrived_at()) in ALLOCATED_AT,
    )
    return page, 422 if form.errors else 200


@pages.route(OF_TENDER + "/declined/<string:question>/<token:person>", methods=["GET", "POST"])
@requires(Permission.MARK_ALLOCATE)
def allocation_declined(tender: str, question: str, person: str) -> ResponseReturnValue:
    """Leave a question that was declined with the person, or take it away."""
    found = published(tender)
    waiting = [
        one
        for one in allocated_in(found).declined
        if (one.question_id, one.person.token) == (question, person)
    ]
    form = DeclinedForm()
    if not waiting:
        if request.method == "GET":
            abort(404)
        flash("Somebody has decided on this already")
        return redirect(url_for("scoring.allocation", tender=tender))
    if form.validate_on_submit():
        try:
            service.decide_declined(
                found,
                question,
                waiting[0].person.person_id,
                kept=form.decision.data == "kept",
                reason=form.reason.data or "",
                by=signed_in_user(),
            )
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash(f"Your decision on {question} is saved")
            return redirect(url_for("scoring.allocation", tender=tender))
    page = render_template(
        "scoring/allocation_declined.html", tender=found, declined=waiting[0], form=form
    )
    return page, 422 if form.errors else 200


@pages.route(OF_TENDER + "/replace", methods=["GET", "POST"])
@requires(Permission.MARK_ALLOCATE)
def allocation_replace(tender: str) -> ResponseReturnValue:
    """Let somebody carry on for another, in every bid or in one."""
    viewer = signed_in_user()
    found = published(tender)
    stands = allocated_in(found)
    bids = readable_bids(viewer, found) if found.opened_at is not None else {}
    form = ReplaceForm(formdata=request.form if request.form else request.args)
    busy = [one for one in stands.people if one.person_id in stands.stands.people]
    form.offer(busy, stands.people, [(bid.token, name) for bid, name in bids.items()])
    if form.validate_on_submit():
        by_token = {one.token: one.person_id for one in stands.people}
        try:
            moved = service.replace(
                found,
                by_token[form.leaving.data],
                by_token[form.coming.data],
                _bid(bids, form.bid.data),
                reason=form.reason.data or "",
                by=viewer,
            )
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash(f"Saved: {moved} {'question goes' if moved == 1 else 'questions go'} over")
            return redirect(url_for("scoring.allocation", tender=tender))
    page = render_template("scoring/allocation_replace.html", tender=found, form=form)
    return page, 422 if form.errors else 200


def published(token: str) -> Tender:
    """Return a tender whose questions are settled. Raises NoResultFound."""
    found = tender_for(signed_in_user(), token, to=Permission.MARK_ALLOCATE)
    if found.published_at is None:
        raise NoResultFound
    return found


def _bid(bids: dict[ReadableBid, str], token: str | None) -> ReadableBid | None:
    return next((bid for bid in bids if bid.token == token), None)


def _sent(found: Allocated) -> frozenset[Cell]:
    """Return the ticks that were sent, with the whole sections and columns ticked among them."""
    if request.form.get("do") == EVERYTHING:
        return found.everything
    sent = {*request.form.getlist("cell")}
    return frozenset(
        (question.id, one.person_id)
        for section, asked in found.sections
        for question in asked
        for one in found.people
        if sent & {f"{question.id}:{one.token}", f"section-{section.id}:{one.token}", one.token}
    )


def _in_words(given: int, taken: int) -> str:
    if not (given or taken):
        return "Nothing changed"
    return f"Saved: {given} given, {taken} taken away"
