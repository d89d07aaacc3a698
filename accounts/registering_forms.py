"""The forms of registering a company."""

from __future__ import annotations

from wtforms import HiddenField

from accounts.rules.registering import LONGEST_COMPANY, Registered, Told
from foundation.fields import Choice, Form, PasswordField, RadiosField, TextField, required


class AskToRegisterForm(Form):
    email = TextField(
        "Your email address at the company",
        [required("Enter your email address")],
        hint="We write to it, with a link that works once.",
        input_type="email",
        autocomplete="email",
        spellcheck=False,
    )
    # The token of the tender whose link led here.
    tender = HiddenField()


class RegisterForm(Form):
    name = TextField(
        "Name of the company",
        [required("Enter the name of your company")],
        hint=f"As people call it. {LONGEST_COMPANY} characters at the most.",
        autocomplete="organization",
    )
    legal_name = TextField(
        "Legal name (optional)",
        hint="As a contract must say it, if it differs: Larkfield Sensors Limited.",
    )
    registered = RadiosField(
        "Where is the company registered?",
        [required("Select where the company is registered")],
        choices=[
            Choice(Registered.COMPANIES_HOUSE, "With Companies House"),
            Choice(Registered.ABROAD, "Abroad"),
            Choice(Registered.NOWHERE, "Nowhere", "Such as a sole trader or a public body."),
        ],
    )
    number = TextField(
        "Company number, if Companies House gave it one",
        hint="Eight characters, such as 01234567, SC123456, NI123456 or OC123456.",
        width=10,
        spellcheck=False,
    )
    person = TextField(
        "Your full name",
        [required("Enter your full name")],
        hint="Your colleagues see it beside what you write.",
        autocomplete="name",
    )
    password = PasswordField(
        "Choose a password",
        hint="12 to 1,024 characters, any you like, spaces too. Three words that do not belong "
        "together are easy to remember and hard to guess. It is never changed or cut.",
        validators=[required("Enter a password")],
        autocomplete="new-password",
    )

    @property
    def told(self) -> Told:
        return Told(
            name=self.name.data or "",
            legal_name=self.legal_name.data or "",
            registered=self.registered.data or "",
            number=self.number.data or "",
        )
