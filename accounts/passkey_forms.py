"""The forms about passkeys: what a browser answers, and what a passkey is called."""

from __future__ import annotations

from wtforms import HiddenField

from accounts.forms import ButtonForm
from accounts.rules.passkeys import LONGEST_NAME
from foundation.fields import TextField


class PasskeyForm(ButtonForm):
    """What a device has signed; filled in by the script of the page (frontend/passkeys.js)."""

    credential = HiddenField()
    # Where the person wanted to go, and the form he had sent before.
    next = HiddenField()
    kept = HiddenField()


class NameForm(ButtonForm):
    name = TextField(
        "Name of the passkey",
        hint=f"So that you can tell it from others, such as “my phone”. {LONGEST_NAME} characters "
        "at the most.",
        width=20,
        autocomplete="off",
    )


class NewPasskeyForm(NameForm):
    credential = HiddenField()
