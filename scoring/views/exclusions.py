"""Exclusion and debarment checks: the parties of a tender, and what is recorded about each."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.access import requires, signed_in_user
from accounts.queries import Viewer
from accounts.rules.roles import Permission
from foundation import clock
from foundation.errors import DomainError
from scoring import exclusion_forms as forms
from scoring import queries
from scoring.exclusion_grounds import shipped_grounds
from scoring.exclusion_ways import WAYS, Way, reply_of
from scoring.queries.exclusions import (
    Checks,
    Party,
    checks_of,
    checks_required,
    early_marking,
    exclusions_of,
    my_notice,
    my_notices,
    opened_on,
    party_of,
    today,
)
from scoring.rules.exclusions import DECISIONS, FOUND, ROLES, Kind, PartyRole, steps_of
from scoring.service import NotInEvaluation, exclusion_gate, exclusions
from scoring.service.evaluating import EVALUATED_AT
from scoring.service.exclusion_steps import PartyChanged
from scoring.views.blueprint import pages
from supplier_portal.models import Bid
from supplier_portal.queries import must_see_all, my_bid, opened_bid
from supplier_portal.queries.opened import barrier_before
from supplier_portal.views.typed import Typing, typing_on
from tenders.models import Tender
from tenders.rules.lifecycle import Stage

OF_TENDER = "/tenders/<token:tender>/exclusions"
OF_BID = "/bids/<token:bid>/exclusions"
MINE = "/my-bids/<token:bid>/notices/<token:party>"


@pages.get(OF_TENDER)
@requires(Permission.RECORD_READ)
def exclusions_overview(tender: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = queries.opened_tender(viewer, tender, to=Permission.RECORD_READ)
    return render_template(
        "scoring/exclusions.html",
        tender=found,
        bids=exclusions_of(viewer, found),
        checks=checks_of(found, barrier_before(viewer, found)),
        required=checks_required(found),
        early=early_marking(found),
        grounds=shipped_grounds(),
        roles=ROLES,
        decisions=DECISIONS,
        may_record=_may_record(viewer, found),
        waits=exclusion_gate.why_marking_waits(found, viewer),
    )


@pages.post(OF_TENDER)
@requires(Permission.COMPLIANCE_DECIDE)
def list_parties(tender: str) -> ResponseReturnValue:
    """Put whomever the bids name on the lists."""
    viewer = signed_in_user()
    found = queries.opened_tender(viewer, tender, to=Permission.COMPLIANCE_DECIDE)
    count = exclusion_gate.list_parties(found, by=viewer)
    flash("1 party is listed" if count == 1 else f"{count} parties are listed")
    return redirect(url_for(".exclusions_overview", tender=tender))


@pages.route(OF_TENDER + "/begin-marking", methods=["GET", "POST"])
@requires(Permission.COMPLIANCE_DECIDE)
def begin_before_checks(tender: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = queries.opened_tender(viewer, tender, to=Permission.COMPLIANCE_DECIDE)
    must_see_all(viewer, found)
    form = forms.BeginBeforeForm()
    if form.validate_on_submit():
        try:
            exclusion_gate.begin_before_checks(found, form.text.data or "", by=viewer)
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("The reason is recorded, and marking may begin")
            return redirect(url_for(".exclusions_overview", tender=tender))
    page = render_template(
        "scoring/exclusions_begin.html", tender=found, form=form, checks=checks_of(found)
    )
    return page, 422 if form.errors else 200


@pages.route(OF_BID + "/add", methods=["GET", "POST"])
@requires(Permission.COMPLIANCE_DECIDE)
def add_party(bid: str) -> ResponseReturnValue:
    found = _bid(bid, Permission.COMPLIANCE_DECIDE)
    form = forms.AddPartyForm()
    if form.validate_on_submit():
        try:
            token = exclusions.add_party(
                found,
                form.name.data or "",
                PartyRole(form.role.data),
                form.found_in.data or "",
                by=signed_in_user(),
            )
        except NotInEvaluation:
            raise
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("The party is added")
            return redirect(url_for(".exclusion_party", bid=bid, party=token))
    page = render_template("scoring/exclusion_add.html", bid=found, form=form)
    return page, 422 if form.errors else 200


@pages.get(OF_BID + "/<token:party>")
@requires(Permission.RECORD_READ)
def exclusion_party(bid: str, party: str) -> ResponseReturnValue:
    found = _bid(bid, Permission.RECORD_READ)
    shown = party_of(found, party)
    may_record = signed_in_user().may(Permission.COMPLIANCE_DECIDE, tender_id=found.tender_id)
    return render_template(
        "scoring/exclusion_party.html",
        bid=found,
        party=shown,
        ways=_ways(found, shown) if may_record else {},
        grounds=shipped_grounds(),
        roles=ROLES,
        found=FOUND,
        decisions=DECISIONS,
    )


@pages.route(OF_BID + "/<token:party>/<string:step>", methods=["GET", "POST"])
@requires(Permission.COMPLIANCE_DECIDE)
def exclusion_step(bid: str, party: str, step: str) -> ResponseReturnValue:
    """Record one step about a party; a step that does not follow now leads back to its page."""
    found = _bid(bid, Permission.COMPLIANCE_DECIDE)
    way = _way(found, step)
    shown = party_of(found, party)
    form = way.form()
    form.prepare(shown, today())
    here = url_for(".exclusion_party", bid=bid, party=party)
    if form.validate_on_submit():
        try:
            way.save(found, party, form, signed_in_user())
        except NotInEvaluation:
            raise
        except PartyChanged as error:
            form.rebase(party_of(found, party))
            form.add_error(str(error))
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("Recorded")
            return redirect(here)
    elif not form.is_submitted() and Kind(step) not in _ways(found, shown):
        return redirect(here)
    page = render_template(
        "scoring/exclusion_step.html", bid=found, party=shown, way=way, form=form, roles=ROLES
    )
    return page, 422 if form.errors else 200


@pages.get(MINE)
@requires(Permission.BID_READ)
def my_exclusion_notice(bid: str, party: str) -> ResponseReturnValue:
    found = my_bid(signed_in_user(), bid)
    typing = typing_on(found, f"notices/{party}")
    return _notice_page(found, party, forms.ReplyForm(formdata=typing.fields), typing)


@pages.post(MINE)
@requires(Permission.BID_SUBMIT)
def reply_to_notice(bid: str, party: str) -> ResponseReturnValue:
    """Take a reply that arrived in time; one that did not is shown back, never thrown away."""
    found = my_bid(signed_in_user(), bid, to=Permission.BID_SUBMIT)
    form = forms.ReplyForm()
    if form.validate_on_submit():
        try:
            exclusions.reply_to_notice(
                found,
                party,
                reply_of(form),
                by=signed_in_user(),
                arrived_at=clock.arrived_at(),
            )
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("Your reply is sent")
            return redirect(url_for(".my_exclusion_notice", bid=bid, party=party))
    return _notice_page(found, party, form, typing_on(found, f"notices/{party}")), 422


def _notice_page(bid: Bid, token: str, form: forms.ReplyForm, typing: Typing) -> str:
    party = my_notice(bid, token, clock.london(clock.arrived_at()).date())
    form.fit(party)
    is_open = Kind.REPLY in steps_of(party.standing, party.role)
    return render_template(
        "scoring/my_exclusion_notice.html",
        bid=bid,
        party=party,
        form=form,
        typing=typing,
        is_waiting=is_open and bid.tender.stage in EVALUATED_AT,
        may_answer=signed_in_user().may(Permission.BID_SUBMIT, tender_id=bid.tender_id),
        roles=ROLES,
        decisions=DECISIONS,
    )


@pages.context_processor
def asked_for_by_templates() -> dict[str, Any]:
    """Functions, so that a page that does not ask pays nothing."""
    return {
        "why_marking_waits": why_marking_waits_for_viewer,
        "exclusion_checks_of": checks_for_viewer,
        "exclusion_checks_required": checks_required,
        "my_notices": my_notices,
        "is_checked_before_opening": is_checked_before_opening,
    }


def why_marking_waits_for_viewer(tender: Tender) -> str:
    return exclusion_gate.why_marking_waits(tender, signed_in_user())


def checks_for_viewer(tender: Tender) -> Checks:
    return checks_of(tender, barrier_before(signed_in_user(), tender))


def is_checked_before_opening(bid: Bid, party: Party) -> bool:
    """Return whether the last check of a party is older than the opening: worth a second look."""
    checks = party.of_kind(Kind.CHECKED)
    return bool(checks) and checks[-1].done_on < opened_on(bid)


def _bid(token: str, to: Permission) -> Bid:
    viewer = signed_in_user()
    bid = opened_bid(viewer, token).bid
    if not viewer.may(to, tender_id=bid.tender_id):
        raise NoResultFound
    return bid


def _may_record(viewer: Viewer, tender: Tender) -> bool:
    may = viewer.may(Permission.COMPLIANCE_DECIDE, tender_id=tender.id)
    return may and tender.stage in EVALUATED_AT


def _way(bid: Bid, step: str) -> Way:
    """Return how a step is recorded. Raises NoResultFound: who bids here replies here."""
    if step not in WAYS or (step == Kind.REPLY and bid.brought_by_id is None):
        raise NoResultFound
    return WAYS[Kind(step)]


def _ways(bid: Bid, party: Party) -> dict[Kind, Way]:
    """Return what an officer can record now: a reply only of a bid that has nobody here."""
    steps = steps_of(party.standing, party.role)
    if bid.brought_by_id is None:
        steps -= {Kind.REPLY}
    if bid.tender.stage not in EVALUATED_AT:
        steps &= {Kind.NOTIFIED}
    if bid.tender.stage is Stage.CANCELLED:
        steps = frozenset()
    return {kind: way for kind, way in WAYS.items() if kind in steps}
