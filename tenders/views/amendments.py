"""Preparing and publishing a change to a tender that is open."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation import clock
from foundation.errors import DomainError
from foundation.forms import Form
from question_bank.rules.differences import State
from question_bank.rules.places import place_in_words
from question_bank.rules.wording import word_marks
from tenders import amended, approving, days_off, notices, queries, service
from tenders.amending_forms import AmendmentForm
from tenders.approval_forms import AskForm, DecideForm
from tenders.clarified import led_to
from tenders.forms import ConfirmForm, facts_form
from tenders.law import shipped_law
from tenders.models import Tender
from tenders.prepared import Draft, closing_of, draft_of, next_number, readiness_of
from tenders.rules.approvals import ApprovalKind
from tenders.rules.extending import RULE, proposed_closing, time_left_after
from tenders.rules.findings import Finding
from tenders.rules.lifecycle import Stage
from tenders.rules.readiness import must_fix, should_consider
from tenders.service import amending_by_two
from tenders.views.approving import standing_of
from tenders.views.base import pages

AMENDMENT = "/<token:tender>/amendment"
AMENDMENTS = "/<token:tender>/amendments"
AGREE = "Agree: the amendment is published at once"

# What the pages need that show changes in words (amendment_parts.html).
SHOWN = {"State": State, "place_in_words": place_in_words, "word_marks": word_marks}

pages.add_app_template_global(amended.amendments_of, "amendments_of")


@pages.app_template_global()
def amendment_tokens(tender: Tender) -> dict[int, str]:
    """Return the tokens of the published amendments by number."""
    return {one.number: one.token for one in amended.amendments_of(tender)}


@pages.app_template_filter("when")
def when(written: str) -> str:
    """Return a time written in a frozen text as pages show it; nothing for none."""
    return clock.show_moment(datetime.fromisoformat(written)) if written else ""


@pages.get(AMENDMENTS)
@requires(Permission.TENDER_READ)
def amendments(tender: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = queries.tender_for(viewer, tender)
    return render_template(
        "tenders/amendments.html",
        tender=found,
        amendments=amended.amendments_of(found),
        is_open=is_open(found),
        may_amend=viewer.may(Permission.TENDER_AMEND, tender_id=found.id),
        form=ConfirmForm(),
    )


@pages.post(AMENDMENTS)
@requires(Permission.TENDER_AMEND)
def prepare_amendment(tender: str) -> ResponseReturnValue:
    found = amendable(tender)
    service.prepare_amendment(found, by=signed_in_user(), arrived_at=clock.arrived_at())
    return redirect(url_for(".amendment", tender=tender))


@pages.get(AMENDMENTS + "/<token:amendment>")
@requires(Permission.TENDER_READ)
def published_amendment(tender: str, amendment: str) -> ResponseReturnValue:
    found = queries.tender_for(signed_in_user(), tender)
    published = amended.amendment_with(found, amendment)
    return render_template(
        "tenders/amendment_published.html",
        tender=found,
        amendment=published,
        changes=amended.changes_in(found, published),
        **SHOWN,
    )


@pages.get(AMENDMENTS + "/<token:amendment>/questionnaire.json")
@requires(Permission.TENDER_READ)
def earlier_text(tender: str, amendment: str) -> ResponseReturnValue:
    """Hand out what was asked before, so that anybody can compute its fingerprint himself."""
    found = queries.tender_for(signed_in_user(), tender)
    return text_before(found, amended.amendment_with(found, amendment))


def text_before(tender: Tender, published: amended.Published) -> Response:
    name = f"questionnaire-before-amendment-{published.number}.json"
    return Response(
        amended.text_as(tender, published.sha256_before)
        if published.changes_questions
        else queries.frozen_text(tender),
        mimetype="application/json",
        headers={"Content-Disposition": f"attachment; filename={name}"},
    )


@pages.get(AMENDMENT)
@requires(Permission.TENDER_APPROVE)
def amendment(tender: str) -> ResponseReturnValue:
    """What would change, what stops it and what to think about, before it is published; for the
    one who prepares it and for the one who agrees alike."""
    found = queries.tender_for(signed_in_user(), tender, to=Permission.TENDER_APPROVE)
    if found.amending_since is None or not is_open(found):
        return redirect(url_for(".amendments", tender=tender))
    return amendment_page(found, ConfirmForm())


@pages.route(AMENDMENT + "/terms", methods=["GET", "POST"])
@requires(Permission.TENDER_AMEND)
def amendment_terms(tender: str) -> ResponseReturnValue:
    """The closing time, the time for questions, and the reason."""
    found, draft = in_preparation(tender)
    proposed = proposed_for(found, draft)
    form = AmendmentForm.of(draft, proposed)
    if form.validate_on_submit():
        try:
            service.set_amendment_terms(
                found,
                closes_at=form.closing(closing_of(found)),
                questions_until=form.asking,
                reason=form.reason.data or "",
                based_on=request.form.get("based_on", ""),
                by=signed_in_user(),
                arrived_at=clock.arrived_at(),
            )
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            hint = days_off.after_saving(form.closes_at.data, form.questions_until.data)
            flash(f"Saved. Nothing is published yet{hint}")
            return redirect(url_for(".amendment", tender=tender))
    days_off.hint_at(form, ["closes_at", "questions_until"])
    page = render_template(
        "tenders/amendment_terms.html",
        tender=found,
        form=form,
        proposed=proposed,
        based_on=found.plan_sha256,
    )
    return page, 422 if form.errors else 200


@pages.route(AMENDMENT + "/facts", methods=["GET", "POST"])
@requires(Permission.TENDER_AMEND)
def amendment_facts(tender: str) -> ResponseReturnValue:
    found, draft = in_preparation(tender)
    form = facts_form(draft.prepared.facts, draft.questionnaire.bank.facts)
    if form.validate_on_submit():
        try:
            service.set_amendment_facts(
                found,
                form.stored,
                based_on=request.form.get("based_on", ""),
                by=signed_in_user(),
                arrived_at=clock.arrived_at(),
            )
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("Saved. Nothing is published yet")
            return redirect(url_for(".amendment", tender=tender))
    page = render_template(
        "tenders/amendment_facts.html", tender=found, form=form, based_on=found.plan_sha256
    )
    return page, 422 if form.errors else 200


@pages.route(AMENDMENT + "/drop", methods=["GET", "POST"])
@requires(Permission.TENDER_AMEND)
def drop_amendment(tender: str) -> ResponseReturnValue:
    found = amendable(tender)
    if request.method == "POST":
        service.drop_amendment(found, by=signed_in_user())
        flash("The amendment is dropped. What is published stands")
        return redirect(url_for(".amendments", tender=tender))
    if found.amending_since is None:
        return redirect(url_for(".amendments", tender=tender))
    return render_template("tenders/amendment_drop.html", tender=found, form=ConfirmForm())


def amendable(token: str) -> Tender:
    return queries.tender_for(signed_in_user(), token, to=Permission.TENDER_AMEND)


def in_preparation(token: str) -> tuple[Tender, Draft]:
    """Return a tender and its amendment. Raises NoAmendment."""
    found = amendable(token)
    return found, draft_of(found)


def is_open(tender: Tender) -> bool:
    return queries.effective_stage(tender, clock.arrived_at()) is Stage.OPEN


def amendment_page(
    tender: Tender,
    form: Form | None = None,
    *,
    asking: AskForm | None = None,
    deciding: DecideForm | None = None,
) -> str:
    moment = clock.arrived_at()
    now = amending_by_two.prepared_for(tender, moment)
    draft, history = now.draft, approving.history(tender, ApprovalKind.AMEND)
    wrong = [*must_fix(readiness_of(tender, draft), moment), *now.must_fix]
    return render_template(
        "tenders/amendment.html",
        tender=tender,
        form=asking or deciding or form or ConfirmForm(),
        asking=asking or AskForm(formdata=None),
        deciding=deciding or DecideForm.on(AGREE),
        standing=standing_of(tender, ApprovalKind.AMEND, now.about, history),
        history=history,
        now=now,
        not_counting=notices.not_counting(
            tender, notices.amendment_mark(draft.sha256, draft.closes_at)
        )
        if now.must_fix
        else [],
        led_to_it=led_to(tender, next_number(tender)),
        draft=draft,
        changes=draft.changes,
        is_empty=draft.sha256 == tender.questionnaire_sha256 and not now.moves_closing,
        must_fix=wrong,
        should_consider=worth_a_thought(tender, draft, moment),
        proposed=proposed_for(tender, draft),
        notice=shipped_law().rules[RULE] if draft.changes and not now.needs_notice else "",
        based_on=tender.plan_sha256,
        may_amend=signed_in_user().may(Permission.TENDER_AMEND, tender_id=tender.id),
        **SHOWN,
    )


def worth_a_thought(tender: Tender, draft: Draft, moment: datetime) -> list[Finding]:
    """Return the time suppliers keep, and what was not worth a thought before the amendment."""
    published = service.plan_of(tender)
    if draft.closes_at != tender.closes_at:
        # Whatever there is to say about the time is said of the time that is new.
        published = replace(published, closes_at=None)
    known = {f.message for f in should_consider(published, moment)}
    found = [
        finding
        for finding in should_consider(readiness_of(tender, draft), moment)
        if finding.message not in known
    ]
    left = None
    if draft.changes:
        left = time_left_after(clock.london(draft.closes_at), clock.london(moment), shipped_law())
    return [left, *found] if left else found


def proposed_for(tender: Tender, draft: Draft) -> datetime | None:
    """Return the closing time that would leave suppliers enough days; None where they have them."""
    closes_at, moment = clock.london(draft.closes_at), clock.london(clock.arrived_at())
    if not draft.changes or time_left_after(closes_at, moment, shipped_law()) is None:
        return None
    return proposed_closing(closes_at, moment, shipped_law())
