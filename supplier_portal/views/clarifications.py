"""Questions about a tender: ask one, and read all published answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation import clock
from foundation.errors import DomainError
from supplier_portal import queries
from supplier_portal.asking import AskForm
from supplier_portal.forms import ConfirmForm
from supplier_portal.models import Bid
from supplier_portal.views.base import pages
from supplier_portal.views.typed import typing_on
from tenders import service as tenders
from tenders.bidding import asking_window, bidding_in_words, questions_end
from tenders.clarified import own_clarifications, own_names, published_in
from tenders.models import Tender
from tenders.queries import questionnaire_of, tender_for
from tenders.rules.clarifications import ClarificationState, names_in, refusal_to_ask

ADDRESS = "/opportunities/<token:tender>/questions-and-answers"


@pages.get(ADDRESS)
@requires(Permission.TENDER_BROWSE)
def questions_and_answers(tender: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = tender_for(viewer, tender)
    titles = _titles(found)
    chosen = request.args.get("question", "")
    published = published_in(found)
    bid = next((bid for bid in queries.my_bids(viewer) if bid.tender_id == found.id), None)
    return render_template(
        "supplier_portal/questions_and_answers.html",
        tender=found,
        bid=bid,
        titles=titles,
        chosen=chosen if chosen in titles else "",
        published=[
            entry for entry in published if chosen not in titles or entry.question_id == chosen
        ],
        all_published=len(published),
        answered_about=sorted({entry.question_id for entry in published} & set(titles)),
        own=own_clarifications(viewer, found),
        waiting=ClarificationState.ASKED,
        until=questions_end(found),
        refused=str(refusal_to_ask(asking_window(found), clock.arrived_at()) or ""),
        may_ask=_may_ask(found),
        form=ConfirmForm(formdata=None),
    )


@pages.route(ADDRESS + "/ask", methods=["GET", "POST"])
@requires(Permission.CLARIFICATION_ASK)
def ask(tender: str) -> ResponseReturnValue:
    """Ask about the tender or one question of it; the company is not named to anybody."""
    viewer = signed_in_user()
    found = tender_for(viewer, tender, to=Permission.CLARIFICATION_ASK)
    refused = refusal_to_ask(asking_window(found), clock.arrived_at())
    typing = typing_on(None, f"ask/{found.token}")
    about = {"question": request.args.get("question", "")}
    form = (
        AskForm(data=about)
        if request.method == "POST"
        else AskForm(formdata=typing.fields, data=about)
    )
    form.offer(_titles(found))
    if form.validate_on_submit():
        if names_in(form.text.data or "", own_names(viewer)) and not form.as_it_is.data:
            form.add_error("Take out your company’s name, or confirm that you want it sent", "text")
        else:
            try:
                tenders.ask_clarification(
                    found,
                    form.question.data or "",
                    form.text.data or "",
                    by=viewer,
                    arrived_at=clock.arrived_at(),
                )
            except DomainError as error:
                form.add_error(str(error), error.field)
            else:
                flash("Your question is sent. The council is not told who asked it")
                return redirect(url_for(".questions_and_answers", tender=tender))
    page = render_template(
        "supplier_portal/ask.html",
        tender=found,
        form=form,
        typing=typing,
        refused="" if form.is_submitted() else str(refused or ""),
        until=questions_end(found),
        named=bool(names_in(form.text.data or "", own_names(viewer))),
    )
    return page, 422 if form.errors else 200


@pages.post(ADDRESS + "/<token:clarification>/withdraw")
@requires(Permission.CLARIFICATION_ASK)
def withdraw_question(tender: str, clarification: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = tender_for(viewer, tender, to=Permission.CLARIFICATION_ASK)
    tenders.withdraw_clarification(found, clarification, by=viewer)
    flash("Your question is withdrawn")
    return redirect(url_for(".questions_and_answers", tender=tender))


@pages.context_processor
def what_pages_say_of_clarifications() -> dict[str, Any]:
    return {
        "answers_published": answers_published,
        "bidding_in_words": bidding_in_words,
        "may_ask_about": may_ask_about,
    }


def answers_published(bid: Bid, since: datetime | None) -> str:
    """Return "3 published, 1 since you last saved"; empty where nothing is published."""
    published = published_in(bid.tender)
    if not published:
        return ""
    words = f"{len(published)} published"
    newer = sum(since is not None and entry.published_at > since for entry in published)
    return f"{words}, {newer} since you last saved" if newer else words


def may_ask_about(tender: Tender) -> bool:
    """Return whether the viewer can ask now: by role, and by the clock."""
    return _may_ask(tender) and refusal_to_ask(asking_window(tender), clock.arrived_at()) is None


def _may_ask(tender: Tender) -> bool:
    return signed_in_user().may(Permission.CLARIFICATION_ASK, tender_id=tender.id)


def _titles(tender: Tender) -> dict[str, str]:
    return {asked.id: asked.question.title for asked in questionnaire_of(tender).questions}
