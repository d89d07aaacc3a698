"""The form for signing in."""

from __future__ import annotations

from wtforms import HiddenField

from foundation.fields import Form, PasswordField, TextField, required


class SignInForm(Form):
    email = TextField(
        "Email address",
        validators=[required("Enter your email address")],
        input_type="email",
        autocomplete="username",
        spellcheck=False,
    )
    password = PasswordField(
        "Password",
        validators=[required("Enter your password")],
        autocomplete="current-password",
    )
    # Where the person wanted to go, and the form he had sent when the session was over.
    next = HiddenField()
    kept = HiddenField()
