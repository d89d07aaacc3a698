"""Registering a company: ask for a link, follow it, say who the company is, and go on to bid."""

from __future__ import annotations

import re

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts import service
from accounts.access import current_viewer, public
from accounts.queries.registrations import registration_for
from accounts.registering_forms import AskToRegisterForm, RegisterForm
from accounts.views.base import here, pages, signed_in
from foundation import clock
from foundation.errors import DomainError
from foundation.tokens import TOKEN_PATTERN

# The page of a tender, known by name only; it exists once its station is plugged in.
TENDER = "supplier_portal.tender_home"


@pages.route("/register", methods=["GET", "POST"])
@public
def register() -> ResponseReturnValue:
    """Take an address. Whatever address it is, the answer is the same, and so is the work."""
    form = AskToRegisterForm()
    if not form.is_submitted():
        form.tender.data = request.args.get("for", "")
    if form.validate_on_submit():
        try:
            service.ask_to_register(
                form.email.data or "", tender=form.tender.data or "", here=here()
            )
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            return redirect(url_for(".registration_sent"))
    viewer, tender = current_viewer(), form.tender.data or ""
    # Whoever is signed in is led on only where there is a tender to find; signing in, everybody
    # is asked to go on to it, because whether it can be found depends on who that is.
    title = service.title_to_register_for(tender, viewer.email if viewer else "")
    page = render_template(
        "accounts/register.html",
        form=form,
        title=title,
        tender_page=_page_of(tender) if title or not viewer else "",
    )
    return page, 422 if form.errors else 200


@pages.get("/register/sent")
@public
def registration_sent() -> ResponseReturnValue:
    return render_template("accounts/register_sent.html")


@pages.route("/register/<string:secret>", methods=["GET", "POST"])
@public
def registration(secret: str) -> ResponseReturnValue:
    """Ask who the company is; every link that stands for nothing gets one answer."""
    found = registration_for(secret, clock.now())
    if found is None:
        return render_template("accounts/registration_over.html"), 404
    form = RegisterForm()
    if form.validate_on_submit():
        try:
            begun = service.register(
                secret,
                form.told,
                name=form.person.data or "",
                password=form.password.data or "",
                here=here(),
            )
        except service.RegistrationOver:
            return render_template("accounts/registration_over.html"), 404
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            if not begun.session:
                return redirect(url_for(".registration_sent"))
            return signed_in(begun.session, None, _page_of(begun.tender) or url_for(".home"))
    page = render_template("accounts/registration.html", form=form, registration=found)
    return page, 422 if form.errors else 200


def _page_of(tender: str) -> str:
    """Return the page of the tender somebody registers for; empty where none is named."""
    is_there = TENDER in current_app.view_functions and re.fullmatch(TOKEN_PATTERN, tender)
    return url_for(TENDER, tender=tender) if is_there else ""
