"""What the pages about people share: who is using them, and how a sign-in begins."""

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

from accounts import queries, service
from accounts.access import current_viewer
from accounts.forms import SignInForm
from accounts.queries.providers import providers_shown
from accounts.rules.roles import OrganisationKind
from accounts.service.passkey_challenges import is_possible
from foundation import clock, kept_typing
from foundation.networks import network_of_request

pages = Blueprint("accounts", __name__, template_folder="../templates")

HOMES = {
    OrganisationKind.AUTHORITY: "tenders.index",
    OrganisationKind.SUPPLIER: "supplier_portal.index",
}


@pages.before_app_request
def remember_who_is_signed_in() -> None:
    """Look the session up once, in one statement; a stylesheet belongs to nobody."""
    token = request.cookies.get(cookie_name())
    view = current_app.view_functions.get(request.endpoint or "")
    if token is None or request.endpoint == "static" or getattr(view, "for_machines", False):
        g.viewer = None
        return
    g.viewer = queries.viewer_for(token, at=clock.now())
    if g.viewer is not None and not getattr(view, "quiet", False):
        service.note_seen(g.viewer)


@pages.app_context_processor
def viewer_for_templates() -> dict[str, Any]:
    return {"viewer": current_viewer()}


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
        response = make_response(redirect(wanted if is_own_page(wanted) else first_page(token)))
    response.set_cookie(
        cookie_name(),
        token,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
        path="/",
    )
    remember_browser(response, token)
    return response


def sign_in_page(form: SignInForm, kept: kept_typing.KeptForm | None) -> str:
    """Return the page on which everybody signs in, with passkeys and other sign-ins below."""
    return render_template(
        "accounts/sign_in.html",
        form=form,
        kept=kept,
        providers=providers_shown(),
        may_use_passkey=is_possible(),
    )


def here() -> service.Here:
    """Return where the request comes from, as far as that is known."""
    marks = request.cookies.get(marks_name(), "").split(".")
    return service.Here(
        network=network_of_request(),
        user_agent=request.user_agent.string,
        marks=tuple(mark for mark in marks[: service.MOST_IN_A_BROWSER] if mark),
    )


def remember_browser(response: Response, token: str) -> None:
    """Leave a mark in a browser somebody has signed in with: guesses elsewhere never slow it."""
    viewer = queries.viewer_for(token, at=clock.now())
    if viewer is None:
        return
    marks = service.remember_browser(viewer.person_id, here().marks)
    keep_marks(response, marks)


def keep_marks(response: Response, marks: tuple[str, ...]) -> None:
    response.set_cookie(
        marks_name(),
        ".".join(marks),
        max_age=service.KNOWN_FOR,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
        path="/",
    )


def marks_name() -> str:
    return (
        "__Host-known-browser" if current_app.config["SESSION_COOKIE_SECURE"] else "known-browser"
    )


def first_page(token: str) -> str:
    """Return where a new sign-in leads: who belongs to several organisations chooses one first."""
    viewer = queries.viewer_for(token, at=clock.now())
    several = viewer is not None and viewer.organisations > 1
    return url_for("accounts.organisations" if several else "accounts.home")


def cookie_name() -> str:
    """Browsers tie a __Host- cookie to this host and to HTTPS, so only HTTPS may use the name."""
    return "__Host-sign-in" if current_app.config["SESSION_COOKIE_SECURE"] else "sign-in"


def is_own_page(path: str) -> bool:
    """Return whether ``path`` leads to this service and nowhere else."""
    plain = path.isascii() and path.isprintable() and "\\" not in path
    return plain and path.startswith("/") and not path.startswith("//")
