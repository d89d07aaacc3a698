"""Results: released by the officer to every bidder at once, and read by each bidder alone."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation import clock
from foundation.errors import DomainError
from scoring import queries, service
from scoring.after_forms import ResultsForm, results_form
from scoring.queries import EvaluatedBid, Released
from scoring.rules.after import status_in_words
from scoring.rules.summaries import fingerprint_of
from scoring.views.bid_questions import state_for_bidder
from scoring.views.blueprint import pages
from scoring.word import mark_in_words, points_in_words, price_in_words, summary_document
from supplier_portal.models import Bid
from supplier_portal.queries import (
    evidence_of,
    last_submissions,
    must_see_all,
    my_bid,
    submissions_of,
)
from supplier_portal.rules.stages import READABLE
from tenders.models import Tender
from tenders.queries import effective_stage

RESULTS = "/tenders/<token:tender>/results"
MINE = "/my-bids/<token:bid>"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pages.get(RESULTS)
@requires(Permission.MARK_READ)
def results(tender: str) -> ResponseReturnValue:
    """Before the release, the form of whoever may release; after it, what each bidder was told."""
    viewer = signed_in_user()
    found = queries.opened_tender(viewer, tender, to=Permission.MARK_READ)
    must_see_all(viewer, found)
    bids = queries.bids_in_evaluation(viewer, found)
    return _results_page(found, bids, results_form(bids), {})


@pages.post(RESULTS)
@requires(Permission.RESULT_RELEASE)
def release_results(tender: str) -> ResponseReturnValue:
    """Preview every summary; release what was previewed, to the letter, on a second press."""
    viewer = signed_in_user()
    found = queries.opened_tender(viewer, tender, to=Permission.RESULT_RELEASE)
    must_see_all(viewer, found)
    bids = queries.bids_in_evaluation(viewer, found)
    form, made = results_form(bids), {}
    if form.validate_on_submit():
        outcomes = form.outcomes(request.form)
        because = form.withheld_because.data or ""
        try:
            made = service.prepare_results(found, bids, outcomes, withheld_because=because)
            if request.form.get("then") == "release":
                count = service.release_results(
                    found,
                    outcomes,
                    withheld_because=because,
                    previewed=form.previewed.data or "",
                    by=viewer,
                )
                flash(f"The results are released to {'the bidder' if count == 1 else 'all'}")
                return redirect(url_for("scoring.results", tender=tender))
        except service.ChangedSincePreview as error:
            form.add_error(str(error))
        except DomainError as error:
            made = {}
            form.add_error(str(error), error.field)
    return _results_page(found, bids, form, made), 422 if form.errors else 200


def _results_page(
    tender: Tender, bids: list[EvaluatedBid], form: ResultsForm, made: dict[str, dict[str, Any]]
) -> str:
    return render_template(
        "scoring/results.html",
        tender=tender,
        bids=bids,
        released=queries.released_results(bids),
        missing=queries.by_bidder(queries.in_the_way(bids)),
        form=form,
        made=made,
        fingerprint=fingerprint_of(made) if made else "",
        withheld=set(request.form.getlist("withheld")),
        ranking=queries.ranking(bids),
        may_release=signed_in_user().may(Permission.RESULT_RELEASE, tender_id=tender.id),
        **_words(),
    )


@pages.get("/bids/<token:bid>/result")
@requires(Permission.MARK_READ)
def released_result(bid: str) -> ResponseReturnValue:
    """Show what one bidder was told, as it was released."""
    found = queries.bid_in_evaluation(signed_in_user(), bid, to=Permission.MARK_READ)
    released = queries.released_results([found])
    if not released:
        raise NoResultFound
    return render_template(
        "scoring/result.html",
        summary=released[0].summary,
        released=released[0],
        back=url_for("scoring.results", tender=found.tender.token),
        own=None,
        **_words(),
    )


@pages.get(MINE + "/after")
@requires(Permission.BID_READ)
def after(bid: str) -> ResponseReturnValue:
    """Show a supplier where its bid stands, what it was asked, its result and its own copies."""
    found, moment = my_bid(signed_in_user(), bid), clock.arrived_at()
    stage = effective_stage(found.tender, moment)
    handed_in = found.stage in READABLE
    last = last_submissions([found]).get(found.id)
    return render_template(
        "scoring/after.html",
        bid=found,
        status=status_in_words(stage, handed_in=handed_in),
        asked=[(entry, state_for_bidder(entry)) for entry in queries.asked_of_me(found)],
        result=queries.my_result(found),
        submissions=submissions_of(found),
        last=last,
        evidence=evidence_of(found).values(),
        is_opened=found.tender.opened_at is not None and handed_in,
    )


@pages.get(MINE + "/result")
@requires(Permission.BID_READ)
def my_result(bid: str) -> ResponseReturnValue:
    found, released = _my_result(bid)
    return render_template(
        "scoring/result.html",
        summary=released.summary,
        released=released,
        back=url_for("scoring.after", bid=bid),
        own=found,
        **_words(),
    )


@pages.get(MINE + "/result.json")
@requires(Permission.BID_READ)
def my_result_json(bid: str) -> ResponseReturnValue:
    """Hand out the very text that was released: its hash stands in the record of the bid."""
    _, released = _my_result(bid)
    return _file(released.text.encode(), "application/json", "assessment-summary.json")


@pages.get(MINE + "/result.docx")
@requires(Permission.BID_READ)
def my_result_word(bid: str) -> ResponseReturnValue:
    _, released = _my_result(bid)
    return _file(summary_document(released.summary), DOCX, "assessment-summary.docx")


def _my_result(token: str) -> tuple[Bid, Released]:
    found = my_bid(signed_in_user(), token)
    released = queries.my_result(found)
    if released is None:
        raise NoResultFound
    return found, released


def _file(data: bytes, kind: str, name: str) -> Response:
    response = Response(data, mimetype=kind)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _words() -> dict[str, Any]:
    return {
        "mark_in_words": mark_in_words,
        "points_in_words": points_in_words,
        "price_in_words": price_in_words,
    }
