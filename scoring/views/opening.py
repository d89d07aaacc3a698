"""The page on which two officers open the bids, one after the other, each in his own sign-in."""

from __future__ import annotations

from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.access import requires, signed_in_user
from accounts.again import asks_again, must_prove
from accounts.models import Person
from accounts.queries import Viewer
from accounts.rules.roles import Permission
from foundation import audit, clock
from foundation.database import db
from foundation.errors import DomainError
from scoring import service
from scoring.opening_forms import OpeningForm, StepBackForm
from scoring.queries.interests import standing_of
from scoring.views.blueprint import pages
from supplier_portal.queries.counted import bids_counted
from tenders.custodians import custodians_of
from tenders.models import Approval, Tender
from tenders.queries import effective_stage, tender_for
from tenders.rules.approvals import NotApproved
from tenders.rules.lifecycle import Stage
from tenders.rules.timetable import opens_from, time_left
from tenders.service import two_officers
from tenders.service.stages import must_be_closed, stage_now


@pages.get("/tenders/<token:tender>/open")
@requires(Permission.BID_OPEN)
def opening(tender: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = _leading(viewer, tender)
    if found.opened_at is not None:
        return redirect(url_for("scoring.bids", tender=tender))
    if _can_open(found, clock.arrived_at()):
        # Before the form is shown: neither a password nor a part of the key is carried along.
        must_prove()
    ready = two_officers.ready_now(found, clock.arrived_at())
    return _page(found, OpeningForm.of(found, viewer, ready.token if ready else ""))


@pages.post("/tenders/<token:tender>/open")
@requires(Permission.BID_OPEN)
@asks_again
def open_bids(tender: str) -> ResponseReturnValue:
    """Be ready as the first officer, or open the bids as the second."""
    viewer = signed_in_user()
    found = _leading(viewer, tender)
    must_be_closed(found, clock.now())
    form = OpeningForm.of(found, viewer)
    if form.validate_on_submit():
        try:
            return _done(found, form, viewer)
        except DomainError as error:
            if _opened_meanwhile(found):
                flash(str(error))
                return redirect(url_for("scoring.bids", tender=tender))
            form.add_error(str(error), error.field)
            if isinstance(error, NotApproved):
                ready = two_officers.ready_now(found, clock.arrived_at())
                form.approval.data = ready.token if ready else ""
                form.approval.raw_data = [form.approval.data]
    return _page(found, form), 422


@pages.post("/tenders/<token:tender>/open/step-back")
@requires(Permission.BID_OPEN)
def step_back(tender: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = _leading(viewer, tender)
    form = StepBackForm()
    if form.validate_on_submit():
        two_officers.no_longer_ready(found, form.approval.data or "", by=viewer)
        flash("You are no longer ready to open the bids")
    return redirect(url_for("scoring.opening", tender=tender))


def _done(tender: Tender, form: OpeningForm, viewer: Viewer) -> ResponseReturnValue:
    typed = {"password": form.typed_password, "part": form.part}
    arrived_at = clock.arrived_at()
    if not form.approval.data:
        service.ready_to_open(tender, by=viewer, arrived_at=arrived_at, **typed)
        return redirect(url_for("scoring.opening", tender=tender.token))
    service.open_as_second(tender, form.approval.data, by=viewer, arrived_at=arrived_at, **typed)
    flash("The bids are opened")
    return redirect(url_for("scoring.bids", tender=tender.token))


def _leading(viewer: Viewer, token: str) -> Tender:
    """Return a tender of the viewer's own authority, which leads it. Raises NoResultFound.

    Who tries to open what is not theirs is recorded.
    """
    try:
        found = tender_for(viewer, token, to=Permission.BID_OPEN)
        if found.authority_id != viewer.organisation_id:
            raise NoResultFound
    except NoResultFound:
        if request.method == "POST":
            audit.record_denied(
                "tender.opening_denied",
                actor=viewer.person_token,
                subject=("person", viewer.person_token),
                tender=token,
            )
        raise
    return found


def _page(tender: Tender, form: OpeningForm) -> str:
    viewer, moment = signed_in_user(), clock.arrived_at()
    ready = two_officers.ready_now(tender, moment)
    others = two_officers.who_can_open(tender, except_person=viewer.person_id)
    custodians = custodians_of(tender) if tender.opens_strictly else []
    is_mine = ready is not None and ready.asked_by_id == viewer.person_id
    may_join = not custodians or viewer.person_id in {one.person_id for one in custodians}
    if is_mine or not may_join:
        form.say_without_fields()
    return render_template(
        "scoring/opening.html",
        tender=tender,
        stage=effective_stage(tender, moment),
        can_open=_can_open(tender, moment),
        opens_from=opens_from(tender.closes_at) if tender.closes_at else None,
        form=form,
        ready=ready,
        ready_name=_name_of(ready),
        is_mine=is_mine,
        left=_left(ready, moment),
        others=[member.name for member in others],
        custodians=custodians,
        may_join=may_join,
        has_declared=standing_of(tender.id, viewer.person_id).declared,
        count=bids_counted(tender),
        step_back=StepBackForm(formdata=None, data={"approval": ready.token if ready else ""}),
    )


def _opened_meanwhile(tender: Tender) -> bool:
    db.session.refresh(tender)
    return tender.opened_at is not None


def _can_open(tender: Tender, moment: datetime) -> bool:
    closed = stage_now(tender, moment) is Stage.CLOSED and tender.closes_at is not None
    return closed and tender.closes_at is not None and moment >= opens_from(tender.closes_at)


def _left(ready: Approval | None, moment: datetime) -> str:
    if ready is None or ready.lapses_at is None:
        return ""
    return f"{time_left(ready.lapses_at, moment).removeprefix('in ')} left"


def _name_of(ready: Approval | None) -> str:
    return db.session.get_one(Person, ready.asked_by_id).name if ready else ""
