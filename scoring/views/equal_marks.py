"""Signing several answers to which all evaluators gave the same mark, each as agreed on its own."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation.errors import DomainError
from scoring import queries, service
from scoring.agreeing_forms import EqualForm
from scoring.equal_marks import MARK, EqualRow, equal_rows
from scoring.forms import READ_BY
from scoring.queries import may_see_marks
from scoring.queries.queue import Queue, Waiting, queue_of
from scoring.service.agreeing import agree_equal
from scoring.service.evaluating import EVALUATED_AT
from scoring.views.agreeing import panel_of
from scoring.views.blueprint import pages

ON_A_PAGE = 25


@pages.route("/tenders/<token:tender>/equal-marks", methods=["GET", "POST"])
@requires(Permission.MARK_AGREE)
def equal_marks(tender: str) -> ResponseReturnValue:
    """Show each answer with the words as they will stand; nothing is signed that is not ticked."""
    viewer = signed_in_user()
    found = queries.opened_tender(viewer, tender, to=Permission.MARK_AGREE)
    if not may_see_marks(viewer, found):
        return render_template("scoring/agree_closed.html", tender=found)
    queue = queue_of(viewer, found, request.args.get("question", ""))
    number = _page_number(queue)
    ticked = frozenset(request.form.getlist("signed"))
    rows = equal_rows(viewer, _shown(queue, number), request.form, ticked)
    form = EqualForm()
    form.offer(panel_of(found), {*(row.key for row in rows), *ticked})
    if form.validate_on_submit() and _sign(form, rows):
        return redirect(
            url_for("scoring.equal_marks", tender=tender, question=queue.question_id or None)
        )
    page = render_template(
        "scoring/moderation_equal.html",
        tender=found,
        queue=queue,
        rows=[row for row in rows if not row.odd or form.is_submitted()],
        by_themselves=[] if form.is_submitted() else [row for row in rows if row.odd],
        form=form,
        ticked=ticked,
        read_by=READ_BY,
        page=number,
        last=_last(queue),
        is_open=found.stage in EVALUATED_AT,
    )
    return page, 422 if form.errors else 200


def _shown(queue: Queue, number: int) -> list[Waiting]:
    """Return what is on a page of the list; of a form that was sent, what it showed."""
    if request.method == "POST":
        return [cell for cell in queue.equal if MARK + cell.key in request.form]
    return queue.equal[(number - 1) * ON_A_PAGE : number * ON_A_PAGE]


def _page_number(queue: Queue) -> int:
    text = request.args.get("page", "")
    asked = int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1
    return min(max(1, asked), _last(queue))


def _last(queue: Queue) -> int:
    return max(1, -(-len(queue.equal) // ON_A_PAGE))


def _sign(form: EqualForm, rows: list[EqualRow]) -> bool:
    """Sign what is ticked, all or none; return whether it is done."""
    known = {row.key: row for row in rows}
    if known.keys() < {*known, *form.signed.data}:
        form.add_error(
            "Select the answers again: one of those you ticked is signed already, or its marks are "
            "no longer equal",
            "signed",
        )
        return False
    ticked = frozenset(form.signed.data)
    chosen = [row for row in rows if row.key in ticked]
    for row in chosen:
        for guard in row.odd:
            form.add_error(
                f"{row.asked.id} of {row.bid.name}: {guard.words} Change the reason, or take it up "
                "by itself",
                "signed",
            )
    if form.errors:
        return False
    try:
        count = agree_equal(
            [(row.bid, row.asked.id, row.given(form.present.data)) for row in chosen],
            by=signed_in_user(),
        )
    except service.NotInEvaluation:
        raise
    except DomainError as error:
        form.add_error(str(error), error.field)
        return False
    flash(f"{count} agreed {'mark is' if count == 1 else 'marks are'} signed")
    return True
