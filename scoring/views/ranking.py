"""The ranking of a tender, why each bid has its figures, and lots drawn for the first place."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation.errors import DomainError
from scoring import queries
from scoring.queries.ranked import (
    TenderRanking,
    marks_standing,
    must_be_shown_ranking,
    ranking_of,
    safety,
)
from scoring.ranking_forms import lots_form
from scoring.ranking_shown import chain_of
from scoring.rules.drawn_bids import safety_picture
from scoring.rules.prices import money
from scoring.rules.ranking import label_of_total, why_by_quality
from scoring.rules.safety_words import (
    digits,
    lead_in_words,
    move_in_words,
    moves_in_words,
    swing_in_words,
)
from scoring.rules.ties import in_words as tie_in_words
from scoring.rules.totals import half_up
from scoring.service.standings import Drawing, record_lots
from scoring.views.blueprint import pages
from supplier_portal.queries.opened import barrier_before
from tenders.rules.award import in_words as award_in_words

MOVES_SHOWN = 20


@pages.get("/tenders/<token:tender>/ranking")
@requires(Permission.MARK_READ)
def ranking(tender: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = _ranking(tender, Permission.MARK_READ)
    safe = safety(found)
    return render_template(
        "scoring/ranking.html",
        tender=found.tender,
        ranking=found,
        page=found.page(request.args.get("after", "")),
        safe=safe,
        safe_drawn=safety_picture(safe, found.names),
        moves=safe.marks.moves[:MOVES_SHOWN] if safe else (),
        published=award_in_words(found.method.award, found.method.quality_weight),
        may_record_lots=viewer.may(Permission.COMPLIANCE_DECIDE, tender_id=found.tender.id),
        label=label_of_total(found.method),
        why_by_quality=why_by_quality(found.method),
        tie_in_words=tie_in_words,
        lead_in_words=lead_in_words,
        swing_in_words=swing_in_words,
        move_in_words=move_in_words,
        moves_in_words=moves_in_words,
        digits=digits,
        half_up=half_up,
        money=money,
    )


@pages.get("/bids/<token:bid>/rank")
@requires(Permission.MARK_READ)
def why_rank(bid: str) -> ResponseReturnValue:
    """Show what is behind the figures of one bid: one click from each of them."""
    viewer = signed_in_user()
    tender, bid_id, marks = marks_standing(bid)
    of = queries.opened_tender(viewer, tender, to=Permission.MARK_READ)
    if barrier_before(viewer, of).keeps_from(bid_id):
        abort(404)
    found = _ranking(tender, Permission.MARK_READ)
    placed = found.find(bid) or abort(404)
    return render_template(
        "scoring/ranking_why.html",
        tender=found.tender,
        ranking=found,
        chain=chain_of(found, placed, marks),
        label=label_of_total(found.method),
    )


@pages.route("/tenders/<token:tender>/ranking/lots", methods=["GET", "POST"])
@requires(Permission.COMPLIANCE_DECIDE)
def ranking_lots(tender: str) -> ResponseReturnValue:
    """Record lots that were drawn before a witness, where nothing else ends a tie."""
    found = _ranking(tender, Permission.COMPLIANCE_DECIDE)
    tied = found.tie.lots if found.tie is not None else ()
    form = lots_form([(key, found.names[key]) for key in tied])
    if tied and form.validate_on_submit():
        drawing = Drawing(
            bids=form.in_order,
            how=form.how.data or "",
            witness=form.witness.data or "",
            drawn_on=form.day,
        )
        try:
            record_lots(found.tender, drawing, by=signed_in_user())
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("The lots are recorded, and the ranking follows them")
            return redirect(url_for("scoring.ranking", tender=tender))
    return render_template(
        "scoring/ranking_lots.html",
        tender=found.tender,
        names=[found.names[key] for key in tied],
        form=form,
    ), 422 if form.errors else 200


def _ranking(token: str, permission: Permission) -> TenderRanking:
    viewer = signed_in_user()
    tender = queries.opened_tender(viewer, token, to=permission)
    must_be_shown_ranking(viewer, tender)
    return ranking_of(tender)
