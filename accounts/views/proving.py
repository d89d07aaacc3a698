"""The page that asks who is at the screen, before something not everybody there may do."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import SAFE, requires, signed_in_user
from accounts.again import ProofNeeded
from accounts.code_forms import ProveForm
from accounts.queries.providers import provider_of_organisation
from accounts.rules.roles import Permission
from accounts.service import passkeys, proving
from accounts.views.base import here, is_own_page, pages
from foundation import kept_typing
from foundation.errors import DomainError


@pages.app_errorhandler(ProofNeeded)
def ask_again(_error: ProofNeeded) -> ResponseReturnValue:
    """Ask a writer for the proof here, where what he sent waits; lead a reader there and back."""
    if request.method in SAFE:
        return redirect(url_for("accounts.prove_again", next=request.full_path.removesuffix("?")))
    kept = kept_typing.form_sent()
    form = prove_form(formdata=None)
    form.kept.data = kept.sealed() if kept else ""
    return prove_page(form, kept), 401


@pages.route("/prove-again", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_USE)
def prove_again() -> ResponseReturnValue:
    form = prove_form()
    kept = kept_typing.unsealed(form.kept.data or "")
    if request.method == "GET":
        form.next.data = request.args.get("next", "")
    if not form.validate_on_submit():
        return prove_page(form, kept), 422 if request.method == "POST" else 200
    try:
        proving.prove_for_a_while(
            signed_in_user(), form.typed_password, form.one_time_code.data or "", here=here()
        )
    except DomainError as error:
        form.add_error(str(error), error.field)
        return prove_page(form, kept), 422
    return go_on(kept, form.next.data or "")


def go_on(kept: kept_typing.KeptForm | None, wanted: str) -> ResponseReturnValue:
    """Lead on to what asked for the proof: a form that waits, or a page."""
    if kept:
        return render_template("foundation/kept_form.html", kept=kept, reason="proven")
    return redirect(wanted if is_own_page(wanted) else url_for(".home"))


def prove_form(**more: Any) -> ProveForm:
    """Return the form; no password counts of whoever signed in by a provider."""
    form = ProveForm(**more)
    if signed_in_user().provider_id is not None:
        del form.password
    return form


def prove_page(form: ProveForm, kept: kept_typing.KeptForm | None) -> str:
    viewer = signed_in_user()
    provider = provider_of_organisation(viewer.organisation_id) if viewer.provider_id else None
    return render_template(
        "accounts/prove_again.html",
        form=form,
        kept=kept,
        has_codes=viewer.has_codes,
        provider=provider.name if provider else "",
        may_use_passkey=passkeys.may_prove(viewer),
    )
