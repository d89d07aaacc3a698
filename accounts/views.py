"""Signing in and out, the start page, and what happens to a form when a session is over."""

from __future__ import annotations

from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue

from accounts import queries, service
from accounts.access import SignInNeeded, current_viewer, public, requires, signed_in_user
from accounts.forms import SignInForm
from accounts.rules.roles import OrganisationKind, Permission
from foundation import clock, kept_typing, logs

pages = Blueprint("accounts", __name__, template_folder="templates")

HOMES = {
    OrganisationKind.AUTHORITY: "tenders.index",
    OrganisationKind.SUPPLIER: "supplier_portal.index",
}


@pages.before_app_request
def remember_who_is_signed_in() -> None:
    """Look the session up once, in one statement; a stylesheet belongs to nobody."""
    token = request.cookies.get(cookie_name())
    if token is None or request.endpoint == "static":
        g.viewer = None
        return
    g.viewer = queries.viewer_for(token, at=clock.now())
    if g.viewer is not None:
        service.note_seen(g.viewer)


@pages.app_context_processor
def viewer_for_templates() -> dict[str, Any]:
    return {"viewer": current_viewer()}


@pages.app_errorhandler(SignInNeeded)
def ask_to_sign_in(_error: SignInNeeded) -> ResponseReturnValue:
    """Send a reader to sign in; to a writer show the sign-in page here, carrying his form."""
    if request.method in ("GET", "HEAD"):
        wanted = request.full_path.removesuffix("?")
        return redirect(url_for("accounts.sign_in", next=None if wanted == "/" else wanted))
    kept = kept_typing.form_sent()
    form = SignInForm(formdata=None)
    form.kept.data = kept.sealed() if kept else ""
    return render_template("accounts/sign_in.html", form=form, kept=kept), 401


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
                user_agent=request.user_agent.string,
            )
        except service.SignInRefused as error:
            logs.logger.warning("Sign-in refused")
            form.email.errors = [str(error)]
        else:
            return signed_in(token, kept, form.next.data or "")
    return render_template("accounts/sign_in.html", form=form, kept=kept)


def signed_in(token: str, kept: kept_typing.KeptForm | None, wanted: str) -> Response:
    # A new session, so a token planted before signing in proves nothing afterwards; a form on the
    # page that follows needs a token of this session, not the one made for the sign-in page.
    session.clear()
    g.pop(current_app.config["WTF_CSRF_FIELD_NAME"], None)
    if kept:
        g.viewer = queries.viewer_for(token, at=clock.now())
        page = render_template("foundation/kept_form.html", kept=kept, reason="signed-in")
        response = make_response(page)
    else:
        response = make_response(
            redirect(wanted if is_own_page(wanted) else url_for("accounts.home"))
        )
    response.set_cookie(
        cookie_name(),
        token,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return response


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


def cookie_name() -> str:
    """Browsers tie a __Host- cookie to this host and to HTTPS, so only HTTPS may use the name."""
    return "__Host-sign-in" if current_app.config["SESSION_COOKIE_SECURE"] else "sign-in"


def is_own_page(path: str) -> bool:
    """Return whether ``path`` leads to this service and nowhere else."""
    plain = path.isascii() and path.isprintable() and "\\" not in path
    return plain and path.startswith("/") and not path.startswith("//")
