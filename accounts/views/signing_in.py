"""Signing in and out, the start page, and what happens to a form when a session is over."""

from __future__ import annotations

from flask import current_app, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from accounts import service
from accounts.access import SignInNeeded, public, requires, signed_in_user
from accounts.forms import SignInForm
from accounts.rules.roles import Permission
from accounts.service.codes import CodeNeeded
from accounts.views.base import HOMES, cookie_name, here, pages, sign_in_page, signed_in
from accounts.views.codes import ask_for_code
from foundation import kept_typing, logs


@pages.app_errorhandler(SignInNeeded)
def ask_to_sign_in(_error: SignInNeeded) -> ResponseReturnValue:
    """Send a reader to sign in; to a writer show the sign-in page here, carrying his form."""
    if request.method in ("GET", "HEAD"):
        wanted = request.full_path.removesuffix("?")
        return redirect(url_for("accounts.sign_in", next=None if wanted == "/" else wanted))
    kept = kept_typing.form_sent()
    form = SignInForm(formdata=None)
    form.kept.data = kept.sealed() if kept else ""
    return sign_in_page(form, kept), 401


@pages.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    form = SignInForm()
    if request.method == "GET":
        form.next.data = request.args.get("next", "")
    kept = kept_typing.unsealed(form.kept.data or "")
    if form.validate_on_submit():
        try:
            token = service.sign_in(
                form.email.data or "",
                form.password.data or "",
                here=here(),
            )
        except (service.SignInRefused, service.HeldBack) as error:
            logs.logger.warning("Sign-in refused")
            form.email.errors = [str(error)]
        except service.ProviderNeeded as needed:
            form.email.errors = [str(needed)]
        except CodeNeeded as needed:
            return ask_for_code(needed, form.kept.data or "", form.next.data or "")
        else:
            return signed_in(token, kept, form.next.data or "")
    return sign_in_page(form, kept)


@pages.post("/sign-out")
@requires(Permission.ACCOUNT_USE)
def sign_out() -> ResponseReturnValue:
    service.sign_out(signed_in_user())
    session.clear()
    response = make_response(redirect(url_for("accounts.sign_in")))
    response.delete_cookie(
        cookie_name(), secure=current_app.config["SESSION_COOKIE_SECURE"], httponly=True, path="/"
    )
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@pages.get("/")
@requires(Permission.ACCOUNT_USE)
def home() -> ResponseReturnValue:
    endpoint = HOMES[signed_in_user().kind]
    if endpoint in current_app.view_functions:
        return redirect(url_for(endpoint))
    return render_template("accounts/home.html")
