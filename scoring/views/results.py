"""Results: how far the decision is, what each bidder was told, and each bidder's own result."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.access import requires, signed_in_user
from accounts.queries import Viewer
from accounts.rules.roles import Permission
from foundation import clock
from scoring import queries
from scoring.queries import Released
from scoring.queries.deciding import deciding
from scoring.queries.letters import outbox_of
from scoring.queries.ranked import must_be_shown_ranking
from scoring.queries.standstill import standing_of
from scoring.rules.after import status_in_words
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
from tenders.rules.lifecycle import Stage

RESULTS = "/tenders/<token:tender>/results"
MINE = "/my-bids/<token:bid>"
AFTER_RESULTS = (Stage.DECIDED, Stage.STANDSTILL, Stage.AWARDED)
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pages.get(RESULTS)
@requires(Permission.MARK_READ)
def results(tender: str) -> ResponseReturnValue:
    """Before the release, how far the decision is; after it, what each bidder was told."""
    viewer = signed_in_user()
    found = queries.opened_tender(viewer, tender, to=Permission.MARK_READ)
    if found.stage in AFTER_RESULTS:
        return _released_page(viewer, found)
    now = deciding(viewer, found)
    return render_template(
        "scoring/results.html",
        tender=found,
        now=now,
        outbox=outbox_of(now) if now.is_approved else [],
        missing=queries.by_bidder(now.missing),
        may_release=viewer.may(Permission.RESULT_RELEASE, tender_id=found.id),
    )


def _released_page(viewer: Viewer, tender: Tender) -> str:
    must_be_shown_ranking(viewer, tender)
    return render_template(
        "scoring/results.html",
        tender=tender,
        released=queries.released_results(queries.bids_in_evaluation(viewer, tender)),
        standing=standing_of(tender),
    )


@pages.get("/bids/<token:bid>/result")
@requires(Permission.MARK_READ)
def released_result(bid: str) -> ResponseReturnValue:
    """Show what one bidder was told, as it was released."""
    found = queries.bid_in_evaluation(signed_in_user(), bid, to=Permission.MARK_READ)
    # The others are told of the successful bid too.
    must_see_all(signed_in_user(), found.tender)
    released = queries.released_results([found])
    if not released:
        raise NoResultFound
    return render_template(
        "scoring/result.html",
        summary=released[0].summary,
        released=released[0],
        back=url_for("scoring.results", tender=found.tender.token),
        own=None,
        **words_of_summaries(),
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
        **words_of_summaries(),
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


def words_of_summaries() -> dict[str, Any]:
    """Return the words that pages of summaries share."""
    return {
        "mark_in_words": mark_in_words,
        "points_in_words": points_in_words,
        "price_in_words": price_in_words,
    }
