"""Signing in with a passkey, going on with one after a password, and showing by one who one is.

Each is two requests: the page's script asks what is to be signed, and then sends the form of the
page with what the device has signed.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from flask import redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from accounts.access import public, requires, signed_in_user
from accounts.code_forms import CodeForm
from accounts.forms import SignInForm
from accounts.passkey_forms import PasskeyForm
from accounts.rules.roles import Permission
from accounts.service import passkeys
from accounts.service.second_step import FirstStepOver
from accounts.views.base import here, pages, sign_in_page, signed_in
from accounts.views.codes import begin_again, code_page, proof_shown, signed_in_after_two
from accounts.views.proving import go_on, prove_form, prove_page
from foundation import kept_typing, logs
from foundation.errors import DomainError

# In the signed cookie of the forms: ties what is asked to the browser that asked.
VISIT = "visit"


@pages.post("/sign-in/passkey/question")
@public
def ask_passkey() -> ResponseReturnValue:
    """Say what any passkey of this service is to sign; nobody is asked for by name."""
    visit = session.setdefault(VISIT, secrets.token_urlsafe(32))
    return question(lambda: passkeys.ask_to_sign_in(visit, here=here()))


@pages.route("/sign-in/passkey", methods=["GET", "POST"])
@public
def sign_in_with_passkey() -> ResponseReturnValue:
    if request.method == "GET":
        return redirect(url_for(".sign_in"))
    form = PasskeyForm()
    kept = kept_typing.unsealed(form.kept.data or "")
    try:
        token = passkeys.sign_in_with_passkey(
            session.get(VISIT, ""), form.credential.data or "", here=here()
        )
    except DomainError as error:
        logs.logger.warning("Sign-in refused")
        shown = SignInForm(formdata=None)
        shown.next.data, shown.kept.data = form.next.data, form.kept.data
        shown.form_errors.append(str(error))
        return sign_in_page(shown, kept), 422
    return signed_in(token, kept, form.next.data or "")


@pages.post("/sign-in/code/passkey/question")
@public
def ask_second_passkey() -> ResponseReturnValue:
    return question(lambda: passkeys.ask_for_second_step(proof_shown(), here=here()))


@pages.route("/sign-in/code/passkey", methods=["GET", "POST"])
@public
def sign_in_with_second_passkey() -> ResponseReturnValue:
    if request.method == "GET":
        return redirect(url_for(".sign_in_code"))
    sent, proof = PasskeyForm(), proof_shown()
    form = CodeForm(formdata=None)
    form.next.data, form.kept.data = sent.next.data, sent.kept.data
    try:
        token = passkeys.sign_in_with_second_passkey(proof, sent.credential.data or "", here=here())
    except FirstStepOver as over:
        return begin_again(form, over)
    except DomainError as error:
        logs.logger.warning("Sign-in refused")
        form.form_errors.append(str(error))
        return code_page(form, proof), 422
    return signed_in_after_two(token, form)


@pages.post("/prove-again/passkey/question")
@requires(Permission.ACCOUNT_USE)
def ask_for_proof() -> ResponseReturnValue:
    return question(lambda: passkeys.ask_for_proof(signed_in_user(), here=here()))


@pages.route("/prove-again/passkey", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_USE)
def prove_with_passkey() -> ResponseReturnValue:
    if request.method == "GET":
        return redirect(url_for(".prove_again"))
    sent = PasskeyForm()
    kept = kept_typing.unsealed(sent.kept.data or "")
    try:
        passkeys.prove_with_passkey(signed_in_user(), sent.credential.data or "", here=here())
    except DomainError as error:
        form = prove_form(formdata=None)
        form.next.data, form.kept.data = sent.next.data, sent.kept.data
        form.form_errors.append(str(error))
        return prove_page(form, kept), 422
    return go_on(kept, sent.next.data or "")


def question(asked: Callable[[], dict[str, Any]]) -> ResponseReturnValue:
    """Return what a device is to sign, for the script; or a sentence why it is not asked."""
    try:
        return {"question": asked()}
    except DomainError as error:
        return {"problem": str(error), "field": error.field}
