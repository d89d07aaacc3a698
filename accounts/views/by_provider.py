"""Leaving for an authority's own sign-in, and coming back from it.

To leave is a link, or where a form was typed before, a button and then a link: browsers let no form
lead to another site. To come back changes something although it is a GET, as OpenID Connect has it:
only the browser that left can do so, once.
"""

from __future__ import annotations

from flask import (
    Response,
    current_app,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts import queries
from accounts.access import SignInNeeded, current_viewer, public, requires, signed_in_user
from accounts.provider_forms import LeaveForm
from accounts.queries.providers import provider_at, provider_of_organisation
from accounts.rules.providers import Told
from accounts.rules.roles import Permission
from accounts.service import by_provider, signing_in
from accounts.service import provider_visits as visits
from accounts.service.codes import CodeNeeded
from accounts.service.provider_visits import Purpose, Visit
from accounts.service.providers import Known, known_provider
from accounts.views.base import here, is_own_page, pages, signed_in
from accounts.views.codes import ask_for_code
from foundation import clock, kept_typing, logs
from foundation.errors import DomainError

COOKIE = "provider-visit"


@pages.route("/sign-in/with/<token:authority>", methods=["GET", "POST"])
@public
def sign_in_with(authority: str) -> ResponseReturnValue:
    """Go and sign in there; whether anybody has an account is not asked here."""
    form = LeaveForm()
    if request.method == "GET":
        form.next.data, form.kept.data = request.args.get("next", ""), ""
    return leave(_known(authority), Purpose.SIGN_IN, form)


@pages.get("/invitations/<string:secret>/with-provider")
@public
def join_with(secret: str) -> ResponseReturnValue:
    """Go and accept an invitation with the account one has at the authority."""
    offer = queries.offer_for(secret, clock.now())
    if offer is None or offer.provider is None:
        return render_template("accounts/invitation_over.html"), 404
    return leave(_known(offer.provider.token), Purpose.JOIN, LeaveForm(formdata=None), secret)


@pages.post("/prove-again/with-provider")
@requires(Permission.ACCOUNT_USE)
def prove_with() -> ResponseReturnValue:
    """Go and sign in anew, to show who is at the screen."""
    viewer = signed_in_user()
    provider = provider_of_organisation(viewer.organisation_id)
    if viewer.provider_id is None:
        raise NoResultFound
    return leave(known_provider(provider), Purpose.PROVE, LeaveForm())


def leave(known: Known, purpose: Purpose, form: LeaveForm, secret: str = "") -> ResponseReturnValue:
    """Lead to the provider, by a page where a form has to be put by first."""
    viewer = current_viewer()
    kept = kept_typing.unsealed(form.kept.data or "")
    try:
        visit, address = visits.begin_visit(
            known,
            purpose,
            next=form.next.data or "",
            kept=form.kept.data if kept and form.kept.data else "",
            person=viewer.person_token if viewer else "",
            secret=secret,
            here=here(),
        )
    except DomainError as error:
        return failed(str(error), known, purpose, form, kept), 503
    if request.method == "GET":
        response = make_response(redirect(address))
    else:
        page = render_template("accounts/provider_leave.html", known=known, address=address)
        response = make_response(page)
    response.set_cookie(
        cookie_name(visit.state),
        visit.cookie,
        max_age=visits.COOKIE_LASTS,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return response


@pages.get("/sign-in/back/<token:authority>")
@public
def back_from_provider(authority: str) -> ResponseReturnValue:
    """Take the answer of a provider: from the browser that left for it, in time, and once."""
    state = request.args.get("state", "")
    known = _known(authority, on=False)
    form = LeaveForm(formdata=None)
    if not visits.STATE.fullmatch(state):
        return failed("This is no answer to a sign-in", known, Purpose.SIGN_IN, form, None), 400
    try:
        visit = visits.visit_returned(request.cookies.get(cookie_name(state), ""), authority, state)
    except visits.VisitOver as over:
        return failed(str(over), known, Purpose.SIGN_IN, form, None), 400
    form.next.data, form.kept.data = visit.next, visits.form_that_waits(visit)
    try:
        told = visits.told_on_return(visit, known, request.args.to_dict(flat=False), here=here())
        response = make_response(arrived(visit, known, told, form))
    except DomainError as error:
        logs.logger.warning("Sign-in refused")
        by_provider.note_refusal(known)
        kept = kept_typing.unsealed(form.kept.data)
        purpose = after_refusal(visit) if isinstance(error, visits.Refused) else visit.purpose
        response = make_response(failed(str(error), known, purpose, form, kept), 422)
    response.delete_cookie(
        cookie_name(state),
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        path="/",
    )
    return response


def after_refusal(visit: Visit) -> Purpose:
    """End the sign-in of somebody whom the provider refuses when it is asked anew; return what he
    can try next. Somebody who has left is found out by it; whoever pressed cancel signs in again.
    """
    viewer = current_viewer()
    left_as = viewer is not None and viewer.person_token == visit.person
    if visit.purpose is not Purpose.PROVE or viewer is None or not left_as:
        return visit.purpose
    signing_in.sign_out(viewer)
    g.viewer = None
    return Purpose.SIGN_IN


def arrived(visit: Visit, known: Known, told: Told, form: LeaveForm) -> Response:
    """Do what the visit was for. Raises DomainError."""
    kept, wanted = form.kept.data or "", form.next.data or ""
    try:
        if visit.purpose is Purpose.SIGN_IN:
            token = by_provider.sign_in_by_provider(known, told, here=here())
        elif visit.purpose is Purpose.JOIN:
            token = by_provider.join_with_provider(known, told, visit.secret, here=here())
        else:
            return arrived_signed_in(visit, known, told, kept, wanted)
    except CodeNeeded as needed:
        return ask_for_code(needed, kept, wanted)
    return signed_in(token, kept_typing.unsealed(kept), wanted)


def arrived_signed_in(visit: Visit, known: Known, told: Told, kept: str, wanted: str) -> Response:
    """Do what only whoever left may come back for. Raises DomainError and SignInNeeded."""
    viewer = current_viewer()
    if viewer is None:
        raise SignInNeeded
    if viewer.person_token != visit.person or viewer.organisation_id != known.organisation_id:
        raise visits.VisitOver("Somebody else is signed in here now. Begin again")
    if visit.purpose is Purpose.TRY:
        by_provider.note_try(viewer, known, told)
        flash(f"It works: {known.name} signed you in")
        return make_response(redirect(url_for(".provider_settings")))
    by_provider.prove_by_provider(viewer, known, told, visit)
    form = kept_typing.unsealed(kept)
    if form is not None:
        return make_response(
            render_template("foundation/kept_form.html", kept=form, reason="proven")
        )
    return make_response(redirect(wanted if is_own_page(wanted) else url_for(".home")))


def failed(
    why: str,
    known: Known,
    purpose: Purpose,
    form: LeaveForm,
    kept: kept_typing.KeptForm | None,
) -> str:
    """Say in a sentence what went wrong, with what was typed and a way to go on."""
    return render_template(
        "accounts/provider_failed.html",
        why=why,
        known=known,
        purpose=purpose.value,
        form=form,
        kept=kept,
    )


def cookie_name(state: str) -> str:
    """Each visit has a cookie of its own, so that two tabs do not take each other's."""
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    return f"{'__Host-' if secure else ''}{COOKIE}-{state[:16]}"


def _known(authority: str, *, on: bool = True) -> Known:
    """Return a sign-in, if it is switched on. Raises NoResultFound (a 404)."""
    known = known_provider(provider_at(authority))
    if on and not known.is_on:
        raise NoResultFound
    return known
