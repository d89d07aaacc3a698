"""The forms about an authority's own sign-in (OpenID Connect)."""

from __future__ import annotations

from typing import Self

from wtforms import HiddenField

from accounts.forms import ButtonForm
from accounts.models import SignInProvider
from accounts.service.providers import Typed
from foundation.fields import Form, PasswordField, TextAreaField, TextField, required


class LeaveForm(ButtonForm):
    """A button that leads to a provider, with where to go afterwards and what was typed."""

    next = HiddenField()
    kept = HiddenField()


class ProviderForm(Form):
    name = TextField(
        "What your people call it",
        [required("Enter a name")],
        hint="As the sign-in page says it, such as “your Hollowmere account”.",
    )
    issuer = TextField(
        "Issuer",
        [required("Enter the issuer")],
        hint="The address by which it names itself, to the last character. Whoever runs this "
        "service has to allow it. Entra: login.microsoftonline.com with https:// before it, and "
        "after it your directory (tenant) ID and /v2.0, with / between.",
        spellcheck=False,
        autocomplete="off",
    )
    client_id = TextField(
        "Client ID",
        [required("Enter the client ID")],
        hint="Microsoft Entra calls it “Application (client) ID”.",
        spellcheck=False,
        autocomplete="off",
    )
    client_secret = PasswordField(
        "Client secret",
        hint="Kept encrypted, and never shown again. Leave it empty to keep the one there is.",
        autocomplete="off",
    )
    domains = TextAreaField(
        "Email domains of your people",
        [required("Enter at least one email domain")],
        hint="One a line, such as hollowmere.gov.uk. The first time somebody signs in, the address "
        "it gives must be in one of them, and it must say that the address is confirmed.",
        rows=3,
    )
    second_factor = TextAreaField(
        "What it says when it asked for a second factor",
        hint="Words of “amr” or “acr”, one a line, such as mfa. Empty: its second factor does not "
        "count here, and people enter a one-time code of ours as well.",
        rows=3,
    )

    @classmethod
    def of(cls, provider: SignInProvider | None) -> Self:
        """Return the form, filled with what is set; never with the secret."""
        return cls(obj=provider) if provider is not None else cls()

    def typed(self) -> Typed:
        return Typed(
            name=self.name.data or "",
            issuer=self.issuer.data or "",
            client_id=self.client_id.data or "",
            client_secret=self.client_secret.data or "",
            domains=self.domains.data or "",
            second_factor=self.second_factor.data or "",
        )
