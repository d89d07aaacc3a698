"""The pages about one's own passkeys: which there are, a new one, another name, one less."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.again import asks_again, asks_before
from accounts.forms import ButtonForm
from accounts.passkey_forms import NameForm, NewPasskeyForm
from accounts.queries.passkeys import passkey_of, passkeys_of
from accounts.queries.sign_ins import browser_in_words
from accounts.rules.passkeys import MOST
from accounts.rules.roles import Permission
from accounts.service import codes, passkey_setup
from accounts.service.passkey_challenges import is_possible
from accounts.views.base import here, pages
from accounts.views.passkey_sign_in import question
from foundation.errors import DomainError

NOT_MADE = (
    "No passkey was added, because your browser did not send one. Press “Add a passkey” and do "
    "what your device asks for"
)


@pages.get("/account/passkeys", endpoint="passkeys")
@requires(Permission.ACCOUNT_USE)
def passkeys_page() -> ResponseReturnValue:
    viewer = signed_in_user()
    mine = passkeys_of(viewer.person_id)
    return render_template(
        "accounts/passkeys.html",
        passkeys=mine,
        most=MOST,
        is_possible=is_possible(),
        may_add=viewer.provider_id is None and is_possible() and len(mine) < MOST,
        needs_codes=codes.are_required(),
    )


@pages.post("/account/passkeys/new/question")
@requires(Permission.ACCOUNT_USE)
def ask_for_passkey() -> ResponseReturnValue:
    """Say what a device needs to make a passkey; what is made of it asks who is there."""
    viewer, form = signed_in_user(), NewPasskeyForm()
    return question(lambda: passkey_setup.ask_for_new(viewer, form.name.data or "", here=here()))


@pages.route("/account/passkeys/new", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_USE)
@asks_before
def add_passkey() -> ResponseReturnValue:
    viewer, form = signed_in_user(), NewPasskeyForm()
    if viewer.provider_id is not None or not is_possible():
        return redirect(url_for(".passkeys"))
    if request.method == "GET":
        form.name.data = browser_in_words(request.user_agent.string)
    elif form.validate_on_submit():
        try:
            name = passkey_setup.add_passkey(
                viewer, form.name.data or "", form.credential.data or "", here=here()
            )
        except DomainError as error:
            sent = bool(form.credential.data)
            form.add_error(str(error) if sent or error.field else NOT_MADE, error.field)
        else:
            flash(f"The passkey “{name}” is added. Every other browser was signed out")
            return redirect(url_for(".passkeys"))
    form.credential.data = ""
    page = render_template("accounts/add_passkey.html", form=form, most=MOST)
    return page, 422 if request.method == "POST" else 200


@pages.route("/account/passkeys/<token:passkey>/name", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_USE)
def rename_passkey(passkey: str) -> ResponseReturnValue:
    viewer, form = signed_in_user(), NameForm()
    found = passkey_of(viewer.person_id, passkey)
    called = found.name
    if request.method == "GET":
        form.name.data = called
    elif form.validate_on_submit():
        try:
            name = passkey_setup.rename_passkey(viewer, passkey, form.name.data or "")
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash(f"The passkey is now called “{name}”")
            return redirect(url_for(".passkeys"))
    page = render_template("accounts/rename_passkey.html", form=form, called=called)
    return page, 422 if request.method == "POST" else 200


@pages.route("/account/passkeys/<token:passkey>/remove", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_USE)
@asks_again
def remove_passkey(passkey: str) -> ResponseReturnValue:
    viewer, form = signed_in_user(), ButtonForm()
    found = passkey_of(viewer.person_id, passkey)
    if form.validate_on_submit():
        name = passkey_setup.remove_passkey(viewer, passkey)
        flash(f"The passkey “{name}” no longer signs you in. Every other browser was signed out")
        return redirect(url_for(".passkeys"))
    return render_template("accounts/remove_passkey.html", form=form, passkey=found)
