"""Questions to a bidder about its opened bid: asked, answered, and decided whether they count."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation import clock
from foundation.errors import DomainError
from scoring import queries, service
from scoring.after_forms import (
    AnswerCouncilForm,
    AskBidderForm,
    AskedElsewhereForm,
    DecideAnswerForm,
    EnterReplyForm,
)
from scoring.queries import AskedOfBidder, EvaluatedBid
from scoring.rules.bid_questions import AskedState
from scoring.service.evaluating import EVALUATED_AT
from scoring.views.blueprint import pages
from supplier_portal.models import Bid
from supplier_portal.queries import my_bid
from supplier_portal.views.typed import Typing, typing_on
from tenders.evaluation import evaluation_of
from tenders.models import Tender
from tenders.queries import questionnaire_of

OF_BID = "/bids/<token:bid>/questions-to-bidder"
MINE = "/my-bids/<token:bid>/asked/<token:asked>"


@pages.get(OF_BID)
@requires(Permission.MARK_READ)
def bid_questions(bid: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = queries.bid_in_evaluation(viewer, bid, to=Permission.MARK_READ)
    return render_template(
        "scoring/bid_questions.html",
        bid=found,
        asked=queries.asked_of_bidder(found.opened.bid),
        to_decide=AskedState.TO_DECIDE,
        without_answer=(AskedState.WAITING, AskedState.NOT_ANSWERED),
        rule=rule_for_questions(found.tender),
        may_ask=viewer.may(Permission.BID_QUESTION, tender_id=found.tender.id),
        is_open=found.tender.stage in EVALUATED_AT,
    )


@pages.route(OF_BID + "/ask", methods=["GET", "POST"])
@requires(Permission.BID_QUESTION)
def ask_bidder(bid: str) -> ResponseReturnValue:
    """Write a question; one drafted by a check is filled in, to be read before it is sent."""
    viewer = signed_in_user()
    found = queries.bid_in_evaluation(viewer, bid, to=Permission.BID_QUESTION)
    elsewhere = found.opened.bid.brought_by_id is not None
    form = (AskedElsewhereForm if elsewhere else AskBidderForm)(data=_drafted(found))
    form.offer(found.questionnaire)
    if form.validate_on_submit():
        try:
            service.ask_bidder(
                found,
                form.question.data or "",
                form.text.data or "",
                clock.from_london(form.answer_until.data, field="answer_until"),
                by=viewer,
                arrived_at=clock.arrived_at(),
            )
        except service.NotInEvaluation:
            raise
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash(
                "The question is recorded, and nothing was sent: ask it on the other portal"
                if elsewhere
                else f"The question is sent to {found.name}"
            )
            return redirect(url_for("scoring.bid_questions", bid=bid))
    page = render_template(
        "scoring/ask_bidder.html",
        bid=found,
        form=form,
        elsewhere=elsewhere,
        rule=rule_for_questions(found.tender),
    )
    return page, 422 if form.errors else 200


@pages.route(OF_BID + "/<token:asked>", methods=["GET", "POST"])
@requires(Permission.BID_QUESTION)
def decide_answer(bid: str, asked: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = queries.bid_in_evaluation(viewer, bid, to=Permission.BID_QUESTION)
    entry = queries.one_asked_of_bidder(found.opened.bid, asked)
    form = DecideAnswerForm()
    if form.validate_on_submit():
        try:
            service.decide_answer(
                found, asked, form.decision.data == "yes", form.reason.data or "", by=viewer
            )
        except service.ReasonTooShort as error:
            form.add_error(str(error), error.field)
        else:
            flash("Your decision is saved, and evaluators see it beside the answer")
            return redirect(url_for("scoring.bid_questions", bid=bid))
    elif entry.state is not AskedState.TO_DECIDE and not form.is_submitted():
        return redirect(url_for("scoring.bid_questions", bid=bid))
    page = render_template(
        "scoring/decide_answer.html",
        bid=found,
        entry=entry,
        form=form,
        rule=rule_for_questions(found.tender),
    )
    return page, 422 if form.errors else 200


@pages.route(OF_BID + "/<token:asked>/reply", methods=["GET", "POST"])
@requires(Permission.BID_QUESTION)
def enter_reply(bid: str, asked: str) -> ResponseReturnValue:
    """Enter what a bidder replied on the portal its bid came from."""
    viewer = signed_in_user()
    found = queries.bid_in_evaluation(viewer, bid, to=Permission.BID_QUESTION)
    entry = queries.one_asked_of_bidder(found.opened.bid, asked)
    if not entry.elsewhere:
        raise NoResultFound
    form = EnterReplyForm()
    if form.validate_on_submit():
        try:
            service.enter_reply(
                found,
                asked,
                form.text.data or "",
                written_by=form.written_by.data or "",
                received_at=clock.from_london(form.received_at.data, field="received_at"),
                by=viewer,
                arrived_at=clock.arrived_at(),
            )
        except service.NotInEvaluation:
            raise
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("The reply is entered. Decide whether it may count")
            return redirect(url_for("scoring.bid_questions", bid=bid))
    page = render_template("scoring/enter_reply.html", bid=found, entry=entry, form=form)
    return page, 422 if form.errors else 200


@pages.get(MINE)
@requires(Permission.BID_READ)
def asked_of_me(bid: str, asked: str) -> ResponseReturnValue:
    found = my_bid(signed_in_user(), bid)
    typing = typing_on(found, f"asked/{asked}")
    return _answer_page(found, asked, AnswerCouncilForm(formdata=typing.fields), typing)


@pages.post(MINE)
@requires(Permission.BID_SUBMIT)
def answer_council(bid: str, asked: str) -> ResponseReturnValue:
    """Take an answer that arrived in time; one that did not is shown back, never thrown away."""
    found = my_bid(signed_in_user(), bid, to=Permission.BID_SUBMIT)
    form = AnswerCouncilForm()
    if form.validate_on_submit():
        try:
            service.answer_council(
                found,
                asked,
                form.text.data or "",
                by=signed_in_user(),
                arrived_at=clock.arrived_at(),
            )
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("Your answer is sent. It stands beside your bid")
            return redirect(url_for("scoring.after", bid=bid))
    return _answer_page(found, asked, form, typing_on(found, f"asked/{asked}")), 422


def _answer_page(bid: Bid, token: str, form: AnswerCouncilForm, typing: Typing) -> str:
    entry = queries.one_asked_of_me(bid, token)
    question = questionnaire_of(bid.tender).question(entry.question_id)
    may_answer = signed_in_user().may(Permission.BID_SUBMIT, tender_id=bid.tender_id)
    return render_template(
        "scoring/answer_council.html",
        bid=bid,
        entry=entry,
        question=question.question if question else None,
        form=form,
        typing=typing,
        may_answer=may_answer,
        is_waiting=entry.state is AskedState.WAITING and bid.tender.stage in EVALUATED_AT,
        state=state_for_bidder(entry),
        rule=rule_for_questions(bid.tender),
    )


def rule_for_questions(tender: Tender) -> str:
    """Return by which rule bidders are asked about their bids, as published; "" if none was."""
    return evaluation_of(tender).clarifications


def state_for_bidder(entry: AskedOfBidder) -> str:
    """Return where a question stands in words for the company it was put to."""
    return {
        AskedState.WAITING: "Waiting for your answer",
        AskedState.NOT_ANSWERED: "Not answered in time",
        AskedState.TO_DECIDE: "Answered",
        AskedState.COUNTS: "Answered. The council decided that the answer may count",
        AskedState.DOES_NOT_COUNT: "Answered. The council decided that the answer may not count",
    }[entry.state]


def _drafted(bid: EvaluatedBid) -> dict[str, str]:
    """Return what fills the form: the draft of a check, or the question the link came from."""
    rule = request.args.get("check", "")
    drafts = {entry.case.rule: entry.text for entry in queries.to_ask(bid)} if rule else {}
    question = request.args.get("question", "")
    is_asked = bid.questionnaire.question(question) is not None
    return {"text": drafts.get(rule, ""), "question": question if is_asked else ""}


@pages.context_processor
def what_was_asked_after_opening() -> dict[str, object]:
    return {"asked_after_opening": asked_after_opening}


def asked_after_opening(bid: EvaluatedBid, question_id: str) -> list[AskedOfBidder]:
    """Return what was asked about one question of a bid, and about the bid as a whole."""
    asked = queries.asked_of_bidder(bid.opened.bid)
    return [entry for entry in asked if entry.question_id in ("", question_id)]
