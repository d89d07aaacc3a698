"""Check and publish: one officer asks, another officer or a reviewer looks and agrees."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.again import asks_again
from accounts.rules.roles import Permission
from foundation import clock
from foundation.forms import Form
from tenders import approving, proposing, queries, service
from tenders.approval_forms import REFUSE, AskForm, DecideForm
from tenders.bidding import bidding_in_words
from tenders.fixed import closing_in_words
from tenders.libraries import clauses_of, frozen_libraries
from tenders.models import Tender
from tenders.notices import shipped_notices
from tenders.rules.approvals import ApprovalKind, NotApproved
from tenders.rules.award import in_words
from tenders.rules.evaluation import in_words as evaluation_in_words
from tenders.rules.lifecycle import Stage
from tenders.rules.lint import knock_outs
from tenders.service import approvals, publishing_by_two
from tenders.views.approving import approval_of, standing_of
from tenders.views.base import pages
from tenders.views.fixed import DRAFT_TERMS, draft_terms_at

PUBLISH = "/<token:tender>/publish"
AGREE = "Agree: the tender is published at once"


@pages.get(PUBLISH)
@requires(Permission.TENDER_APPROVE)
def publish(tender: str) -> ResponseReturnValue:
    """What would be published, for the one who asks and for the one who agrees alike."""
    found = queries.tender_for(signed_in_user(), tender, to=Permission.TENDER_APPROVE)
    if found.stage is not Stage.DRAFT:
        return redirect(url_for("tenders.show", tender=tender))
    return publish_page(found)


@pages.post(PUBLISH)
@requires(Permission.TENDER_PUBLISH)
@asks_again
def ask_to_publish(tender: str) -> ResponseReturnValue:
    found = queries.tender_for(signed_in_user(), tender, to=Permission.TENDER_PUBLISH)
    form = AskForm()
    if form.validate_on_submit():
        try:
            publishing_by_two.ask_to_publish(
                found,
                form.about.data or "",
                by=signed_in_user(),
                libraries=frozen_libraries(found),
                arrived_at=clock.arrived_at(),
                note=form.note.data or "",
            )
        except (service.NotReady, publishing_by_two.SeenBefore, NotApproved) as error:
            form.add_error(str(error))
        else:
            flash("Asked. The tender is published when a second person agrees")
            return redirect(url_for("tenders.publish", tender=tender))
    return publish_page(found, asking=form), 422


@pages.post(PUBLISH + "/decision")
@requires(Permission.TENDER_APPROVE)
@asks_again
def decide_on_publishing(tender: str) -> ResponseReturnValue:
    found = queries.tender_for(signed_in_user(), tender, to=Permission.TENDER_APPROVE)
    form = DecideForm.on(AGREE)
    asked = approval_of(found, form.approval.data or "")
    if form.validate_on_submit():
        terms: dict[str, Any] = {
            "by": signed_in_user(),
            "arrived_at": clock.arrived_at(),
            "reason": form.reason.data or "",
        }
        try:
            if form.decision.data == REFUSE:
                publishing_by_two.refuse_to_publish(found, asked, **terms)
                flash("Refused. Whoever asked is told, with your reason")
                return redirect(url_for("tenders.publish", tender=tender))
            publishing_by_two.agree_to_publish(
                found, asked, form.about.data or "", libraries=frozen_libraries(found), **terms
            )
        except (service.NotReady, NotApproved, approvals.RefusalUnexplained) as error:
            if found.stage is not Stage.DRAFT:
                flash(str(error))
                return redirect(url_for("tenders.show", tender=tender))
            form.add_error(str(error), error.field)
        else:
            flash(_published_in_words(found))
            return redirect(url_for("tenders.show", tender=tender))
    return publish_page(found, deciding=form), 422


@pages.post(PUBLISH + "/take-back")
@requires(Permission.TENDER_PUBLISH)
def take_back_publishing(tender: str) -> ResponseReturnValue:
    found = queries.tender_for(signed_in_user(), tender, to=Permission.TENDER_PUBLISH)
    form = DecideForm.on(AGREE)
    try:
        approvals.take_back(approval_of(found, form.approval.data or ""), by=signed_in_user())
    except NotApproved as error:
        form.add_error(str(error))
        return publish_page(found, deciding=form), 422
    flash("Taken back. Nothing is published")
    return redirect(url_for("tenders.publish", tender=tender))


def publish_page(
    tender: Tender, *, asking: AskForm | None = None, deciding: DecideForm | None = None
) -> str:
    questionnaire, libraries = queries.questionnaire_of(tender), frozen_libraries(tender)
    publication = publishing_by_two.publication_of(tender, libraries, clock.arrived_at())
    history = approving.history(tender, ApprovalKind.PUBLISH)
    shown: Form = asking or deciding or AskForm(formdata=None)
    return render_template(
        "tenders/publish.html",
        tender=tender,
        form=shown,
        asking=asking or AskForm(formdata=None),
        deciding=deciding or DecideForm.on(AGREE),
        standing=standing_of(tender, ApprovalKind.PUBLISH, publication.about, history),
        publication=publication,
        must_fix=publication.must_fix,
        should_consider=publication.should_consider,
        knock_outs=knock_outs(questionnaire),
        closing=closing_in_words(tender.closes_at),
        bidding=bidding_in_words(tender),
        award=[
            *in_words(publication.award, tender.quality_weight),
            *evaluation_in_words(publication.evaluation),
        ],
        kinds=shipped_notices().kinds,
        reasons=proposing.reasons_in_words(tender),
        questionnaire=questionnaire,
        clauses=clauses_of(libraries),
        depth=tender.facts.get("contract_depth") or "standard",
        terms_at=draft_terms_at(tender, DRAFT_TERMS),
        history=history,
    )


def _published_in_words(tender: Tender) -> str:
    if tender.runs_elsewhere:
        return (
            f"Tender {tender.reference} is published. Now put its documents on the other portal: "
            "suppliers are not told of it here"
        )
    return f"Tender {tender.reference} is open to suppliers"
