"""The forms of the opening: being ready, confirming, stepping back."""

from __future__ import annotations

from wtforms import HiddenField

from accounts.queries import Viewer
from foundation.fields import Form, PasswordField, TextField, required
from tenders.models import Tender


class OpeningForm(Form):
    opening_part = TextField(
        "Your part of the key",
        [required("Enter your part of the key")],
        hint="Eight groups of four letters and digits, as on your sheet. Spaces and small letters "
        "do not matter.",
        autocomplete="off",
        spellcheck=False,
    )
    password = PasswordField(
        "Your password",
        [required("Enter the password of your account")],
        hint="Enter it again: the bids are opened by two people, not by two screens.",
        autocomplete="current-password",
    )
    # The request of the first officer that this confirms; empty from the first.
    approval = HiddenField()

    @classmethod
    def of(cls, tender: Tender, viewer: Viewer, approval: str = "") -> OpeningForm:
        form = cls(data={"approval": approval})
        if viewer.provider_id is not None:
            # No password counts; the page opens only to whoever has just shown that it is he.
            del form.password
        if not tender.opens_strictly:
            del form.opening_part
        return form

    def say_without_fields(self) -> None:
        """Let errors at fields be read on a page that does not show them."""
        for field in self:
            if field.errors:
                self.form_errors.extend(field.errors)
                field.errors = []

    @property
    def part(self) -> str:
        return str(self.opening_part.data or "") if "opening_part" in self else ""

    @property
    def typed_password(self) -> str:
        return str(self.password.data or "") if "password" in self else ""


class StepBackForm(Form):
    approval = HiddenField()
