"""From the results to the contract: the standstill, holding it, skipping it, and the award."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.access import requires, signed_in_user
from accounts.again import asks_again
from accounts.rules.roles import Permission
from foundation import clock
from foundation.errors import DomainError
from foundation.fields import Form
from scoring import queries
from scoring.deciding_forms import AwardForm, ReasonForm, ResumeForm
from scoring.queries.standstill import award_notice, period_on, standing_of, steps_of
from scoring.rules.standstill import Kind
from scoring.service import standstill as service
from scoring.views.blueprint import pages
from scoring.views.results import AFTER_RESULTS
from supplier_portal.queries import must_see_all
from tenders.models import Tender
from tenders.rules.lifecycle import Stage

PAGE = "/tenders/<token:tender>/standstill"


@pages.get(PAGE)
@requires(Permission.MARK_READ)
def standstill(tender: str) -> ResponseReturnValue:
    return _page(_tender(tender, Permission.MARK_READ))


@pages.post(PAGE + "/begin")
@requires(Permission.RESULT_RELEASE)
@asks_again
def begin_standstill(tender: str) -> ResponseReturnValue:
    return _do(tender, "begin", Form(), lambda found, form: service.begin(found, by=_viewer()))


@pages.post(PAGE + "/skip")
@requires(Permission.RESULT_RELEASE)
@asks_again
def skip_standstill(tender: str) -> ResponseReturnValue:
    return _do(
        tender,
        "skip",
        ReasonForm(),
        lambda found, form: service.skip(found, form.reason.data or "", by=_viewer()),
    )


@pages.post(PAGE + "/hold")
@requires(Permission.RESULT_RELEASE)
def hold_award(tender: str) -> ResponseReturnValue:
    return _do(
        tender,
        "hold",
        ReasonForm(),
        lambda found, form: service.hold(found, form.reason.data or "", by=_viewer()),
    )


@pages.post(PAGE + "/resume")
@requires(Permission.RESULT_RELEASE)
@asks_again
def resume_award(tender: str) -> ResponseReturnValue:
    return _do(
        tender,
        "resume",
        ResumeForm(),
        lambda found, form: service.resume(
            found, form.reason.data or "", until=form.until.data, by=_viewer()
        ),
    )


@pages.post(PAGE + "/award")
@requires(Permission.RESULT_RELEASE)
@asks_again
def award(tender: str) -> ResponseReturnValue:
    return _do(
        tender,
        "award",
        AwardForm(),
        lambda found, form: service.award(
            found, form.signed_on.data, form.signatory.data or "", by=_viewer()
        ),
    )


DONE = {
    "begin": "The standstill is recorded",
    "skip": "It is recorded that no standstill is given, and why",
    "hold": "The award is held",
    "resume": "The award goes on",
    "award": "The award is recorded",
}


def _do(
    token: str, what: str, form: Any, step: Callable[[Tender, Any], object]
) -> ResponseReturnValue:
    found = _tender(token, Permission.RESULT_RELEASE)
    if form.validate_on_submit():
        try:
            step(found, form)
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash(DONE[what])
            return redirect(url_for("scoring.standstill", tender=token))
    return _page(found, submitted=form, **{what: form}), 422


def _viewer() -> Any:
    return signed_in_user()


def _tender(token: str, to: Permission) -> Tender:
    """Return a tender whose results are released. Raises NoResultFound and KeptAway."""
    viewer = signed_in_user()
    found = queries.opened_tender(viewer, token, to=to)
    if found.stage not in AFTER_RESULTS:
        raise NoResultFound
    must_see_all(viewer, found)
    return found


def _page(tender: Tender, *, submitted: Form | None = None, **forms: Any) -> str:
    steps = steps_of(tender)
    standing = standing_of(tender, steps)
    notice = award_notice(tender)
    today = clock.london(clock.now()).date()
    unused = {"formdata": None}
    asking = {
        "skip": forms.get("skip") or ReasonForm(**unused),
        "hold": forms.get("hold") or ReasonForm(**unused),
        "resume": forms.get("resume") or ResumeForm(**unused),
    }
    for name, form in asking.items():
        # Two of them can stand on the page at once.
        form.reason.id = f"{name}-reason"
    return render_template(
        "scoring/standstill.html",
        tender=tender,
        steps=steps,
        standing=standing,
        notice=notice,
        period=period_on(notice.published_on if notice else today, standing.duty),
        today=today,
        KIND=Kind,
        submitted=submitted,
        is_awarded=tender.stage is Stage.AWARDED,
        plain=Form(),
        award=forms.get("award") or AwardForm(**unused),
        may_do=signed_in_user().may(Permission.RESULT_RELEASE, tender_id=tender.id),
        **asking,
    )
