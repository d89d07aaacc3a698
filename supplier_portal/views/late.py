"""Handing a bid in although bidding has closed, and the receipt that says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation import clock
from foundation.canonical import canonical_json
from foundation.errors import DomainError
from foundation.tokens import new_token
from supplier_portal import queries
from supplier_portal.late_forms import LateForm
from supplier_portal.models import Bid, LateSubmission
from supplier_portal.queries import late as late_queries
from supplier_portal.rules.lateness import StillInTime, late_refusal
from supplier_portal.rules.stages import BidStage
from supplier_portal.service.late import hand_in_late
from supplier_portal.terms_asked import terms_asked
from supplier_portal.views.base import download, may, pages
from supplier_portal.views.terms import offer, said_in, say_what_else
from tenders.outages import outages_near_closing
from tenders.rules.lateness import LATE_RULE, how_late

LATE = "/bids/<token:bid>/late"
HANDED_IN = LATE + "/<int:number>"


@dataclass(frozen=True)
class LateLine:
    """What a bid's pages say of handing in late: whether it may still be, and what was."""

    may_hand_in: bool
    last: LateSubmission | None
    how_late: str


@pages.context_processor
def asked_for_by_templates() -> dict[str, Any]:
    """A function, so that a page that does not ask pays nothing."""
    return {"late_line_of": late_line_of}


def late_line_of(bid: Bid) -> LateLine | None:
    """Return what there is to say once bidding is closed; None before, and of other portals."""
    closes_at, moment = bid.tender.closes_at, clock.arrived_at()
    if closes_at is None or moment < closes_at or bid.brought_by_id is not None:
        return None
    last = late_queries.last_late_submissions([bid]).get(bid.id)
    said = how_late(closes_at, last.arrived_at) if last else ""
    return LateLine(may(bid, Permission.BID_SUBMIT) and not _refused(bid), last, said)


@pages.get(LATE)
@requires(Permission.BID_SUBMIT)
def late(bid: str) -> ResponseReturnValue:
    found = queries.my_bid(signed_in_user(), bid, to=Permission.BID_SUBMIT)
    if isinstance(_refused(found), StillInTime):
        return redirect(url_for(".check", bid=bid))
    form = LateForm(formdata=None)
    form.declared_by.data = signed_in_user().name
    form.form_key.data = new_token()
    return _page(found, form)


@pages.post(LATE)
@requires(Permission.BID_SUBMIT)
def hand_in_after_closing(bid: str) -> ResponseReturnValue:
    found = queries.my_bid(signed_in_user(), bid, to=Permission.BID_SUBMIT)
    form, refused = LateForm(), None
    if form.validate_on_submit():
        try:
            handed_in = hand_in_late(
                found,
                by=signed_in_user(),
                arrived_at=clock.arrived_at(),
                declared_by=form.declared_by.data or "",
                why=form.why.data or "",
                agreed=bool(form.agreed.data),
                knows_missing=bool(form.knows_missing.data),
                form_key=form.form_key.data or "",
                terms=said_in(form),
            )
        except DomainError as error:
            form.add_error(str(error), error.field)
            refused = error
        else:
            return redirect(url_for(".late_receipt", bid=bid, number=handed_in.number))
    form.form_key.data = form.form_key.data or new_token()
    return _page(queries.my_bid(signed_in_user(), bid), form, refused), 422


@pages.get(HANDED_IN)
@requires(Permission.BID_READ)
def late_receipt(bid: str, number: int) -> ResponseReturnValue:
    found = queries.my_bid(signed_in_user(), bid)
    handed_in = late_queries.late_submission_of(found, number)
    return render_template(
        "supplier_portal/late_receipt.html",
        bid=found,
        late=handed_in,
        receipt=late_queries.late_receipt_of(found, handed_in),
        how_late=how_late(found.tender.closes_at or handed_in.arrived_at, handed_in.arrived_at),
        why=late_queries.why_late(found, handed_in),
        others=[one for one in late_queries.late_submissions_of(found) if one.number != number],
        in_time=_in_time(found),
    )


@pages.get(HANDED_IN + "/receipt.json")
@requires(Permission.BID_READ)
def late_receipt_file(bid: str, number: int) -> ResponseReturnValue:
    found = queries.my_bid(signed_in_user(), bid)
    receipt = late_queries.late_receipt_of(found, late_queries.late_submission_of(found, number))
    return download(canonical_json(receipt.as_json()), f"receipt-{number}-late.json")


@pages.get(HANDED_IN + "/bid.json")
@requires(Permission.BID_READ)
def late_file(bid: str, number: int) -> ResponseReturnValue:
    found = queries.my_bid(signed_in_user(), bid)
    text = late_queries.late_text(found, late_queries.late_submission_of(found, number))
    return download(text, f"bid-{number}-late.json")


def _refused(bid: Bid) -> DomainError | None:
    tender = bid.tender
    return late_refusal(queries.window_of(tender), tender.opened_at, clock.arrived_at())


def _in_time(bid: Bid) -> int | None:
    """Return the version submitted in time that stands; None if there is none."""
    late = {one.commitment for one in late_queries.late_submissions_of(bid)}
    found = (one.number for one in queries.submissions_of(bid) if one.commitment not in late)
    stands = bid.stage in (BidStage.SUBMITTED, BidStage.OPENED)
    return next(found, None) if stands else None


def _page(bid: Bid, form: LateForm, refused: DomainError | None = None) -> str:
    moment, closes_at = clock.arrived_at(), bid.tender.closes_at
    answers, missing, behind = late_queries.late_answers(bid)
    asked = terms_asked(bid, answers)
    if asked is not None:
        offer(form, asked)
    say_what_else(form, refused, missing=missing, asked=asked)
    return render_template(
        "supplier_portal/late.html",
        bid=bid,
        form=form,
        refused=_refused(bid),
        rule=LATE_RULE,
        how_late=how_late(closes_at, moment) if closes_at and moment >= closes_at else "",
        missing=missing,
        behind=behind,
        given=len(answers),
        content_hash=queries.content_to_hand_in(bid, answers).content_hash,
        asked=asked,
        in_time=_in_time(bid),
        last=late_queries.last_late_submissions([bid]).get(bid.id),
        outages=outages_near_closing(bid.tender),
    )
