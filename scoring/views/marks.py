"""Marking one question of one bid, alone: the answer beside the published descriptors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from accounts.access import refuse, requires, signed_in_user
from accounts.rules.roles import Permission
from foundation.errors import DomainError
from scoring import service
from scoring.mark_forms import MarkForm, as_given
from scoring.marking import Desk
from scoring.queries.own_marks import TYPED, own_mark
from scoring.queries.reading import bid_to_read
from scoring.rules.citing import Cite
from scoring.rules.descriptors import BOX, MET, UNMET, points_said
from scoring.rules.guards import Guard, unseen
from scoring.rules.own_order import Cell
from scoring.shown import question_flags
from scoring.views.blueprint import pages
from scoring.views.typed import TypingBeside, typing_beside

# The value of ?by= for going question by question across bids.
ACROSS = "question"
LOOK_AGAIN = "Select that you have seen what seems odd, or change the mark or its reason"
CITE = "cite:"


@dataclass(frozen=True)
class Beside:
    """What a form says beside its fields: the points met or not, and the passages cited."""

    points: Mapping[str, bool]
    cites: list[Cite]


@pages.route("/bids/<token:bid>/questions/<string:question>", methods=["GET", "POST"])
@requires(Permission.MARK_READ)
def mark(bid: str, question: str) -> ResponseReturnValue:
    """Show an answer beside its descriptors; who marks it gives his mark here."""
    viewer = signed_in_user()
    found = bid_to_read(viewer, bid, to=Permission.MARK_READ)
    asked = found.questionnaire.question(question) or abort(404)
    desk = Desk(viewer, found, asked, across=request.args.get("by") == ACROSS)
    if request.method == "POST":
        return _take(desk)
    typing = None
    if desk.may_mark:
        typing = typing_beside(found.opened.bid, TYPED + asked.id, here=here(desk, desk.cell))
    form = MarkForm(formdata=typing.fields if typing else None, data=as_given(desk.own))
    return _page(desk, form, _beside(desk, typing.fields if typing else None), typing)


def _take(desk: Desk) -> ResponseReturnValue:
    """Save a mark, or show back what was sent with what is wrong or odd about it."""
    if not desk.may_write:
        refuse(desk.viewer, Permission.MARK_WRITE)
    form, beside, then = MarkForm(), _beside(desk, request.form), request.form.get("then", "")
    odd: tuple[Guard, ...] = ()
    if then.startswith(CITE):
        _cite(desk, form, beside, then.removeprefix(CITE))
        return _page(desk, form, beside)
    if form.validate():
        odd = desk.odd(int(form.mark.data), form.reason.data or "", dict(beside.points))
        answer = _save(desk, form, beside, odd)
        if answer is not None:
            return answer
    return _page(desk, form, beside, odd=odd), 422


def _save(desk: Desk, form: MarkForm, beside: Beside, odd: tuple[Guard, ...]) -> Response | None:
    if unseen(odd, form.seen_keys) and not desk.why_not:
        form.add_error(LOOK_AGAIN, "seen")
        return None
    given = form.given(beside.points, beside.cites, odd)
    try:
        service.save_mark(desk.bid, desk.asked.id, given, by=desk.viewer)
    except service.MarkOvertaken as error:
        stands = own_mark(desk.viewer.person_id, *desk.cell)
        form.rebase(0 if stands is None else stands.number)
        form.add_error(str(error), error.field)
        return None
    except service.NotInEvaluation:
        raise
    except DomainError as error:
        form.add_error(str(error), error.field)
        return None
    return _onwards(desk)


def _onwards(desk: Desk) -> Response:
    """Lead from a mark just saved to the next unmarked answer, at last to locking."""
    if request.form.get("then") == "stay":
        flash(f"Your mark for {desk.asked.id} of {desk.bid.name} is saved")
        return redirect(here(desk, desk.cell))
    following = desk.work.next_unmarked(desk.cell, across=desk.across)
    if following is None:
        flash(
            f"Your mark for {desk.asked.id} of {desk.bid.name} is saved. All your marks are given"
        )
        return redirect(url_for(".lock", tender=desk.bid.tender.token))
    flash(f"Your mark for {desk.asked.id} of {desk.bid.name} is saved")
    return redirect(here(desk, following))


def _cite(desk: Desk, form: MarkForm, beside: Beside, part: str) -> None:
    cited = desk.cites_sent([Cite(part).as_sent])
    if cited:
        beside.cites[:] = list(dict.fromkeys((*beside.cites, *cited)))
        form.name_part(part)


def _beside(desk: Desk, sent: MultiDict[str, str] | None) -> Beside:
    """Return what a form said of points and passages; without one, what stands in the mark."""
    if sent is not None:
        said = points_said(desk.asked.question.levels, sent)
        return Beside(said, desk.cites_sent(sent.getlist("cite")))
    return Beside(desk.own.points if desk.own else {}, desk.own_cites)


def _page(
    desk: Desk,
    form: MarkForm,
    beside: Beside,
    typing: TypingBeside | None = None,
    *,
    odd: tuple[Guard, ...] = (),
) -> str:
    bid, asked = desk.bid, desk.asked
    before, after = desk.work.around(desk.cell, across=desk.across)
    following = desk.work.next_unmarked(desk.cell, across=desk.across)
    if typing is None and request.method == "POST":
        typing = typing_beside(bid.opened.bid, TYPED + asked.id, here=here(desk, desk.cell))
    return render_template(
        "scoring/mark.html",
        desk=desk,
        bid=bid,
        asked=asked,
        question=asked.question,
        section=bid.questionnaire.section_of(asked.id),
        flags=question_flags(bid, asked.question),
        level=bid.evaluation.levels[asked.id],
        form=form,
        shows_form=desk.may_mark or request.method == "POST",
        said={BOX + key: MET if is_met else UNMET for key, is_met in beside.points.items()},
        box=BOX,
        passages=desk.passages(beside.cites),
        odd=odd,
        typing=typing,
        previous=here(desk, before) if before else "",
        following=here(desk, after) if after else "",
        next_unmarked=here(desk, following) if following else "",
        other_order=here(desk, desk.cell, across=not desk.across),
        scale=bid.questionnaire.bank.scale,
    )


def here(desk: Desk, cell: Cell, *, across: bool | None = None) -> str:
    """Return the address of a cell, in the order in which the evaluator goes."""
    goes_across = desk.across if across is None else across
    token = desk.bid.token if cell == desk.cell else desk.work.tokens[cell[0]]
    return mark_address(token, cell[1], across=goes_across)


def mark_address(token: str, question_id: str, *, across: bool) -> str:
    order = ACROSS if across else None
    return url_for("scoring.mark", bid=token, question=question_id, by=order)
