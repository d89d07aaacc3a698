"""The pages about one-time codes: asked for at a sign-in, set up, renewed, switched off."""

from __future__ import annotations

from flask import (
    Response,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from accounts import queries, service
from accounts.access import PUBLIC, current_viewer, public, requires, signed_in_user
from accounts.again import asks_again, asks_before, asks_before_or_for_a_code
from accounts.code_forms import CodeForm, FirstCodeForm, RenewForm
from accounts.forms import ButtonForm, SignInForm
from accounts.queries.codes import has_codes, recovery_codes_left
from accounts.rules.providers import WITH_SECOND_FACTOR
from accounts.rules.roles import Permission
from accounts.service import code_setup, codes, passkeys, second_step
from accounts.views.base import here, is_own_page, pages, sign_in_page, signed_in
from accounts.views.team import managing
from foundation import kept_typing, logs
from foundation.errors import DomainError

# What opens to somebody who has to set up codes and has not: setting them up, which may ask again
# who he is, and leaving.
BEFORE_CODES = frozenset(
    {
        "accounts.codes",
        "accounts.begin_codes",
        "accounts.ask_for_proof",
        "accounts.prove_again",
        "accounts.prove_with",
        "accounts.prove_with_passkey",
        "accounts.sign_out",
    }
)
PROOF_COOKIE = "first-step"


@pages.before_app_request
def lead_to_codes() -> ResponseReturnValue | None:
    """Where codes are required, open nothing to whoever has none before they are set up."""
    viewer = current_viewer()
    view = current_app.view_functions.get(request.endpoint or "")
    if viewer is None or not must_set_up(viewer) or request.endpoint in BEFORE_CODES:
        return None
    if getattr(view, "access", PUBLIC) == PUBLIC:
        return None
    if request.method in ("GET", "HEAD"):
        return redirect(url_for("accounts.codes", next=request.full_path.removesuffix("?")))
    return setting_up(viewer, kept=kept_typing.form_sent()), 403


def must_set_up(viewer: queries.Viewer) -> bool:
    return codes.are_required() and not viewer.has_codes and viewer.proven_by != WITH_SECOND_FACTOR


def ask_for_code(needed: codes.CodeNeeded, kept: str, wanted: str) -> Response:
    """Show the second step of a sign-in; that the first was right, the browser keeps."""
    form = CodeForm(formdata=None)
    form.kept.data, form.next.data = kept, wanted
    proof = second_step.proof_of_first_step(needed.person, provider_id=needed.provider_id)
    response = make_response(code_page(form, proof))
    response.set_cookie(
        proof_name(),
        proof,
        max_age=second_step.VALID_FOR,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return response


@pages.route("/sign-in/code", methods=["GET", "POST"])
@public
def sign_in_code() -> ResponseReturnValue:
    form = CodeForm()
    proof = proof_shown()
    try:
        second_step.first_step(proof)
        if not form.validate_on_submit():
            return code_page(form, proof), 422 if request.method == "POST" else 200
        token = second_step.sign_in_with_code(proof, form.one_time_code.data or "", here=here())
    except second_step.FirstStepOver as over:
        return begin_again(form, over)
    except (codes.WrongCode, service.HeldBack) as error:
        logs.logger.warning("Sign-in refused")
        form.add_error(str(error), error.field)
        return code_page(form, proof), 422
    return signed_in_after_two(token, form)


def signed_in_after_two(token: str, form: CodeForm) -> Response:
    """Lead on after both steps; that the first was right is said no more."""
    response = signed_in(token, kept_typing.unsealed(form.kept.data or ""), form.next.data or "")
    response.delete_cookie(
        proof_name(), secure=current_app.config["SESSION_COOKIE_SECURE"], httponly=True, path="/"
    )
    return response


def begin_again(form: CodeForm, over: second_step.FirstStepOver) -> ResponseReturnValue:
    """Show the first step again, with the form that is kept through the sign-in."""
    first, kept = SignInForm(formdata=None), kept_typing.unsealed(form.kept.data or "")
    first.next.data, first.kept.data = form.next.data, form.kept.data
    first.email.errors = [str(over)]
    return sign_in_page(first, kept), 422


def code_page(form: CodeForm, proof: str) -> str:
    """Return the page of the second step. Raises FirstStepOver."""
    person, provider_id = second_step.first_step(proof)
    return render_template(
        "accounts/sign_in_code.html",
        form=form,
        kept=kept_typing.unsealed(form.kept.data or ""),
        has_codes=has_codes(person.id),
        may_use_passkey=passkeys.may_follow_password(person.id, provider_id),
    )


def proof_shown() -> str:
    """Return what the browser has to say that the first step was right; empty for nothing."""
    return request.cookies.get(proof_name(), "")


def proof_name() -> str:
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    return f"__Host-{PROOF_COOKIE}" if secure else PROOF_COOKIE


@pages.route("/account/codes", methods=["GET", "POST"], endpoint="codes")
@requires(Permission.ACCOUNT_USE)
@asks_again
def codes_page() -> ResponseReturnValue:
    viewer, form = signed_in_user(), FirstCodeForm()
    kept = kept_typing.unsealed(form.kept.data or "")
    if request.method == "GET":
        form.next.data = request.args.get("next", "")
    if not form.validate_on_submit():
        status = 422 if request.method == "POST" else 200
        return setting_up(viewer, form=form, kept=kept), status
    try:
        shown = code_setup.confirm_codes(viewer, form.one_time_code.data or "")
    except DomainError as error:
        form.add_error(str(error), error.field)
        return setting_up(viewer, form=form, kept=kept), 422
    wanted = form.next.data or ""
    return render_template(
        "accounts/recovery_codes.html",
        codes=shown,
        kept=kept,
        onwards=wanted if is_own_page(wanted) else url_for(".home"),
    )


@pages.post("/account/codes/begin")
@requires(Permission.ACCOUNT_USE)
@asks_again
def begin_codes() -> ResponseReturnValue:
    viewer, form = signed_in_user(), FirstCodeForm()
    try:
        code_setup.begin_codes(viewer)
    except code_setup.CodesAlready as error:
        flash(str(error))
        return redirect(url_for(".codes"))
    fresh = FirstCodeForm(formdata=None)
    fresh.next.data = form.next.data
    return setting_up(viewer, form=fresh, kept=kept_typing.unsealed(form.kept.data or ""))


def setting_up(
    viewer: queries.Viewer,
    *,
    form: FirstCodeForm | None = None,
    kept: kept_typing.KeptForm | None = None,
) -> str:
    form = form or FirstCodeForm(formdata=None)
    form.kept.data = kept.sealed() if kept else ""
    found = code_setup.to_scan(viewer)
    if found is None and form.one_time_code.errors:
        # There is no box yet, or none any more, that the sentence could lead to.
        form.one_time_code.errors = ()
        form.form_errors.append("Begin to set up one-time codes, then enter the code the app shows")
    return render_template(
        "accounts/codes.html",
        form=form,
        kept=kept,
        picture=Markup(found.picture) if found else "",  # noqa: S704 - drawn by us
        secret=found.secret if found else "",
        left=recovery_codes_left(viewer.person_id) if viewer.has_codes else 0,
        must=must_set_up(viewer),
    )


@pages.route("/account/codes/recovery", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_USE)
@asks_before_or_for_a_code
def renew_recovery_codes() -> ResponseReturnValue:
    viewer, form = signed_in_user(), RenewForm()
    if viewer.provider_id is None:
        del form.one_time_code
    if form.validate_on_submit():
        try:
            shown = code_setup.renew_recovery_codes(viewer, form.typed_code, here=here())
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            return render_template(
                "accounts/recovery_codes.html", codes=shown, kept=None, onwards=url_for(".account")
            )
    page = render_template("accounts/renew_recovery_codes.html", form=form)
    return page, 422 if request.method == "POST" else 200


@pages.route("/account/codes/off", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_USE)
@asks_before
def switch_off_codes() -> ResponseReturnValue:
    viewer, form = signed_in_user(), CodeForm()
    if form.validate_on_submit():
        try:
            code_setup.switch_off_codes(viewer, form.one_time_code.data or "", here=here())
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("One-time codes are switched off")
            return redirect(url_for(".account"))
    page = render_template("accounts/switch_off_codes.html", form=form)
    return page, 422 if request.method == "POST" else 200


@pages.route("/team/<token:person>/codes", methods=["GET", "POST"])
@requires(Permission.TEAM_MANAGE)
@asks_again
def take_codes_away(person: str) -> ResponseReturnValue:
    """Help somebody who lost devices and recovery codes; told to him by mail."""
    viewer, form = managing(), ButtonForm()
    found = queries.member_of(viewer, person)
    if form.validate_on_submit():
        name = code_setup.take_codes_away(person, by=viewer)
        flash(f"The password alone signs {name} in until they are set up again")
        return redirect(url_for(".member", person=person))
    return render_template(
        "accounts/take_codes_away.html",
        member=found,
        form=form,
        what=code_setup.what_may_be_taken(found.person_id),
    )
