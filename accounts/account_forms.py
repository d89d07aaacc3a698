"""The forms of one's own account: password and address."""

from __future__ import annotations

from accounts.forms import ButtonForm
from accounts.rules.passwords import LONGEST_PASSWORD, SHORTEST_PASSWORD
from foundation.fields import Form, PasswordField, TextField, required

NEW_PASSWORD_HINT = (
    f"{SHORTEST_PASSWORD} to {LONGEST_PASSWORD:,} characters, any you like, spaces too. Three "
    "words that do not belong together are easy to remember and hard to guess. It is never "
    "changed or cut, and never runs out."
)


class NewPasswordForm(ButtonForm):
    """Another password, by a link that was sent."""

    new_password = PasswordField(
        "New password",
        [required("Enter a new password")],
        hint=NEW_PASSWORD_HINT,
        autocomplete="new-password",
    )


class ChangePasswordForm(NewPasswordForm):
    """Another password, of somebody who is signed in."""

    password = PasswordField(
        "The password you have now",
        [required("Enter the password you have now")],
        autocomplete="current-password",
    )


class ForgottenForm(Form):
    email = TextField(
        "Email address of your account",
        [required("Enter your email address")],
        hint="We write to it, with a link that works once, for an hour.",
        input_type="email",
        autocomplete="username",
        spellcheck=False,
    )


class ChangeAddressForm(Form):
    email = TextField(
        "New email address",
        [required("Enter your new email address")],
        hint="We write to it, with a link that works once, for an hour. Until you follow it, "
        "nothing changes.",
        input_type="email",
        autocomplete="email",
        spellcheck=False,
    )
    password = PasswordField(
        "Password of your account",
        [required("Enter your password")],
        autocomplete="current-password",
    )
