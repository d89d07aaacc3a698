"""Recommending how a tender is decided, and the second person's word on it."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.again import asks_again
from accounts.rules.roles import Permission
from foundation import clock
from foundation.errors import DomainError
from scoring import queries, service
from scoring.deciding_forms import TAKE_BACK, DecideAwardForm, RecommendForm, recommend_form
from scoring.queries.deciding import Deciding, deciding, total_label
from scoring.rules.recommending import SUCCESSFUL, UNSUCCESSFUL
from scoring.service.deciding import all_wrong, asked_for
from scoring.service.evaluating import EVALUATED_AT
from scoring.views.blueprint import pages
from scoring.views.results import DOCX
from scoring.word_recommendation import recommendation_document
from tenders.models import Tender
from tenders.service import approvals

PAGE = "/tenders/<token:tender>/recommendation"


@pages.get(PAGE)
@requires(Permission.MARK_READ)
def recommendation(tender: str) -> ResponseReturnValue:
    """Whoever recommends, agrees or reads finds the same page."""
    viewer = signed_in_user()
    found = queries.opened_tender(viewer, tender, to=Permission.MARK_READ)
    return _page(deciding(viewer, found))


@pages.post(PAGE)
@requires(Permission.RESULT_RELEASE)
@asks_again
def recommend(tender: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = queries.opened_tender(viewer, tender, to=Permission.RESULT_RELEASE)
    now = deciding(viewer, found)
    form = _form(now)
    if _is_right(now, form):
        try:
            service.recommend(
                found,
                form.chosen,
                form.reason.data or "",
                read=form.read.data or "",
                by=viewer,
                nothing=form.nothing.data == "nothing",
                several=bool(form.several.data),
                several_because=form.several_because.data or "",
            )
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("Your recommendation is saved; those who can agree to it were told")
            return redirect(url_for("scoring.recommendation", tender=tender))
    return _page(deciding(viewer, found), asking=form), 422


@pages.post(PAGE + "/decision")
@requires(Permission.MARK_READ)
@asks_again
def decide_award(tender: str) -> ResponseReturnValue:
    """Agree, refuse or take back; who may, the request itself says."""
    viewer = signed_in_user()
    found = queries.opened_tender(viewer, tender, to=Permission.MARK_READ)
    form = DecideAwardForm()
    if form.validate_on_submit():
        try:
            words = _decide(found, form)
        except DomainError as error:
            form.add_error(str(error), "refusal" if error.field == "reason" else error.field)
        else:
            flash(words)
            return redirect(url_for("scoring.recommendation", tender=tender))
    return _page(deciding(viewer, found), answering=form), 422


@pages.get("/tenders/<token:tender>/recommendation.docx")
@requires(Permission.MARK_READ)
def recommendation_word(tender: str) -> ResponseReturnValue:
    """The report, made from the record as it stands."""
    viewer = signed_in_user()
    found = queries.opened_tender(viewer, tender, to=Permission.MARK_READ)
    report = queries.report_of(viewer, deciding(viewer, found))
    response = Response(recommendation_document(report), mimetype=DOCX)
    name = f"recommendation-{found.reference}.docx"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _is_right(now: Deciding, form: RecommendForm) -> bool:
    """Say at once everything that is wrong with what was entered."""
    is_filled = form.validate_on_submit()
    wrong = all_wrong(
        now,
        form.chosen,
        form.reason.data or "",
        nothing=form.nothing.data == "nothing",
        several=bool(form.several.data),
        several_because=form.several_because.data or "",
    )
    known = set(form.errors)
    for error in wrong:
        if error.field not in known:
            form.add_error(str(error), error.field)
    return is_filled and not wrong


def _decide(tender: Tender, form: DecideAwardForm) -> str:
    """Do what was chosen and return it in words. Raises NotApproved and others."""
    viewer, moment = signed_in_user(), clock.arrived_at()
    token = form.approval.data or ""
    if form.decision.data == "agree":
        service.approve(tender, token, by=viewer, arrived_at=moment)
        return "You agreed: it is decided as recommended. Nobody outside is told yet"
    if form.decision.data == TAKE_BACK:
        approvals.take_back(asked_for(tender, token), by=viewer)
        return "Your request is taken back"
    approvals.refuse(
        asked_for(tender, token), by=viewer, arrived_at=moment, reason=form.refusal.data or ""
    )
    return "You refused the recommendation"


def _form(now: Deciding) -> RecommendForm:
    last = now.recommendation
    several_because = "" if last is None else last.several_because
    return recommend_form(now.places, _offered(now), now.sha256, several_because)


def _offered(now: Deciding) -> dict[str, str]:
    """Return what the ranking leads to, or what was recommended last."""
    last = now.recommendation.outcomes if now.recommendation is not None else {}
    winner = now.ranked.winner
    return {
        place.key: last.get(
            place.key,
            "" if winner is None else SUCCESSFUL if place.key == winner.key else UNSUCCESSFUL,
        )
        for place in now.places
    }


def _page(
    now: Deciding,
    *,
    asking: RecommendForm | None = None,
    answering: DecideAwardForm | None = None,
) -> str:
    viewer, tender = signed_in_user(), now.tender
    submitted = asking or answering
    asked = now.asked if now.is_waiting else None
    is_mine = asked is not None and asked.approval.asked_by_id == viewer.person_id
    answering = answering or DecideAwardForm(
        formdata=None, data={"approval": asked.approval.token if asked else ""}
    )
    answering.offer_to_second()
    return render_template(
        "scoring/recommendation.html",
        tender=tender,
        now=now,
        asked=asked,
        is_mine=is_mine,
        missing=queries.by_bidder(now.missing),
        total_label=total_label(now.ranked),
        earlier=now.recommendations[1:],
        names=now.ranked.names,
        asking=asking or _form(now),
        answering=answering,
        submitted=submitted,
        is_open=tender.stage in EVALUATED_AT,
        may_recommend=viewer.may(Permission.RESULT_RELEASE, tender_id=tender.id),
        may_agree=viewer.may(Permission.AWARD_APPROVE, tender_id=tender.id) and not is_mine,
    )
