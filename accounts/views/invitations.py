"""The page a link in an invitation opens: for people who have no account yet, and who have one."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts import queries, service
from accounts.access import current_viewer, public
from accounts.code_forms import ProveForm
from accounts.forms import ButtonForm, JoinForm
from accounts.queries import Offer
from accounts.rules.people import IN_WORDS
from accounts.service.codes import FIELD, WrongCode
from accounts.views.base import here, pages, signed_in
from foundation import clock, logs
from foundation.errors import DomainError


@pages.route("/invitations/<string:secret>", methods=["GET", "POST"])
@public
def invitation(secret: str) -> ResponseReturnValue:
    """Offer what the link stands for; every link that stands for nothing gets one answer."""
    offer = queries.offer_for(secret, clock.now())
    if offer is None:
        return render_template("accounts/invitation_over.html"), 404
    viewer = current_viewer()
    if offer.by_provider_only:
        return offer_page("by_provider", offer, ButtonForm(formdata=None))
    try:
        if viewer is not None:
            return join_signed_in(secret, offer, viewer.email)
        return join_with_account(secret, offer) if offer.has_account else join_anew(secret, offer)
    except service.InvitationOver:
        return render_template("accounts/invitation_over.html"), 404


def join_signed_in(secret: str, offer: Offer, email: str) -> ResponseReturnValue:
    """Ask nothing but yes; the account of another address cannot take the invitation."""
    form = ButtonForm()
    viewer = current_viewer()
    if email == offer.email and viewer is not None and form.validate_on_submit():
        try:
            service.accept_as_signed_in(secret, by=viewer)
        except service.OtherSignInNeeded as error:
            form.add_error(str(error))
            return offer_page("signed_in", offer, form)
        flash(f"You now belong to {offer.organisation}")
        return redirect(url_for(".home"))
    return offer_page("signed_in", offer, form)


def join_with_account(secret: str, offer: Offer) -> ResponseReturnValue:
    """The password alone signs in and joins, also where the account belongs nowhere now."""
    form = ProveForm()
    if form.validate_on_submit():
        try:
            token = service.accept_with_password(
                secret, form.password.data or "", form.one_time_code.data or "", here=here()
            )
        except (service.SignInRefused, service.HeldBack, WrongCode) as error:
            logs.logger.warning("Sign-in refused")
            form.add_error(str(error), FIELD if error.field == FIELD else "password")
        else:
            return signed_in(token, None, url_for(".home"))
    return offer_page("with_account", offer, form)


def join_anew(secret: str, offer: Offer) -> ResponseReturnValue:
    form = JoinForm()
    if form.validate_on_submit():
        try:
            token = service.accept_as_new(
                secret,
                form.name.data or "",
                form.password.data or "",
                here=here(),
            )
        except service.InvitationOver:
            raise
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            return signed_in(token, None, url_for(".home"))
    return offer_page("anew", offer, form)


def offer_page(how: str, offer: Offer, form: ButtonForm) -> ResponseReturnValue:
    page = render_template(
        "accounts/invitation.html",
        how=how,
        offer=offer,
        form=form,
        role=IN_WORDS[offer.role],
        secret=(request.view_args or {}).get("secret", ""),
    )
    return page, 422 if form.errors else 200
