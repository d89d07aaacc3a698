"""What an evaluator was given to mark, and declining it with a reason."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation import clock
from foundation.errors import DomainError
from scoring import service
from scoring.allocated import allocated_in
from scoring.allocating_forms import DeclineForm
from scoring.rules.allocation import Ground
from scoring.service.allocating import ALLOCATED_AT
from scoring.views.blueprint import pages
from tenders.queries import effective_stage, tender_for


@pages.route("/tenders/<token:tender>/my-questions", methods=["GET", "POST"])
@requires(Permission.MARK_WRITE)
def my_allocation(tender: str) -> ResponseReturnValue:
    """Show what one marks, before the opening too; no bid is named here."""
    viewer = signed_in_user()
    found = tender_for(viewer, tender, to=Permission.MARK_WRITE)
    if found.published_at is None:
        raise NoResultFound
    stands = allocated_in(found)
    mine = [q for q in stands.questions if (q.id, viewer.person_id) in stands.ticked]
    waiting = {
        question: reason
        for (question, person, bid), (_, reason) in stands.stands.declined.items()
        if person == viewer.person_id and bid is None
    }
    form = DeclineForm()
    form.offer([(q.id, f"{q.id} {q.question.title}") for q in mine if q.id not in waiting])
    if form.validate_on_submit():
        try:
            service.decline(
                found,
                form.questions.data,
                Ground(form.ground.data),
                form.reason.data or "",
                by=viewer,
            )
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("What you declined is with the chair, who decides")
            return redirect(url_for("scoring.my_allocation", tender=tender))
    page = render_template(
        "scoring/allocation_mine.html",
        tender=found,
        form=form,
        mine=mine,
        waiting=waiting,
        may_decline=effective_stage(found, clock.arrived_at()) in ALLOCATED_AT
        and bool(form.questions.choices),
    )
    return page, 422 if form.errors else 200
