"""A price that seems abnormally low: raised, the bidder asked, its reply, the decision."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.access import requires, signed_in_user
from accounts.queries import Viewer
from accounts.rules.roles import Permission
from foundation import clock
from foundation.errors import DomainError
from scoring import low_price_forms as forms
from scoring import queries
from scoring.queries.low_prices import Case, case_of, my_case
from scoring.queries.price_opening import OpenedPrices, prices_shown
from scoring.rules.low_prices import STEPS, State, Step, draft_letter
from scoring.service import low_prices
from scoring.service.evaluating import EVALUATED_AT, NotInEvaluation
from scoring.views.blueprint import pages
from supplier_portal.forms import whole_number
from supplier_portal.models import Bid
from supplier_portal.queries import my_bid
from supplier_portal.rules.prices import pounds
from supplier_portal.views.typed import Typing, typing_on

OF_BID = "/bids/<token:bid>/low-price"
MINE = "/my-bids/<token:bid>/low-price"
TYPED_PAGE = "low-price"


@dataclass(frozen=True)
class Way:
    """How a step is recorded: its form, the heading and button, and what saves it."""

    form: type[forms.StepForm]
    title: str
    button: str
    save: Callable[[Bid, Any, int, Viewer], object]


WAYS: Mapping[Step, Way] = {
    Step.RAISED: Way(
        forms.RaiseForm,
        "Look into the price",
        "Begin",
        lambda bid, form, based_on, by: low_prices.raise_case(
            bid, form.text.data or "", based_on=based_on, by=by
        ),
    ),
    Step.NOT_NEEDED: Way(
        forms.NotNeededForm,
        "Say why no case is needed",
        "Save the reason",
        lambda bid, form, based_on, by: low_prices.need_no_case(
            bid, form.text.data or "", based_on=based_on, by=by
        ),
    ),
    Step.ASKED: Way(
        forms.AskForm,
        "Ask the bidder about its price",
        "Send the letter",
        lambda bid, form, based_on, by: low_prices.ask_bidder(
            bid,
            form.text.data or "",
            clock.from_london(form.due_at.data, field="due_at"),
            based_on=based_on,
            by=by,
        ),
    ),
    Step.REPLIED: Way(
        forms.EnterForm,
        "Enter the reply",
        "Save the reply",
        lambda bid, form, based_on, by: low_prices.enter_reply(
            bid, form.text.data or "", based_on=based_on, by=by
        ),
    ),
    Step.DECIDED: Way(
        forms.DecideForm,
        "Decide about the price",
        "Save the decision",
        lambda bid, form, based_on, by: low_prices.decide(
            bid, form.decision.data or "", form.text.data or "", based_on=based_on, by=by
        ),
    ),
}


@pages.get(OF_BID)
@requires(Permission.MARK_READ)
def low_price(bid: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found, one = _priced(viewer, bid, Permission.MARK_READ)
    case = case_of(found)
    may_record = viewer.may(Permission.COMPLIANCE_DECIDE, tender_id=found.tender_id)
    return render_template(
        "scoring/low_price.html",
        bid=found,
        one=one,
        case=case,
        ways=_ways(one, case) if may_record else {},
    )


@pages.route(OF_BID + "/<string:step>", methods=["GET", "POST"])
@requires(Permission.COMPLIANCE_DECIDE)
def low_price_step(bid: str, step: str) -> ResponseReturnValue:
    """Record one step; one that does not follow now leads back to the page of the case."""
    viewer = signed_in_user()
    found, one = _priced(viewer, bid, Permission.COMPLIANCE_DECIDE)
    case, way = case_of(found), _way(found, step)
    form = way.form(data=_begins_with(Step(step), case, one))
    here = url_for(".low_price", bid=bid)
    if form.validate_on_submit():
        try:
            way.save(found, form, whole_number(form.based_on.data or ""), viewer)
        except NotInEvaluation:
            raise
        except low_prices.CaseChanged as error:
            form.based_on.data = str(case_of(found).version)
            form.add_error(str(error))
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("Recorded")
            return redirect(here)
    elif not form.is_submitted() and Step(step) not in _ways(one, case):
        return redirect(here)
    page = render_template(
        "scoring/low_price_step.html", bid=found, one=one, case=case, way=way, form=form
    )
    return page, 422 if form.errors else 200


@pages.get(MINE)
@requires(Permission.BID_READ)
def my_low_price(bid: str) -> ResponseReturnValue:
    found = my_bid(signed_in_user(), bid)
    typing = typing_on(found, TYPED_PAGE)
    return _my_page(found, forms.ReplyForm(formdata=typing.fields), typing)


@pages.post(MINE)
@requires(Permission.BID_SUBMIT)
def reply_about_price(bid: str) -> ResponseReturnValue:
    """Take a reply that arrived in time; one that did not is shown back, never thrown away."""
    found = my_bid(signed_in_user(), bid, to=Permission.BID_SUBMIT)
    form = forms.ReplyForm()
    if form.validate_on_submit():
        try:
            low_prices.reply(
                found,
                form.text.data or "",
                by=signed_in_user(),
                arrived_at=clock.arrived_at(),
            )
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("Your reply is sent")
            return redirect(url_for(".my_low_price", bid=bid))
    return _my_page(found, form, typing_on(found, TYPED_PAGE)), 422


@pages.context_processor
def low_price_of_mine() -> dict[str, Any]:
    """A function, so that a page that does not ask pays nothing."""
    return {"my_low_price_case": my_case}


def _my_page(bid: Bid, form: forms.ReplyForm, typing: Typing) -> str:
    case = my_case(bid)
    if case is None:
        raise NoResultFound
    waits = case.standing.state is State.ASKED and bid.tender.stage in EVALUATED_AT
    return render_template(
        "scoring/my_low_price.html",
        bid=bid,
        case=case,
        form=form,
        typing=typing,
        is_waiting=waits,
        may_answer=signed_in_user().may(Permission.BID_SUBMIT, tender_id=bid.tender_id),
    )


def _priced(viewer: Viewer, token: str, to: Permission) -> tuple[Bid, OpenedPrices]:
    """Return a bid with its price. Raises NoResultFound, and QualityNotAgreed while it is shut."""
    found = queries.bid_in_evaluation(viewer, token, to=to)
    shown = prices_shown(viewer, found.tender)
    for one in shown.bids if shown else ():
        if one.token == token:
            return found.opened.bid, one
    raise NoResultFound


def _way(bid: Bid, step: str) -> Way:
    """Return how a step is recorded. Raises NoResultFound: who bids here replies here."""
    if step not in set(Step) or (step == Step.REPLIED and bid.brought_by_id is None):
        raise NoResultFound
    return WAYS[Step(step)]


def _ways(one: OpenedPrices, case: Case) -> dict[Step, Way]:
    """Return what an officer can record now."""
    bid = one.opened.bid
    if bid.tender.stage not in EVALUATED_AT:
        return {}
    steps = STEPS[case.standing.state]
    if bid.brought_by_id is None:
        steps -= {Step.REPLIED}
    if not one.hints:
        steps -= {Step.NOT_NEEDED}
    return {step: way for step, way in WAYS.items() if step in steps}


def _begins_with(step: Step, case: Case, one: OpenedPrices) -> dict[str, Any]:
    """Return what the form is filled with: of the letter a draft."""
    data: dict[str, Any] = {"based_on": str(case.version)}
    if step is Step.ASKED:
        tender = one.opened.bid.tender
        total = one.total
        data["text"] = draft_letter(
            title=tender.title,
            reference=tender.reference,
            total=pounds(total) if total is not None else "no total",
            why="",
        )
    return data
