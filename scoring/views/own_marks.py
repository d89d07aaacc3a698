"""What one evaluator has to mark: one question across bids, and the word that it is final."""

from __future__ import annotations

from collections import Counter

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from accounts.access import requires, signed_in_user
from accounts.queries import Viewer
from accounts.rules.roles import Permission
from foundation import kept_typing
from foundation.database import db
from foundation.errors import DomainError
from scoring import queries, service
from scoring.mark_forms import LockForm
from scoring.queries.own_marks import (
    OwnMarks,
    own_locks,
    own_marks,
    own_marks_by_id,
    typed_and_not_saved,
)
from scoring.queries.ranked import OwnMarksFirst
from scoring.queries.reading import bids_to_read, names_of_bids
from scoring.rules.own_order import Cell, own_order
from scoring.shown import shown_parts
from scoring.views.blueprint import pages
from scoring.views.marks import mark_address
from supplier_portal.models import Bid
from tenders.models import Tender
from tenders.queries import questionnaire_of

# As many answers as stand beside each other before nobody compares them any more.
BESIDE = 6
# More that is missing is counted.
LISTED = 60


@pages.app_errorhandler(OwnMarksFirst)
def lead_to_own_marks(error: OwnMarksFirst) -> ResponseReturnValue:
    """Say why nothing is shown yet, and lead whoever marks alone to his marks."""
    db.session.rollback()
    named = request.view_args or {}
    token = named.get("tender") or db.session.scalar(
        select(Tender.token)
        .join(Bid, Bid.tender_id == Tender.id)
        .where(Bid.token == str(named.get("bid", "")))
    )
    page = render_template(
        "scoring/own_marks_first.html",
        message=str(error),
        tender_token=token,
        kept=kept_typing.form_sent(),
    )
    return page, 409


@pages.get("/tenders/<token:tender>/marks")
@requires(Permission.MARK_WRITE)
def my_marks(tender: str) -> str:
    """Show an evaluator how far he is, and lead on in either order."""
    viewer = signed_in_user()
    found = queries.opened_tender(viewer, tender, to=Permission.MARK_WRITE)
    work = own_marks(viewer, found)
    titles = _titles(found)
    bids = Counter(question for _, question in work.cells)
    marked = Counter(question for _, question in work.cells) - Counter(
        question for _, question in work.unmarked
    )
    return render_template(
        "scoring/mark_mine.html",
        tender=found,
        work=work,
        rows=[
            {"id": one, "title": titles[one], "bids": bids[one], "marked": marked[one]}
            for one in work.questions
            if bids[one]
        ],
        by_bid=_first_unmarked(work, across=False),
        by_question=_first_unmarked(work, across=True),
    )


def _titles(tender: Tender) -> dict[str, str]:
    return {one.id: one.question.title for one in questionnaire_of(tender).questions}


def _first_unmarked(work: OwnMarks, *, across: bool) -> str:
    order = work.in_order(across=across)
    first = next((cell for cell in order if cell not in work.given), None)
    return mark_address(work.tokens[first[0]], first[1], across=across) if first else ""


@pages.get("/tenders/<token:tender>/questions/<string:question>")
@requires(Permission.MARK_READ)
def across(tender: str, question: str) -> ResponseReturnValue:
    """Show the answers of all bids to one question side by side, in the viewer's own order."""
    viewer = signed_in_user()
    found = queries.opened_tender(viewer, tender, to=Permission.MARK_READ)
    work = own_marks(viewer, found)
    order = work.bids_for(question) or own_order(viewer.person_id, work.tokens, question)
    last = max(1, -(-len(order) // BESIDE))
    page = min(_number(request.args.get("page", "")), last)
    shown = order[(page - 1) * BESIDE : page * BESIDE]
    by_id = {bid.opened.bid.id: bid for bid in bids_to_read(viewer, found, shown)}
    bids = [by_id[bid_id] for bid_id in shown if bid_id in by_id]
    asked = questionnaire_of(found).question(question) or abort(404)
    given = [work.given[bid_id, question] for bid_id in shown if (bid_id, question) in work.given]
    return render_template(
        "scoring/mark_across.html",
        tender=found,
        asked=asked,
        question=asked.question,
        bids=[(bid, shown_parts(bid, asked.question)) for bid in bids],
        own=own_marks_by_id(given),
        work=work,
        page=page,
        last=last,
        all=len(order),
        before=_asked_beside(work, question, -1),
        after=_asked_beside(work, question, 1),
        mark_address=mark_address,
    )


def _number(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def _asked_beside(work: OwnMarks, question_id: str, step: int) -> str:
    """Return the question before or after this one of those the evaluator marks, or all."""
    own = {question for _, question in work.allocated}
    order = [question for question in work.questions if question in own or not own]
    if question_id not in order:
        return ""
    place = order.index(question_id) + step
    return order[place] if 0 <= place < len(order) else ""


@pages.route("/tenders/<token:tender>/lock", methods=["GET", "POST"])
@requires(Permission.MARK_WRITE)
def lock(tender: str) -> ResponseReturnValue:
    """Let an evaluator say that his marks are final; before all are there, say what is missing."""
    viewer = signed_in_user()
    found = queries.opened_tender(viewer, tender, to=Permission.MARK_WRITE)
    form = LockForm()
    if form.validate_on_submit():
        try:
            locked = service.lock_marks(found, by=viewer)
        except service.NotInEvaluation:
            raise
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash(f"{locked.marks} marks of yours are locked")
            return redirect(url_for(".lock", tender=tender))
    page = _lock_page(viewer, found, form)
    return (page, 422) if form.errors else page


def _lock_page(viewer: Viewer, tender: Tender, form: LockForm) -> str:
    work = own_marks(viewer, tender)
    typed = [cell for cell in typed_and_not_saved(viewer.person_id, tender.id) if work.is_his(cell)]
    listed = work.unmarked[:LISTED]
    names = names_of_bids({bid_id for bid_id, _ in (*listed, *typed)})

    def place(cell: Cell) -> dict[str, str]:
        bid_id, question_id = cell
        return {
            "address": mark_address(work.tokens[bid_id], question_id, across=False),
            "bid": names[bid_id],
            "question": question_id,
        }

    return render_template(
        "scoring/mark_lock.html",
        tender=tender,
        work=work,
        form=form,
        missing=[place(cell) for cell in listed],
        more=len(work.unmarked) - len(listed),
        typed=[place(cell) for cell in typed if not work.is_locked(cell)],
        locks=own_locks(viewer.person_id, tender.id),
        titles=_titles(tender),
    )
