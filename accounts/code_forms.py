"""The forms about one-time codes, and about proving again who one is."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField

from accounts.forms import ButtonForm
from foundation.fields import PasswordField, TextField, required


def code_field(label: str, hint: str, *, needed: bool = True) -> Any:
    return TextField(
        label,
        [required("Enter a code")] if needed else [],
        hint=hint,
        width=10,
        autocomplete="one-time-code",
        spellcheck=False,
    )


class FirstCodeForm(ButtonForm):
    """The first code, which shows that the app has the secret."""

    one_time_code = code_field("Code the app shows now", "6 digits.")
    # Where the person wanted to go, and the form he had sent, when codes had to be set up first.
    next = HiddenField()
    kept = HiddenField()


class CodeForm(ButtonForm):
    one_time_code = code_field(
        "One-time code",
        "The 6 digits your app shows now, or one of your recovery codes. Each can be used once.",
    )
    next = HiddenField()
    kept = HiddenField()


class RenewForm(CodeForm):
    """New recovery codes; a code is asked for only of whoever showed no password with one."""

    @property
    def typed_code(self) -> str:
        """What was typed; empty where no code is asked for."""
        return (self.one_time_code.data or "") if "one_time_code" in self else ""


class ProveForm(ButtonForm):
    """Who is at the screen: the password, and a code of whoever has an app for codes."""

    password = PasswordField(
        "Password of your account",
        [required("Enter your password")],
        autocomplete="current-password",
    )
    one_time_code = code_field(
        "One-time code",
        "The 6 digits your app shows now, or one of your recovery codes. Each can be used once.",
        needed=False,
    )
    next = HiddenField()
    kept = HiddenField()

    @property
    def typed_password(self) -> str:
        """What was typed; empty where no password is asked for."""
        return str(self.password.data or "") if "password" in self else ""
